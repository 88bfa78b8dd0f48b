# Příkazová řádka: k čemu jsou příkazy a volby a co se řekne, když to dál nejde.

cli = Linka pomoci v jednom programu: dítě píše na stránce, konzultant odpovídá tady, nikdo jiný to nepřečte.
cli-after = Vyzkoušejte: opora demo. Spustí vše na tomto počítači a nic po sobě nenechá.
cli-config = Soubor s nastavením místo obvyklého
cli-data = Složka pro data místo obvyklé
cli-profile = Jméno pro vlastní nastavení a data, aby šlo mít dvě knihy případů odděleně
cli-lang = Jazyk všeho, co se ukazuje: en nebo cs
cli-passphrase-file = Soubor, jehož první řádek je heslová fráze, místo dotazu; číst ho máte jen vy

cli-demo = Ukáže celou linku: server, pět nacvičených dětí a konzoli; po odchodu nezůstane nic
cli-demo-children = Kolik nacvičených dětí přijde
cli-demo-pace = Jak rychle píší: 2 je dvakrát rychleji
cli-demo-seed = Číslo, které určí pauzy dětí, aby šla ukázka zopakovat
cli-demo-keep = Složka, ve které po odchodu vše zůstane
cli-demo-theme = Barevné téma konzole
cli-demo-keymap = Mapa kláves konzole
cli-demo-plain = Místo obrazovky hotové řádky, pro čtečky

cli-relay = Spustí server, ke kterému se připojují stránky dětí a konzole; číst nemůže ani jedno
cli-relay-init = Připraví složku dat ze souboru line.json od "opora keys init" a řekne, co dál
cli-relay-listen = Adresa a port, na kterých naslouchá
cli-relay-public-url = Adresa, na které děti otevírají stránku, například https://chat.example.cz
cli-relay-exit-url = Stránka, na kterou vede „Opustit stránku“
cli-relay-drill = Nácvik: nevede statistiku a na každé obrazovce píše „nácvik“

cli-console = Otevře konzoli konzultanta
cli-console-relay = Server, ke kterému se připojit, například wss://chat.example.cz
cli-console-keymap = default nebo vim
cli-console-theme = auto, terminal, day, night, contrast, mono nebo soubor ve složce themes/
cli-console-plain = Místo obrazovky hotové řádky, pro čtečky
cli-console-offline = Otevře jen knihu případů; k ničemu se nepřipojí

cli-keys = Vytváří a opatruje klíče linky
cli-keys-init = Založí novou linku: kořenový klíč, klíče linky, váš účet; zapíše line.json pro server
cli-keys-init-line = Jméno linky, jak ji děti znají
cli-keys-init-name = Vaše jméno na lince
cli-keys-init-relay = Adresa serveru, například wss://chat.example.cz
cli-keys-init-phone = Telefon, který stránka ukáže, když nic jiného nejde
cli-keys-init-out = Kam zapsat line.json
cli-keys-init-cost = Jak drahé je trezor zkoušet: calibrated (zde jedna sekunda) nebo floor (jen pro testy a nácvik)
cli-keys-list = Ukáže otisk linky a klíče v tomto trezoru

cli-drill = Přehraje nacvičené děti proti cvičnému serveru a řekne, co bylo potvrzeno, ztraceno či zdvojeno
cli-drill-relay = Server spuštěný s --drill
cli-drill-children = Kolik dětí přijde
cli-drill-script = Jen tento scénář, podle jména
cli-drill-pace = Jak rychle píší: 2 je dvakrát rychleji
cli-drill-seed = Číslo, které určí pauzy dětí
cli-drill-report = Soubor pro zprávu ve formátu JSON

cli-completions = Vypíše doplňování pro shell
cli-completions-shell = Shell
cli-man = Vypíše manuálovou stránku
cli-man-out = Složka, do níž se zapíše stránka pro každý příkaz

cli-ask-passphrase = Heslová fráze:
cli-ask-new-passphrase = Nová heslová fráze (14 znaků a víc; dobrých je šest slov):
cli-ask-again = Ještě jednou:
cli-passphrases-differ = Fráze se liší; nic se neuložilo, napište je prosím znovu.
cli-ask-line = Jméno linky, jak ji děti znají
cli-ask-name = Vaše jméno na lince
cli-ask-relay = Adresa serveru
cli-ask-phone = Telefon, který stránka ukáže

