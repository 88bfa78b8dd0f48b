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
cli-demo-plain = Finished lines instead of a screen, for screen readers

cli-relay = Runs the relay: the one server that children's pages and consoles connect to; it can read neither
cli-relay-init = Prepares the data folder from the line.json that "opora keys init" wrote, and says what to do next
cli-relay-listen = Address and port to listen on
cli-relay-public-url = Address at which children open the page, such as https://chat.example.cz
cli-relay-exit-url = Page to which "Leave this page" goes
cli-relay-drill = Practice: keeps no statistics and says "practice" on every screen

cli-console = Opens the counsellor's console
cli-console-relay = The relay to connect to, such as wss://chat.example.cz
cli-console-keymap = default or vim
cli-console-theme = auto, terminal, day, night, contrast, mono, or a file in themes/
cli-console-plain = Finished lines instead of a screen, for screen readers
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
    opora console --relay { $relay }   (as { $name }, with the vault that "opora keys init" made)
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
cli-first-later = Nothing was stored. When you have an invitation, start the console again.
cli-error-phrases = { $what }; the shipped phrases are in use.
cli-error-theme = { $file } line { $line }: { $what }; the theme "auto" is in use.
theme-shape = not a theme: { $what }
theme-role = no role is called "{ $what }"
theme-colour = "{ $what }" is not a colour
theme-modifier = "{ $what }" is not a modifier
theme-inherits = no theme is called "{ $what }"
theme-missing = the role "{ $what }" has no style, and the file inherits from no theme
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
cli-drill-casebook = Makes a data folder with a casebook of invented contacts, to practise and to measure in
cli-drill-casebook-dir = The new folder; opora never adds invented contacts to a casebook that is there
cli-drill-casebook-contacts = How many contacts
cli-drill-casebook-progress = { $done } of { $total } contacts written
cli-drill-casebook-made = In { $dir } is a casebook of invented contacts. Open it: opora console --offline --data { $dir }
cli-drill-casebook-passphrase = Its passphrase is only for practice: { $passphrase }

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
cli-keys-invite = Invites a colleague: prints a code to hand over by voice or on paper; only the key keeper can
cli-keys-invite-name = The name at the desk; nobody else can ever have it
cli-keys-invite-role = counsellor or supervisor
cli-keys-invite-valid = How long the code holds, such as 48h
cli-keys-invite-out = File for the code instead of the screen, readable by you alone
cli-keys-invite-wait = Stays until the colleague has joined and has the keys
cli-keys-invite-relay = The relay to go to, if not the one of the settings or the line card
cli-keys-join = Joins a line, on the new colleague's own computer; asks for the code
cli-keys-join-code-file = File with the code, instead of asking
cli-keys-join-relay = The relay to go to, if not the one the code names
cli-keys-join-cost = How hard the vault is to try: calibrated (one second here) or floor (for tests and practice only)
cli-keys-revoke = Cuts somebody off at once and renews the line's keys, so that they read nothing new
cli-keys-revoke-name = The name at the desk, or that of an open invitation
cli-keys-revoke-relay = The relay to go to, if not the one of the settings or the line card
cli-keys-rotate-line = Renews the line key, every 30 days; the former one goes on for a day, no child notices
cli-keys-rotate-line-relay = The relay to go to, if not the one of the settings or the line card
cli-keys-line = Writes line.json anew: the line card in force and today's accounts, for building the page
cli-keys-line-out = Where it is written
cli-keys-line-relay = The relay to go to, if not the one of the settings or the line card
cli-keys-line-written = { $file } holds line card { $serial }. Nothing in it is secret. Build the page from it: opora page build --line { $file }
cli-keys-recovery = Makes a recovery code for paper, or opens the vault with it
cli-keys-recovery-restore = Asks for the code on paper and sets a new passphrase
cli-keys-recovery-code-file = File with the code on paper, instead of asking
cli-keys-recovery-new-passphrase-file = File whose first line is the new passphrase, instead of asking
cli-keys-recovery-cost = How hard the vault is to try: calibrated (one second here) or floor (for tests and practice only)
cli-keys-passphrase = Sets another passphrase
cli-keys-passphrase-new-passphrase-file = File whose first line is the new passphrase, instead of asking
cli-keys-passphrase-cost = How hard the vault is to try: calibrated (one second here) or floor (for tests and practice only)
cli-keys-rekey = After a theft: a new key and passphrase for vault and casebook; goes on with one that was cut short
cli-keys-rekey-new-passphrase-file = File whose first line is the new passphrase, instead of asking
cli-keys-rekey-cost = How hard the vault is to try: calibrated (one second here) or floor (for tests and practice only)
cli-keys-root = Prints the root for the paper in the safe, or takes it over when the keeper is gone
cli-keys-root-take = Asks for the root on paper and makes this account the key keeper
cli-keys-root-code-file = File with the root on paper, instead of asking
cli-keys-root-relay = The relay to go to, if not the one of the settings or the line card

