# Zpráva o období a definice čísel v ní.

report-title = Koho linka zastihla: { $period }
report-quarter = { $number }. čtvrtletí { $year }
report-days = { $first } až { $last }
report-intro = Zpráva vznikla { $made }. Dny a hodiny jsou podle pásma { $zone }. Pomlčka znamená, že není z čeho počítat; nikdy neznamená nulu.
report-contents = Obsah

report-seconds = { $seconds } s
report-minutes-seconds = { $minutes } min { $seconds } s

## Čísla celého období

report-numbers = Čísla a co znamenají
report-numbers-about = Ve frontě čekají jen chaty, proto se zde počítají jen ony; kdo to vzdal na telefonu, nikdo neví.
report-number = Číslo
report-value = Hodnota
report-goal = Cíl
report-definition = Definice
report-goal-at-least = aspoň { $goal }
report-goal-at-most = nejvýš { $goal }

report-offered = Přišlo
report-offered-what = Všechny chaty otevřené v tomto období. Chat patří k okamžiku, kdy byl otevřen, i když skončil později.
report-answered = Přijato
report-answered-what = Chaty, které někdo z konzultantů převzal.
report-reach = Dosah
report-reach-what = Přijato ÷ (přišlo − krátké). Krátké pokusy se sotva staly, proto se nepočítají nikomu k tíži.
report-level = Úroveň dostupnosti
report-level-what = Přijato do { $target } ÷ (přišlo − krátké).
report-abandonment = Odpadlí z fronty
report-abandonment-what = (Odpadli − krátké) ÷ (přišlo − krátké). Odpadl: chat skončil a nikdo ho nepřevzal.
report-short = Odpadli hned (krátké)
report-short-what = Odpadli dříve než za { $short }.
report-later = Odpadli později
report-later-what = Odpadli po { $short } nebo déle.
report-by-hand = Odpadli odchodem ze stránky
report-by-hand-what = Ze všech odpadlých: dítě stisklo „Opustit stránku“.
report-by-network = Odpadli ztrátou spojení
report-by-network-what = Ze všech odpadlých: spojení se přerušilo a neobnovilo.
report-came-again = Přišli znovu
report-came-again-what = Chaty dětí, které odešly a do deseti minut se vrátily v témže okně. Nic dalšího o nich linka neví.
report-asa = Průměrné čekání
report-asa-what = Průměrná doba od otevření do převzetí u přijatých. Několik dlouhých čekání ji zvedne; medián je neukáže.
report-p50 = Medián čekání
report-p50-what = Polovina přijatých čekala nejvýš takto dlouho (nejbližší pořadí).
report-p90 = 90. percentil čekání
report-p90-what = Devět z deseti přijatých čekalo nejvýš takto dlouho (nejbližší pořadí).
report-first = První odpověď
report-first-what = Medián doby od otevření do první zprávy konzultanta.
report-gap = Prodleva odpovědi
report-gap-what = Medián doby od zprávy dítěte do další zprávy konzultanta: nejprve medián každého chatu, potom medián z nich.
report-aht = Doba kontaktu
report-aht-what = Průměrná doba od převzetí do konce a k ní dopsání zápisu, které se počítá nejvýš 30 minut.
report-concurrency = Chatů najednou
report-concurrency-what = Kolik chatů měl konzultant najednou, když nějaký měl: čas všech chatů ÷ čas s aspoň jedním.
report-occupancy = Vytížení
report-occupancy-what = Podíl času ve směně s chatem nebo s jeho zápisem. Nad 85 % se lidé unaví.
report-slot-use = Využití míst
report-slot-use-what = Čas všech chatů ÷ čas všech míst pro chat ve směně.
report-felt = Jak jim bylo potom
report-felt-what = Průměr odpovědí dětí od 1 (velmi špatně) do 4 (dobře), nejméně z { $least } odpovědí. Nikdy se neukazuje za jednoho konzultanta.
report-heard = Cítily se vyslechnuté
report-heard-what = Průměr odpovědí dětí od 0 (ne) do 2 (ano), nejméně z { $least } odpovědí.

## Oddíly

report-group = Skupina
report-hours = Příchody a dosah podle hodin
report-hours-about = Kolik chatů bylo v každé hodině dne otevřeno a kolik z nich přijato.
report-weekdays = Příchody a dosah podle dnů v týdnu
report-weekdays-about = Kolik chatů bylo v každém dni týdne otevřeno a kolik z nich přijato.
report-legend-reach = Obrys: přišlo. Výplň: přijato. Co zůstalo prázdné, linka nezastihla.

