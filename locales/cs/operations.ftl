# Co čte správce: `opora relay --check` a `opora doctor`.

cli-relay-check = Ověří, co server uchovává, nic nezmění a řekne, co našel; server předtím zastavte
cli-doctor = Podívá se na terminál, nastavení, trezor a server a řekne, co je v pořádku, na co se podívat a co je chyba
cli-doctor-relay = Server, který se vyzkouší místo toho z nastavení
cli-doctor-terminal = Podívá se jen na terminál
cli-doctor-keys = Ukazuje, jak dorazí každá stisknutá klávesa, až do Ctrl-C
cli-doctor-settings = Ukáže každé nastavení a odkud se vzalo: console nebo relay
cli-doctor-unlock = Zeptá se na heslovou frázi a podívá se i do trezoru a knihy případů, také na záznam o přístupech
cli-doctor-json = Vypíše JSON pro programy

check-read = Přečteno { $entries ->
    [one] { $entries } záznam
    [few] { $entries } záznamy
   *[other] { $entries } záznamů
  } z { $conversations ->
    [one] { $conversations } rozhovoru
    [few] { $conversations } rozhovorů
   *[other] { $conversations } rozhovorů
  } v { $segments ->
    [one] { $segments } souboru
    [few] { $segments } souborech
   *[other] { $segments } souborech
  } ({ $size }) pod { $folder }. Nic se nezměnilo.
check-erased = { $count ->
    [one] { $count } záznam patří ke smazanému rozhovoru a už se nedá přečíst, jak to má být.
    [few] { $count } záznamy patří ke smazaným rozhovorům a už se nedají přečíst, jak to má být.
   *[other] { $count } záznamů patří ke smazaným rozhovorům a už se nedají přečíst, jak to má být.
  }
check-torn = { $file }: za bajtem { $at } leží { $bytes } bajtů, které po pádu zbyly ze zápisu, jejž nikdo nikomu nepotvrdil. Příští start je odřízne.
check-damaged = { $file }: záznam na bajtu { $at } je poškozený. Rozhovor { $conv } je v tom místě uzavřen; co bylo před ním, zůstává čitelné.
check-damaged-house = { $file }: záznam domu na bajtu { $at } je poškozený. Dům pokračuje bez něj.
check-damaged-erased = { $file }: záznam na bajtu { $at } je poškozený a mohl patřit jen ke smazanému rozhovoru. Nic se neztratilo.
check-unchained = Rozhovor { $conv }: záznam { $seq } nenavazuje na předchozí. Rozhovor je v tom místě uzavřen; co bylo před ním, zůstává čitelné.
check-unchained-house = Dům: záznam { $seq } nenavazuje na předchozí.
check-shelf = Klíč rozhovoru { $conv } je poškozený: jeho záznamy se už nedají přečíst.
check-shelf-house = { $file }: klíč jednoho čtvrtletí domu je poškozený: čísla z toho čtvrtletí se už nedají přečíst.
check-leftover = Na polici leží klíč, jehož vznik nebo mazání někdo přerušil. Příští start ho odklidí.
check-stranger = { $file } nepatří serveru; nechává se být.
check-whole = Všechno je celé.
check-closed = { $count ->
    [one] { $count } rozhovor je kvůli poškození uzavřen; všechny ostatní jsou celé a server může běžet. Než disku dál uvěříte, podívejte se na něj.
    [few] { $count } rozhovory jsou kvůli poškození uzavřeny; všechny ostatní jsou celé a server může běžet. Než disku dál uvěříte, podívejte se na něj.
   *[other] { $count } rozhovorů je kvůli poškození uzavřeno; všechny ostatní jsou celé a server může běžet. Než disku dál uvěříte, podívejte se na něj.
  }
check-lost = Něco z toho, co dům uchovával, je ztraceno; všechny rozhovory jsou celé a server může běžet. Než disku dál uvěříte, podívejte se na něj.