cli-page = Builds the child's page, and compares the one that is served
cli-page-build = Builds the page into one file: the same bytes from the same line.json and settings, anywhere
cli-page-build-out = Where the page is written
cli-page-build-line = The line.json that "opora keys init" wrote
cli-page-build-relay = The relay the page talks to, such as wss://chat.example.cz, if it is not the one that serves it
cli-page-check = Fetches the page and says whether it is the one this opora builds
cli-page-check-url = Where children open it
cli-page-check-line = The line.json of the line: then settings and root are compared too
cli-page-check-relay = The relay the page should talk to, if it is hosted elsewhere

cli-ask-code = Invitation code
cli-ask-recovery = Recovery code on the paper
cli-ask-root = Root on the paper
cli-ask-team = Are these your people, with these fingerprints? (yes / no)

cli-keys-invited = Invitation for { $name } ({ $role }), good until { $until }:
cli-keys-invited-next = Hand the code to { $name } by voice or on paper, not by mail. It is used with
    opora keys join
    The keys follow when you next open your console, run a "keys" command, or used --wait.
cli-keys-waiting = Waiting until { $name } has joined; Ctrl-C ends only the waiting.
cli-keys-given = { $name } has the keys of the line now.
cli-keys-joined-line = You belong to { $line } now, as { $name }.
cli-keys-joined-next = Compare both fingerprints with your key keeper by telephone. The keys come by themselves as soon as the keeper is there; then
    opora console
cli-keys-joined-ready = Compare both fingerprints with your key keeper by telephone. The keys are here:
    opora console
cli-keys-strange = The relay shows an account, { $name }, that you did not invite. It got no keys. Ask who it is; cut it off with "opora keys revoke".
cli-keys-renewal-due = { $name } is cut off, but the line's keys are still those { $name } knows. Renew them now: opora keys revoke "{ $name }"
cli-keys-withdrawn = The invitation of { $name } is withdrawn: its code joins nobody any more.
cli-keys-cut-off = { $name } is cut off: no login, no open connection, no new grant.
cli-keys-cut-off-next = What comes is still sealed under keys that { $name } knows. Ask the key keeper to renew them now: opora keys revoke "{ $name }"
cli-keys-renewed = The line's keys are renewed: { $name } cannot read anything new. Children notice nothing.
cli-keys-rotated = Line card { $serial } is in force, until { $until }. Children notice nothing; the former key goes on for a day.
cli-keys-recovery-code = Recovery code. Write it on paper, lock it away, and close this window; an older code opens nothing any more.
cli-keys-passphrase-set = The new passphrase is set; the old one opens nothing any more.
cli-keys-rekey-goes-on = An earlier change of keys was cut short; it goes on now, with the passphrase chosen then.
cli-keys-rekeyed = Vault and casebook have a new key. Copies of the old files open only to who knows the old passphrase: destroy them.
cli-keys-root-paper = The root of the line. Write it on paper, seal it, put it into the safe, and close this window. Whoever has it is the line.
cli-keys-root-taken = You are the key keeper now. Renew the keys if the former keeper left in anger: opora keys revoke NAME
cli-keys-team = The relay tells of these accounts:
cli-keys-list-own = Your own fingerprint: { $fingerprint }
cli-keys-list-keeper = Key keeper: the root is in this vault.
cli-keys-list-member = { $name } ({ $role }), fingerprint { $fingerprint }
cli-keys-list-member-waits = { $name } ({ $role }), fingerprint { $fingerprint }, has no keys yet
cli-keys-list-member-out = { $name } ({ $role }) is cut off, the keys are not renewed yet
cli-keys-list-invited = { $name } ({ $role }) is invited until { $until }
cli-keys-list-recovery = A recovery code on paper opens this vault too.
cli-keys-list-no-recovery = There is no recovery code yet: a forgotten passphrase would be the end of it. Make one: opora keys recovery

