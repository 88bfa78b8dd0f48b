# Stránka pro děti. Jednoduchá slova pro desetileté dítě. Pravidla jsou v locales/en/page.ftl.
# $you je „vy“ pro toho, kdo napsal, že je mu 18 a víc, jinak „ty“.

page-language = Čeština
page-languages = Jazyk

## Cesta pryč

page-leave = Opustit stránku
page-leave-steps = Shift { $n } ze 3. Po třetím se stránka zavře.
page-leaving = Načítá se…

## Začátek

page-start-title = Potřebuješ si promluvit?
page-start-lead = Někdo tu čte, co napíšeš. Jméno psát nemusíš. Nic to nestojí.
page-start-busy = Všichni si teď s někým píšou. Klidně napiš, dostaneš místo ve frontě.
page-start-far = Teď se nemůžeme spojit. Nech stránku otevřenou, zkoušíme to dál. Nebo zavolej na { $phone }.
page-box = Tvoje zpráva
page-box-hint = Piš sem…
page-box-more = { $you ->
    [vy] Můžete psát dál…
   *[ty] Můžeš psát dál…
}
page-box-keep = { $you ->
    [vy] Můžete dál psát…
   *[ty] Můžeš dál psát…
}
page-send = Odeslat
page-slow = Je tlačítko pořád šedé? Pak z tohohle prohlížeče nejde nic poslat. Zavolej zdarma na { $phone }.
page-call = Nebo zavolej zdarma:
page-danger = Hrozí nebezpečí hned teď? Volej:
page-danger-short = V nebezpečí volej:
page-emergency-112 = tísňová linka
page-emergency-155 = záchranka
page-emergency-158 = policie
page-practice = Jen cvičně. Na skutečnou prosbu o pomoc tu nikdo neodpoví.

page-feel-title = Jak ti je? (jestli chceš)
page-feel-very_bad = Moc zle
page-feel-bad = Zle
page-feel-so_so = Jde to
page-feel-good = Dobře

## Čekání

page-sending = Chvilku, tvoje slova jsou na cestě.
page-resuming = Chvilku, hledáme tvůj rozhovor.
page-place = { $before ->
    [0] { $you ->
        [vy] Jste ve frontě a jste na řadě.
       *[ty] Jsi ve frontě a jsi na řadě.
    }
    [one] { $you ->
        [vy] Jste ve frontě. Před vámi je { $before } člověk.
       *[ty] Jsi ve frontě. Před tebou je { $before } člověk.
    }
    [few] { $you ->
        [vy] Jste ve frontě. Před vámi jsou { $before } lidé.
       *[ty] Jsi ve frontě. Před tebou jsou { $before } lidé.
    }
   *[other] { $you ->
        [vy] Jste ve frontě. Před vámi je { $before } lidí.
       *[ty] Jsi ve frontě. Před tebou je { $before } lidí.
    }
}
page-in = { $you ->
    [vy] Jste ve frontě.
   *[ty] Jsi ve frontě.
}
page-range = Většinou to trvá { $low } až { $high } minut.
page-about = { $high ->
    [0] Většinou to netrvá ani minutu.
    [one] Většinou to trvá asi minutu.
    [few] Většinou to trvá asi { $high } minuty.
   *[other] Většinou to trvá asi { $high } minut.
}
page-long = { $you ->
    [vy] Dnes to může trvat i víc než půl hodiny. Jestli nemůžete čekat, zavolejte zdarma na { $phone }.
   *[ty] Dnes to může trvat i víc než půl hodiny. Jestli nemůžeš čekat, zavolej zdarma na { $phone }.
}
page-look-back = { $you ->
    [vy] Nechte stránku otevřenou a občas se podívejte. Místo vám držíme.
   *[ty] Nech stránku otevřenou a občas se podívej. Místo ti držíme.
}
page-again-soon = { $you ->
    [vy] Váš konzultant musel odejít. Bude s vámi pokračovat někdo další, čekáte vpředu ve frontě.
   *[ty] Ten, kdo si s tebou psal, musel odejít. Bude s tebou pokračovat někdo další, čekáš vpředu ve frontě.
}
page-ask = Zatím, jestli chceš:
page-ask-age = Kolik ti je?
page-ask-topic = Čeho se to týká?
page-ask-none = Nechci říkat

page-age-a0_4 = 0 až 4
page-age-a5_8 = 5 až 8
page-age-a9_11 = 9 až 11
page-age-a12_14 = 12 až 14
page-age-a15_17 = 15 až 17
page-age-a18 = 18
page-age-a19_26 = 19 až 26
page-age-over26 = víc než 26

