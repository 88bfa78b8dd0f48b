# Přehled služby: co čte vedoucí směny na obrazovce, na stěně a ve skriptech.

board-title = Přehled
board-as-of = stav { $at }, živě
board-stale = ZASTARALÉ { $seconds } s
board-silent = ‼ Server už { $seconds } s mlčí: čísla nemusí platit.
board-until = do { $at }
board-waiting = ČEKÁ
board-longest = NEJDÉLE
board-service-level = VČAS
board-abandoned = VZDALO TO
board-free = VOLNÁ MÍSTA
board-marks = OZNAČENÉ
board-free-of = { $free } z { $all }
board-goal-wait = cíl { $wait }
board-goal-level = cíl { $level }
board-goal-most = cíl ≤ { $level }
board-goal-free = cíl ≥ 1
board-goal-marks = cíl 0
board-last-hour = za 60 min
board-no-alarm = Nic teď nikoho nepotřebuje.
board-alarm-danger = { $who }: ohrožení života
board-alarm-second = { $who } prosí o druhý pár očí
board-alarm-away = { $who }: vypadlo spojení, děti čekají
board-alarm-nobody = { $others ->
    [0] čeká a nikdo děti nebere
    [one] a { $others } další dítě čekají, nikdo děti nebere
    [few] a { $others } další děti čekají, nikdo děti nebere
   *[other] a { $others } dalších dětí čeká, nikdo děti nebere
  }
board-alarm-wait = { $others ->
    [0] čeká déle, než je cíl
    [one] a { $others } další dítě čekají déle, než je cíl
    [few] a { $others } další děti čekají déle, než je cíl
   *[other] a { $others } dalších dětí čeká déle, než je cíl
  }
board-alarm-unanswered = { $who } neodpovídá déle, než je cíl
board-wall-danger = ohrožení života
board-wall-second = prosba o druhý pár očí
board-wall-away = poradci vypadlo spojení
board-wall-nobody = { $count ->
    [one] dítě čeká a nikdo děti nebere
    [few] { $count } děti čekají a nikdo děti nebere
   *[other] { $count } dětí čeká a nikdo děti nebere
  }
board-wall-wait = { $count ->
    [one] dítě čeká déle, než je cíl
    [few] { $count } děti čekají déle, než je cíl
   *[other] { $count } dětí čeká déle, než je cíl
  }
board-wall-unanswered = dítě dlouho čeká na odpověď
board-colleagues = PORADCI
board-chats = chaty
board-child-waits = dítě čeká
board-since-break = od přestávky
board-nobody-here = Ve službě nikdo není.
board-away = pryč { $since }
board-break = přestávka do { $until }
board-today = DNES přišlo/přijato
board-day = DNES PO HODINÁCH
board-day-legend = █ přijato  ▒ vzdalo to  ░ čeká přes cíl
board-day-goal = ✓ aspoň { $goal } včas  ! méně
board-topics = DNEŠNÍ TÉMATA
board-topics-none = Zatím nikdo téma neuvedl.
board-week-ago = Stejný den před týdnem do této hodiny: přišlo { $offered }, včas { $level }, vzdalo to { $abandoned }
board-week-ago-nothing = Stejný den před týdnem: žádná data
board-ahead = Výhled, dětí/poradců: { $hours }
board-ahead-hour = { $at } { $expected }/{ $needed }
board-ahead-nothing = Výhled: na předpověď je minulost příliš krátká
board-sentence = čeká { $waiting } · nejdéle { $longest } · včas { $service-level } · vzdalo to { $abandoned } · volno { $free } · označené { $marks }
along-with = Nahlížíte a { $who } to vidí. Nic, co tu napíšete, se k dítěti nedostane.
along-alone = Nahlížíte. S dítětem zatím nikdo není a nic, co tu napíšete, se k němu nedostane.
box-along = { $handle } · nahlížíte
talk-coming = Rozhovor se načítá…
board-not-readable = { $handle }: rozhovor už nelze číst.
board-whispered = Vaše pošeptání ({ $handle }) je u poradce.
board-moved = { $handle } je na začátku fronty.
board-doors-shut = Dveře jsou zavřené; kdo čeká, zůstává.
board-doors-open = Dveře jsou otevřené.
board-hold-on = Děti teď rozdělují jen vedoucí; každá konzole to ukazuje.
board-hold-off = Děti si zase berou všichni.
board-announced = Oznámení stojí v konzolích.
board-not-done = Nic se nezměnilo: { $reason }

hint-menu-open = Menu
hint-chat-look-in = nahlédnout
hint-board-whisper = vzkaz
hint-board-take-over = převzít
hint-board-assign = přidělit
hint-board-move = dopředu
hint-board-shut-doors = dveře
hint-board-open-doors = otevřít
hint-board-hold = ručně
hint-board-announce = zpráva

not-here-supervisors = Přehled služby mají jen vedoucí směny.
not-here-alone = Samotný přehled to neumí; otevřete opora console.
not-here-no-child = Nejdřív vyberte dítě nebo kolegu, který nějaké má.
not-here-mine = Toto dítě už je vaše.
not-here-waits-not = Dopředu lze posunout jen dítě, které čeká.
not-here-doors-open = Dveře už jsou otevřené.

choice-talks-title = Do kterého rozhovoru nahlédnout ({ $who })?
choice-talk-asks = čeká na odpověď { $wait }
choice-doors-title = Do kdy zavřít dveře?
choice-doors-lines = Nové dítě nevstoupí. Kdo čeká nebo si s někým píše, zůstává. Stránka ukáže čas a telefon.
choice-doors-until = do { $at }
choice-doors-tomorrow = do zítřka 6:00
choice-doors-by-hand = dokud je vedoucí neotevře
choice-announce-title = Komu je oznámení?
choice-announce-all = všem konzolím

prompt-move = Proč má přednost { $handle }
prompt-shut-doors = Proč jsou dveře zavřené
prompt-shut-doors-until = Proč jsou dveře zavřené do { $at }
prompt-hold = Proč děti rozdělují jen vedoucí
prompt-announce-all = Všem konzolím, na 12 hodin
prompt-announce-one = Komu: { $who }, na 12 hodin
