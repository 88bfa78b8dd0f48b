# Konzole: co čte konzultant.

## Horní řádek, seznam

top-waiting = { $count ->
    [one] čeká { $count }
    [few] čekají { $count }
    [many] čeká { $count }
   *[other] čeká { $count }
}, nejdéle { $wait }
top-waiting-short = { $count } · { $wait }
top-nobody = nikdo nečeká
top-as-of = stav { $at }
top-held = { $held } z { $places } { $places ->
    [one] chatu
    [few] chatů
   *[other] chatů
}
state-ready = k dispozici
state-busy = obsazeno
state-locked = zamčeno
state-off = mimo směnu
state-break = pauza do { $until }
state-connecting = připojuji
state-no-relay = bez spojení
state-stopped = nepřipojeno
state-practice = nácvik
list-waiting = ČEKAJÍ { $count }
list-chats = MOJE CHATY { $count }
list-colleagues = KOLEGOVÉ
list-more = … { $count ->
    [one] ještě { $count }
    [few] ještě { $count }
   *[other] ještě { $count }
}
list-feels = cítí se { $feel }
list-back = vrací se
list-nothing-told = nic neuvedlo
list-to-close = uzavřít
list-closing = uzavírá se
list-altered = změněno
colleague-away = nereaguje
colleague-break = pauza do { $until }
colleague-on-break = pauza

## Rozhovor

title-reads-along = čte i { $who }
talk-child = dítě
talk-me = já
talk-line = linka
talk-writing = píše…
talk-news = nové od posledního pohledu
talk-not-stored = zatím neuloženo
talk-unreadable = nelze přečíst
talk-left = { $handle }: dítě odešlo ze stránky.
talk-absent = { $handle }: dítě je deset minut pryč, chat skončil.
talk-closed = Chat uzavírá { $who }.
talk-closed-misuse = Chat uzavírá { $who } jako zneužití linky.
talk-claimed = Chat přebírá { $who }.
talk-released = Do fronty vrací { $who }:
talk-transferred = { $who } předává chat, přebírá { $to }:
talk-moved = Na začátek fronty přesouvá { $who }:
talk-flagged = { $who } prosí o druhý pár očí.
talk-danger = { $who }: ohrožení života.
talk-looks-in = Nahlíží { $who }.
talk-looks-out = Už nenahlíží { $who }.
nobody-take = { $take } převezme další dítě.
nobody-waits = Nikdo nečeká. Dítě, které přijde, se objeví vlevo; { $take } ho převezme, { $menu } ukáže všechny příkazy.
welcome-title = Toto je ukázka: přijde pět dětí podle scénáře a nic se neuchová.
welcome-one = { $take } převezme dítě, které nejvíc spěchá. Pište, Enter odpoví.
welcome-two = { $note } je zápis vedle chatu, { $close } chat uzavře i s výsledkem.
welcome-three = { $menu } ukáže všechny příkazy s klávesami, { $quit } ukončí oporu.
welcome-page = Zkuste být šestým dítětem: tuto adresu otevřete v prohlížeči.

## Pole zprávy a řádek oznámení

