# Texty knihy případů: co říká, když se otevírá, ukládá a zálohuje.

casebook-error-in-use = opora už má tuto knihu případů otevřenou (proces { $process }); zavřete oporu, nebo použijte --profile.
casebook-error-full = Disk je plný, proto je to zatím jen v paměti; uvolněte 10 MB a uložte znovu.
casebook-error-erased = Tento případ byl smazán a už se nevrátí; nic se neuložilo.
casebook-error-other-keys = Tato kniha případů patří k jinému souboru s klíči. Nic se nezměnilo; zkontrolujte složku, nebo obnovte zálohu.
casebook-error-newer = Tuto knihu případů zapsala novější verze opory. Nic se nezměnilo; nainstalujte novější verzi.
casebook-error-damaged = Tento záznam nejde přečíst, ostatní je v pořádku. Spusťte opora backup restore.
casebook-error-denied = opora nesmí zapisovat do složky knihy případů. Nic se neuložilo; zkontrolujte vlastníka a práva.
casebook-error-io = Disk odmítl zápis. Co bylo uloženo dřív, je v bezpečí, poslední slova jsou v paměti; zkontrolujte disk.

casebook-last-saved =
    { $cases ->
        [one] Naposledy uloženo { $when }, jeden případ.
        [few] Naposledy uloženo { $when }, { $cases } případy.
        [many] Naposledy uloženo { $when }, { $cases } případu.
       *[other] Naposledy uloženo { $when }, { $cases } případů.
    }
casebook-new = Tato kniha případů je nová.
casebook-reading = Načítám knihu případů: { $done } z { $total }
casebook-indexing = Připravuji hledání: { $done } z { $total }
casebook-unreadable =
    { $count ->
        [one] Jeden záznam z { $total } nejde přečíst, ostatní je v pořádku. Spusťte opora backup restore.
        [few] { $count } záznamy z { $total } nejdou přečíst, ostatní je v pořádku. Spusťte opora backup restore.
        [many] { $count } záznamu z { $total } nejde přečíst, ostatní je v pořádku. Spusťte opora backup restore.
       *[other] { $count } záznamů z { $total } nejde přečíst, ostatní je v pořádku. Spusťte opora backup restore.
    }
casebook-mended-sled = Úložiště bylo poškozené nebo změněné zvenčí a bylo znovu sestaveno ze záznamu změn; nic nechybí. Poškozené je ve složce quarantine.
casebook-mended-log = Záznam změn byl poškozený a byl znovu zapsán z úložiště; nic nechybí. Poškozený je ve složce quarantine.
casebook-mended-shelf = Jeden ze dvou souborů s klíči případů byl poškozený a byl opraven podle druhého; nic nechybí.
casebook-mended-pieced = Úložiště i záznam změn byly poškozené; zůstalo vše, co z nich šlo přečíst. Porovnejte to s poslední zálohou.

casebook-saved = uloženo { $time }
casebook-not-saved = neuloženo
casebook-erased = Případ je smazán, tady i v každé kopii, kterou opora obnoví.
casebook-forgotten = Dítě si tento chat nechalo smazat; vaše poznámka tu zůstává.
casebook-contacts =
    { $count ->
        [one] jeden kontakt
        [few] { $count } kontakty
        [many] { $count } kontaktu
       *[other] { $count } kontaktů
    }
casebook-promise-due = Slíbeno na { $when }: { $what }
casebook-returned =
    { $count ->
        [one] Je tu podruhé; dohodnuto: { $agreed }
        [2] Je tu potřetí; dohodnuto: { $agreed }
        [few] Už tu bylo { $count }×; dohodnuto: { $agreed }
       *[other] Už tu bylo { $count }×; dohodnuto: { $agreed }
    }
casebook-returned-linked =
    { $count ->
        [one] Je tu podruhé: propojeno, naposledy { $handle }
        [2] Je tu potřetí: propojeno, naposledy { $handle }
        [few] Už tu bylo { $count }×: propojeno, naposledy { $handle }
       *[other] Už tu bylo { $count }×: propojeno, naposledy { $handle }
    }

backup-error-passphrase = Tato heslová fráze zálohu neotevírá. Nic se nezapsalo.
backup-error-other-keys = Tato záloha je z jiné knihy případů; použijte její heslovou frázi. Nic se nezapsalo.
backup-error-damaged = Tato záloha je poškozená na bajtu { $at }. Nic se nezapsalo; použijte jinou kopii.
backup-error-not-a-backup = Tento soubor není záloha opory. Nic se nezapsalo.
backup-error-newer = Tuto zálohu zapsala novější verze opory. Nic se nezapsalo; nainstalujte novější verzi.
backup-error-cost = Tato záloha žádá víc paměti, než opora dovolí. Nic se nepočítalo ani nezapsalo.
backup-error-exists = Na cílovém místě už něco je. Nic se nepřepsalo; zvolte jiný název.
backup-error-full = Disk je plný; záloha nevznikla a nic se nepřepsalo.
backup-error-io = Disk odmítl. Co tam bylo dřív, zůstalo, jak bylo.
backup-made = Záloha je zapsaná a zpětně přečtená: kontaktů { $contacts }, { $size }.
backup-verified = Ověřeno: kontaktů { $contacts }, záznamů { $records }, { $size }, z { $when }.
backup-restored = Obnoveno: kontaktů { $contacts }. Co bylo mezitím smazáno, zůstává smazané: { $erased }.
backup-old =
    { $days ->
        [one] Poslední ověřená záloha je stará jeden den.
        [few] Poslední ověřená záloha je stará { $days } dny; udělejte novou: opora backup create.
        [many] Poslední ověřená záloha je stará { $days } dne; udělejte novou: opora backup create.
       *[other] Poslední ověřená záloha je stará { $days } dní; udělejte novou: opora backup create.
    }
