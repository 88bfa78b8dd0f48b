# Dates, lengths and words that several parts use.

date-short = { $day } { $month }
date-year = { $day } { $month } { $year }
date-full = { $day } { $month } { $year }
length-minutes = { $minutes } min
length-whole-hours = { $hours } h
length-hours = { $hours } h { $minutes } min

month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
month-full-1 = January
month-full-2 = February
month-full-3 = March
month-full-4 = April
month-full-5 = May
month-full-6 = June
month-full-7 = July
month-full-8 = August
month-full-9 = September
month-full-10 = October
month-full-11 = November
month-full-12 = December
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun

lang-en = English
lang-cs = Czech
lang-sk = Slovak
lang-uk = Ukrainian
lang-pl = Polish
lang-de = German
lang-ru = Russian
lang-vi = Vietnamese

word-yes = yes
word-no = no
word-and = and
word-or = or
word-none = none
word-all = all
word-any = any
word-unknown = unknown
word-you = you
word-me = me
word-today = today
word-yesterday = yesterday
word-now = now

count-characters = { $count ->
    [one] { $count } character
   *[other] { $count } characters
}
count-children = { $count ->
    [one] { $count } child
   *[other] { $count } children
}
count-chats = { $count ->
    [one] { $count } chat
   *[other] { $count } chats
}
count-messages = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}
count-cases = { $count ->
    [one] { $count } case
   *[other] { $count } cases
}
count-lines = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
count-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
count-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
count-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}

# What is wrong with a setting.
setting-place = { $file } line { $line }
setting-unknown = { $place }: there is no setting { $key }.
setting-unknown-near = { $place }: there is no setting { $key }; did you mean { $nearest }?
setting-wrong = { $place }: { $key } = { $value } does not fit; it must be { $must }.
setting-syntax = { $place }: this is not TOML: { $what }.
setting-unreadable = { $place }: the file cannot be read: { $what }.
setting-must-between = { $least } to { $most }
setting-must-zero-or = 0, or { $least } to { $most }
setting-must-one-of = one of { $these }
setting-must-bool = true or false
setting-must-number = a whole number
setting-must-text = a text
setting-must-duration = a duration such as "5m" (ms, s, m, h, d, w, y)
setting-must-rate = a rate such as "10/min, burst 20"
setting-must-socket = an address with port such as "127.0.0.1:8787"
setting-must-ip = an IP address
setting-must-path = a path
setting-must-origin = an address such as "https://chat.example.cz" with nothing behind it
setting-must-web = a web address that begins with https://
setting-must-relay = an address such as "wss://chat.example.cz" (ws:// only on this machine)
setting-must-date = a day such as "2026-12-24"
setting-must-zone = a time zone such as "Europe/Prague"
setting-must-days = each day once
setting-must-open = hours such as "9-21" or "9-12, 13:30-6"
setting-must-languages = codes of languages, each once, such as ["cs", "en"]
setting-must-host = a host name in lower case, without port
setting-must-list = a list such as ["a", "b"]
