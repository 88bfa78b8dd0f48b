# The command line: what each command and option is for, and what is said when one cannot go on.

cli = A helpline in one program: a child writes on a page, a counsellor answers here, nobody else can read it.
cli-after = Try it: opora demo. It starts everything on this computer and leaves nothing behind.
cli-config = Settings file to use instead of the usual one
cli-data = Folder for the data instead of the usual one
cli-profile = A name for settings and data of their own, to keep two casebooks apart
cli-lang = Language of everything shown: en or cs
cli-passphrase-file = File whose first line is the passphrase, instead of asking; it should be readable by you alone

cli-demo = Shows the whole helpline: a relay, five scripted children and a console; gone when you leave
cli-demo-children = How many scripted children come
cli-demo-pace = How fast they write: 2 is twice as fast
cli-demo-seed = Number that fixes the children's pauses, so that a demo can be repeated
cli-demo-keep = Folder in which everything stays when you leave
cli-demo-theme = Theme of the console
cli-demo-keymap = Keymap of the console

cli-relay = Runs the relay: the one server that children's pages and consoles connect to; it can read neither
cli-relay-init = Prepares the data folder from the line.json that "opora keys init" wrote, and says what to do next
cli-relay-listen = Address and port to listen on
cli-relay-public-url = Address at which children open the page, such as https://chat.example.cz
cli-relay-exit-url = Page to which "Leave this page" goes
cli-relay-drill = Practice: keeps no statistics and says "practice" on every screen

cli-console = Opens the counsellor's console
cli-console-relay = The relay to connect to, such as wss://chat.example.cz
cli-console-keymap = default or vim
cli-console-theme = terminal or mono
cli-console-offline = Opens only the casebook; connects to nothing

cli-keys = Makes and keeps the keys of the line
cli-keys-init = Makes a new line: its root, its keys, your account; writes line.json for the relay
cli-keys-init-line = Name of the line, as children know it
cli-keys-init-name = Your name at the desk
cli-keys-init-relay = Address of the relay, such as wss://chat.example.cz
cli-keys-init-phone = Telephone number that the page shows when nothing else works
cli-keys-init-out = Where line.json is written
cli-keys-init-cost = How hard the vault is to try: calibrated (one second here) or floor (for tests and practice only)
cli-keys-list = Shows the line's fingerprint and the keys in this vault

cli-drill = Plays scripted children against a practice relay and reports what was acknowledged, lost or doubled
cli-drill-relay = A relay started with --drill
cli-drill-children = How many children come
cli-drill-script = Only this script, by name
cli-drill-pace = How fast they write: 2 is twice as fast
cli-drill-seed = Number that fixes the children's pauses
cli-drill-report = File for the report as JSON

cli-completions = Prints completions for a shell
cli-completions-shell = The shell
cli-man = Prints the man page
cli-man-out = Folder for one page a command

cli-ask-passphrase = Passphrase:
cli-ask-new-passphrase = New passphrase (14 characters or more; six words are good):
cli-ask-again = Once more:
cli-passphrases-differ = The two differ; nothing was saved, please type them again.
cli-ask-line = Name of the line, as children know it
cli-ask-name = Your name at the desk
cli-ask-relay = Address of the relay
cli-ask-phone = Telephone number that the page shows

cli-keys-made = Vault made: { $vault }
cli-keys-fingerprint = Fingerprint of the line: { $fingerprint }
    Write it on paper. Whoever joins compares it before trusting anything.
cli-keys-next = Written: { $file }. It holds nothing secret. Take it to the relay's machine and run
    opora relay --init { $file }
cli-keys-list-account = Account: { $name } ({ $role })
cli-keys-list-line-key = Line key { $id }
cli-keys-list-house-key = House key { $id }
cli-keys-proposal = Six words you could use: { $words }

cli-relay-ready = Relay prepared in { $folder } for { $line }, first account { $name }.
cli-relay-next = Next:
    opora relay --data { $folder }
    opora console --relay ws://127.0.0.1:8787   (as { $name }, with the vault that "opora keys init" made)
