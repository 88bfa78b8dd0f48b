# The console: what a counsellor reads.

## The top line, the list

top-waiting = { $count } waiting, longest { $wait }
top-waiting-short = { $count } · { $wait }
top-nobody = nobody waits
top-as-of = as of { $at }
top-held = { $held } of { $places } { $places ->
    [one] chat
   *[other] chats
}
state-ready = ready
state-busy = busy
state-locked = locked
state-off = off shift
state-break = break to { $until }
state-connecting = connecting
state-no-relay = no connection
state-stopped = not connected
state-practice = practice
list-waiting = WAITING { $count }
list-chats = MY CHATS { $count }
list-colleagues = COLLEAGUES
list-more = … { $count } more
list-feels = feels { $feel }
list-back = comes back
list-nothing-told = nothing told
list-to-close = to close
list-closing = closing
list-altered = altered
colleague-away = away
colleague-break = break to { $until }
colleague-on-break = break

## The conversation

title-reads-along = { $who } reads along
talk-child = child
talk-me = me
talk-line = line
talk-writing = is writing…
talk-news = new since you looked
talk-not-stored = not yet stored
talk-unreadable = could not be read
talk-left = { $handle } left the page.
talk-absent = { $handle } has been away for ten minutes; the chat has ended.
talk-closed = { $who } closed the chat.
talk-closed-misuse = { $who } closed the chat as misuse.
talk-claimed = { $who } took the chat.
talk-released = { $who } gave the chat back to the queue:
talk-transferred = { $who } handed the chat to { $to }:
talk-moved = { $who } moved the child to the head of the queue:
talk-flagged = { $who } asks for a second pair of eyes.
talk-danger = { $who }: danger to life.
talk-looks-in = { $who } looks in.
talk-looks-out = { $who } no longer reads along.
nobody-take = { $take } takes the next child.
nobody-waits = Nobody waits. A child who comes appears at the left; { $take } takes it, { $menu } shows all commands.
welcome-title = This is a demo: five scripted children come in, and nothing is kept.
welcome-one = { $take } takes the child who needs somebody most. Write, Enter answers.
welcome-two = { $note } is the note beside the chat, { $close } closes it with an outcome.
welcome-three = { $menu } shows all commands with their keys, { $quit } leaves.
welcome-page = Be the sixth child: open this address in a browser.

## The message box and the notice line

