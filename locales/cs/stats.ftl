# Příkazy board a stats: k čemu je která volba a co říkají.

cli-board = Ukáže službu: kdo čeká, kdo je s kým, co teď někoho potřebuje (vedoucí směny)
cli-board-relay = Relay, ke kterému se připojit, třeba wss://chat.example.cz
cli-board-once = Vypíše jeden řádek a skončí
cli-board-wall = Velká čísla na velkou obrazovku; žádná jména ani přezdívky
cli-board-plain = Řádek vždy, když se něco změní, pro čtečky a roury
cli-board-json = Vypíše jednou celý přehled jako JSON
cli-board-keymap = default nebo vim
cli-board-theme = auto, terminal, day, night, contrast, mono nebo soubor ve složce themes/
cli-stats = Ke komu se linka dostala a ke komu ne, z řádků domu (vedoucí směny)
cli-stats-relay = Relay, ke kterému se připojit, třeba wss://chat.example.cz
cli-stats-zone = Pásmo, ve kterém se myslí dny a hodiny, třeba Europe/Prague; jinak pásmo tohoto počítače
cli-stats-quarter = Čtvrtletí jako 2026-Q3 nebo měsíc jako 2026-09; jinak běžící čtvrtletí
cli-stats-by = Podle čeho se kontakty seskupí; interval vypíše čtvrthodiny jako CSV
cli-stats-outside = Pro čtenáře mimo dům: počty od 1 do méně než K se skryjí (5, pokud K není dáno)
cli-stats-explain = Pod každé číslo napíše, jak je definováno
cli-stats-csv = Vypíše CSV
cli-stats-json = Vypíše JSON
cli-stats-report = Zapíše zprávu za čtvrtletí: jeden soubor HTML bez skriptu a CSV
cli-stats-report-relay = Relay, ke kterému se připojit, třeba wss://chat.example.cz
cli-stats-report-zone = Pásmo, ve kterém se myslí dny a hodiny, třeba Europe/Prague; jinak pásmo tohoto počítače
cli-stats-report-quarter = Čtvrtletí jako 2026-Q3 nebo měsíc jako 2026-09
cli-stats-report-out = Složka pro report.html a soubory CSV
cli-stats-report-outside = Pro čtenáře mimo dům: počty od 1 do méně než K se skryjí (5, pokud K není dáno)
cli-stats-report-patience = Průměrný čas v sekundách, po kterém to děti vzdají, má-li s ním obsazení počítat
cli-stats-report-shrinkage = Podíl placeného času mimo linku, od 0 do méně než 1
cli-stats-report-slots = Místa jednoho poradce, pokud jiná než na lince
cli-stats-staffing = Kolik poradců potřebuje příští týden po půlhodinách a co by udělala změna
cli-stats-staffing-relay = Relay, ke kterému se připojit, třeba wss://chat.example.cz
cli-stats-staffing-zone = Pásmo, ve kterém se myslí dny a hodiny, třeba Europe/Prague; jinak pásmo tohoto počítače
cli-stats-staffing-goal = Cíl jako PROCENTA/SEKUNDY, třeba 80/300; jinak cíl linky
cli-stats-staffing-slots = Místa jednoho poradce, pokud jiná než na lince
cli-stats-staffing-patience = Průměrný čas v sekundách, po kterém to děti vzdají; bez něj se s tím nepočítá
cli-stats-staffing-shrinkage = Podíl placeného času mimo linku, od 0 do méně než 1
cli-stats-staffing-weeks = Kolik týdnů zpět předpověď hledí
cli-stats-staffing-csv = Vypíše CSV
cli-stats-staffing-json = Vypíše JSON
cli-stats-fetching = řádků: { $rows }
cli-staffing-naive = Předpověď: stejná hodina minulého týdne.
cli-staffing-holt = Předpověď: Holt-Winters.
cli-staffing-mase = Chyba (MASE) stejné hodiny minulého týdne { $naive }, Holt-Winters { $holt }, { $weeks ->
    [one] za poslední týden
    [few] za poslední { $weeks } týdny
   *[other] za posledních { $weeks } týdnů
  }; pod 1 je lepší, než jak minulost předpověděla sama sebe.
cli-staffing-measured = Doba zpracování { $minutes } min měřená při { $slots } chatech najednou; cíl { $level } do { $seconds } s.
cli-staffing-alone = Doba zpracování { $minutes } min měřená po jednom chatu, počet míst { $slots } podle zkušenosti jiných linek; cíl { $level } do { $seconds } s.
cli-staffing-half = { $at }: { $rate } chatů/h ({ $low }–{ $high }): poradců { $needed } ({ $level }), { $most }, přijde-li nejvíc
cli-staffing-half-employed = { $at }: { $rate } chatů/h ({ $low }–{ $high }): poradců { $needed } ({ $level }), { $most }, přijde-li nejvíc; s nepřítomnostmi { $employed }
cli-staffing-nobody = Nikdo se neočekává.
cli-staffing-what-if = Co kdyby, v nejrušnější půlhodině ({ $at }):
cli-staffing-as-planned = podle plánu
cli-staffing-one-more = o poradce víc
cli-staffing-one-less = o poradce míň
cli-staffing-slots-are = každý { $count ->
    [one] { $count } místo
    [few] { $count } místa
   *[other] { $count } míst
  }
cli-staffing-patience-is = děti to vzdají průměrně po { $count } s
cli-staffing-without-end = fronta by rostla bez konce
cli-staffing-outcome = { $counsellors ->
    [one] { $counsellors } poradce
    [few] { $counsellors } poradci
   *[other] { $counsellors } poradců
  }, včas { $level }, průměrné čekání { $wait } s, vytížení { $occupancy }, vzdá to { $abandoned }
cli-staffing-method = Rozmezí platí ve čtyřech případech z pěti podle toho, jak se předpověď mýlila v minulých týdnech. Erlang C, nebo Erlang A tam, kde se počítá s tím, že to děti vzdají.
cli-error-house-supervisor = Přehled a statistiky vidí jen vedoucí směny; tento účet je poradcův. Nic se nezměnilo.
cli-error-stopped = Relay tento účet nepustí: { $reason }. Nic se nezměnilo.
cli-error-zone = „{ $zone }“ není pásmo; vypadá jako Europe/Prague.
cli-error-period = „{ $period }“ není čtvrtletí ani měsíc; vypadá jako 2026-Q3 nebo 2026-09.
cli-error-intervals-outside = Čtvrthodiny zůstávají v domě: v každé z nich je kontaktů málo. Vynechte --outside, nebo seskupte po hodinách.
cli-error-no-handle = V těch týdnech nebyl přijat žádný chat, takže není s jakou dobou zpracování počítat. Zkuste větší --weeks.
cli-error-short-past = Předpověď potřebuje aspoň týden celých dnů; řádky začínají později. Zkuste to, až bude linka starší.