box-to = komu: { $handle }
draft-saved = rozepsané uloženo { $at }
draft-unsaved = rozepsané zatím neuloženo
draft-memory = jen v paměti
draft-count = { $count } z { $limit } znaků
notice-waits = ● { $handle } čeká na odpověď { $wait }
hold-switched = Dostane to { $handle }: odeslat? Do tohoto chatu jste přešli před chvilkou. Enter odešle, Esc ne.
hold-new-line = Dostane to { $handle }: odeslat? Před chvilkou přišel nový řádek. Enter odešle, Esc ne.
hold-names = Dostane to { $handle }: odeslat? V textu je jméno { $other }. Enter odešle, Esc ne.
hold-same-draft = Dostane to { $handle }: odeslat? Stejný text je rozepsaný i jinde ({ $other }). Enter odešle, Esc ne.
send-too-long = { $count } z { $limit } znaků: zkraťte, nebo další Enter text odešle { $parts ->
    [one] jako { $parts } zprávu
    [few] jako { $parts } zprávy
   *[other] jako { $parts } zpráv
}.
send-over = { $handle }: chat skončil; co jste napsali, zůstává v poli.
not-yet-stored = Zatím neuloženo ({ $handle }): „{ $words }“ zůstává první k odeslání; nic se neztratilo.
not-stored = Neodesláno ({ $handle }): { $reason } Vaše slova jsou zpět v poli.
relay-gone = Server neodpovídá; vaše slova zůstávají a odejdou, až se vrátí (další pokus za { $seconds } s, { $key } retry).
relay-busy = Server teď nebere další spojení: je přetížený, nebo je tento účet otevřený už třikrát; vaše slova zůstávají (další pokus za { $seconds } s).
stopped-revoked = Tento účet byl zrušen; kniha případů zůstává čitelná; obraťte se na vedoucí směny.
stopped-replaced = Spojení převzala jiná vaše konzole; { $key } retry ho vezme zpět.
stopped-goodbye = Server spojení ukončil; { $key } retry to zkusí znovu; vaše slova zůstávají.
stopped-login = Server tento účet nezná; kniha případů zůstává čitelná; obraťte se na vedoucí směny.
stopped-card = Kartě linky tohoto serveru nelze věřit; nic se neodeslalo. Obraťte se na správce klíčů a použijte telefon.
stopped-not-ours = Na této adrese není server opora této verze; nic se neodeslalo.
race-lost = { $handle } je už v péči kolegy ({ $who }); { $key } převezme další dítě.
claim-gone = { $handle } už nečeká; { $key } převezme další dítě.
elsewhere-wrote = { $handle }: psali jste z jiného počítače; je to i tady.
elsewhere-took = { $handle }: chat jste převzali na jiném počítači; je i tady.
elsewhere-closed = { $handle }: chat jste ukončili na jiném počítači; formulář dokončete tam.
elsewhere-archived = { $handle }: uzavřeno na jiném počítači, v jeho knize případů; co jste zapsali tady, najde { $key }.
elsewhere-ready = Na jiném počítači jste zase k dispozici; platí to i tady.
elsewhere-break = Na jiném počítači jste začali pauzu do { $until }; platí to i tady.
elsewhere-off = Na jiném počítači jste skončili směnu; ani sem nikdo nový nepřijde. Zpět vás vrátí { $key }, Znovu k dispozici.
taking = { $handle }: přebírám…
taken = { $handle } je teď ve vašem seznamu.
take-no-place = Nemáte volné místo ({ $held } z { $places }); ze seznamu můžete dítě převzít i tak.
take-no-keys = Zatím nemáte klíče a slova dítěte byste nepřečetli. Přidělí vám je správce klíčů.
take-break = Máte pauzu a nikdo nový nepřijde; { $key } vás vrátí mezi připravené. Ze seznamu můžete dítě převzít i tak.
take-hold = Děti teď rozdělují jen vedoucí směny.
child-left = { $handle }: odchod ze stránky v { $at }, návrat k vám je možný do { $until }; odpověď se tam sama nezobrazí.
looks-in = { $handle }: do chatu nahlíží { $who }.
handed-over = { $handle }: chat teď vede { $who }.
handed-to-you = { $who } vám předává chat ({ $handle }); shrnutí je v něm.
released = { $handle } je zpět na začátku fronty.
second-asked = { $handle }: vedoucí směny vidí vaši prosbu, aby se podívali.
danger-raised = ⚑ Ohrožení života: { $handle }. Hlásí { $who }.
danger-sent = { $handle }: výstraha odešla všem vedoucím směny.
hand-over-nobody = Nikdo teď není k dispozici, kdo by převzal chat.
altered = { $handle }: chat byl cestou změněn. Nic dalšího se v něm neodešle; řekněte to vedoucí směny.
denied-no-key = Zatím není platný klíč, kterým by šla slova zapečetit.
archived = { $handle }: uzavřeno a uloženo v knize případů.
snoozed = Zvonek bude zticha: { $length }.
disk-full = Disk je plný, zůstává to jen v paměti; uvolněte 10 MB a stiskněte { $key }.
not-saved = Nepodařilo se uložit, zůstává to v paměti; každých pět sekund se to zkusí znovu.
casebook-damaged = { $count ->
    [one] Jeden záznam nelze přečíst
    [few] { $count } záznamy nelze přečíst
    [many] { $count } záznamu nelze přečíst
   *[other] { $count } záznamů nelze přečíst
}; ostatní je v pořádku. Spusťte `opora backup restore`.
not-here-no-chat = Nejdřív otevřete chat: { $key } převezme další dítě.
not-here-over = Chat už skončil.
not-here-ready = Už jste k dispozici.
not-here-online = Server je připojen.
not-here-nobody-asks = Nikdo další na vaši odpověď nečeká.
not-here-nobody-waits = Ve frontě nikdo nečeká.

