# The commands board and stats: what each option is for, and what they say.

cli-board = Shows the shift: who waits, who is with whom, what needs somebody now (supervisors)
cli-board-relay = The relay to connect to, such as wss://chat.example.cz
cli-board-once = Writes one line and ends
cli-board-wall = Large numbers for a big screen; no names, no handles
cli-board-plain = A line whenever something changes, for screen readers and pipes
cli-board-json = Writes the whole board once as JSON
cli-board-keymap = default or vim
cli-board-theme = auto, terminal, day, night, contrast, mono, or a file in themes/
cli-stats = Whom the line reached and whom it did not, from the rows of the house (supervisors)
cli-stats-relay = The relay to connect to, such as wss://chat.example.cz
cli-stats-zone = Zone in which days and hours are meant, such as Europe/Prague; else that of this computer
cli-stats-quarter = A quarter such as 2026-Q3 or a month such as 2026-09; else the quarter that runs
cli-stats-by = By what contacts are grouped; interval writes quarters of an hour as CSV
cli-stats-outside = For readers outside of the house: counts of 1 to less than K are hidden (5 if K is not given)
cli-stats-explain = Writes under each number how it is defined
cli-stats-csv = Writes CSV
cli-stats-json = Writes JSON
cli-stats-report = Writes the report of a quarter: one HTML file without script, and CSV
cli-stats-report-relay = The relay to connect to, such as wss://chat.example.cz
cli-stats-report-zone = Zone in which days and hours are meant, such as Europe/Prague; else that of this computer
cli-stats-report-quarter = A quarter such as 2026-Q3 or a month such as 2026-09
cli-stats-report-out = Folder for report.html and the CSV files
cli-stats-report-outside = For readers outside of the house: counts of 1 to less than K are hidden (5 if K is not given)
cli-stats-report-patience = Mean time in seconds after which children give up, if staffing is to count on it
cli-stats-report-shrinkage = Share of paid time away from the line, 0 to below 1
cli-stats-report-slots = Places of a counsellor, if not those of the line
cli-stats-staffing = How many counsellors the week ahead takes by half-hour, and what a change would do
cli-stats-staffing-relay = The relay to connect to, such as wss://chat.example.cz
cli-stats-staffing-zone = Zone in which days and hours are meant, such as Europe/Prague; else that of this computer
cli-stats-staffing-goal = Goal as PERCENT/SECONDS, such as 80/300; else that of the line
cli-stats-staffing-slots = Places of a counsellor, if not those of the line
cli-stats-staffing-patience = Mean time in seconds after which children give up; without it nobody is taken to
cli-stats-staffing-shrinkage = Share of paid time away from the line, 0 to below 1
cli-stats-staffing-weeks = How many weeks back the forecast looks
cli-stats-staffing-csv = Writes CSV
cli-stats-staffing-json = Writes JSON
cli-stats-fetching = { $rows } rows
cli-staffing-naive = Forecast: the same hour of the last week.
cli-staffing-holt = Forecast: Holt-Winters.
cli-staffing-mase = Error (MASE) of the same hour last week { $naive }, of Holt-Winters { $holt }, on the last { $weeks ->
    [one] week
   *[other] { $weeks } weeks
  }; below 1 is better than the past predicted itself.
cli-staffing-measured = Handle time { $minutes } min measured at { $slots } at once; goal { $level } within { $seconds } s.
cli-staffing-alone = Handle time { $minutes } min measured one at a time, { $slots } places counted as other lines found; goal { $level } within { $seconds } s.
cli-staffing-half = { $at }: { $rate } chats/h ({ $low }–{ $high }): { $needed } counsellors ({ $level }), { $most } if as many come as may
cli-staffing-half-employed = { $at }: { $rate } chats/h ({ $low }–{ $high }): { $needed } counsellors ({ $level }), { $most } if as many come as may; { $employed } with absences
cli-staffing-nobody = Nobody is expected.
cli-staffing-what-if = What if, at the busiest half-hour ({ $at }):
cli-staffing-as-planned = as planned
cli-staffing-one-more = one counsellor more
cli-staffing-one-less = one counsellor fewer
cli-staffing-slots-are = { $count } places each
cli-staffing-patience-is = children give up after { $count } s in the mean
cli-staffing-without-end = the queue would grow without end
cli-staffing-outcome = { $counsellors ->
    [one] { $counsellors } counsellor
   *[other] { $counsellors } counsellors
  }, { $level } in time, mean wait { $wait } s, busy { $occupancy }, give up { $abandoned }
cli-staffing-method = Ranges hold four times of five, by how wrong the forecast was on past weeks. Erlang C, or Erlang A where children are taken to give up.
cli-error-house-supervisor = Only supervisors may see the board and the statistics; this account is a counsellor's. Nothing was changed.
cli-error-stopped = The relay does not let this account in: { $reason }. Nothing was changed.
cli-error-zone = "{ $zone }" is no zone; it looks like Europe/Prague.
cli-error-period = "{ $period }" is no quarter or month; it looks like 2026-Q3 or 2026-09.
cli-error-intervals-outside = Quarters of an hour stay in the house: in each of them there are few. Leave --outside away, or group by hour.
cli-error-no-handle = No chat was answered in those weeks, so there is no handle time to count with. Try --weeks with a larger number.
cli-error-short-past = A forecast needs at least a week of whole days; the rows begin later. Try again when the line is older.