box-to = to { $handle }
draft-saved = draft saved { $at }
draft-unsaved = draft not yet saved
draft-memory = kept in memory only
draft-count = { $count } of { $limit } characters
notice-waits = ● { $handle } has waited { $wait } for an answer
hold-switched = Send to { $handle }? You came to this chat a moment ago. Enter sends, Esc does not.
hold-new-line = Send to { $handle }? A new line came a moment ago. Enter sends, Esc does not.
hold-names = Send to { $handle }? The text names { $other }. Enter sends, Esc does not.
hold-same-draft = Send to { $handle }? The same text stands in the box of { $other }. Enter sends, Esc does not.
send-too-long = { $count } of { $limit } characters: shorten, or Enter once more sends it as { $parts } messages.
send-over = The chat with { $handle } has ended; what you wrote stays in the box.
not-yet-stored = Not yet stored for { $handle }: “{ $words }” stays at the top of the outbox; nothing is lost.
not-stored = Not sent to { $handle }: { $reason } Your words are back in the box.
relay-gone = The relay does not answer; your words are kept and go out when it is back (next try in { $seconds } s, { $key } retry).
relay-busy = The relay takes no more connections: it is full, or this account is open in three places already; your words are kept (next try in { $seconds } s).
stopped-revoked = This account was closed; your casebook stays readable; ask your supervisor.
stopped-replaced = Another console of yours took over this connection; { $key } retry takes it back.
stopped-goodbye = The relay ended this connection; { $key } retry tries again; your words are kept.
stopped-login = The relay does not know this account; your casebook stays readable; ask your supervisor.
stopped-card = The line card of this relay cannot be trusted; nothing was sent. Ask your key keeper, and use the telephone.
stopped-not-ours = What answers at this address is no opora relay of this version; nothing was sent.
race-lost = { $who } took { $handle } a moment ago; { $key } takes the next child.
claim-gone = { $handle } is no longer waiting; { $key } takes the next child.
elsewhere-wrote = You wrote to { $handle } on another computer; it stands here too.
elsewhere-took = You took { $handle } on another computer; it is here too.
elsewhere-closed = You closed { $handle } on another computer; finish the form there.
elsewhere-archived = { $handle } was closed on another computer and is in its casebook; { $key } finds what you noted here.
elsewhere-ready = You are ready again on another computer; so you are here.
elsewhere-break = You began a break until { $until } on another computer; it holds here too.
elsewhere-off = You ended your shift on another computer; nobody new comes to you here either. { $key }, Ready brings you back.
taking = Taking { $handle }…
taken = { $handle } is yours now and waits in your list.
take-no-place = You have no free place ({ $held } of { $places }); in the list you can take a child all the same.
take-no-keys = You have no keys yet and could not read the child. The key keeper has to grant them.
take-break = You are on a break, and nobody new comes; { $key } makes you ready. In the list you can take a child all the same.
take-hold = Only supervisors hand out children at the moment.
child-left = { $handle } left the page at { $at } and may come back to you until { $until }; your answer is not shown there by itself.
looks-in = { $who } looks in on { $handle }.
handed-over = { $who } has { $handle } now.
handed-to-you = { $who } handed { $handle } over to you; the brief stands in the chat.
released = { $handle } is back at the head of the queue.
second-asked = The supervisors were asked to look at { $handle }.
danger-raised = ⚑ Danger to life: { $handle }. { $who } says so.
danger-sent = All supervisors were alarmed for { $handle }.
hand-over-nobody = Nobody is ready to take over at the moment.
altered = The chat with { $handle } was altered on the way. Nothing more is sent in it; tell your supervisor.
denied-no-key = There is no valid key to seal it with yet.
archived = { $handle } is closed and in your casebook.
snoozed = The bell is quiet for { $length }.
disk-full = The disk is full, so this is kept in memory only; free 10 MB and press { $key }.
not-saved = This could not be saved and is kept in memory; it is tried again every five seconds.
casebook-damaged = { $count ->
    [one] One record cannot be read
   *[other] { $count } records cannot be read
}; the rest is safe. Run `opora backup restore`.
not-here-no-chat = Open a chat first: { $key } takes the next child.
not-here-over = The chat has ended.
not-here-ready = You are ready already.
not-here-online = The relay is connected.
not-here-nobody-asks = Nobody else waits for an answer of yours.
not-here-nobody-waits = Nobody waits in the queue.

## The footer

foot-menu-open = Menu
foot-chat-take = Take
foot-case-find = Find
foot-note-toggle = Note
foot-topics-open = Topics
foot-chat-next = Next
foot-help-ask = Help
foot-chat-close = Close
foot-menu-open-long = Menu
foot-chat-take-long = Take next
foot-case-find-long = Find
foot-note-toggle-long = Note
foot-topics-open-long = Topics
foot-chat-next-long = Next who waits
foot-help-ask-long = Help from supervisor
foot-chat-close-long = Close
foot-panes = Tab pane · Esc list · ? keys
hint-back = back

## The note and what stands below it

note-title = NOTE
note-saved = saved { $at }
side-topics = TOPICS
side-no-topics = none yet
side-change = { $key } change
side-earlier = EARLIER CASES OF THIS CHILD
side-search = { $key } search
side-none-linked = none linked · { $key } searches by words
side-came-back = came back after leaving · { $key } searches by words
side-phrases = PHRASES (type / in the message box)

## Topics

topics-title = Topics of { $handle }
topics-online = Online:
topics-turn = { $key } changes
topics-find = Find:
topics-suggested = suggested
topics-three = Three topics at most: Enter on a chosen one takes it back.
topics-hint = Letters find · Enter chooses or takes back · Esc back
online-no = no
online-yes = yes
online-both = both

## The closing form