## Spodní řádek

foot-menu-open = Menu
foot-chat-take = Vzít
foot-case-find = Hledat
foot-note-toggle = Zápis
foot-topics-open = Téma
foot-chat-next = Další
foot-help-ask = Pomoc
foot-chat-close = Uzavřít
foot-menu-open-long = Menu
foot-chat-take-long = Převzít další
foot-case-find-long = Hledat
foot-note-toggle-long = Zápis
foot-topics-open-long = Témata
foot-chat-next-long = Kdo čeká
foot-help-ask-long = Pomoc vedoucí směny
foot-chat-close-long = Uzavřít
foot-panes = Tab okno · Esc seznam · ? klávesy
hint-back = zpět

## Zápis a co je pod ním

note-title = ZÁPIS
note-saved = uloženo { $at }
side-topics = TÉMATA
side-no-topics = zatím žádné
side-change = { $key } změnit
side-earlier = DŘÍVĚJŠÍ PŘÍPADY TOHOTO DÍTĚTE
side-search = { $key } hledat
side-none-linked = žádné · { $key } hledá podle slov
side-came-back = po odchodu se vrátilo · { $key } hledá podle slov
side-phrases = PŘIPRAVENÉ VĚTY (v poli zprávy napište /)

## Témata

topics-title = Témata: { $handle }
topics-online = Online:
topics-turn = { $key } mění
topics-find = Hledat:
topics-suggested = návrh
topics-three = Nejvýš tři témata: Enter na vybraném ho zruší.
topics-hint = Písmena hledají · Enter vybere nebo zruší · Esc zpět
online-no = ne
online-yes = ano
online-both = obojí

## Uzavření

close-title = Uzavření: { $handle }
close-length = chat { $length } · { $messages }
close-topics = Témata *
close-online = Online *
close-child = Dítě
close-outcome = Výsledek *
close-risk = Riziko *
close-supervisor = Dohled *
close-note = Zápis
close-words = Slova
close-words-kept = zůstanou zapečetěná ve vaší knize případů
close-words-none = nezůstanou; zápis ano
close-goodbye = Rozloučení
close-goodbye-send = poslat větu /bye
close-goodbye-over = dítě už tu není
close-change = změnit
close-open = otevřít
close-space = mezera mění
close-child-facts = věk { $age }   pohlaví { $gender }   jazyk { $lang }
close-outcome-listened = vyslechnutí, podpora
close-outcome-info = informace
close-outcome-refer = odkázání na…
close-outcome-ended-by-child = ukončilo dítě
close-outcome-misuse = zneužití nebo test
close-table = Do čtvrtletní tabulky:  { $row }
close-complete = Nic nechybí.
close-wrote = ● { $handle } píše: „{ $words }“
close-unread = { $handle } mezitím píše: „{ $words }“. Další Enter přesto uzavře, Esc se vrátí.
close-unread-late = { $handle }: právě přišla nová zpráva; chat zůstává otevřený. Nejdřív si ji přečtěte.
close-draft = { $handle }: v poli je neodeslaný text; nejdřív ho pošlete nebo smažte.
close-under-way = { $handle } se uzavírá; ze seznamu zmizí, až bude vše v knize případů.
close-hint = Písmena volí · Tab posouvá · mezera zaškrtne · ← → v řádku
close-do = uzavřít chat
close-back = zpět do chatu
close-later = později (zůstane v seznamu jako ◇)
missing-topics = ! Chybí jedna věc: témata. Stiskněte F5.
missing-topics-three = ! Témat je víc než tři, nebo je některé dvakrát.
missing-online = ! Chybí jedna věc: zda je to online. Stiskněte o.
missing-risk = ! Chybí jedna věc: riziko. Stiskněte s.
missing-outcomes = ! Chybí jedna věc: výsledek. Stiskněte jeho písmeno.
missing-only-online = ! Je uvedeno, kde online, ale téma online není.
missing-supervisor = ! Při tomto riziku se podívá ještě někdo: vedoucí směny, jinak kolega. Tabulátorem přejděte na „Dohled“ a stiskněte mezerník.
missing-unknown = ! Některý kód ve formuláři neznám; změňte to pole.
missing-note = ! Bez toho nejde dokončit: { $field }. { $key } otevře zápis.

