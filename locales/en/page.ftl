# The child's page. Plain words for a ten-year-old. Ids begin with `page-`; `src/relay/page/words.rs` says which part
# of Fluent the page understands: text, { $variable }, and { $variable -> … } by plural category, number or word.
# $you is "vy" for somebody who said that they are 18 or older, else "ty": only some languages need it.

page-language = English
page-languages = Language

## The way out

page-leave = Leave this page
page-leave-steps = Shift { $n } of 3. At 3 this page closes.
page-leaving = Loading…

## Start

page-start-title = Need to talk?
page-start-lead = Someone here reads what you write. No name needed. It costs nothing.
page-start-busy = Everyone is talking with somebody right now. Write anyway: you get a place in the queue.
page-start-far = We cannot reach the line right now. Keep this page open, we go on trying. Or call { $phone }.
page-box = Your message
page-box-hint = Write here…
page-box-more = You can write more…
page-box-keep = You can go on writing…
page-send = Send
page-slow = Is the button still grey? Then nothing can be sent from this browser. Call free { $phone }.
page-call = Or call free:
page-danger = In danger right now? Call:
page-danger-short = In danger? Call:
page-emergency-112 = emergency
page-emergency-155 = ambulance
page-emergency-158 = police
page-practice = Practice only. Nobody in need is answered here.

page-feel-title = How do you feel? (if you like)
page-feel-very_bad = Very bad
page-feel-bad = Bad
page-feel-so_so = So-so
page-feel-good = Good

## Waiting

page-sending = One moment, your words are on their way.
page-resuming = One moment, we are getting your chat back.
page-place = { $before ->
    [0] You are in. You are next.
    [one] You are in. { $before } person is before you.
   *[other] You are in. { $before } people are before you.
}
page-in = You are in.
page-range = Usually it takes { $low } to { $high } minutes.
page-about = { $high ->
    [0] Usually it takes less than a minute.
    [one] Usually it takes about a minute.
   *[other] Usually it takes about { $high } minutes.
}
page-long = It can take more than half an hour today. If you cannot wait, call { $phone }: it is free.
page-look-back = Keep this page open and look back: your place is kept.
page-again-soon = Your counsellor had to go. Somebody else will go on with you, and you are near the front.
page-ask = Until then, if you like:
page-ask-age = How old are you?
page-ask-topic = What is it about?
page-ask-none = I would rather not say

page-age-a0_4 = 0 to 4
page-age-a5_8 = 5 to 8
page-age-a9_11 = 9 to 11
page-age-a12_14 = 12 to 14
page-age-a15_17 = 15 to 17
page-age-a18 = 18
page-age-a19_26 = 19 to 26
page-age-over26 = over 26

page-topic-violence = Somebody hurts me (bullying, blackmail, violence, abuse)
page-topic-mental = How I feel (fear, sadness, hurting myself)
page-topic-family = My family
page-topic-peers = Friends, classmates, love
page-topic-sexuality = Growing up, my body, sex
page-topic-health = My health
page-topic-school = School or work
page-topic-discrimination = I am treated worse because of who I am
page-topic-missing = I ran away, or I want to
page-topic-access = I need a place to stay, food or somebody to help
page-topic-digital = Something on the internet

## The chat

page-here = Somebody is here and reads what you wrote.
page-here-name = { $name } is here.
page-away = The connection on our side is gone for a moment. Stay here, your words are kept.
page-quiet = Take your time. Are you still there?
page-log = Chat
page-you = you
page-line = helpline
page-writing = { $name } is writing…
page-writing-nobody = Somebody is writing…
page-mark-sending = sending
page-mark-sent = sent ✓
page-mark-waiting = waiting to be sent
page-mark-unsent = not sent
page-unread = This message could not be read.
page-too-long = { $over ->
    [one] { $over } character too many. Make it shorter or send it in two parts.
   *[other] { $over } characters too many. Make it shorter or send it in two parts.
}
page-left-chars = { $left ->
    [one] { $left } character left
   *[other] { $left } characters left
}

## No connection