doctor-ok = ok
doctor-look = pozor
doctor-trouble = chyba
doctor-area-terminal = terminál
doctor-area-settings = nastavení
doctor-area-vault = trezor
doctor-area-casebook = kniha
doctor-area-relay = server
doctor-area-card = karta
doctor-area-clock = hodiny
doctor-area-page = stránka
doctor-area-proxy = proxy

doctor-terminal-none = Tohle není terminál, takže se o něm nedá nic říct. Spusťte to tam, kde má běžet konzole.
doctor-terminal-size = { $columns }x{ $rows }
doctor-terminal-small = { $columns }x{ $rows }: funguje to, ale od 80x24 se nemusí nic vynechat.
doctor-terminal-tiny = { $columns }x{ $rows } je na konzoli málo; potřebuje { $least }.
doctor-terminal-colours = { $count ->
    [0] Bez barev; vše se pozná i ze značek a slov.
    [16] 16 barev
    [256] 256 barev
   *[other] 16 milionů barev
  }
doctor-terminal-no-term = TERM je { $term }: terminál, který umí tak málo, ukáže konzoli špatně. Nastavte TERM podle skutečnosti, například xterm-256color.
doctor-terminal-unicode = Písmena s háčky a čárkami dorazí, jak mají ({ $lang }).
doctor-terminal-no-unicode = Jazyk systému ({ $lang }) není v UTF-8: háčky a čárky se mohou ukázat špatně. Nastavte LANG, například cs_CZ.UTF-8.

doctor-settings-ok = { $file }: { $count ->
    [0] všechna nastavení jsou obvyklá.
    [one] { $count } nastavení se liší od obvyklého.
    [few] { $count } nastavení se liší od obvyklých.
   *[other] { $count } nastavení se liší od obvyklých.
  }
doctor-settings-stray = { $name } je v prostředí a žádné takové nastavení není; není to překlep?

doctor-vault-none = V { $file } zatím trezor není. Začněte „opora keys init“ nebo kódem z pozvánky.
doctor-vault-there = { $file } tu je a číst ho můžete jen vy.
doctor-vault-open-to-others = { $file } mohou na tomto počítači číst i jiní. Napravíte to příkazem: chmod 600 { $file }
doctor-vault-unreadable = { $file } se nedá přečíst: { $reason }. Soubor se nezměnil.
doctor-vault-opens = Touto frází se otevře: { $name }, { $keys ->
    [one] { $keys } klíč linky
    [few] { $keys } klíče linky
   *[other] { $keys } klíčů linky
  }.
doctor-vault-no-keys = Otevře se a zatím v něm není žádný klíč linky: správce klíčů je má účtu { $name } ještě předat.
doctor-vault-locked = S --unlock nebo --passphrase-file se podívá i do trezoru a do knihy případů.
doctor-casebook-none = Zatím tu není; založí ji konzole.
doctor-casebook-ok = { $count ->
    [one] { $count } kontakt
    [few] { $count } kontakty
   *[other] { $count } kontaktů
  }, všechno čitelné, a záznam o přístupech má { $audits } řádků bez přerušení.
doctor-casebook-lost = { $count ->
    [one] { $count } záznam se nedá přečíst; zbytek je v bezpečí. Obnovte nejnovější zálohu.
    [few] { $count } záznamy se nedají přečíst; zbytek je v bezpečí. Obnovte nejnovější zálohu.
   *[other] { $count } záznamů se nedá přečíst; zbytek je v bezpečí. Obnovte nejnovější zálohu.
  }
doctor-casebook-audit = Záznam o přístupech je na řádku { $line } přerušen: něco z něj zmizelo nebo se změnilo. Řekněte to tomu, kdo za knihu případů odpovídá.
doctor-casebook-in-use = Je otevřená v konzoli (proces { $process }), proto se do ní nenahlíželo.