close-title = Close { $handle }
close-length = chat { $length } · { $messages }
close-topics = Topics *
close-online = Online *
close-child = Child
close-outcome = Outcome *
close-risk = Risk *
close-supervisor = Seen by *
close-note = Note
close-words = Words
close-words-kept = kept sealed in your casebook
close-words-none = none kept here; the note stays
close-goodbye = Goodbye
close-goodbye-send = send phrase /bye
close-goodbye-over = the child is gone
close-change = change
close-open = open
close-space = Space turns
close-child-facts = age { $age }   gender { $gender }   language { $lang }
close-outcome-listened = listened, supported
close-outcome-info = information given
close-outcome-refer = referred to…
close-outcome-ended-by-child = child left
close-outcome-misuse = misuse or test
close-table = Goes to the quarterly table as:  { $row }
close-complete = All is there.
close-wrote = ● { $handle } wrote: “{ $words }”
close-unread = { $handle } wrote meanwhile: “{ $words }”. Enter once more closes all the same, Esc goes back.
close-unread-late = { $handle } wrote at this very moment; the chat stays open. Read it first.
close-draft = There is unsent text for { $handle }: send or clear it first.
close-under-way = { $handle } is being closed; it leaves the list when your casebook has all of it.
close-hint = Letters choose · Tab moves · Space ticks · ← → in a row
close-do = Close the chat
close-back = Back to the chat
close-later = Later (stays in the list as ◇)
missing-topics = ! One thing is missing: the topics. Press F5.
missing-topics-three = ! There are more than three topics, or one is there twice.
missing-online = ! One thing is missing: online or not. Press its letter, o.
missing-risk = ! One thing is missing: the risk. Press its letter, s.
missing-outcomes = ! One thing is missing: the outcome. Press its letter.
missing-only-online = ! Where online is set, although it is offline.
missing-supervisor = ! At this risk somebody else looks too, a supervisor or else a colleague: Tab to “Seen by”, then Space.
missing-unknown = ! A code in this form is not known; change the field.
missing-note = ! Not finished without it: { $field }. { $key } opens the note.

## Windows with a choice

choice-hint = ↑↓ or letters · Enter chooses · Esc back
choice-typed = Find:
choice-take-title = Take { $handle }?
choice-take-full = You have no free place ({ $held } of { $places }).
choice-take-yes = Take this child
choice-take-no = Leave it in the queue
choice-break-title = Break
choice-break-chats = Your open chats stay with you; nobody new comes.
choice-leave-title = Leave opora?
choice-leave-chat = ● { $handle } is open
choice-leave-form = ◇ { $handle } is not finished
choice-leave-open = No child stays without somebody: hand open chats over, close them, or they go back to the queue. Drafts and notes are kept.
choice-leave-yes = Leave
choice-leave-no = Stay
choice-hand-over-title = Hand { $handle } over to
choice-danger-title = Danger to life: { $handle }
choice-danger-lines = All supervisors are alarmed at once, and the emergency steps open here.
choice-danger-yes = Alarm the supervisors
choice-danger-no = Back
choice-emergency-title = Emergency steps: { $handle }
choice-emergency-lines = Enter on a step notes it with its time for your colleagues.
choice-outcomes-title = Outcomes
choice-kinds-title = What it was
choice-child-title = About the child
child-age = age
child-gender = gender
child-person = who writes
child-region = region

## Words to colleagues

ask-title = Help with { $handle }
prompt-hand-over = { $handle } to { $who }: what must be known
prompt-release = Why { $handle } goes back to the queue
prompt-whisper = Whisper about { $handle }
prompt-safe = Colleagues only: no child ever sees this.
prompt-hint = Enter sends · Ctrl-J new line · Esc back
prompt-empty = A few words are needed.

## Phrases, search, menu, keys