page-topic-violence = Někdo mi ubližuje (šikana, vydírání, násilí, zneužívání)
page-topic-mental = Jak se cítím (strach, smutek, ubližuju si)
page-topic-family = Moje rodina
page-topic-peers = Kamarádi, spolužáci, láska
page-topic-sexuality = Dospívání, moje tělo, sex
page-topic-health = Moje zdraví
page-topic-school = Škola nebo práce
page-topic-discrimination = Chovají se ke mně hůř kvůli tomu, kdo jsem
page-topic-missing = Jsem na útěku, nebo chci utéct
page-topic-access = Potřebuju kde bydlet, jídlo nebo někoho, kdo pomůže
page-topic-digital = Něco na internetu

## Rozhovor

page-here = { $you ->
    [vy] Někdo už je tu a čte, co jste napsali.
   *[ty] Někdo už je tu a čte, co píšeš.
}
page-here-name = { $name } je tu.
page-away = { $you ->
    [vy] U nás na chvíli vypadlo spojení. Zůstaňte tu, vaše slova jsou uložená.
   *[ty] U nás na chvíli vypadlo spojení. Zůstaň tu, tvoje slova jsou uložená.
}
page-quiet = { $you ->
    [vy] Nespěchejte. Jste tam ještě?
   *[ty] Nespěchej. Jsi tam ještě?
}
page-log = Rozhovor
page-you = { $you ->
    [vy] vy
   *[ty] ty
}
page-line = linka
page-writing = { $name } píše…
page-writing-nobody = Někdo píše…
page-mark-sending = odesílá se
page-mark-sent = odesláno ✓
page-mark-waiting = čeká na odeslání
page-mark-unsent = neodesláno
page-unread = Tuhle zprávu se nepodařilo přečíst.
page-too-long = { $over ->
    [one] O { $over } znak víc, než jde poslat. Zkrať to, nebo to pošli nadvakrát.
    [few] O { $over } znaky víc, než jde poslat. Zkrať to, nebo to pošli nadvakrát.
   *[other] O { $over } znaků víc, než jde poslat. Zkrať to, nebo to pošli nadvakrát.
}
page-left-chars = { $left ->
    [one] zbývá { $left } znak
    [few] zbývají { $left } znaky
   *[other] zbývá { $left } znaků
}

## Bez spojení

page-trouble = { $you ->
    [vy] Není spojení. Vaše slova jsou uložená.
   *[ty] Není spojení. Tvoje slova jsou uložená.
}
page-trouble-next = { $seconds ->
    [one] Zkusíme to znovu za { $seconds } sekundu.
    [few] Zkusíme to znovu za { $seconds } sekundy.
   *[other] Zkusíme to znovu za { $seconds } sekund.
}
page-trouble-now = Zkoušíme to znovu.
page-trouble-stuck = { $you ->
    [vy] Stiskněte tlačítko a zkusíme to znovu.
   *[ty] Stiskni tlačítko a zkusíme to znovu.
}
page-trouble-call = { $you ->
    [vy] Pořád nic? Zavolejte zdarma na { $phone }, nebo se vraťte: místo vám držíme { $minutes } minut.
   *[ty] Pořád nic? Zavolej zdarma na { $phone }, nebo se vrať: místo ti držíme { $minutes } minut.
}
page-again = Zkusit znovu

## Konec

page-ended = Rozhovor skončil.
page-ended-name = { $name } ukončil/a rozhovor.
page-ended-lead = { $you ->
    [vy] Můžete se kdykoli vrátit.
   *[ty] Můžeš se kdykoli vrátit.
}
page-heard-title = { $you ->
    [vy] Měli jste pocit, že vám někdo naslouchá?
   *[ty] Měl/a jsi pocit, že tě někdo poslouchá?
}
page-heard-2 = Ano
page-heard-1 = Trochu
page-heard-0 = Ne
page-felt-title = { $you ->
    [vy] Jak je vám teď?
   *[ty] Jak ti je teď?
}
page-skip = Přeskočit
page-thanks = Děkujeme.
page-restart = Zpátky na začátek
page-forget = { $you ->
    [vy] Smazat, co jsem napsal/a
   *[ty] Smazat, co jsem napsal/a
}
page-forget-what = Smaže se celý rozhovor, tady i na lince. Zůstane nám jen to, že rozhovor proběhl, kdy to bylo a co se zaškrtlo (věk, téma, jak bylo).
page-forget-but = Jediná výjimka: kdyby to vypadalo, že jde někomu o život, může nám zákon uložit, abychom si nechali to, co je potřeba k pomoci.
page-forget-yes = Ano, smazat
page-forget-no = Ne, nechat
page-forgetting = Maže se…

## Klidné obrazovky