doctor-relay-none = Server není nastaven. Zadejte --relay, nebo napište relay = "wss://…" do { $file }.
doctor-relay-ok = { $url } odpovídá jako server opory za { $ms } ms.
doctor-relay-practice = { $url } je server pro nácvik: žádné dítě tam není.
doctor-relay-name = { $url }: tento počítač to jméno nenajde ({ $reason }). Je tu síť?
doctor-relay-connect = { $url }: nikdo tam nenaslouchá ({ $reason }).
doctor-relay-tls = { $url }: spojení není důvěryhodné ({ $reason }). Podívejte se na certifikát, nebo na to, co stojí v cestě.
doctor-relay-http = { $url }: { $status } místo websocketu. Proxy v cestě musí websockety propouštět, se jménem, na které se volalo.
doctor-relay-full = { $url }: server teď další spojení nepřijímá ({ $status }).
doctor-relay-not-ours = { $url }: něco tam odpovídá, ale není to server opory této verze.
doctor-relay-silent = { $url } odpovídá příliš pomalu.
doctor-line-open = Linka je otevřená.
doctor-line-busy = Linka je otevřená a všichni mají plno.
doctor-line-full = Linka je otevřená a fronta je plná.
doctor-line-closed = Linka je zavřená.
doctor-card-ok = Karta je podepsaná, pořadí { $serial }, a platí ještě { $days ->
    [one] { $days } den
    [few] { $days } dny
   *[other] { $days } dní
  }. Otisk { $fingerprint }.
doctor-card-soon = Karta končí za { $days ->
    [0] méně než den
    [one] { $days } den
    [few] { $days } dny
   *[other] { $days } dní
  }: správce klíčů ji musí předtím obnovit, jinak se děti na linku nedostanou.
doctor-card-bad = Karta tohoto serveru se odmítá: { $reason }. Žádná konzole ani stránka jí neuvěří.
doctor-card-other = Karta je od jiné linky: její otisk je { $fingerprint } a tento trezor patří k { $own }.
doctor-clock-ok = Se serverem souhlasí na { $seconds ->
    [0] vteřinu
    [one] { $seconds } vteřinu
    [few] { $seconds } vteřiny
   *[other] { $seconds } vteřin
  }.
doctor-clock-ahead = Jdou o { $seconds } vteřin napřed proti serveru. Spusťte „timedatectl“ tady i tam a podívejte se, které jdou správně.
doctor-clock-behind = Jdou o { $seconds } vteřin pozadu proti serveru. Spusťte „timedatectl“ tady i tam a podívejte se, které jdou správně.
doctor-page-ok = Je to ta, kterou tato opora pro tuto linku sestaví.
doctor-page-differs = Stránka na { $url } není ta, kterou tato opora sestaví: je z jiné verze, nebo ji někdo změnil. V čem se liší, ukáže: opora page check { $url }
doctor-page-other-line = Stránka na { $url } patří jiné lince: děti, které tam píší, by se k vám nedostaly.
doctor-proxy-missing = Proxy nepředává adresu návštěvníků, takže se všichni počítají jako jeden a brzy se odmítnou. Ať posílá X-Forwarded-For.
doctor-proxy-ok = Žádný požadavek nepřišel přes proxy bez adresy odesílatele.

doctor-keys-begin = Mačkejte klávesy; každá se ukáže tak, jak se píše v mapě kláves. Ctrl-C končí.
doctor-done-look = Nic nebrání práci; na některé řádky stojí za to se podívat.
doctor-trouble-found = { $count ->
    [one] { $count } věc je v chybě; její řádek říká, co dělat. Nic se nezměnilo.
    [few] { $count } věci jsou v chybě; jejich řádky říkají, co dělat. Nic se nezměnilo.
   *[other] { $count } věcí je v chybě; jejich řádky říkají, co dělat. Nic se nezměnilo.
  }

# Co se v konzoli řekne supervizorovi.
overdue = { $count ->
    [one] { $handle }: chat skončil před několika dny a nikdo ho neuložil; jeho slova čekají na smazání.
    [few] { $handle }: celkem { $count } chaty skončily před několika dny a nikdo je neuložil; jejich slova čekají na smazání.
   *[other] { $handle }: celkem { $count } chatů skončilo před několika dny a nikdo je neuložil; jejich slova čekají na smazání.
  }
damaged-on-relay = { $handle }: chat je na serveru poškozený a uzavřený; co bylo předtím, zůstává čitelné. Řekněte to správci.
