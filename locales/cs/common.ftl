# Data, délky a slova, která používá více částí.

date-short = { $day }. { $month }
date-year = { $day }. { $month } { $year }
date-full = { $day }. { $month } { $year }
length-minutes = { $minutes } min
length-whole-hours = { $hours } h
length-hours = { $hours } h { $minutes } min

month-short-1 = 1.
month-short-2 = 2.
month-short-3 = 3.
month-short-4 = 4.
month-short-5 = 5.
month-short-6 = 6.
month-short-7 = 7.
month-short-8 = 8.
month-short-9 = 9.
month-short-10 = 10.
month-short-11 = 11.
month-short-12 = 12.
month-full-1 = ledna
month-full-2 = února
month-full-3 = března
month-full-4 = dubna
month-full-5 = května
month-full-6 = června
month-full-7 = července
month-full-8 = srpna
month-full-9 = září
month-full-10 = října
month-full-11 = listopadu
month-full-12 = prosince
weekday-1 = po
weekday-2 = út
weekday-3 = st
weekday-4 = čt
weekday-5 = pá
weekday-6 = so
weekday-7 = ne

lang-en = angličtina
lang-cs = čeština
lang-sk = slovenština
lang-uk = ukrajinština
lang-pl = polština
lang-de = němčina
lang-ru = ruština
lang-vi = vietnamština

word-yes = ano
word-no = ne
word-and = a
word-or = nebo
word-none = žádné
word-all = vše
word-any = jakékoli
word-unknown = neznámo
word-you = ty
word-me = já
word-today = dnes
word-yesterday = včera
word-now = teď

count-characters = { $count ->
    [one] { $count } znak
    [few] { $count } znaky
    [many] { $count } znaku
   *[other] { $count } znaků
}
count-children = { $count ->
    [one] { $count } dítě
    [few] { $count } děti
    [many] { $count } dítěte
   *[other] { $count } dětí
}
count-chats = { $count ->
    [one] { $count } chat
    [few] { $count } chaty
    [many] { $count } chatu
   *[other] { $count } chatů
}
count-messages = { $count ->
    [one] { $count } zpráva
    [few] { $count } zprávy
    [many] { $count } zprávy
   *[other] { $count } zpráv
}
count-cases = { $count ->
    [one] { $count } případ
    [few] { $count } případy
    [many] { $count } případu
   *[other] { $count } případů
}
count-lines = { $count ->
    [one] { $count } řádek
    [few] { $count } řádky
    [many] { $count } řádku
   *[other] { $count } řádků
}
count-minutes = { $count ->
    [one] { $count } minuta
    [few] { $count } minuty
    [many] { $count } minuty
   *[other] { $count } minut
}
count-days = { $count ->
    [one] { $count } den
    [few] { $count } dny
    [many] { $count } dne
   *[other] { $count } dní
}
count-people = { $count ->
    [one] { $count } člověk
    [few] { $count } lidé
    [many] { $count } člověka
   *[other] { $count } lidí
}

# Co je špatně v nastavení.
setting-place = { $file } řádek { $line }
setting-unknown = { $place }: nastavení { $key } neexistuje.
setting-unknown-near = { $place }: nastavení { $key } neexistuje; nemělo to být { $nearest }?
setting-wrong = { $place }: { $key } = { $value } nejde použít; má to být { $must }.
setting-syntax = { $place }: toto není TOML: { $what }.
setting-unreadable = { $place }: soubor nejde přečíst: { $what }.
setting-must-between = { $least } až { $most }
setting-must-zero-or = 0, nebo { $least } až { $most }
setting-must-one-of = něco z { $these }
setting-must-bool = true, nebo false
setting-must-number = celé číslo
setting-must-text = text
setting-must-duration = doba jako "5m" (ms, s, m, h, d, w, y)
setting-must-rate = četnost jako "10/min, burst 20"
setting-must-socket = adresa s portem jako "127.0.0.1:8787"
setting-must-ip = IP adresa
setting-must-path = cesta k souboru
setting-must-origin = adresa jako "https://chat.example.cz" a nic za ní
setting-must-web = webová adresa, která začíná https://
setting-must-relay = adresa jako "wss://chat.example.cz" (ws:// jen na tomto počítači)
setting-must-date = den jako "2026-12-24"
setting-must-zone = časové pásmo jako "Europe/Prague"
setting-must-days = každý den jen jednou
setting-must-open = hodiny jako "9-21" nebo "9-12, 13:30-6"
setting-must-languages = kódy jazyků, každý jednou, například ["cs", "en"]
setting-must-host = jméno počítače malými písmeny, bez portu
setting-must-list = seznam jako ["a", "b"]