phrases-title = Phrases for { $handle }
phrases-help = help
phrases-nothing = Nothing fits; Enter puts what you typed into the box.
phrases-hint = Letters find · Enter puts it into the box, to be edited · Esc back
within-title = Find in this chat:
within-count = { $at } of { $count } · Enter before · Esc back
find-title = Find:
find-count = { $count } found · { $ms } ms
find-nothing = Nothing found. Words match by their beginnings, without accents.
find-no-note = no note
find-risk = risk { $level }
find-hint = Words match by their beginnings, without accents · Enter opens · Esc back
menu-title = Menu:
menu-count = { $found } of { $all } commands
menu-not-here = not here: { $name } ({ $reason })
menu-hint = Type to narrow · Enter do it · Esc back    the keys on the right are short cuts
keys-title = Keys of this screen · keymap { $keymap }
keys-hint = ↑↓ more · any other key goes back
keys-global = Everywhere
keys-text = In the message box
keys-list = In the list (in a box with Alt)
keys-note = In the note
keys-form = In the closing form
keys-ask = In the sheet of help
keys-search = In a search
keys-board = On the board
keys-preview = In the export preview

## Passphrase and lock

unlock-title = opora
unlock-prompt = Passphrase:
unlock-trying = Opening… this takes about a second on purpose.
unlock-reading = Reading your casebook: { $percent } %
unlock-wrong = { $left ->
    [one] That passphrase does not open this casebook; one more try before a pause of one minute.
   *[other] That passphrase does not open this casebook; { $left } more tries before a pause of one minute.
}
unlock-pause = Five wrong passphrases: the next try is possible in { $seconds } s.
unlock-in-use = opora is already open on this casebook (process { $process }); close it or use `--profile`.
unlock-in-use-unknown = opora is already open on this casebook; close it or use `--profile`.
unlock-hint = Enter unlock · { $key } leave
lock-title = Locked
lock-mine = { $count ->
    [one] A child of yours is waiting for { $wait }
   *[other] { $count } children of yours are waiting, longest { $wait }
}
lock-colleagues = Your colleagues see that you are locked.
lock-leave = You still hold chats. { "Ctrl-C" } once more leaves; two minutes later colleagues may take them.
lock-hint = No name, no word of a chat is shown here.   Enter unlock · { $key } leave

## A window that is too small

small-asks = ● { $wait } a child waits for you
small-queue = { $count } in the queue, longest { $wait }
small-window = Window too small: { $size }, needs { $needs }. Nothing is lost.
small-keys = { $next } next  { $menu } menu

console-error-terminal = opora needs a terminal here: { $reason }
console-error-start = opora could not start: { $reason }

## What the supervisors have in force

house-doors = doors shut by { $who } since { $at }
house-hold = { $who } hands out children since { $at }
announced = { $who }: { $words }

## Working together, the pace of a shift

