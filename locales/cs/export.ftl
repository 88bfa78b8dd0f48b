# Co opouští dům: opora export.
cli-export = Vydá souhrny případů a tabulky, začerněné a prověřené, jako datový balíček
cli-export-quarter = Uzavřené čtvrtletí, třeba 2026-Q3; pro chi kterékoli z daného roku
cli-export-table = Co: souhrny případů, čtvrtletí pro Insafe, rok pro Child Helpline International, nebo fronta
cli-export-rows = Pro tabulky: místo přenosu soubor s řádky kontaktů a jejich znaky, na každém řádku jeden objekt JSON
cli-export-another = Souhrn platí za zkontrolovaný, jen když ho kontroloval někdo jiný než jeho konzultant
cli-export-class = Pro koho: partneři vázaní dohodou (k 5), nebo veřejnost (k 10, bez textu)
cli-export-format = Podoby tabulek: csv, json, md, oddělené čárkou
cli-export-to = Komu to jde, slovy; zapíše se do knihy vydání
cli-export-out = Složka, která vznikne; u konzultanta zapečetěný soubor
cli-export-check = Jen řekne, co by odešlo a proč by se něco odmítlo
cli-export-review = Ukáže každý navržený souhrn čtvrtletí, původní i začerněný, a zeptá se na to, co je nejisté
cli-export-review-quarter = Čtvrtletí, třeba 2026-Q3
cli-export-review-another = I ty, které zkontroloval jen jejich vlastní konzultant
cli-export-merge = Spojí zkontrolované kandidáty konzultantů s vašimi a vydá celek
cli-export-merge-files = Zapečetěné soubory, které konzultanti vytvořili příkazem opora export
cli-export-merge-class = Pro koho: partneři vázaní dohodou (k 5), nebo veřejnost (k 10, bez textu)
cli-export-merge-format = Podoby tabulek: csv, json, md, oddělené čárkou
cli-export-merge-to = Komu to jde, slovy; zapíše se do knihy vydání
cli-export-merge-out = Složka, která vznikne
cli-export-merge-check = Jen řekne, co by odešlo a proč by se něco odmítlo

export-gathering = Sbírám případy: { $done } z { $total }
export-masking = Začerňuji: { $done } z { $total }
export-writing = Zapisuji: { $done } z { $total }

export-done =
    Vydáno souhrnů: { $rows } z { $total } · { $dropped ->
        [0] nic se nezadrželo
       *[other] zadrženo { $dropped } (k < { $k })
    }
export-table-done =
    { $base ->
        [one] započítán 1 kontakt
        [few] započítány { $base } kontakty
       *[other] započítáno { $base } kontaktů
    } · { $hidden ->
        [0] nic není skryté
        [one] skryta 1 buňka
        [few] skryty { $hidden } buňky
       *[other] skryto { $hidden } buněk
    } · { $groups ->
        [0] žádný řádek v jediné buňce
        [one] 1 řádek celý v jediné buňce
        [few] { $groups } řádky celé v jediné buňce
       *[other] { $groups } řádků celých v jediné buňce
    }
export-would =
    { $rows ->
        [one] Odešel by 1 řádek. Nic se nezapsalo.
        [few] Odešly by { $rows } řádky. Nic se nezapsalo.
       *[other] Odešlo by { $rows } řádků. Nic se nezapsalo.
    }
export-left-before =
    { $count ->
        [one] 1 případ už k témuž okruhu odešel a zůstává stranou.
        [few] { $count } případy už k témuž okruhu odešly a zůstávají stranou.
       *[other] { $count } případů už k témuž okruhu odešlo a zůstává stranou.
    }
export-handed-over =
    Zapečetěno pro toho, kdo vydává: { $count ->
        [one] 1 zkontrolovaný kandidát
        [few] { $count } zkontrolovaní kandidáti
       *[other] { $count } zkontrolovaných kandidátů
    }, soubor { $file }. Otevře ho jen trezor s klíčem tohoto domu.
export-would-hand-over =
    { $count ->
        [one] Předal by se 1 zkontrolovaný kandidát. Nic se nezapsalo.
        [few] Předali by se { $count } zkontrolovaní kandidáti. Nic se nezapsalo.
       *[other] Předalo by se { $count } zkontrolovaných kandidátů. Nic se nezapsalo.
    }