## Okna s výběrem

choice-hint = ↑↓ nebo písmena · Enter vybere · Esc zpět
choice-typed = Hledat:
choice-take-title = Převzít: { $handle }
choice-take-full = Nemáte volné místo ({ $held } z { $places }).
choice-take-yes = Převzít toto dítě
choice-take-no = Nechat ve frontě
choice-break-title = Pauza
choice-break-chats = Otevřené chaty zůstávají u vás; nikdo nový nepřijde.
choice-leave-title = Ukončit oporu?
choice-leave-chat = ● { $handle } je otevřený chat
choice-leave-form = ◇ { $handle } není dokončeno
choice-leave-open = Žádné dítě nezůstane samo: otevřené chaty předejte nebo uzavřete, jinak se vrátí do fronty. Rozepsané zprávy a zápisy zůstanou.
choice-leave-yes = Ukončit
choice-leave-no = Zůstat
choice-hand-over-title = { $handle }: komu předat
choice-danger-title = Ohrožení života: { $handle }
choice-danger-lines = Výstraha jde hned všem vedoucím směny a otevřou se kroky tísňového volání.
choice-danger-yes = Upozornit vedoucí směny
choice-danger-no = Zpět
choice-emergency-title = Tísňové kroky: { $handle }
choice-emergency-lines = Enter na kroku ho s časem zapíše pro kolegy.
choice-outcomes-title = Výsledky
choice-kinds-title = Co to bylo
choice-child-title = O dítěti
child-age = věk
child-gender = pohlaví
child-person = kdo píše
child-region = kraj

## Slova kolegům

ask-title = Pomoc: { $handle }
prompt-hand-over = { $handle }, převezme { $who }: co je třeba vědět
prompt-release = Proč se { $handle } vrací do fronty
prompt-whisper = Vzkaz kolegům: { $handle }
prompt-safe = Jen pro kolegy: žádné dítě to neuvidí.
prompt-hint = Enter odešle · Ctrl-J nový řádek · Esc zpět
prompt-empty = Je potřeba pár slov.

## Věty, hledání, menu, klávesy