list-quiet = quiet
list-watched = along
list-gone = gone
list-flagged = { $handle } · { $who }
list-left-behind = { $handle }, left by { $who }
list-asks = waits { $wait } for an answer
box-to-nobody = { $handle }: nothing can be sent
talk-hidden = has the page in the background
talk-outgoing = goes in { $seconds } s · { $key } takes it back
talk-handed = You read along and may whisper until your colleague writes.
talk-gone-with = This child is with a colleague now. What you typed stays in the box, nothing can be sent.
talk-gone-queue = This child is back in the queue.
talk-gone-archived = Closed and in your casebook.
talk-gone-erased = The child had its words deleted.
notice-danger = ⚑ Danger to life: { $handle }, { $wait }; no supervisor reads along yet
notice-danger-seen = ⚑ Danger to life: { $handle }, { $wait }; { $who } reads along
notice-quiet = ○ { $handle } has been quiet for { $wait }: / offers a gentle question
hold-elsewhere = Send to { $handle }? You wrote here from another computer a moment ago. Enter sends, Esc does not.
hold-gap = Send to { $handle }? A gap in braces is still there: { $other }. Enter sends, Esc does not.
send-with = { $handle } is with { $who } now; what you wrote stays in the box.
send-watched = { $handle } is a colleague's; a whisper goes to colleagues, taking over makes the child yours.
send-gone = { $handle } is no longer here; what you wrote stays in the box.
send-handing = { $handle } is being handed on; what you wrote stays in the box.
taken-back = Taken back; the words are in the box again.
is-with = { $handle } is with { $who } now; what you typed stays in its own box.
erased = { $handle } had its words deleted; they are gone here too.
whispers = { $who } whispers about { $handle }.
take-high-risk = A child at high risk has all your places; the list still takes one.
take-over-nobody = No child is left behind.
look-in-nobody = No colleague has a child at the moment.
break-over = Your break is over; { $key } makes you ready.
break-proposed = { $handle } is closed and in your casebook. That was a heavy one: { $key } is a break.
copied = Copied. The clipboard belongs to every program here: clear it soon.
not-here-not-mine = This child is not yours.
not-here-supervisor = Only supervisors look in.
not-here-clipboard = Copying is off; `privacy.clipboard` allows it.
note-sent = The note stands for the next shift.
note-refused = The note was not taken; its words are there when you write a note again.
note-taken = takes over from { $who }: { $words }
notes-none = No hand-over note stands for you.
phrase-made = /{ $code } is yours now.
phrase-needs-code = A phrase needs a short code: letters a to z and digits.
phrase-bad = This cannot be a phrase: { $reason }
phrase-code-taken = /{ $code } is in the file already.
phrase-not-kept = The phrase is here until you leave; its file could not be written: { $reason }
choice-clock = { $now } · since the alarm { $wait }
choice-take-risk = A child at high risk has all your places.
choice-take-over-title = Take { $handle } over from { $who }?
choice-take-over-yes = Take { $handle } over; { $who } sees it
choice-take-over-which = Take over which child?
choice-look-in-title = Look in on
choice-places-title = How many children at once
choice-places-lines = A child at high risk takes all of them by itself.
choice-leave-kept = Forms stay yours and wait for your next shift; what was promised goes into a note.
choice-leave-release = Leave; open chats go back to the head of the queue
choice-note-title = A hand-over note for
choice-notes-title = What the shift before left
shift-hand-over = ● { $handle }: hand over…
shift-close = ● { $handle }: close…
shift-release = ● { $handle }: back to the queue…
shift-form = ◇ { $handle }: finish the form
shift-promises = { $count ->
    [one] One promise is due soon.
   *[other] { $count } promises are due soon.
}
shift-note = Write a hand-over note
shift-release-reason = End of shift.
note-to-all = everybody
note-take = Take over: { $who }: { $words }
note-leave = Leave them standing
count-places = { $count ->
    [one] one child
   *[other] { $count } children
}
brief-why = Why it writes
brief-agreed = Agreed so far
brief-watch = Watch for
phrase-code = code
phrase-for-what = for what
phrase-text = words
prompt-note = A note for the next shift
prompt-note-to = A note for { $who }
prompt-phrase = A phrase of your own
prompt-hint-fields = Enter sends · Tab next line · Esc back
phrase-safe = Phrases are not sealed: no name, no place, nothing of a child.

## Narrowing a search

find-filter = { $key } filter
find-all = all cases
find-since = since { $date }
filter-title = Narrow the search
filter-all = all
filter-nothing = take everything back
filter-since = since
filter-today = a day ago
filter-week = a week ago
filter-month = a month ago
filter-quarter = three months ago
filter-due = follow-up
filter-due-week = due within a week
filter-form = form
filter-unfinished = unfinished
filter-online = online
filter-risk = risk
filter-risk-from = { $level } or more
filter-person = who writes
filter-outcome = outcome
filter-family = family
filter-topic = topic

## Emoji by name

emoji-smile = smile
emoji-grin = grin
emoji-laugh = laugh
emoji-wink = wink
emoji-hug = hug
emoji-relief = relief
emoji-think = think
emoji-neutral = neutral
emoji-sad = sad
emoji-cry = cry
emoji-sob = sob
emoji-angry = angry
emoji-scared = scared
emoji-worried = worried
emoji-tired = tired
emoji-heart = heart
emoji-broken = broken_heart
emoji-thumb = thumb_up
emoji-clap = clap
emoji-wave = wave
emoji-strong = strong
emoji-fingers = fingers_crossed
emoji-sun = sun
emoji-star = star

## The first run