cli-page-built = { $file } { $bytes } bytes, sha256 { $hash }
cli-page-served = { $url } { $bytes } bytes, sha256 { $hash }
cli-page-same = ok  byte for byte what this opora builds of the settings it names
cli-page-differs-script = !   the script is not the one this opora builds: another version, or altered. It could read what children type.
cli-page-differs-style = !   the style is not the one this opora builds: another version, or altered
cli-page-differs-text = !   texts or frame are not those this opora builds: another version, or altered
cli-page-settings-same = ok  its line and settings are those of line.json and of the relay's settings
cli-page-setting = !   { $setting } is { $page }, and should be { $meant }
cli-page-names = It trusts the line { $fingerprint }, sends to { $relay }, shows { $phone }, and leaves to { $exit }. Compare the fingerprint with the one on paper, or use --line.
cli-page-own-relay = whoever served it
cli-page-stale = { $count ->
    [one] One entry of the help on the page was not checked within a year: { $names }. Compare it with what its owner publishes.
   *[other] { $count } entries of the help on the page were not checked within a year: { $names }. Compare them with what their owners publish.
}
cli-page-draft = The texts in language "{ $lang }" are marked as a draft: let somebody read them who speaks it, then take the mark from the first line of the file.
cli-page-foreign = This is not a page of this opora: another version made it, or something else answers there.
cli-page-not-it = The page is not the one that it should be. Nothing was changed; find out who changed it before you send children there.

cli-no-answer = nobody answers
cli-error-page = The page at { $url } could not be fetched: { $reason }.
cli-error-page-own = The page's own texts or help (page.folder) are not understood: { $reason }.
cli-error-page-url = "{ $url }" is not the address of a page; it looks like https://chat.example.cz (http:// only on this computer).
cli-error-page-relay = The line card does not name { $url }, so consoles and pages would refuse it. It names { $known }.
cli-error-valid = "{ $time }" is no length of time; it looks like 48h or 7d.
cli-error-name-taken = "{ $name }" was used on this line before, and a name is never given twice. Choose another, such as one with a surname.
cli-error-no-account = Nobody is called "{ $name }" on this line, or they are cut off already. Nothing was changed.
cli-error-revoke-self = That is your own account. Another supervisor can cut it off; nothing was changed.
cli-error-not-supervisor = Only a supervisor can cut somebody off. Nothing was changed; call yours.
cli-error-card-not-taken = The relay did not take the new line card: { $reason } The former one is in force; try again.
cli-error-login = The relay does not know this account: it was cut off, or the relay is another line's. Nothing was changed; ask the key keeper.
cli-error-invitation = The relay does not take this invitation: it was used, has ended, or was withdrawn. Nothing was kept here; ask for a new one.
cli-error-not-a-relay = What answers at { $url } is no relay that this opora understands. Nothing was sent; update opora on both sides.
cli-error-team = Nobody got any keys. The root is in this vault; find out which accounts are yours and run the command again.
cli-error-rekey = The change of keys is not finished: { $reason } Nothing is lost; it goes on at the next start, or with "opora keys rekey".