cli-keys-made = Trezor vytvořen: { $vault }
cli-keys-fingerprint = Otisk linky: { $fingerprint }
    Zapište si ho na papír. Kdo se připojuje, porovná ho dřív, než čemukoli uvěří.
cli-keys-next = Zapsáno: { $file }. Neobsahuje nic tajného. Přeneste ho na počítač se serverem a spusťte
    opora relay --init { $file }
cli-keys-list-account = Účet: { $name } ({ $role })
cli-keys-list-line-key = Klíč linky { $id }
cli-keys-list-house-key = Klíč domu { $id }
cli-keys-proposal = Šest slov, která můžete použít: { $words }

cli-relay-ready = Server připraven ve složce { $folder } pro linku { $line }, první účet { $name }.
cli-relay-next = Dál:
    opora relay --data { $folder }
    opora console --relay { $relay }   (jako { $name }, s trezorem z "opora keys init")
cli-relay-listening = naslouchá na { $address } · záznamů v žurnálu: { $entries }, v pořádku
cli-relay-page = stránka pro děti: { $url }
cli-relay-stopped = zastaveno; vše potvrzené je na disku

cli-demo-starting = Spouštím server, děti ({ $children }) a konzoli…
cli-demo-page = Stránku pro děti otevřete v prohlížeči: { $url }
cli-demo-kept = Uloženo ve složce { $folder }. Heslová fráze její knihy případů: { $passphrase }
cli-demo-gone = Po ukázce nic nezůstalo.

cli-error-file = { $file }: { $reason }. Nic se nezměnilo.
cli-error-no-terminal = Není se tu koho zeptat; použijte terminál, nebo --passphrase-file a další volby.
cli-error-vault-there = V { $file } už trezor je; nic se s ním nestalo. Pro druhý použijte --profile JMÉNO.
cli-error-no-vault = V { $file } zatím žádný trezor není. Začněte příkazem "opora keys init", nebo zkuste "opora demo".
cli-error-wrong-passphrase = Tato heslová fráze knihu případů neotevírá. Nic se nezměnilo.
cli-error-weak-passphrase = Tato heslová fráze je příliš snadná: { $reason }. Dobrých je šest slov, třeba: { $words }
cli-error-vault = Trezor { $file } nelze použít: { $reason }. Nic se s ním nestalo.
cli-error-in-use = opora už má tuto knihu případů otevřenou (proces { $process }); zavřete ji, nebo použijte --profile.
cli-error-casebook = Knihu případů ve složce { $folder } nelze otevřít: { $reason }. Nic se nezměnilo.
cli-error-port = Na { $address } už něco naslouchá; zastavte to, nebo zvolte jinou adresu přes --listen.
cli-error-address = Na { $address } nelze naslouchat: { $reason }.
cli-error-line-file = { $file } není line.json z "opora keys init": { $reason }.
cli-error-relay-there = Ve složce { $folder } už server je; nic se s ním nestalo.
cli-error-no-relay-data = Ve složce { $folder } zatím žádný server není. Začněte: "opora relay --init line.json --data { $folder }".
cli-error-relay-in-use = Složku { $folder } drží jiný (nebo končící) server; nejdřív ho zastavte.
cli-error-relay = Server nemůže pokračovat: { $reason }. Vše potvrzené je na disku.
cli-error-relay-damaged = Data serveru ve složce { $folder } jsou poškozená: { $reason }. Nic se nezměnilo.
cli-error-relay-url = "{ $url }" není adresa serveru; vypadá jako wss://chat.example.cz nebo ws://127.0.0.1:8787.
cli-error-no-relay-url = Který server? Uveďte --relay, nebo nastavte relay = "wss://…" v { $file }.
cli-error-name = "{ $name }" nemůže být jméno účtu: 1 až 64 bajtů, bez konců řádků a bez mezer na krajích.
cli-error-settings = { $file } řádek { $line }: { $reason }
cli-error-demo-relay = Server ukázky se nespustil: { $reason }
cli-error-terminal = Konzole potřebuje terminál: { $reason }
cli-error-tls = Mimo tento počítač potřebuje server TLS před sebou: naslouchejte na místní adrese za proxy.
cli-error-keymap = { $what }; platí výchozí klávesy.
cli-first-later = Nic se neuložilo. Až budete mít pozvánku, spusťte konzoli znovu.
cli-error-phrases = { $what }; platí dodané věty.
cli-error-theme = { $file }, řádek { $line }: { $what }; platí téma "auto".
theme-shape = to není téma: { $what }
theme-role = role "{ $what }" není
theme-colour = "{ $what }" není barva
theme-modifier = "{ $what }" není způsob písma
theme-inherits = téma "{ $what }" není
theme-missing = role "{ $what }" nemá podobu a soubor nedědí z žádného tématu
cli-error-not-a-theme = Téma "{ $name }" není; jsou { $known }.
cli-error-not-a-keymap = Mapa kláves "{ $name }" není; jsou { $known }.
cli-error-no-script = Scénář "{ $name }" není; jsou { $known }.
cli-error-unreachable = Server na { $url } neodpovídá: { $reason }.