phrases-title = Připravené věty: { $handle }
phrases-help = pomoc
phrases-nothing = Nic nevyhovuje; Enter vloží do pole, co jste napsali.
phrases-hint = Písmena hledají · Enter vloží do pole k úpravě · Esc zpět
within-title = Hledat v chatu:
within-count = { $at } z { $count } · Enter předchozí · Esc zpět
find-title = Hledat:
find-count = nalezeno { $count } · { $ms } ms
find-nothing = Nic nenalezeno. Slova se hledají od začátku, i bez diakritiky.
find-no-note = bez zápisu
find-risk = riziko { $level }
find-hint = Slova se hledají od začátku, bez diakritiky · Enter otevře · Esc zpět
menu-title = Menu:
menu-count = { $found } z { $all } příkazů
menu-not-here = tady ne: { $name } ({ $reason })
menu-hint = Psaním zúžíte · Enter provede · Esc zpět    klávesy vpravo jsou zkratky
keys-title = Klávesy této obrazovky · { $keymap }
keys-hint = ↑↓ další · jiná klávesa se vrátí
keys-global = Všude
keys-text = V poli zprávy
keys-list = V seznamu (v poli s Alt)
keys-note = V zápisu
keys-form = Při uzavření
keys-ask = V okně pomoci
keys-search = Při hledání
keys-board = Na přehledu
keys-preview = V náhledu exportu

## Heslová fráze a zámek

unlock-title = opora
unlock-prompt = Heslová fráze:
unlock-trying = Otevírám… schválně to trvá asi sekundu.
unlock-reading = Čtu knihu případů: { $percent } %
unlock-wrong = { $left ->
    [one] Tato fráze knihu případů neotevře; zbývá { $left } pokus do minutové pauzy.
    [few] Tato fráze knihu případů neotevře; zbývají { $left } pokusy do minutové pauzy.
    [many] Tato fráze knihu případů neotevře; zbývá { $left } pokusu do minutové pauzy.
   *[other] Tato fráze knihu případů neotevře; zbývá { $left } pokusů do minutové pauzy.
}
unlock-pause = Pětkrát špatná fráze: další pokus je možný za { $seconds } s.
unlock-in-use = opora už tuto knihu případů používá (proces { $process }); zavřete ji, nebo použijte `--profile`.
unlock-in-use-unknown = opora už tuto knihu případů používá; zavřete ji, nebo použijte `--profile`.
unlock-hint = Enter odemkne · { $key } konec
lock-title = Zamčeno
lock-mine = { $count ->
    [one] Čeká na vás dítě, { $wait }
    [few] Čekají na vás { $count } děti, nejdéle { $wait }
    [many] Čeká na vás { $count } dítěte, nejdéle { $wait }
   *[other] Čeká na vás { $count } dětí, nejdéle { $wait }
}
lock-colleagues = Kolegové vidí, že máte zamčeno.
lock-leave = Stále vedete chaty. Další { "Ctrl-C" } ukončí; za dvě minuty je mohou převzít kolegové.
lock-hint = Není tu jméno ani slovo z chatu.   Enter odemkne · { $key } konec

## Příliš malé okno

small-asks = ● { $wait } čeká na vás
small-queue = ve frontě { $count }, { $wait }
small-window = Okno je malé: { $size }, potřebuje { $needs }. Nic se neztratilo.
small-keys = { $next } další  { $menu } menu

console-error-terminal = opora tu potřebuje terminál: { $reason }
console-error-start = opora se nepodařilo spustit: { $reason }

## Co platí od vedoucích směny

house-doors = zavřeno ({ $who } od { $at })
house-hold = děti rozděluje { $who } od { $at }
announced = { $who }: { $words }

## Spolupráce a tempo směny