page-forgotten-title = Všechno napsané se maže.
page-forgotten-text = { $you ->
    [vy] Zůstane nám jen to, že rozhovor proběhl, kdy to bylo a co jste zaškrtli. Můžete se kdykoli vrátit.
   *[ty] Zůstane nám jen to, že rozhovor proběhl, kdy to bylo a co se zaškrtlo. Můžeš se kdykoli vrátit.
}
page-gone-title = Tenhle rozhovor už skončil.
page-gone-text = { $you ->
    [vy] Buď dlouho nebylo spojení, nebo rozhovor skončil už před chvílí. Napsat znovu můžete, kdykoli budete chtít.
   *[ty] Buď dlouho nebylo spojení, nebo rozhovor skončil už před chvílí. Napsat znovu můžeš, kdykoli budeš chtít.
}
page-closed-title = Teď máme zavřeno.
page-closed-text = V tuhle chvíli tu není nikdo, kdo by odpověděl.
page-closed-next = Zase otevřeme: { $when }.
page-full-title = Čeká teď moc lidí.
page-full-text = Místo ve frontě se nám nepodařilo najít. Zkus to prosím za pár minut, nebo nám zavolej, je to zdarma.
page-refused-title = Stránka teď není bezpečná.
page-refused-text = Nemohli jsme ověřit, že tvoje slova budeme číst jen my, a tak se nic neodeslalo. Radši prosím zavolej.
page-altered-title = Rozhovor někdo cestou změnil.
page-altered-text = { $you ->
    [vy] Někdo nebo něco ho změnilo mezi vámi a námi. Nepokračujte tu prosím. Zavolejte nám, je to zdarma.
   *[ty] Někdo nebo něco ho změnilo mezi tebou a námi. Nepokračuj tu prosím. Zavolej nám, je to zdarma.
}
page-broken-title = Něco se u nás pokazilo.
page-broken-text = { $you ->
    [vy] Není to vaše chyba. Zavolejte nám prosím, nebo to zkuste za chvíli.
   *[ty] Není to tvoje chyba. Zavolej nám prosím, nebo to zkus za chvíli.
}
page-replaced-title = Rozhovor je otevřený v jiném okně.
page-replaced-text = { $you ->
    [vy] Pokračuje tam. Jestli chcete pokračovat tady, stiskněte tlačítko.
   *[ty] Pokračuje tam. Jestli chceš pokračovat tady, stiskni tlačítko.
}
page-replaced-again = Pokračovat tady
page-old-title = Tenhle prohlížeč tvoje slova neochrání.
page-old-text = Je moc starý, nebo mu něco brání. Zkus prosím jiný prohlížeč nebo zařízení, nebo nám zavolej.
page-framed-title = Otevři prosím tuhle stránku samostatně.
page-framed-text = Teď je vložená do jiné stránky a tam tvoje slova neumíme ochránit.
page-noscript = Tenhle chat potřebuje JavaScript a ten je v prohlížeči vypnutý. Můžeš zavolat zdarma na { $phone }. Když hrozí nebezpečí hned teď, volej 112.

## Co si necháváme? Bezpečí

page-info = Co si necháváme? Bezpečí
page-info-back = Zpátky
page-keep-title = Co si necháváme?
page-keep-1 = Tvoje slova se zamknou už v tomhle prohlížeči. Odemknout je umí jen naši konzultanti. Počítače po cestě je přečíst neumí.
page-keep-2 = Rozhovor může číst i vedoucí směny, aby konzultantovi pomohl.
page-keep-3 = Když konzultant skončí, rozhovor se do 24 hodin smaže. Konzultant si může nechat krátký zápis, také zamčený.
page-keep-4 = Dva roky si necháváme, že rozhovor proběhl, kdy a čeho se týkal, abychom to mohli sečíst. Ne to, kdo jsi: to nevíme a tvoji adresu na internetu neukládáme.
page-keep-5 = Co nám řekneš, zůstane u nás. Jen když jde někomu o život nebo o zdraví, možná to budeme muset říct těm, kdo umí pomoct. Když to půjde, nejdřív si o tom promluvíme s tebou.
page-keep-6 = Obrázky a soubory se sem posílat nedají. Odkazy se ukazují jen jako text.
page-keep-7 = Chceš se jindy vrátit? Domluv se s konzultantem na tajné větě.
page-safe-title = Bezpečí
page-safe-1 = „Opustit stránku“ všechno hned zavře. Stejně funguje Shift třikrát po sobě. Tlačítko „Zpět“ rozhovor nevrátí.
page-safe-2 = V prohlížeči z rozhovoru nic nezůstane. V historii ale bude vidět, že tu tahle stránka byla otevřená. Řádek tam můžeš smazat, nebo stránku otevřít v anonymním okně.
page-safe-3 = Neumíme schovat to, co někdo vidí přes rameno, ani to, co vidí program, který zařízení sleduje. Když si nejsi jistý/á, použij jiné zařízení nebo zavolej.
page-safe-4 = Když odejdeš a do { $minutes } minut se na stránku vrátíš ve stejné kartě, nečekáš na konci fronty.
page-safe-5 = Jiná aplikace, vypnutá obrazovka ani nové načtení stránky není odchod: rozhovor pokračuje tam, kde byl.
page-seal = Pečeť téhle stránky:
page-help-title = Další pomoc