cli-file-there = už tam je
cli-keys-list-fingerprint = Otisk linky: { $fingerprint }
cli-weak-short = { $count ->
    [one] { $count } znak je málo
    [few] { $count } znaky jsou málo
    [many] { $count } znaku je málo
   *[other] { $count } znaků je málo
  }
cli-weak-common = zloděj by ji zkusil mezi prvními
role-counsellor = konzultant/ka
role-supervisor = vedoucí směny
cli-relay-tls-cert = Certifikát s řetězem, PEM: server pak mluví TLS sám; SIGHUP ho načte znovu
cli-relay-tls-key = Soukromý klíč certifikátu, PEM
cli-relay-reading = čtu žurnál: { $percent } %
cli-drill-line = line.json toho serveru: kdo odpoví jinak, tomu se nevěří
cli-drill-origin = Odkud by stránka přišla, když ne z adresy serveru
cli-drill-counsellors = Kolik nacvičených konzultantů odpovídá
cli-drill-minutes = Kolik minut přicházejí nové děti
cli-drill-once = Každé dítě přijde jednou a nácvik skončí
cli-drill-broken = Něco potvrzeného se ztratilo, zdvojilo, přeházelo nebo změnilo; zpráva říká co.
cli-drill-casebook = Založí datovou složku s knihou vymyšlených kontaktů, na nácvik a měření
cli-drill-casebook-dir = Nová složka; do knihy případů, která už existuje, opora vymyšlené kontakty nikdy nepřidá
cli-drill-casebook-contacts = Kolik kontaktů
cli-drill-casebook-progress = zapsáno { $done } z { $total } kontaktů
cli-drill-casebook-made = Ve složce { $dir } je kniha vymyšlených kontaktů. Otevřete ji: opora console --offline --data { $dir }
cli-drill-casebook-passphrase = Heslo je jen na nácvik: { $passphrase }