cli-relay-listening = listening on { $address } · journal { $entries } entries, ok
cli-relay-page = child's page: { $url }
cli-relay-stopped = stopped; everything acknowledged is on disk

cli-demo-starting = Starting a relay, { $children } children and a console…
cli-demo-page = Open the child's page in a browser: { $url }
cli-demo-kept = Kept in { $folder }. The passphrase of its casebook is: { $passphrase }
cli-demo-gone = Everything the demo made is gone.

cli-error-file = { $file }: { $reason }. Nothing was changed.
cli-error-no-terminal = There is nobody to ask here; use a terminal, or --passphrase-file and the other options.
cli-error-vault-there = There is already a vault in { $file }; it was not touched. Use --profile NAME for a second one.
cli-error-no-vault = There is no vault in { $file } yet. Begin with "opora keys init", or try "opora demo".
cli-error-wrong-passphrase = That passphrase does not open this casebook. Nothing was changed.
cli-error-weak-passphrase = That passphrase is too easy: { $reason }. Six words are good, for example: { $words }
cli-error-vault = The vault { $file } cannot be used: { $reason }. It was not changed.
cli-error-in-use = opora is already open on this casebook (process { $process }); close it or use --profile.
cli-error-casebook = The casebook in { $folder } cannot be opened: { $reason }. Nothing was changed.
cli-error-port = Something already listens on { $address }; stop it or choose another with --listen.
cli-error-address = { $address } cannot be listened on: { $reason }.
cli-error-line-file = { $file } is not a line.json of "opora keys init": { $reason }.
cli-error-relay-there = { $folder } already holds a relay; it was not touched.
cli-error-no-relay-data = { $folder } holds no relay yet. Begin with "opora relay --init line.json --data { $folder }".
cli-error-relay-in-use = Another relay (or a dying one) holds { $folder }; stop it first.
cli-error-relay = The relay cannot go on: { $reason }. Everything acknowledged is on disk.
cli-error-relay-damaged = The relay's data in { $folder } is damaged: { $reason }. It was not changed.
cli-error-relay-url = "{ $url }" is not the address of a relay; it looks like wss://chat.example.cz or ws://127.0.0.1:8787.
cli-error-no-relay-url = Which relay? Give --relay, or set relay = "wss://…" in { $file }.
cli-error-name = "{ $name }" cannot be an account's name: 1 to 64 bytes, no line breaks, no space at its ends.
cli-error-settings = { $file } line { $line }: { $reason }
cli-error-demo-relay = The demo's relay did not start: { $reason }
cli-error-terminal = The console needs a terminal: { $reason }
cli-error-tls = Off this computer the relay needs TLS in front of it: listen on a loopback address behind a proxy.
cli-error-keymap = { $what }; the default keys are in use.
cli-error-not-a-theme = No theme is called "{ $name }"; there are { $known }.
cli-error-not-a-keymap = No keymap is called "{ $name }"; there are { $known }.
cli-error-no-script = No script is called "{ $name }"; there are { $known }.
cli-error-unreachable = The relay at { $url } does not answer: { $reason }.

cli-file-there = it is already there
cli-keys-list-fingerprint = Fingerprint of the line: { $fingerprint }
cli-weak-short = { $count ->
    [one] { $count } character is too few
   *[other] { $count } characters are too few
  }
cli-weak-common = it is among the first that a thief tries
role-counsellor = counsellor
role-supervisor = supervisor
cli-relay-tls-cert = Certificate chain, PEM: the relay then speaks TLS itself; SIGHUP reads it again
cli-relay-tls-key = The private key of the certificate, PEM
cli-relay-reading = reading the journal: { $percent } %
cli-drill-line = The line.json of that relay: whoever else answers is not believed
cli-drill-origin = Where the page would have come from, if not from the relay's own address
cli-drill-counsellors = How many scripted counsellors answer
cli-drill-minutes = For how many minutes new children come
cli-drill-once = Each child comes once, and then the drill ends
cli-drill-broken = Something acknowledged was lost, doubled, out of order or altered; the report says what.