export-error-quarter = { $quarter } není čtvrtletí. Napište ho jako 2026-Q3; nic se nevydalo.
export-error-format = { $format } není podoba tabulky. Známe csv, json a md.
export-error-not-closed = Nevydáno: čtvrtletí ještě neskončilo. Vydávají se jen uzavřená čtvrtletí, aby se dvě vydání nelišila o pár dní.
export-error-not-reviewed =
    { $count ->
        [one] Nevydáno: o 1 souhrnu ještě nikdo nerozhodl. Spusťte: opora export review --quarter { $quarter }
        [few] Nevydáno: o { $count } souhrnech ještě nikdo nerozhodl. Spusťte: opora export review --quarter { $quarter }
       *[other] Nevydáno: o { $count } souhrnech ještě nikdo nerozhodl. Spusťte: opora export review --quarter { $quarter }
    }
export-error-k =
    Nevydáno: { $count } z { $total } případů by vyčnívalo i v nejhrubší podobě (méně než { $k } stejných, nebo mezi nimi méně než { $l } různých trápení) a zadržet se smí nejvýš 5 %. Pomoci může delší období nebo víc knih případů dohromady.
export-error-nothing = Z { $quarter } už není co vydat: žádný dokončený případ, nebo k tomuto okruhu už všechny odešly.
export-error-again =
    { $count ->
        [one] Nevydáno: 1 případ už k témuž okruhu odešel. Případ odchází jednou.
        [few] Nevydáno: { $count } případy už k témuž okruhu odešly. Případ odchází jednou.
       *[other] Nevydáno: { $count } případů už k témuž okruhu odešlo. Případ odchází jednou.
    }
export-error-difference =
    { $count ->
        [one] Nevydáno: spolu s dřívějším vydáním by { $cell } prozradilo 1 dítě. Nic se nezapsalo.
        [few] Nevydáno: spolu s dřívějším vydáním by { $cell } prozradilo { $count } děti. Nic se nezapsalo.
       *[other] Nevydáno: spolu s dřívějším vydáním by { $cell } prozradilo { $count } dětí. Nic se nezapsalo.
    }
export-error-hidden = Nevydáno: { $cell } bylo v dřívějším vydání skryté a teď by se ukázalo. Nic se nezapsalo.
export-error-ledger = Kniha vydání nedrží pohromadě u záznamu { $number }. Nic se nevydalo; obnovte knihu případů ze zálohy, nebo zjistěte, kdo ji změnil.
export-error-there = Nevydáno: { $file } už tu je a nic se nepřepisuje. Jiné místo uveďte za --out.
export-error-not-releaser = Vydává jen vedoucí směny. Konzultantovi udělá opora export zapečetěný soubor pro toho, kdo vydává.
export-error-periods = Soubory jsou z různých čtvrtletí. Spojte vždy jen soubory jednoho; nic se nezapsalo.
export-error-no-key = V tomto trezoru není klíč domu, a tak nejde nic zapečetit. Připojte se jednou k přenosu, dostanete ho.
export-error-candidates-damaged = { $file } není soubor kandidátů, nebo se cestou změnil. Nic se nevydalo; vyžádejte si ho znovu.
export-error-candidates-newer = { $file } vytvořila novější opora. Aktualizujte tuto a zkuste to znovu.
export-error-candidates-key = { $file } je zapečetěný klíčem domu, který v tomto trezoru není. Nic se nevydalo.

export-risk-alike = Kdo zná období, kraj, věk, pohlaví, osobu, kanál a hlavní téma dítěte, najde nejméně { $k } stejně vypadajících případů a mezi nimi nejméně { $l } různých trápení.
export-risk-uniques =
    { $uniques ->
        [0] Z { $total } případů nebyl v těchto znacích žádný sám ani předtím, než se cokoli zhrubilo.
        [one] 1 případ z { $total } byl v těchto znacích sám, než se cokoli zhrubilo.
        [few] { $uniques } případy z { $total } byly v těchto znacích samy, než se cokoli zhrubilo.
       *[other] { $uniques } případů z { $total } bylo v těchto znacích samo, než se cokoli zhrubilo.
    }
