# Trezor s klíči, heslové fráze, kódy na papíře, pozvánky a karta linky.
vault-missing = Na tomto počítači zatím nejsou žádné klíče. Přihlaste se pozvánkou, kterou máte od supervizora.
vault-exists = Klíče už tu jsou; nic se s nimi nestalo.
vault-wrong-passphrase = Tato heslová fráze tuto knihu případů neotevře.
vault-tries-left = { $left ->
    [one] Ještě jeden pokus, pak minuta přestávky.
    [few] Ještě { $left } pokusy, pak minuta přestávky.
   *[other] Ještě { $left } pokusů, pak minuta přestávky.
}
vault-paused = Pět chybných pokusů. Další bude možný za { $seconds } s.
vault-no-recovery = K těmto klíčům není žádný obnovovací kód.
vault-wrong-code = Tento kód tuto knihu případů neotevře.
vault-rekey-unfinished = Poslední výměna klíčů se ještě dokončuje. Nic se neztratilo; pokračuje, jakmile je kniha případů otevřená.
vault-damaged = Soubor s klíči je poškozený. Nic se nezměnilo. Vraťte kopii ze zálohy.
vault-newer = Soubor s klíči zapsala novější opora. Nainstalujte tu verzi; nic se nezměnilo.
vault-bounds = Soubor s klíči žádá víc práce, než opora přijme, takže ho nejspíš někdo změnil. Vraťte kopii ze zálohy.
vault-no-memory = K ověření heslové fráze není dost volné paměti. Zavřete jiné programy a zkuste to znovu.
vault-io = Soubor s klíči se nepodařilo přečíst nebo zapsat: { $reason }. Co v něm bylo, zůstalo.
passphrase-short = { $characters ->
    [one] Zatím jeden znak; je potřeba aspoň 14, nebo šest slov, která opora nabízí.
    [few] Zatím { $characters } znaky; je potřeba aspoň 14, nebo šest slov, která opora nabízí.
   *[other] Zatím { $characters } znaků; je potřeba aspoň 14, nebo šest slov, která opora nabízí.
}
passphrase-common = Tohle by zloděj zkusil mezi prvními.
passphrase-good = Dobře: { $characters ->
    [one] { $characters } znak
    [few] { $characters } znaky
   *[other] { $characters } znaků
}, žádná známá fráze.
paper-bad-code = To není kód z papíru: některé písmeno chybí nebo nesedí.
paper-other-line = To je kořenový klíč jiné linky.
invite-bad-code = To není pozvánka: některé písmeno chybí nebo nesedí.
invite-other-root = Server se hlásí k jiné lince než vaše pozvánka. Nepokračujte a zavolejte supervizorovi.
keeper-not-keeper = Tohle může jen správce klíčů.
keeper-old-card = Server ukazuje starší kartu linky, než byla poslední. Nepokračujte, dokud nevíte proč.
keeper-no-relay = Karta linky neuvádí žádný server, na který by šlo pozvat.
card-signature = Server ukazuje kartu linky, kterou vaše linka nepodepsala. Nic se neodesílá.
card-form = Server ukazuje kartu linky, které tato opora nerozumí. Nic se neodesílá.
card-expired = Platnost karty linky skončila. Správce klíčů ji musí obnovit; do té doby děti vidí jen telefonní číslo.
card-too-long = Server ukazuje kartu linky s příliš dlouhou platností. Nic se neodesílá.
card-older = Server ukazuje starší kartu linky, než byla poslední. Nic se neodesílá.
card-relay = Karta linky tento server neuvádí. Nic se neodesílá.
card-no-key = Na kartě linky není žádný platný klíč. Správce klíčů ji musí obnovit; do té doby děti vidí jen telefonní číslo.
card-due = Klíč linky je starší než 30 dní. Správce klíčů by ho měl obnovit.
card-ends-soon = { $days ->
    [0] Karta linky končí dnes. Bez nové uvidí děti jen telefonní číslo.
    [one] Karta linky končí za jeden den. Bez nové uvidí děti jen telefonní číslo.
    [few] Karta linky končí za { $days } dny. Bez nové uvidí děti jen telefonní číslo.
   *[other] Karta linky končí za { $days } dní. Bez nové uvidí děti jen telefonní číslo.
}
keys-joined = { $name } je na lince a právě dostává klíče.
keys-strange = Relé ukazuje účet { $name }, který jste nepozvali. Klíče nedostane. Zjistěte, kdo to je; odpojíte ho příkazem „opora keys revoke“.
served-page-differs = Stránka pro děti na relé není ta, kterou sestaví tato opora: je z jiné verze, nebo ji někdo změnil. Požádejte správce serveru o „opora page check“; rozhovory tady pokračují.
served-page-other-line = Stránka pro děti na relé patří jiné lince. Řekněte to hned správci serveru a správci klíčů; děti, které tam píšou, se k vám nedostanou.