backup-none = Zatím není žádná ověřená záloha; udělejte ji: opora backup create.

backup-ask-passphrase = Heslová fráze zálohy:
backup-ask-why = Záloha má vlastní heslovou frázi, aby o ni ztracený počítač nepřipravil. Uložte ji jinam.
backup-writing = Zapisuji zálohu: { $done } z { $total }
backup-verifying = Čtu zálohu: { $done } z { $total } bajtů
backup-restoring = Obnovuji: { $done } z { $total } bajtů
backup-before-upgrade = Kopie, než začne zapisovat nová verze: { $done } z { $total }
backup-upgrade-made = Tato verze opory je tu nová. Ověřená kopie knihy případů, jak byla: { $file }
backup-upgrade-failed = Nebylo místo na kopii, než začne zapisovat nová verze opory. Uvolněte ho a spusťte opora backup create.
backup-aside = Co tam bylo předtím, je ve složce { $folder }.

cases-none = Nic se nenašlo.
cases-more =
    { $count ->
        [one] { $shown } z jednoho kontaktu.
        [few] { $shown } ze { $count } kontaktů; víc ukáže --limit.
        [many] { $shown } z { $count } kontaktu; víc ukáže --limit.
       *[other] { $shown } z { $count } kontaktů; víc ukáže --limit.
    }
cases-goes-on = běží
cases-late = po termínu
cases-nothing-due = Nic nemá termín.
cases-of-case =
    { $count ->
        [one] Případ { $case }: jeden kontakt.
        [few] Případ { $case }: { $count } kontakty téhož dítěte.
        [many] Případ { $case }: { $count } kontaktu téhož dítěte.
       *[other] Případ { $case }: { $count } kontaktů téhož dítěte.
    }
cases-linked =
    { $count ->
        [one] Případ { $case } má teď jeden kontakt.
        [few] Případ { $case } má teď { $count } kontakty.
        [many] Případ { $case } má teď { $count } kontaktu.
       *[other] Případ { $case } má teď { $count } kontaktů.
    }
cases-supervisor = Druhý pár očí: { $who }
cases-promise-kept = Splněno: { $what } (termín byl { $when })
cases-hold-on = Tento případ se uchová i po své lhůtě, dokud neřeknete --off.
cases-hold-off = Tento případ se uchová stejně dlouho jako ostatní.
cases-yes = ano
cases-not-done = Nic se nesmazalo.
cases-ask-delete =
    { $count ->
        [one] Navždy smazat tento kontakt, zde i v každé obnovené záloze?
        [few] Navždy smazat tyto { $count } kontakty jednoho případu, zde i v každé obnovené záloze?
        [many] Navždy smazat { $count } kontaktu jednoho případu, zde i v každé obnovené záloze?
       *[other] Navždy smazat těchto { $count } kontaktů jednoho případu, zde i v každé obnovené záloze?
    }
cases-ask-expire =
    { $count ->
        [one] Navždy smazat tento případ?
        [few] Navždy smazat tyto { $count } případy?
        [many] Navždy smazat { $count } případu?
       *[other] Navždy smazat těchto { $count } případů?
    }
cases-expired-dry =
    { $count ->
        [one] Jeden případ skončil před { $day }. Nic se nesmazalo.
        [few] { $count } případy skončily před { $day }. Nic se nesmazalo.
        [many] { $count } případu skončilo před { $day }. Nic se nesmazalo.
       *[other] { $count } případů skončilo před { $day }. Nic se nesmazalo.
    }
cases-expired =
    { $count ->
        [one] Jeden případ, který skončil před { $day }, je smazán.
        [few] { $count } případy, které skončily před { $day }, jsou smazány.
        [many] { $count } případu, které skončilo před { $day }, je smazáno.
       *[other] { $count } případů, které skončily před { $day }, je smazáno.
    }
cases-error-no-such = Nic tu nezačíná na „{ $id }“; označení ukazuje "opora cases find".
cases-error-many =
    { $count ->
        [one] Na „{ $id }“ začíná jedno označení.
        [few] Na „{ $id }“ začínají { $count } označení; napište o pár písmen víc.
        [many] Na „{ $id }“ začíná { $count } označení; napište o pár písmen víc.
       *[other] Na „{ $id }“ začíná { $count } označení; napište o pár písmen víc.
    }
cases-error-day = „{ $day }“ není den; pište ho jako 2026-11-24, nebo 2026-11-24T18:00.
cases-error-code = „{ $code }“ tu není; na výběr je: { $known }.
cases-error-held = Případ { $id } se uchovává, protože šlo o život, a nebyl smazán. Nejdřív spusťte opora cases hold { $id } --off, pak ho smažte.

disclosure-title = Co dítě sdělilo
disclosure-name = své jméno
disclosure-address = úplnou adresu
disclosure-facts = skutečnosti, které se musí oznámit
disclosure-told = dítě ví, že to oznámíme
disclosure-decided = rozhodnuto: { $decision } (s: { $second })

own-error = { $reason }. V platnosti zůstávají témata a formuláře, jak platily naposledy.