export-risk-levels = Zhrubeno: { $levels }.
export-risk-dropped = Zadrženo případů: { $dropped }; vypuštěno jednotlivých hodnot (píší se *): { $given }.
export-risk-t = Trápení jedné skupiny se od trápení všech liší nejvýš o { $t } (0 stejná, 1 nic společného). To se ukazuje, neomezuje.
export-risk-population = Kolik dětí v celé populaci vypadá stejně, se z těch, které se ozvaly, spočítat nedá. Kdo ví, že se dítě ozvalo, dozví se z toho víc než ten, kdo to neví.
export-risk-text = Každý souhrn začernila pravidla a viděl ho člověk. Příběh přesto může poznat ten, kdo ho zažil: texty nezveřejňujte a nepátrejte, kdo je kdo.
export-risk-hidden =
    { $hidden ->
        [0] Žádná buňka nebyla menší než { $k }; nic není skryté.
       *[other] Skrytých buněk (<k) je { $hidden }: ty menší než { $k } a další, bez nichž by šly dopočítat. Která je která, se neříká.
    }
export-risk-rounded = Ostatní počty jsou zaokrouhlené na pětky, součty samy za sebe, takže nemusí sedět.
export-risk-groups =
    { $groups ->
        [one] V 1 řádku je všechno v jediné buňce: o kom se ví, že patří do řádku, o tom se ví, že patří do buňky.
        [few] Ve { $groups } řádcích je všechno v jediné buňce: o kom se ví, že patří do řádku, o tom se ví, že patří do buňky.
       *[other] V { $groups } řádcích je všechno v jediné buňce: o kom se ví, že patří do řádku, o tom se ví, že patří do buňky.
    }
export-risk-combined = Porovnáno se všemi dřívějšími vydáními téže tabulky. S tím, co o týchž dětech vydají jiní, porovnat nejde.
export-level-none = nic
export-level-region = kraj (celá země)
export-level-age-band = věk (0–11, 12–18, 19 a víc)
export-level-topic = téma (jeho okruh)
export-level-gender = pohlaví (vynecháno)
export-level-period = období (pololetí)

export-title = { $line }: { $table }, { $period }
export-readme-columns = Sloupce
export-readme-cite = Citujte jako vydání { $id }, vytvořené programem opora.
export-column-release-id = Vydání, ke kterému řádek patří
export-column-row = Číslo řádku v tomto vydání; nic jiného neznamená
export-column-period = Čtvrtletí nebo pololetí, kdy měl případ poslední kontakt
export-column-region = Kraj dítěte (ISO 3166-2), CZ tam, kde byl zhruben
export-column-age-band = Věk dítěte v letech, od a do
export-column-gender = Pohlaví dítěte, * tam, kde je vynecháno
export-column-person = Kdo se ozval
export-column-channel = Jak se ozval
export-column-topic-primary = Hlavní téma, nebo jeho okruh
export-column-topics-other = Další témata, * tam, kde je sdílí málo případů
export-column-online = Zda se to děje online, * tam, kde to sdílí málo případů
export-column-where = Kde online, * tam, kde to sdílí málo případů
export-column-risk = Jak velké nebezpečí konzultant viděl, R0 až R4
export-column-outcomes = Co z toho vzešlo, * tam, kde to sdílí málo případů
export-column-contacts-band = Kolik kontaktů měl případ ve čtvrtletí, * tam, kde to sdílí málo případů
export-column-summary = Souhrn o nejvýš 600 znacích; jména, místa a čísla jsou začerněná
export-column-section = Do které části řádek patří
export-column-code = Počítaný kód
export-column-label = Kód slovy
export-column-count = Kolik kontaktů; prázdné tam, kde je skryto
export-column-share = Podíl ze všech započítaných kontaktů, od 0 do 1; prázdné tam, kde je skryto
export-column-note = <k skryto, rounded zaokrouhleno, all in one cell vše v jediné buňce
export-column-year = Rok
export-column-family = Okruh Child Helpline International, nebo část
export-column-sub-category = Podkategorie, nebo kód části
export-column-girls = Kontakty o dívkách; <k tam, kde je skryto
export-column-boys = Kontakty o chlapcích; <k tam, kde je skryto
export-column-non-binary = Kontakty o nebinárních dětech; <k tam, kde je skryto
export-column-unknown = Kontakty o dětech, jejichž pohlaví neznáme; <k tam, kde je skryto
export-column-total = Celý řádek; <k tam, kde je skryto