cli-cases = Čte a vede knihu případů bez konzole
cli-cases-find = Najde kontakty podle slov, bez háčků a podle začátků; bez slov ukáže nejnovější
cli-cases-find-words = Hledaná slova; slova, která jdou za sebou, dejte do "uvozovek"
cli-cases-find-since = Jen od tohoto dne, třeba 2026-11-24
cli-cases-find-until = Jen do tohoto dne
cli-cases-find-topic = Jen toto téma nebo skupina, třeba violence.bullying nebo violence
cli-cases-find-online = Jen offline, mixed nebo online
cli-cases-find-risk = Jen tato míra rizika a vyšší, 0 až 4
cli-cases-find-by = Jen kontakty tohoto účtu
cli-cases-find-person = Jen kdo psal nebo volal: child, parent, teacher …
cli-cases-find-channel = Jen tento kanál: chat, phone, email …
cli-cases-find-outcome = Jen s tímto výsledkem, třeba callback
cli-cases-find-due = Jen se slibem do tohoto dne
cli-cases-find-unfinished = Jen ty, které nemají dokončený formulář
cli-cases-find-case = Jen kontakty tohoto případu
cli-cases-find-limit = Kolik nejvýše
cli-cases-find-json = Vypíše JSON pro programy
cli-cases-show = Ukáže jeden kontakt se zápisem; zapíše se to do auditu
cli-cases-show-id = Označení, které ukazuje find; stačí jeho začátek
cli-cases-show-transcript = Ukáže i slova chatu, pokud se uchovala
cli-cases-show-shape = Ukáže zápis jako soap nebo birp
cli-cases-show-json = Vypíše JSON pro programy
cli-cases-note = Ukáže zápis kontaktu, nebo vyplní jedno jeho pole
cli-cases-note-id = Označení, které ukazuje find; stačí jeho začátek
cli-cases-note-set = Pole, které se vyplní, třeba plan; slova přijdou na standardní vstup
cli-cases-note-from = Soubor, ze kterého se slova vezmou místo toho
cli-cases-note-shape = Ukáže zápis jako soap nebo birp
cli-cases-note-json = Vypíše JSON pro programy
cli-cases-due = Vypíše sliby a navazující kontakty, kterým běží termín
cli-cases-due-days = Na kolik dní dopředu
cli-cases-due-json = Vypíše JSON pro programy
cli-cases-promise = Zapíše, co bylo slíbeno a do kdy, nebo že se to splnilo
cli-cases-promise-id = Kontakt; s --kept slib, který ukazuje "cases due"
cli-cases-promise-due = Den, třeba 2026-11-24, nebo minuta, třeba 2026-11-24T18:00
cli-cases-promise-what = Co bylo slíbeno, beze jmen
cli-cases-promise-kept = Slib se splnil
cli-cases-link = Zařadí kontakt k případu téhož dítěte, nebo ho z něj vyjme
cli-cases-link-id = Kontakt
cli-cases-link-to = Případ, nebo kterýkoli jeho kontakt
cli-cases-link-apart = Dá kontaktu vlastní případ
cli-cases-hold = Nechá případ déle, protože šlo o život
cli-cases-hold-id = Případ, nebo kterýkoli jeho kontakt
cli-cases-hold-off = Déle už být nemusí
cli-cases-delete = Navždy smaže případ se všemi kontakty
cli-cases-delete-id = Případ, nebo kterýkoli jeho kontakt
cli-cases-delete-yes = Neptá se
cli-cases-expire = Smaže případy, jejichž poslední kontakt je příliš dávno
cli-cases-expire-dry-run = Jen ukáže, které to jsou
cli-cases-expire-months = Kolik měsíců se případ uchovává
cli-cases-expire-before = Místo měsíců: vše, co skončilo před tímto dnem
cli-cases-expire-yes = Neptá se

cli-backup = Zkopíruje knihu případů a její klíče, zapečetěné, do jednoho souboru
cli-backup-create = Udělá zálohu pod vlastní heslovou frází a přečte ji zpátky
cli-backup-create-file = Nový soubor; existující se nikdy nepřepíše
cli-backup-create-backup-passphrase-file = Soubor, jehož první řádek je heslová fráze zálohy, místo ptaní
cli-backup-create-own-key = Bez vlastní heslové fráze: otevře ji jen klíč této knihy
cli-backup-verify = Přečte celou zálohu a řekne, co v ní je
cli-backup-verify-file = Záloha
cli-backup-verify-backup-passphrase-file = Soubor, jehož první řádek je heslová fráze zálohy, místo ptaní
cli-backup-verify-own-key = Otevře ji klíčem této knihy místo její heslové fráze
cli-backup-restore = Obnoví zálohu; co bylo mezitím smazáno, zůstane smazané, co tam bylo, se odloží stranou
cli-backup-restore-file = Záloha
cli-backup-restore-into = Složka pro knihu případů a klíče místo té, která patří profilu
cli-backup-restore-backup-passphrase-file = Soubor, jehož první řádek je heslová fráze zálohy, místo ptaní
cli-backup-restore-own-key = Otevře ji klíčem této knihy místo její heslové fráze

