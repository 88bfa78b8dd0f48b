# The board: what a supervisor reads, on the screen, on a wall and in scripts.

board-title = Board
board-as-of = as of { $at }, live
board-stale = STALE { $seconds } s
board-silent = ‼ The relay has been silent for { $seconds } s: the numbers may be wrong by now.
board-until = until { $at }
board-waiting = WAITING
board-longest = LONGEST
board-service-level = IN TIME
board-abandoned = GAVE UP
board-free = FREE PLACES
board-marks = FLAGS
board-free-of = { $free } of { $all }
board-goal-wait = goal { $wait }
board-goal-level = goal { $level }
board-goal-most = goal ≤ { $level }
board-goal-free = goal ≥ 1
board-goal-marks = goal 0
board-last-hour = last 60 min
board-no-alarm = Nothing needs somebody now.
board-alarm-danger = { $who }: danger to life
board-alarm-second = { $who } asks for a second pair of eyes
board-alarm-away = { $who } lost the connection while children are there
board-alarm-nobody = { $others ->
    [0] waits, and nobody takes children
   *[other] and { $others } more wait, and nobody takes children
  }
board-alarm-wait = { $others ->
    [0] waits past the goal
   *[other] and { $others } more wait past the goal
  }
board-alarm-unanswered = { $who } has not answered for longer than the goal
board-wall-danger = danger to life
board-wall-second = a second pair of eyes is asked for
board-wall-away = a counsellor lost the connection
board-wall-nobody = { $count ->
    [one] a child waits and nobody takes children
   *[other] { $count } children wait and nobody takes children
  }
board-wall-wait = { $count ->
    [one] a child waits past the goal
   *[other] { $count } children wait past the goal
  }
board-wall-unanswered = a child waits long for an answer
board-colleagues = COUNSELLORS
board-chats = chats
board-child-waits = child waits
board-since-break = since a break
board-nobody-here = Nobody is on shift.
board-away = away { $since }
board-break = break, to { $until }
board-today = TODAY came/answered
board-day = TODAY BY THE HOUR
board-day-legend = █ answered  ▒ gave up  ░ waits past the goal
board-day-goal = ✓ at least { $goal } in time  ! fewer
board-topics = TOPICS OF TODAY
board-topics-none = Nobody has told a topic yet.
board-week-ago = This weekday a week ago by now: { $offered } came, { $level } in time, { $abandoned } gave up
board-week-ago-nothing = This weekday a week ago: no rows
board-ahead = Ahead, children/counsellors: { $hours }
board-ahead-hour = { $at } { $expected }/{ $needed }
board-ahead-nothing = Ahead: too short a past for a forecast
board-sentence = waiting { $waiting } · longest { $longest } · in time { $service-level } · gave up { $abandoned } · free { $free } · flags { $marks }
along-with = You read along, and { $who } sees it. Nothing you type here reaches the child.
along-alone = You read along. Nobody is with the child yet, and nothing you type here reaches it.
box-along = { $handle } · you read along
talk-coming = The talk is coming…
board-not-readable = { $handle } can no longer be read.
board-whispered = Your whisper about { $handle } is with the counsellor.
board-moved = { $handle } is at the head of the queue.
board-doors-shut = The doors are shut; who waits stays.
board-doors-open = The doors are open.
board-hold-on = Only supervisors hand out children now; every console shows it.
board-hold-off = Everybody takes children again.
board-announced = The announcement stands in the consoles.
board-not-done = Nothing was changed: { $reason }

hint-menu-open = Menu
hint-chat-look-in = look in
hint-board-whisper = whisper
hint-board-take-over = take over
hint-board-assign = assign
hint-board-move = move up
hint-board-shut-doors = doors
hint-board-open-doors = open doors
hint-board-hold = hold
hint-board-announce = note

not-here-supervisors = Only supervisors have the board.
not-here-alone = The board alone cannot do that; open opora console.
not-here-no-child = Select a child or a colleague with one first.
not-here-mine = This child is yours already.
not-here-waits-not = Only a child who waits can be moved up.
not-here-doors-open = The doors are open already.

choice-talks-title = Into which talk of { $who }?
choice-talk-asks = waits { $wait } for an answer
choice-doors-title = Shut the doors until when?
choice-doors-lines = No new child can come in. Who waits or is with somebody stays. The page names the time and the telephone.
choice-doors-until = until { $at }
choice-doors-tomorrow = until tomorrow 6:00
choice-doors-by-hand = until a supervisor opens them
choice-announce-title = To whom is the announcement?
choice-announce-all = all consoles

prompt-move = Why { $handle } comes first
prompt-shut-doors = Why the doors are shut
prompt-shut-doors-until = Why the doors are shut until { $at }
prompt-hold = Why only supervisors hand out children
prompt-announce-all = To all consoles, for 12 hours
prompt-announce-one = To { $who }, for 12 hours