export-review-case = Případ { $number } z { $total }
export-review-original = Původní, [zásah] [?nejisté] (ponecháno):
export-review-masked = Jak by odešlo:
export-review-doubt = „{ $words }“, možná { $kind }. m začernit, e začernit všude, k DŮVOD ponechat, l ponechat a už se neptat, s později, q konec
export-review-ready = Nic není nejisté. Enter to tak rozhodne, + SLOVA začerní přehlédnuté, - SLOVA = DŮVOD ponechá zásah, s později, q konec
export-review-reason = K ponechání slova je třeba důvod: k DŮVOD. Důvod bude stát ve vydání.
export-review-help = Nerozumím: písmeno, a u k důvod.
export-review-own-list = na vlastním seznamu linky
export-review-done =
    { $count ->
        [one] rozhodnut 1 souhrn
        [few] rozhodnuty { $count } souhrny
       *[other] rozhodnuto { $count } souhrnů
    } · { $left ->
        [0] nic nezbývá
        [one] zbývá 1
        [few] zbývají { $left }
       *[other] zbývá { $left }
    }
export-kind-birth-number = rodné číslo
export-kind-email = e-mailová adresa
export-kind-url = stránka
export-kind-handle = jméno na platformě
export-kind-phone = telefonní číslo
export-kind-other-id = číslo jedné osoby
export-kind-date-of-birth = datum narození
export-kind-address = adresa
export-kind-school = škola
export-kind-place = místo
export-kind-name = jméno
export-kind-date = datum
export-kind-age = věk
export-kind-grade = třída
export-kind-region = kraj

# Kontrola v konzoli.
preview-title = Vývoz · { $quarter } · { $count ->
    [one] 1 souhrn případu
    [few] { $count } souhrny případů
   *[other] { $count } souhrnů případů
}
preview-standing = k = { $k } v pořádku · { $count ->
    [one] 1 případ zadržen
    [few] { $count } případy zadrženy
   *[other] { $count } případů zadrženo
}
preview-standing-refused = na vydání je zatím málo případů
preview-case = PŘÍPAD { $number } z { $total }
preview-counts = začerněno { $masked } · zobecněno { $general } · ponecháno { $kept } · nejisté { $open }
preview-masked = Jak by odešlo
preview-original = Původní text
preview-open = { $count ->
    [one] NEJISTÉ 1
    [few] NEJISTÁ { $count }
   *[other] NEJISTÝCH { $count }
}
preview-none-open = NIC NEJISTÉHO
preview-no-places = V souhrnu se nic nenašlo. Přečtěte ho: co program přehlédl, můžete začernit.
preview-is-doubtful = možná { $kind }
preview-is-masked = { $kind }, odejde jako { $stands }
preview-is-kept = { $kind }, zůstane: { $reason }
preview-choices = { $mask } začernit jako { $stands } · { $keep } ponechat s důvodem · { $all } začernit všude · { $own } už se neptat
preview-ask-reason = Proč zůstane? Důvod stojí ve vydání.
preview-ask-words = Která slova program přehlédl? Začerní se v tomto souhrnu.
preview-hint = { $original } původní · { $next } nejisté · { $add } přehlédnuté · ←→ ↑↓ · Enter hotovo (zbývá { $open })
preview-hint-words = Enter potvrdí · Esc zpět
preview-words-missing = Tady je potřeba něco napsat. Esc vrací zpět.
preview-words-not-there = Ta slova v souhrnu takto nestojí, písmeno po písmenu.
preview-all-decided = Už není nic nejistého. Enter přejde na to, co ještě nikdo neviděl.
preview-undecided = { $count ->
    [one] Nevyvezeno: o 1 slově se nerozhodlo (případ { $case }); { $key } na něj přejde.
    [few] Nevyvezeno: o { $count } slovech se nerozhodlo (první v případu { $case }); { $key } na ně přejde.
   *[other] Nevyvezeno: o { $count } slovech se nerozhodlo (první v případu { $case }); { $key } na ně přejde.
}
preview-another = Vlastní případy musí projít někdo jiný; linka to tak chce.
preview-kept = { $count ->
    [one] 1 souhrn za { $quarter } je rozhodnut a uložen. Ostatní jsou dál tady.
    [few] { $count } souhrny za { $quarter } jsou rozhodnuty a uloženy. Ostatní jsou dál tady.
   *[other] { $count } souhrnů za { $quarter } je rozhodnuto a uloženo. Ostatní jsou dál tady.
}
preview-done = { $count ->
    [one] 1 souhrn je rozhodnut a uložen. Soubor pro odeslání vytvoří: opora export --quarter { $quarter }
    [few] { $count } souhrny jsou rozhodnuty a uloženy. Soubor pro odeslání vytvoří: opora export --quarter { $quarter }
   *[other] { $count } souhrnů je rozhodnuto a uloženo. Soubor pro odeslání vytvoří: opora export --quarter { $quarter }
}
preview-nothing = Za { $quarter } nic nečeká na kontrolu: připraveno { $ready }, dříve odešlo { $left }.
preview-failed = Čtvrtletí nejde projít: { $reason }
preview-quarter = { $quarter }. čtvrtletí { $year }
preview-quarter-title = Projít souhrny případů za…
preview-quarter-lines = Z linky odchází jen uzavřená čtvrtletí.
export-column-start = Začátek úseku, v UTC
export-column-offered = Kolik dětí přišlo
export-column-answered = Kolika z nich někdo odpověděl; prázdné, kde je skryto
export-column-abandoned = Kolik jich odešlo bez odpovědi; prázdné, kde je skryto
export-column-short-abandoned = Kolik z nich odešlo do krátkého limitu; prázdné, kde je skryto
export-column-within-target = Kolika odpověděl někdo v cílové době; prázdné, kde je skryto
export-column-wait-sum-s = Čekání těch, komu někdo odpověděl, v sekundách; jen pro partnery
export-column-handle-sum-s = Délky vyřízení, v sekundách; jen pro partnery
export-column-session-s = Rozhovory všech konzultantů, v sekundách; jen pro partnery
export-column-with-s = Čas s aspoň jedním rozhovorem, v sekundách; jen pro partnery
export-column-busy-s = Čas s rozhovorem nebo zápisem, v sekundách; jen pro partnery
export-column-staffed-s = Čas ve službě, v sekundách; jen pro partnery
export-column-slots-s = Místa krát ten čas, v sekundách; jen pro partnery
export-risk-span = Úseky mají délku { $span } (ISO 8601): právě takovou, aby skoro nikdo nebyl ve skrytém. Úseky, kde je lidí málo, v tabulce nejsou.