cli-error-full = Disk je plný; nic z toho se neuložilo, co bylo uloženo dřív, je v bezpečí. Uvolněte 10 MB a zkuste to znovu.
cli-error-in-use-unknown = opora už má tuto knihu případů otevřenou; zavřete oporu, nebo použijte --profile.
cli-file-missing = není tam
cli-keys-invite = Pozve kolegu: vypíše kód, který předáte hlasem nebo na papíře; může jen správce klíčů
cli-keys-invite-name = Jméno na lince; nikdo jiný ho už nikdy mít nebude
cli-keys-invite-role = counsellor (konzultant) nebo supervisor
cli-keys-invite-valid = Jak dlouho kód platí, například 48h
cli-keys-invite-out = Soubor pro kód místo obrazovky, číst ho budete jen vy
cli-keys-invite-wait = Zůstane, dokud se kolega nepřihlásí a nedostane klíče
cli-keys-invite-relay = Server, ke kterému jít, pokud to není ten z nastavení nebo z karty linky
cli-keys-join = Přihlásí nového kolegu na jeho vlastním počítači; zeptá se na kód
cli-keys-join-code-file = Soubor s kódem místo dotazu
cli-keys-join-relay = Server, ke kterému jít, pokud to není ten z kódu
cli-keys-join-cost = Jak drahé je trezor zkoušet: calibrated (zde jedna sekunda) nebo floor (jen pro testy a nácvik)
cli-keys-revoke = Někoho hned odpojí a vymění klíče linky, aby nečetl nic nového
cli-keys-revoke-name = Jméno na lince, nebo jméno z otevřené pozvánky
cli-keys-revoke-relay = Server, ke kterému jít, pokud to není ten z nastavení nebo z karty linky
cli-keys-rotate-line = Obnoví klíč linky, každých 30 dní; dosavadní platí ještě den a žádné dítě nic nepozná
cli-keys-rotate-line-relay = Server, ke kterému jít, pokud to není ten z nastavení nebo z karty linky
cli-keys-line = Zapíše znovu line.json: platnou kartu linky a dnešní účty, k sestavení stránky
cli-keys-line-out = Kam se zapíše
cli-keys-line-relay = Server, ke kterému jít, pokud to není ten z nastavení nebo z karty linky
cli-keys-line-written = { $file } obsahuje kartu linky { $serial }. Není v něm nic tajného. Stránku z něj sestavíte: opora page build --line { $file }
cli-keys-recovery = Vytvoří obnovovací kód na papír, nebo jím trezor otevře
cli-keys-recovery-restore = Zeptá se na kód z papíru a nastaví novou heslovou frázi
cli-keys-recovery-code-file = Soubor s kódem z papíru místo dotazu
cli-keys-recovery-new-passphrase-file = Soubor, jehož první řádek je nová heslová fráze, místo dotazu
cli-keys-recovery-cost = Jak drahé je trezor zkoušet: calibrated (zde jedna sekunda) nebo floor (jen pro testy a nácvik)
cli-keys-passphrase = Nastaví jinou heslovou frázi
cli-keys-passphrase-new-passphrase-file = Soubor, jehož první řádek je nová heslová fráze, místo dotazu
cli-keys-passphrase-cost = Jak drahé je trezor zkoušet: calibrated (zde jedna sekunda) nebo floor (jen pro testy a nácvik)
cli-keys-rekey = Po krádeži: nový klíč a fráze pro trezor i knihu případů; dokončí i výměnu, která se přerušila
cli-keys-rekey-new-passphrase-file = Soubor, jehož první řádek je nová heslová fráze, místo dotazu
cli-keys-rekey-cost = Jak drahé je trezor zkoušet: calibrated (zde jedna sekunda) nebo floor (jen pro testy a nácvik)
cli-keys-root = Vypíše kořenový klíč na papír do sejfu, nebo ho převezme, když správce klíčů už není
cli-keys-root-take = Zeptá se na kořenový klíč z papíru a udělá z tohoto účtu správce klíčů
cli-keys-root-code-file = Soubor s kořenovým klíčem z papíru místo dotazu
cli-keys-root-relay = Server, ke kterému jít, pokud to není ten z nastavení nebo z karty linky

cli-page = Sestaví stránku pro děti a porovná ji s tou, která se podává
cli-page-build = Sestaví stránku do jednoho souboru: ze stejného line.json a nastavení stejné bajty, kdekoli
cli-page-build-out = Kam se stránka zapíše
cli-page-build-line = Soubor line.json, který zapsal příkaz „opora keys init“
cli-page-build-relay = Server, se kterým stránka mluví, například wss://chat.example.cz, pokud to není ten, který ji podává
cli-page-check = Stáhne stránku a řekne, zda je to ta, kterou sestaví tato opora
cli-page-check-url = Kde ji děti otevírají
cli-page-check-line = Soubor line.json linky: pak se porovná i nastavení a kořenový klíč
cli-page-check-relay = Server, se kterým má stránka mluvit, pokud je umístěná jinde

