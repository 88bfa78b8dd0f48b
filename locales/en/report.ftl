# The report of a period, and how its numbers are defined.

report-title = Whom the line reached: { $period }
report-quarter = quarter { $number } of { $year }
report-days = { $first } to { $last }
report-intro = Made on { $made }. Days and hours are those of { $zone }. A dash means that there is nothing to compute; it never stands for zero.
report-contents = Contents

report-seconds = { $seconds } s
report-minutes-seconds = { $minutes } min { $seconds } s

## The numbers of the whole period

report-numbers = The numbers and what they mean
report-numbers-about = Only chats wait in the queue, so only they are counted here; nobody knows who gave up on the phone.
report-number = Number
report-value = Value
report-goal = Goal
report-definition = Definition
report-goal-at-least = at least { $goal }
report-goal-at-most = at most { $goal }

report-offered = Came
report-offered-what = All chats that were opened in the period. A chat belongs to the moment at which it was opened, also if it ended later.
report-answered = Answered
report-answered-what = Chats that a counsellor took.
report-reach = Reach
report-reach-what = Answered ÷ (came − short). Short ones hardly tried, so they count against nobody.
report-level = Service level
report-level-what = Answered within { $target } ÷ (came − short).
report-abandonment = Abandonment
report-abandonment-what = (Gave up − short) ÷ (came − short). Gave up: the chat ended and nobody had taken it.
report-short = Gave up at once (short)
report-short-what = Gave up before { $short }.
report-later = Gave up later
report-later-what = Gave up after { $short } or more.
report-by-hand = Gave up by leaving the page
report-by-hand-what = Of all who gave up: the child pressed “Leave this page”.
report-by-network = Gave up by losing the connection
report-by-network-what = Of all who gave up: the connection was gone and did not come back.
report-came-again = Came again
report-came-again-what = Chats of children who had left and came back within ten minutes in the same tab. The line knows nothing else about them.
report-asa = Mean wait
report-asa-what = The mean time from opening to answer of those answered. A few long waits pull it up; the median does not show them.
report-p50 = Median wait
report-p50-what = Half of those answered waited at most so long (nearest rank).
report-p90 = 90th percentile of the wait
report-p90-what = Nine of ten of those answered waited at most so long (nearest rank).
report-first = First response
report-first-what = The median time from opening to the counsellor’s first message.
report-gap = Response gap
report-gap-what = The median time from a child’s message to the counsellor’s next one: first the median of each chat, then the median of those.
report-aht = Handle time
report-aht-what = The mean time from answer to the end, with the note after it, which counts for at most 30 minutes.
report-concurrency = Concurrency
report-concurrency-what = How many chats a counsellor had at once who had any: the time of all chats ÷ the time with at least one.
report-occupancy = Occupancy
report-occupancy-what = The share of time on shift with a chat or its note. Above 85 % people tire.
report-slot-use = Use of places
report-slot-use-what = The time of all chats ÷ the time of all places on shift.
report-felt = How it felt afterwards
report-felt-what = The mean of the children’s answers from 1 (very bad) to 4 (good), of at least { $least } answers. It is never shown for one counsellor.
report-heard = Felt listened to
report-heard-what = The mean of the children’s answers from 0 (no) to 2 (yes), of at least { $least } answers.

## Sections

report-group = Group
report-hours = Arrivals and reach by hour
report-hours-about = For each hour of the day how many chats were opened and how many of them were answered.
report-weekdays = Arrivals and reach by day of the week
report-weekdays-about = For each day of the week how many chats were opened and how many of them were answered.
report-legend-reach = Outlined: came. Filled: answered. What stays empty was not reached.

report-waits = How long children waited
report-waits-about = How many waited how long, until they were answered or gave up.
report-wait = Wait
report-gave-up = Gave up
report-up-to = below { $limit }
report-longer = { $limit } and more
report-axis-seconds = { $count } s
report-axis-minutes = { $count } min
report-legend-waits = Filled: answered. Outlined above it: gave up. A class begins where the one before it ends.

report-level-time = Service level over time
report-level-time-about = The share answered within the target, for one day or week after the other.
report-day = Day
report-week-of = Week of
report-legend-level = Points: the service level. Dashed: the goal of { $goal }. Where nobody came there is no point.

report-topics = What it was about
report-topics-about = Counselling contacts of all channels by the family of their main topic, as the counsellors classified them.
report-topic = Topic
report-contacts = Contacts
report-share = Share
report-legend-topics = The longer the bar, the more contacts.
report-kinds = What the contacts were
report-kind = Kind
report-nothing = No contact of this period was classified.

report-by-topic = Reach by topic
report-by-age = Reach by age
report-by-language = Reach by language
report-by-channel = All channels

report-handling = How long contacts take
report-handling-about = Handle times by channel and by how many chats the counsellor had meanwhile, rounded to whole ones. Several at once take longer each; what counts for staffing is the time at that number.
report-channel = Channel
report-at-once = At once

report-plan = Staffing against need
report-plan-about = How many counsellors were on shift in the mean, and how many the arrivals of each hour would take to reach the goal (Erlang C, or Erlang A where children are taken to give up).
report-plan-measured = Counted with the measured handle time of { $aht } and { $slots ->
    [one] { $slots } place
   *[other] { $slots } places
    } for each.
report-plan-alone = Too few chats were held at once to measure; counted with { $aht } for a chat alone and with what other lines found for { $slots ->
    [one] { $slots } place
   *[other] { $slots } places
    }.
report-plan-nothing = No chat was answered, so there is no handle time to count with.
report-legend-plan = Filled: on shift. Thick line: needed. A line above its column is an hour with too few.
report-hour = Hour
report-staffed = On shift
report-needed = Needed
report-employed = With absences
report-plan-week = On shift / needed, by hour and day; ! marks too few

report-methods = How this was counted
report-method-rows = Everything is computed from the rows that stay of contacts: times, codes and counts, no words, no names, no address. All intervals are half-open: the first moment belongs to them, the last does not.
report-method-time = Hours are those on the wall. On the days on which the clocks change an hour is missing or doubled; means an hour are divided by how long that hour really was.
report-method-percentile = Percentiles are nearest-rank: a value that was there, never one between two.
report-method-staff = Time on shift is time signed in, neither off nor on a break, summed over all counsellors for each quarter of an hour. “With absences” adds the share of paid time away from the line.
report-method-hidden = Counts of 1 to less than { $k } are hidden, with as many others as it takes that nobody can work them out.
report-method-people = No number here is about one counsellor, and none can be split by counsellor: the rows do not name them.
report-sources = Sources: A. K. Erlang 1917 (Erlang B and C); C. Palm 1946, S. Zeltyn and A. Mandelbaum 2005 (Erlang A). The gain of several chats at once without data of one’s own: 1; 1.7; 2.5; 2.9; 3.5.