report-waits = Jak dlouho děti čekaly
report-waits-about = Kolik jich čekalo jak dlouho, než je někdo přijal nebo než odpadly.
report-wait = Čekání
report-gave-up = Odpadlo
report-up-to = do { $limit }
report-longer = { $limit } a více
report-axis-seconds = { $count } s
report-axis-minutes = { $count } min
report-legend-waits = Výplň: přijato. Obrys nad ní: odpadlo. Každá třída začíná tam, kde předchozí končí.

report-level-time = Úroveň dostupnosti v čase
report-level-time-about = Podíl přijatých v cílovém čase po jednotlivých dnech nebo týdnech.
report-day = Den
report-week-of = Týden od
report-legend-level = Body: úroveň dostupnosti. Čárkovaně: cíl { $goal }. Kde nikdo nepřišel, bod není.

report-topics = O čem to bylo
report-topics-about = Krizové intervence a poradenství všech kanálů podle skupiny hlavního tématu, jak je zařadili konzultanti.
report-topic = Téma
report-contacts = Kontakty
report-share = Podíl
report-legend-topics = Čím delší pruh, tím více kontaktů.
report-kinds = Jaké kontakty to byly
report-kind = Druh
report-nothing = Žádný kontakt tohoto období nebyl zařazen.

report-by-topic = Dosah podle tématu
report-by-age = Dosah podle věku
report-by-language = Dosah podle jazyka
report-by-channel = Všechny kanály

report-handling = Jak dlouho kontakty trvají
report-handling-about = Doby kontaktu podle kanálu a podle toho, kolik chatů měl konzultant současně (zaokrouhleno na celé). Když jich je víc, každý trvá déle; pro obsazení platí doba při tomto počtu.
report-channel = Kanál
report-at-once = Najednou

report-plan = Obsazení a potřeba
report-plan-about = Kolik konzultantů bylo průměrně ve směně a kolik by jich příchody každé hodiny potřebovaly k dosažení cíle (Erlang C, nebo Erlang A, pokud se počítá s tím, že děti odpadají).
report-plan-measured = Počítáno s naměřenou dobou kontaktu { $aht }; { $slots ->
    [one] { $slots } místo
    [few] { $slots } místa
    [many] { $slots } místa
   *[other] { $slots } míst
    } pro chat na konzultanta.
report-plan-alone = Souběžných chatů bylo na měření málo; počítáno s dobou { $aht } pro jeden chat a s tím, co zjistily jiné linky; { $slots ->
    [one] { $slots } místo
    [few] { $slots } místa
    [many] { $slots } místa
   *[other] { $slots } míst
    } pro chat na konzultanta.
report-plan-nothing = Žádný chat nebyl přijat, takže není doba kontaktu, se kterou by se dalo počítat.
report-legend-plan = Výplň: ve směně. Silná čára: potřeba. Čára nad sloupcem znamená hodinu, ve které bylo lidí málo.
report-hour = Hodina
report-staffed = Ve směně
report-needed = Potřeba
report-employed = S nepřítomností
report-plan-week = Ve směně / potřeba podle hodin a dnů; ! značí málo lidí

report-methods = Jak se počítalo
report-method-rows = Vše se počítá z řádků, které po kontaktech zůstávají: z časů, kódů a počtů, bez slov, jmen a adres. Všechny intervaly jsou polootevřené: první okamžik do nich patří, poslední ne.
report-method-time = Hodiny jsou podle nástěnných hodin. Ve dnech změny času jedna hodina chybí nebo je dvakrát; průměry za hodinu se dělí tím, jak dlouhá opravdu byla.
report-method-percentile = Percentily jsou podle nejbližšího pořadí: hodnota, která opravdu nastala, nikdy hodnota mezi dvěma.
report-method-staff = Čas ve směně je čas přihlášení mimo přestávku, sečtený přes všechny konzultanty za každou čtvrthodinu. „S nepřítomností“ přidává podíl placeného času mimo linku.
report-method-hidden = Počty od 1 do méně než { $k } jsou skryty a s nimi tolik dalších, aby se nedaly dopočítat.
report-method-people = Žádné číslo zde není o jednom konzultantovi a žádné se podle konzultantů nedá rozdělit: řádky je nejmenují.
report-sources = Zdroje: A. K. Erlang 1917 (Erlang B a C); C. Palm 1946, S. Zeltyn a A. Mandelbaum 2005 (Erlang A). Zisk z více chatů najednou bez vlastních dat: 1; 1,7; 2,5; 2,9; 3,5.