list-quiet = ticho
list-watched = čtu
list-gone = pryč
list-flagged = { $handle } · { $who }
list-left-behind = { $handle } ({ $who } není)
list-asks = čeká na odpověď { $wait }
box-to-nobody = { $handle }: nelze nic odeslat
talk-hidden = má stránku na pozadí
talk-outgoing = odejde za { $seconds } s · { $key } vezme zpět
talk-handed = Čtete dál a můžete psát vzkazy, dokud dítěti nenapíše kolega.
talk-gone-with = Dítě je teď u kolegy. Co jste napsali, zůstává v poli, odeslat nelze nic.
talk-gone-queue = Dítě je zpět ve frontě.
talk-gone-archived = Uzavřeno a uloženo v knize případů.
talk-gone-erased = Dítě si nechalo svá slova smazat.
notice-danger = ⚑ Ohrožení života: { $handle }, { $wait }; zatím nikdo nenahlíží
notice-danger-seen = ⚑ Ohrožení života: { $handle }, { $wait }; nahlíží { $who }
notice-quiet = ○ { $handle } mlčí { $wait }: / nabídne šetrnou otázku
hold-elsewhere = Dostane to { $handle }: odeslat? Před chvilkou jste sem psali z jiného počítače. Enter odešle, Esc ne.
hold-gap = Dostane to { $handle }: odeslat? V textu zůstalo nevyplněné místo: { $other }. Enter odešle, Esc ne.
send-with = { $handle }: chat teď vede { $who }; co jste napsali, zůstává v poli.
send-watched = { $handle }: chat vede kolega; vzkaz jde jen kolegům, převzetím bude dítě vaše.
send-gone = { $handle } už tu není; co jste napsali, zůstává v poli.
send-handing = { $handle } se právě předává; co jste napsali, zůstává v poli.
taken-back = Vzato zpět; slova jsou znovu v poli.
is-with = { $handle }: chat teď vede { $who }; co jste napsali, zůstává ve vlastním poli.
erased = { $handle }: dítě si nechalo slova smazat; zmizela i tady.
whispers = { $handle }: vzkaz posílá { $who }.
take-high-risk = Dítě ve vysokém riziku má všechna vaše místa; ze seznamu to jde i tak.
take-over-nobody = Žádné dítě nezůstalo bez konzultanta.
look-in-nobody = Nikdo z kolegů teď dítě nevede.
break-over = Pauza skončila; { $key } vás vrátí mezi připravené.
break-proposed = { $handle }: uzavřeno a uloženo. Bylo to těžké: { $key } je pauza.
copied = Zkopírováno. Schránku čtou všechny programy: brzy ji vyprázdněte.
not-here-not-mine = Toto dítě nevedete.
not-here-supervisor = Nahlížejí jen vedoucí směny.
not-here-clipboard = Kopírování je vypnuté; dovolí ho `privacy.clipboard`.
note-sent = Vzkaz čeká na další směnu.
note-refused = Vzkaz nebyl přijat; jeho slova jsou zpět, až budete psát vzkaz znovu.
note-taken = přebírám vzkaz ({ $who }): { $words }
notes-none = Žádný vzkaz z předání na vás nečeká.
phrase-made = /{ $code } je teď vaše věta.
phrase-needs-code = Věta potřebuje krátkou zkratku: písmena a až z bez háčků a číslice.
phrase-bad = Takhle věta být nemůže: { $reason }
phrase-code-taken = /{ $code } už v souboru je.
phrase-not-kept = Věta zůstane, dokud neskončíte; soubor se nepodařilo zapsat: { $reason }
choice-clock = { $now } · od výstrahy { $wait }
choice-take-risk = Dítě ve vysokém riziku zabírá všechna vaše místa.
choice-take-over-title = { $handle }: teď vede { $who }
choice-take-over-yes = Převzít ({ $handle }); { $who } to uvidí
choice-take-over-which = Které dítě převzít?
choice-look-in-title = Nahlédnout do chatu
choice-places-title = Kolik dětí najednou
choice-places-lines = Dítě ve vysokém riziku samo zabere všechna místa.
choice-leave-kept = Formuláře zůstávají vám na příští směnu; co jste slíbili, patří do vzkazu.
choice-leave-release = Ukončit; otevřené chaty se vrátí na začátek fronty
choice-note-title = Vzkaz k předání pro
choice-notes-title = Co nechala předchozí směna
shift-hand-over = ● { $handle }: předat…
shift-close = ● { $handle }: uzavřít…
shift-release = ● { $handle }: zpět do fronty…
shift-form = ◇ { $handle }: dokončit formulář
shift-promises = { $count ->
    [one] Brzy má být splněn { $count } slib.
    [few] Brzy mají být splněny { $count } sliby.
    [many] Brzy má být splněno { $count } slibu.
   *[other] Brzy má být splněno { $count } slibů.
}
shift-note = Napsat vzkaz k předání
shift-release-reason = Konec směny.
note-to-all = všichni
note-take = Převzít: { $who }: { $words }
note-leave = Nechat je tak
count-places = { $count ->
    [one] { $count } dítě
    [few] { $count } děti
    [many] { $count } dítěte
   *[other] { $count } dětí
}
brief-why = Proč píše
brief-agreed = Na čem jsme se dohodli
brief-watch = Na co dát pozor
phrase-code = zkratka
phrase-for-what = k čemu
phrase-text = slova
prompt-note = Vzkaz pro další směnu
prompt-note-to = Vzkaz, čte { $who }
prompt-phrase = Vlastní připravená věta
prompt-hint-fields = Enter odešle · Tab další řádek · Esc zpět
phrase-safe = Věty nejsou zašifrované: žádné jméno, místo ani nic o dítěti.