first-title = Welcome to opora
first-step = step { $at } of { $count }
first-language = Language
first-passphrase = Passphrase
first-passphrase-what = locks the notes on this computer. Nobody can recover it for you; write a recovery code on paper afterwards: opora keys recovery.
first-invitation = Invitation
first-invitation-what = paste what your supervisor gave you, or skip with Enter to look around
first-practice = Practice
first-practice-what = three minutes with a scripted child; nothing is stored
first-new = new
first-again = once more
first-code = code
first-proposal = Six words are good and easy to keep, for example: { $words }
first-differ = The two are not the same; begin again, nothing was saved.
first-joining = Joining… the relay is asked for its line.
first-joined = You have joined. After the practice the console opens.
first-nothing-yet = Nothing leaves this computer before step 3.
first-hint = Enter next · Esc back · Ctrl-C leave
first-hint-practice = Enter practise · s skip · Ctrl-C leave
# Told in finished lines (--plain)
plain-wrote = { $handle } wrote: { $words }
plain-i-wrote = You to { $handle }: { $words }
plain-colleague-wrote = { $who } in the chat with { $handle }: { $words }
plain-event = { $handle }: { $words }
plain-earlier = Earlier lines are above: PgUp tells them.
plain-queue =
    { $count ->
        [0] Nobody waits.
        [one] One child waits, for { $minutes } min.
       *[other] { $count } children wait, the longest for { $minutes } min.
    }
casework-hint = A letter chooses · ↑↓ Enter · Esc back
new-title = New contact
new-lines = The clock runs from now. What needs no words is counted at once, as a call.
new-quick = Count: { $kind }
outside-later = Kept in the casebook; the house counts it when the relay is there.
due-title = Promised
due-lines = What is due; a letter says that it was kept.
due-nothing = Nothing was promised.
promise-title = Promised until
promise-in =
    { $days ->
        [0] Today, { $date }
        [1] Tomorrow, { $date }
       *[other] In { $days } days, { $date }
    }
promise-lines = What was promised, without a name:
promise-kept-for = Promised until { $when }; it is shown at login on that day.
agree-title = Agreed phrase
agree-lines = A phrase that only this child would say when it comes back:
agree-what = What was agreed, for whoever is on shift then; an empty promise helps nobody:
agree-done = Agreed. Whoever is on shift finds it by the phrase for a year.
phrase-title = By a phrase
phrase-lines = The phrase, as the child says it:
phrase-nothing = Nothing was agreed under this phrase in the last year.
phrase-times =
    { $count ->
        [one] Agreed once under this phrase:
       *[other] Agreed { $count } times under this phrase, the newest first:
    }
phrase-agreed = { $when }, { $who }: { $words }
phrase-done = Understood
disclosure-decision = What was decided: { $words }
disclosure-second = Decided with: { $words }
disclosure-ask-decision = What was decided, and why:
disclosure-ask-second = Who decided it with you:
disclosure-tell-first = Tell the child first what you must tell on, and to whom. Then tick it.
disclosure-rule = Your line's own rule on the duty to tell belongs here (the text disclosure-rule). It is not legal advice.
own-title = My own numbers, { $days } days
own-lines = Only you see them: they are counted now, from your own casebook, and kept nowhere.
own-nothing = Your casebook has no talk of yours in the last { $days } days.
own-talks =
    { $count ->
        [one] One talk; it lasted { $lasted }.
       *[other] { $count } talks; in the mean they lasted { $lasted }.
    }
own-waits = Children waited for my answer at most { $half } in half of the times, at most { $most } in nine of ten (talks with their words kept: { $count }).
own-longest = The longest such wait: { $length }, { $handle }, { $date }.
own-words = Of all words in the talks { $share } were mine.
own-silence = The longest silence in a talk: { $length }, { $handle }, { $date }.
own-heavy =
    { $count ->
        [0] None was heavy (risk high or immediate).
        [one] One was heavy (risk high or immediate):
       *[other] { $count } were heavy (risk high or immediate):
    }
own-heavy-one = { $date }  { $handle }, { $length }
own-heavy-many = That is a lot to carry. Supervision is for this; a break is yours to take.
link-how = Find the earlier contact of the same child first; there { $key } links them.
linked = The same child as { $handle }: one case now.