page-trouble = No connection. Your words are kept.
page-trouble-next = { $seconds ->
    [one] We try again in { $seconds } second.
   *[other] We try again in { $seconds } seconds.
}
page-trouble-now = We are trying again.
page-trouble-stuck = Press the button to try again.
page-trouble-call = Still nothing? Call free { $phone }, or come back: your place is kept for { $minutes } minutes.
page-again = Try again

## The end

page-ended = The chat has ended.
page-ended-name = { $name } ended the chat.
page-ended-lead = You can come back any time.
page-heard-title = Did you feel listened to?
page-heard-2 = Yes
page-heard-1 = Partly
page-heard-0 = No
page-felt-title = How do you feel now?
page-skip = Skip
page-thanks = Thank you.
page-restart = Back to the start
page-forget = Delete what I wrote
page-forget-what = This deletes the whole chat, here and at the helpline. We then keep only that a chat took place, when, and what you ticked (age, topic, how you felt).
page-forget-but = One exception: if it looked as if somebody's life was in danger, the law can make us keep what is needed to help.
page-forget-yes = Yes, delete it
page-forget-no = No, keep it
page-forgetting = Deleting…

## Calm screens

page-forgotten-title = What you wrote is being deleted.
page-forgotten-text = We keep only that a chat took place, when, and what you ticked. You can come back any time.
page-gone-title = This chat is over.
page-gone-text = There was no connection for too long, or the chat ended a while ago. You can write again whenever you like.
page-closed-title = We are closed now.
page-closed-text = Nobody is here to answer at the moment.
page-closed-next = We open again on { $when }.
page-full-title = Too many people are waiting right now.
page-full-text = We could not keep a place for you. Please try again in a few minutes, or call us: it is free.
page-refused-title = This page is not safe to use now.
page-refused-text = We could not make sure that only we would read your words, so nothing was sent. Please call instead.
page-altered-title = This chat was altered on the way.
page-altered-text = Somebody or something changed it between you and us. Please do not go on here. Call us: it is free.
page-broken-title = Something went wrong on our side.
page-broken-text = It is not your fault. Please call us, or try again in a while.
page-replaced-title = This chat is open in another window.
page-replaced-text = It goes on there. If you want to go on here, press the button.
page-replaced-again = Go on here
page-old-title = This browser cannot keep your words safe.
page-old-text = It is too old, or something blocks it. Please use another browser or device, or call us.
page-framed-title = Please open this page by itself.
page-framed-text = It is shown inside another page, and there we cannot keep your words safe.
page-noscript = This chat needs JavaScript, and it is switched off in this browser. You can call free { $phone }. In danger right now, call 112.

## What do we keep? Be safe

page-info = What do we keep? Be safe
page-info-back = Back
page-keep-title = What do we keep?
page-keep-1 = Your words are locked in this browser. Only our counsellors can unlock them. The computers in between cannot read them.
page-keep-2 = A supervisor may read along to help the counsellor.
page-keep-3 = When the counsellor has finished, the chat is erased within 24 hours. The counsellor may keep a short note, which is locked too.
page-keep-4 = For two years we keep that a chat took place, when, and what it was about, so that we can count. Not who you are: we do not know it, and we do not store your address on the internet.
page-keep-5 = What you tell us stays with us. Only when somebody's life or health is in danger we may have to tell those who can help. We talk about it with you first if we can.
page-keep-6 = Pictures and files cannot be sent here. Links are shown as plain text.
page-keep-7 = Do you want to come back another day? Agree on a secret phrase with the counsellor.
page-safe-title = Be safe
page-safe-1 = “Leave this page” closes everything at once. So does pressing Shift three times. “Back” does not bring the chat back.
page-safe-2 = In this browser nothing of the chat remains. But its history shows that this page was opened. You can delete that line there, or open the page in a private window.
page-safe-3 = We cannot hide what somebody sees over your shoulder, or what a program sees that watches this device. If you are not sure, use another device or call.
page-safe-4 = If you left and come back to this page in the same tab within { $minutes } minutes, you do not wait at the end of the queue.
page-safe-5 = Closing the keyboard, another app or a reload is not leaving: the chat goes on where it was.
page-seal = Seal of this page:
page-help-title = Other help