## Zúžení hledání

find-filter = { $key } filtr
find-all = všechny případy
find-since = od { $date }
filter-title = Zúžit hledání
filter-all = vše
filter-nothing = zrušit všechna zúžení
filter-since = od
filter-today = včerejška
filter-week = minulého týdne
filter-month = minulého měsíce
filter-quarter = doby před třemi měsíci
filter-due = navazující kontakt
filter-due-week = termín do týdne
filter-form = formulář
filter-unfinished = nedokončený
filter-online = online
filter-risk = riziko
filter-risk-from = { $level } a vyšší
filter-person = kdo píše
filter-outcome = výsledek
filter-family = oblast
filter-topic = téma

## Emoji podle jména

emoji-smile = úsměv
emoji-grin = smích
emoji-laugh = slzy_smíchu
emoji-wink = mrknutí
emoji-hug = objetí
emoji-relief = úleva
emoji-think = přemýšlí
emoji-neutral = nic
emoji-sad = smutek
emoji-cry = slza
emoji-sob = pláč
emoji-angry = vztek
emoji-scared = strach
emoji-worried = obava
emoji-tired = únava
emoji-heart = srdce
emoji-broken = zlomené_srdce
emoji-thumb = palec
emoji-clap = potlesk
emoji-wave = mávání
emoji-strong = síla
emoji-fingers = držím_palce
emoji-sun = slunce
emoji-star = hvězda

## První spuštění

first-title = Vítejte v programu opora
first-step = krok { $at } z { $count }
first-language = Jazyk
first-passphrase = Heslová fráze
first-passphrase-what = zamyká zápisy na tomto počítači. Nikdo ji za vás neobnoví; potom si napište obnovovací kód na papír: opora keys recovery.
first-invitation = Pozvánka
first-invitation-what = vložte, co vám dala vedoucí směny, nebo přeskočte Enterem a rozhlédněte se
first-practice = Nácvik
first-practice-what = tři minuty s dítětem podle scénáře; nic se neuloží
first-new = nová
first-again = ještě jednou
first-code = kód
first-proposal = Šest slov je dobrých a snadno si je zapamatujete, třeba: { $words }
first-differ = Nejsou stejné; začněte znovu, nic se neuložilo.
first-joining = Připojuji… ptám se serveru na jeho linku.
first-joined = Jste připojeni. Po nácviku se otevře konzole.
first-nothing-yet = Před třetím krokem z tohoto počítače nic neodchází.
first-hint = Enter dál · Esc zpět · Ctrl-C konec
first-hint-practice = Enter nácvik · s přeskočit · Ctrl-C konec
# Říká se v hotových řádcích (--plain)
plain-wrote = { $handle } píše: { $words }
plain-i-wrote = { $handle }, vy: { $words }
plain-colleague-wrote = { $handle }, { $who }: { $words }
plain-event = { $handle }: { $words }
plain-earlier = Výše jsou starší řádky: řekne je PgUp.
plain-queue =
    { $count ->
        [0] Nikdo nečeká.
        [one] Čeká jedno dítě, { $minutes } min.
        [few] Čekají { $count } děti, nejdéle { $minutes } min.
       *[other] Čeká { $count } dětí, nejdéle { $minutes } min.
    }