cli-ask-code = Kód z pozvánky
cli-ask-recovery = Obnovovací kód z papíru
cli-ask-root = Kořenový klíč z papíru
cli-ask-team = Jsou to vaši lidé, s těmito otisky? (ano / ne)

cli-keys-invited = Pozvánka: { $name } ({ $role }), platí do { $until }:
cli-keys-invited-next = Kód předejte hlasem nebo na papíře ({ $name }), ne e-mailem. Použije se příkazem
    opora keys join
    Klíče se předají, až příště otevřete konzoli, spustíte některý příkaz „keys“, nebo hned s volbou --wait.
cli-keys-waiting = Čeká se, až se { $name } přihlásí; Ctrl-C ukončí jen čekání.
cli-keys-given = { $name } teď má klíče linky.
cli-keys-joined-line = Teď patříte k lince { $line }, jako { $name }.
cli-keys-joined-next = Porovnejte oba otisky po telefonu se správcem klíčů. Klíče přijdou samy, jakmile tam správce bude; potom
    opora console
cli-keys-joined-ready = Porovnejte oba otisky po telefonu se správcem klíčů. Klíče už tu jsou:
    opora console
cli-keys-strange = Relé ukazuje účet { $name }, který jste nepozvali. Klíče nedostal. Zjistěte, kdo to je; odpojíte ho příkazem „opora keys revoke“.
cli-keys-renewal-due = { $name } je od linky odpojen, ale klíče linky jsou pořád ty, které { $name } zná. Vyměňte je hned: opora keys revoke "{ $name }"
cli-keys-withdrawn = Pozvánka ({ $name }) je zrušená: její kód už nikoho nepřihlásí.
cli-keys-cut-off = { $name } je od linky odpojen: žádné přihlášení, žádné otevřené spojení, žádné nové klíče.
cli-keys-cut-off-next = Co přichází, je dál zapečetěno klíči, které { $name } zná. Požádejte správce klíčů, ať je hned vymění: opora keys revoke "{ $name }"
cli-keys-renewed = Klíče linky jsou vyměněné: { $name } nepřečte nic nového. Děti nic nepoznají.
cli-keys-rotated = Platí karta linky { $serial }, do { $until }. Děti nic nepoznají; dosavadní klíč platí ještě den.
cli-keys-recovery-code = Obnovovací kód. Opište ho na papír, zamkněte a toto okno zavřete; starší kód už nic neotevře.
cli-keys-passphrase-set = Nová heslová fráze je nastavená; stará už nic neotevře.
cli-keys-rekey-goes-on = Dřívější výměna klíčů se přerušila; teď pokračuje, s frází, která byla zvolena tehdy.
cli-keys-rekeyed = Trezor a kniha případů mají nový klíč. Kopie starých souborů otevře jen ten, kdo zná starou frázi: zničte je.
cli-keys-root-paper = Kořenový klíč linky. Opište ho na papír, zapečeťte, dejte do sejfu a toto okno zavřete. Kdo ho má, ten je linkou.
cli-keys-root-taken = Teď jste správcem klíčů. Odešel-li předchozí ve zlém, vyměňte klíče: opora keys revoke JMÉNO
cli-keys-team = Relé uvádí tyto účty:
cli-keys-list-own = Váš vlastní otisk: { $fingerprint }
cli-keys-list-keeper = Správce klíčů: kořenový klíč je v tomto trezoru.
cli-keys-list-member = { $name } ({ $role }), otisk { $fingerprint }
cli-keys-list-member-waits = { $name } ({ $role }), otisk { $fingerprint }, zatím nemá klíče
cli-keys-list-member-out = { $name } ({ $role }) je od linky odpojen, klíče ještě nejsou vyměněné
cli-keys-list-invited = { $name } ({ $role }) má pozvánku do { $until }
cli-keys-list-recovery = Tento trezor otevře i obnovovací kód na papíře.
cli-keys-list-no-recovery = Obnovovací kód zatím není: zapomenutá fráze by byla konec. Vytvořte ho: opora keys recovery