# Přehled pro panel mladých.
cli-export-brief = Vytvoří z veřejných vydání čtvrtletí pro Insafe jednu stránku pro panel mladých nebo poradní sbor
cli-export-brief-folders = Složky veřejných vydání; ukáže se nejnovější čtvrtletí a vedle něj předchozí
cli-export-brief-out = Stránka, která vznikne
export-error-brief-damaged = { $file } není vydání čtvrtletí pro Insafe v JSON. Nic nevzniklo. Zadejte složku, kterou vytvořilo `opora export --table insafe --class public`.
export-error-brief-partner = { $file } není veřejné vydání čtvrtletí pro Insafe. Nic nevzniklo: přehled vzniká jen z toho, co smí mít každý.
brief-title = O čem nám děti psaly · { $period }
brief-all = Asi { $count } rozhovorů tohoto čtvrtletí bylo o něčem, co se děje online.
brief-all-hidden = O něčem online bylo tak málo rozhovorů, že je jejich počet skrytý.
brief-topic = O čem to bylo
brief-age = Kolik jim bylo
brief-gender = Kdo to byl
brief-where = Kde se to stalo
brief-more = ▲ víc (předtím { $then })
brief-fewer = ▼ méně (předtím { $then })
brief-same = = stejně
brief-unknown = předtím skryto
brief-reading = Jak to číst
brief-rounded = Všechna čísla jsou zaokrouhlená na nejbližší pětku, proto nemusí dát součet.
brief-hidden = { $hidden ->
    [0] Žádné číslo není skryté.
    [one] 1 číslo je skryté, protože je malé nebo by se z něj dalo malé spočítat. Skryté neznamená žádné.
    [few] { $hidden } čísla jsou skrytá, protože jsou malá nebo by se z nich dalo malé spočítat. Skryté neznamená žádné.
   *[other] { $hidden } čísel je skrytých, protože jsou malá nebo by se z nich dalo malé spočítat. Skryté neznamená žádné.
}
brief-callers = Na linku píše jen část dětí. Víc rozhovorů může znamenat víc potíží, nebo jen to, že o lince ví víc dětí.
brief-change = Číslo v závorce je z { $before }. Malé změny jsou náhoda; změna o 5 může být jen zaokrouhlení.
brief-questions = Otázky pro panel
brief-question-one = Odpovídá to tomu, co vidíte kolem sebe? Co chybí?
brief-question-two = Co by pomohlo dřív, než nám někdo musel napsat?
brief-question-three = Kde by nás dítě mělo umět najít?
brief-source = Vzniklo z veřejných vydání