cli-cases = Reads and keeps the casebook without the console
cli-cases-find = Finds contacts by words, without accents and by beginnings; without words, the newest
cli-cases-find-words = Words to find; put words that follow each other in "quotes"
cli-cases-find-since = Only from this day on, such as 2026-11-24
cli-cases-find-until = Only until this day
cli-cases-find-topic = Only this topic or family, such as violence.bullying or violence
cli-cases-find-online = Only offline, mixed or online
cli-cases-find-risk = Only this risk or more, 0 to 4
cli-cases-find-by = Only contacts of this account
cli-cases-find-person = Only who wrote or called: child, parent, teacher …
cli-cases-find-channel = Only this channel: chat, phone, email …
cli-cases-find-outcome = Only with this outcome, such as callback
cli-cases-find-due = Only with a promise due until this day
cli-cases-find-unfinished = Only those whose form is not finished
cli-cases-find-case = Only contacts of this case
cli-cases-find-limit = How many at most
cli-cases-find-json = Prints JSON for programs
cli-cases-show = Shows one contact with its note; it is noted in the audit
cli-cases-show-id = The id that find shows; its first letters are enough
cli-cases-show-transcript = Shows the words of the chat too, if they were kept
cli-cases-show-shape = Shows the note as soap or birp
cli-cases-show-json = Prints JSON for programs
cli-cases-note = Shows the note of a contact, or sets one of its fields
cli-cases-note-id = The id that find shows; its first letters are enough
cli-cases-note-set = Field to set, such as plan; its words come on standard input
cli-cases-note-from = File to take the words from instead
cli-cases-note-shape = Shows the note as soap or birp
cli-cases-note-json = Prints JSON for programs
cli-cases-due = Lists promises and follow-ups that are due
cli-cases-due-days = How many days ahead
cli-cases-due-json = Prints JSON for programs
cli-cases-promise = Writes down what was promised and until when, or that it was kept
cli-cases-promise-id = The contact; with --kept, the promise that "cases due" shows
cli-cases-promise-due = The day, such as 2026-11-24, or the minute, such as 2026-11-24T18:00
cli-cases-promise-what = What was promised, without a name
cli-cases-promise-kept = The promise was kept
cli-cases-link = Brings a contact into the case of the same child, or takes it out again
cli-cases-link-id = The contact
cli-cases-link-to = The case, or any contact of it
cli-cases-link-apart = Gives the contact a case of its own
cli-cases-hold = Keeps a case past its time because of danger to life
cli-cases-hold-id = The case, or any contact of it
cli-cases-hold-off = It need not be kept any longer
cli-cases-delete = Erases a case with all its contacts, for ever
cli-cases-delete-id = The case, or any contact of it
cli-cases-delete-yes = Does not ask
cli-cases-expire = Erases the cases whose last contact is too long ago
cli-cases-expire-dry-run = Only shows which they are
cli-cases-expire-months = How many months a case is kept
cli-cases-expire-before = Instead of months: everything that ended before this day
cli-cases-expire-yes = Does not ask

cli-backup = Copies the casebook and its keys, sealed, into one file
cli-backup-create = Makes a backup under a passphrase of its own and reads it back
cli-backup-create-file = The new file; an existing one is never overwritten
cli-backup-create-backup-passphrase-file = File whose first line is the passphrase of the backup, instead of asking
cli-backup-create-own-key = No passphrase of its own: only this casebook's key opens it
cli-backup-verify = Reads a whole backup and says what it holds
cli-backup-verify-file = The backup
cli-backup-verify-backup-passphrase-file = File whose first line is the passphrase of the backup, instead of asking
cli-backup-verify-own-key = Opens it with the key of this casebook instead of its passphrase
cli-backup-restore = Brings a backup back; what was erased since stays erased, what stood there is kept aside
cli-backup-restore-file = The backup
cli-backup-restore-into = Folder for casebook and keys, instead of this profile's
cli-backup-restore-backup-passphrase-file = File whose first line is the passphrase of the backup, instead of asking
cli-backup-restore-own-key = Opens it with the key of this casebook instead of its passphrase

cli-error-full = The disk is full; nothing of this was saved, what was saved before is safe. Free 10 MB and try again.
cli-error-in-use-unknown = opora is already open on this casebook; close it or use --profile.
cli-file-missing = it is not there