cli-page-built = { $file } { $bytes } bajtů, sha256 { $hash }
cli-page-served = { $url } { $bytes } bajtů, sha256 { $hash }
cli-page-same = ok  bajt po bajtu to, co tato opora sestaví z nastavení, které stránka uvádí
cli-page-differs-script = !   skript není ten, který sestaví tato opora: jiná verze, nebo změněný. Mohl by číst, co děti píšou.
cli-page-differs-style = !   styl není ten, který sestaví tato opora: jiná verze, nebo změněný
cli-page-differs-text = !   texty nebo rám nejsou ty, které sestaví tato opora: jiná verze, nebo změněné
cli-page-settings-same = ok  linka a nastavení jsou ty z line.json a z nastavení serveru
cli-page-setting = !   { $setting } je { $page }, a má být { $meant }
cli-page-names = Důvěřuje lince { $fingerprint }, posílá na { $relay }, ukazuje { $phone } a odchází na { $exit }. Porovnejte otisk s tím na papíře, nebo použijte --line.
cli-page-own-relay = toho, kdo ji podává
cli-page-stale = { $count ->
    [one] Jedna položka pomoci na stránce nebyla rok zkontrolovaná: { $names }. Porovnejte ji s tím, co zveřejňuje její majitel.
    [few] { $count } položky pomoci na stránce nebyly rok zkontrolované: { $names }. Porovnejte je s tím, co zveřejňují jejich majitelé.
   *[other] { $count } položek pomoci na stránce nebylo rok zkontrolovaných: { $names }. Porovnejte je s tím, co zveřejňují jejich majitelé.
}
cli-page-draft = Texty v jazyce „{ $lang }“ jsou označené jako návrh: nechte je přečíst někoho, kdo tím jazykem mluví, a pak značku z prvního řádku souboru smažte.
cli-page-foreign = To není stránka této opory: sestavila ji jiná verze, nebo tam odpovídá něco jiného.
cli-page-not-it = Stránka není taková, jaká má být. Nic se nezměnilo; než tam pošlete děti, zjistěte, kdo ji změnil.

cli-no-answer = nikdo neodpovídá
cli-error-page = Stránku na { $url } se nepodařilo stáhnout: { $reason }.
cli-error-page-own = Vlastním textům nebo pomoci pro stránku (page.folder) není rozumět: { $reason }.
cli-error-page-url = „{ $url }“ není adresa stránky; vypadá jako https://chat.example.cz (http:// jen na tomto počítači).
cli-error-page-relay = Karta linky neuvádí { $url }, konzole a stránky by ho tedy odmítly. Uvádí { $known }.
cli-error-valid = „{ $time }“ není doba; vypadá jako 48h nebo 7d.
cli-error-name-taken = „{ $name }“ se na této lince už použilo a jméno se nikdy nedává dvakrát. Zvolte jiné, třeba s příjmením.
cli-error-no-account = Nikdo se na této lince nejmenuje „{ $name }“, nebo už je odpojen. Nic se nezměnilo.
cli-error-revoke-self = To je váš vlastní účet. Odpojit ho může jiný supervizor; nic se nezměnilo.
cli-error-not-supervisor = Odpojit někoho může jen supervizor. Nic se nezměnilo; zavolejte svému.
cli-error-card-not-taken = Relé novou kartu linky nepřijalo: { $reason } Platí dosavadní; zkuste to znovu.
cli-error-login = Relé tento účet nezná: byl odpojen, nebo je to relé jiné linky. Nic se nezměnilo; obraťte se na správce klíčů.
cli-error-invitation = Relé tuto pozvánku nepřijme: byla použita, vypršela, nebo ji někdo vzal zpět. Nic se tu neuložilo; požádejte o novou.
cli-error-not-a-relay = Co odpovídá na { $url }, není relé, kterému tato opora rozumí. Nic se neodeslalo; aktualizujte oporu na obou stranách.
cli-error-team = Nikdo nedostal žádné klíče. Kořenový klíč je v tomto trezoru; zjistěte, které účty jsou vaše, a spusťte příkaz znovu.
cli-error-rekey = Výměna klíčů není hotová: { $reason } Nic se neztratilo; pokračuje při příštím spuštění, nebo příkazem „opora keys rekey“.