casework-hint = Písmeno vybírá · ↑↓ Enter · Esc zpět
new-title = Nový kontakt
new-lines = Čas běží od teď. Co nepotřebuje slova, započítá se hned jako hovor.
new-quick = Započítat: { $kind }
outside-later = Uloženo v knize případů; započítá se, až se server ozve.
due-title = Slíbeno
due-lines = Čemu běží termín; písmeno řekne, že se to splnilo.
due-nothing = Nic není slíbeno.
promise-title = Slíbeno do
promise-in =
    { $days ->
        [0] Dnes, { $date }
        [1] Zítra, { $date }
        [few] Za { $days } dny, { $date }
        [many] Za { $days } dne, { $date }
       *[other] Za { $days } dní, { $date }
    }
promise-lines = Co bylo slíbeno, beze jmen:
promise-kept-for = Slíbeno do { $when }; ten den se to ukáže při přihlášení.
agree-title = Domluvené heslo
agree-lines = Heslo, které řekne jen toto dítě, až se vrátí:
agree-what = Na čem jste se dohodli, pro toho, kdo bude na směně:
agree-done = Domluveno. Kdo bude na směně, najde to podle hesla ještě rok.
phrase-title = Podle hesla
phrase-lines = Heslo, jak ho dítě řekne:
phrase-nothing = Pod tímto heslem se za poslední rok nic nedomluvilo.
phrase-times =
    { $count ->
        [one] Pod tímto heslem jedna dohoda:
        [few] Pod tímto heslem { $count } dohody, nejnovější první:
        [many] Pod tímto heslem { $count } dohody, nejnovější první:
       *[other] Pod tímto heslem { $count } dohod, nejnovější první:
    }
phrase-agreed = { $when }, { $who }: { $words }
phrase-done = Rozumím
disclosure-decision = Co se rozhodlo: { $words }
disclosure-second = Rozhodnuto s: { $words }
disclosure-ask-decision = Co se rozhodlo a proč:
disclosure-ask-second = Kdo to rozhodl s vámi:
disclosure-tell-first = Nejdřív řekněte dítěti, co musíte oznámit a komu. Pak to zaškrtněte.
disclosure-rule = Sem patří pravidlo vaší linky o oznamovací povinnosti (text disclosure-rule). Není to právní rada.
own-title = Moje vlastní čísla za { $days } dní
own-lines = Vidíte je jen vy: počítají se teď, z vaší knihy případů, a nikam se neukládají.
own-nothing = Ve vaší knize případů není za posledních { $days } dní žádný váš rozhovor.
own-talks =
    { $count ->
        [one] Jeden rozhovor; trval { $lasted }.
        [few] { $count } rozhovory; průměrně trvaly { $lasted }.
       *[other] { $count } rozhovorů; průměrně trvaly { $lasted }.
    }
own-waits = Na mou odpověď děti čekaly v polovině případů nejvýš { $half }, v devíti z deseti nejvýš { $most } (rozhovorů s uloženými slovy: { $count }).
own-longest = Nejdelší takové čekání: { $length }, { $handle }, { $date }.
own-words = Ze všech slov v rozhovorech bylo { $share } mých.
own-silence = Nejdelší ticho v rozhovoru: { $length }, { $handle }, { $date }.
own-heavy =
    { $count ->
        [0] Žádný nebyl těžký (vysoké nebo bezprostřední riziko).
        [one] Jeden byl těžký (vysoké nebo bezprostřední riziko):
        [few] { $count } byly těžké (vysoké nebo bezprostřední riziko):
       *[other] { $count } bylo těžkých (vysoké nebo bezprostřední riziko):
    }
own-heavy-one = { $date }  { $handle }, { $length }
own-heavy-many = To je hodně. Od toho je supervize; a na pauzu máte nárok.
link-how = Nejdřív najděte dřívější kontakt téhož dítěte; tam je { $key } spojí.
linked = Totéž dítě jako { $handle }: teď jeden případ.
