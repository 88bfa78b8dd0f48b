# What leaves the house: opora export.
cli-export = Exports case summaries and tables, masked and checked, as a data package
cli-export-quarter = The closed quarter, such as 2026-Q3; for chi any quarter of the year
cli-export-table = What: summaries of cases, Insafe's quarter, Child Helpline International's year, or the queue
cli-export-rows = For tables: a file of contact rows with their facets, one JSON object a line, instead of the relay's
cli-export-another = A summary counts as reviewed only if somebody else than its counsellor did it
cli-export-class = For whom: partners bound by an agreement (k 5), or the public (k 10, no text)
cli-export-format = Forms of the tables: csv, json, md, with commas between
cli-export-to = To whom it goes, in words; it stands in the ledger
cli-export-out = The folder to make; a counsellor's sealed file
cli-export-check = Only says what would leave and why something would be refused
cli-export-review = Shows every proposed summary of a quarter, original and masked, and asks about what is doubtful
cli-export-review-quarter = The quarter, such as 2026-Q3
cli-export-review-another = Also those that only their own counsellor has reviewed
cli-export-merge = Puts counsellors' reviewed candidates and your own together and exports the whole
cli-export-merge-files = The sealed files the counsellors made with opora export
cli-export-merge-class = For whom: partners bound by an agreement (k 5), or the public (k 10, no text)
cli-export-merge-format = Forms of the tables: csv, json, md, with commas between
cli-export-merge-to = To whom it goes, in words; it stands in the ledger
cli-export-merge-out = The folder to make
cli-export-merge-check = Only says what would leave and why something would be refused

export-gathering = Gathering cases: { $done } of { $total }
export-masking = Masking: { $done } of { $total }
export-writing = Writing: { $done } of { $total }

export-done =
    { $rows } of { $total } summaries exported · { $dropped ->
        [0] none held back
       *[other] { $dropped } held back (k < { $k })
    }
export-table-done =
    { $base ->
        [one] 1 contact counted
       *[other] { $base } contacts counted
    } · { $hidden ->
        [0] nothing hidden
        [one] 1 cell hidden
       *[other] { $hidden } cells hidden
    } · { $groups ->
        [0] no line in one cell
        [one] 1 line in one cell
       *[other] { $groups } lines in one cell
    }
export-would =
    { $rows ->
        [one] 1 row would leave. Nothing was written.
       *[other] { $rows } rows would leave. Nothing was written.
    }
export-left-before =
    { $count ->
        [one] 1 case left before to the same audience and stays out.
       *[other] { $count } cases left before to the same audience and stay out.
    }
export-handed-over =
    { $count ->
        [one] 1 reviewed candidate
       *[other] { $count } reviewed candidates
    } sealed for the releaser: { $file }. Only a vault with this house's key opens it.
export-would-hand-over =
    { $count ->
        [one] 1 reviewed candidate would be handed over. Nothing was written.
       *[other] { $count } reviewed candidates would be handed over. Nothing was written.
    }

export-error-quarter = { $quarter } is no quarter. Write it as 2026-Q3; nothing was exported.
export-error-format = { $format } is no form. Known are csv, json and md.
export-error-not-closed = Not exported: the quarter is not over yet. Only closed quarters leave, so that no two releases differ by a few days.
export-error-not-reviewed =
    { $count ->
        [one] Not exported: 1 summary is not decided yet. Run: opora export review --quarter { $quarter }
       *[other] Not exported: { $count } summaries are not decided yet. Run: opora export review --quarter { $quarter }
    }
export-error-k =
    Not exported: { $count } of { $total } cases would stand out even at the coarsest (fewer than { $k } alike, or fewer than { $l } different troubles among them), and at most 5 % may be held back. A longer period or more casebooks together may do.
export-error-nothing = Nothing of { $quarter } is left to export: no finished case, or all left before to this audience.
export-error-again =
    { $count ->
        [one] Not exported: 1 case has left before to the same audience. A case leaves once.
       *[other] Not exported: { $count } cases have left before to the same audience. A case leaves once.
    }
export-error-difference =
    { $count ->
        [one] Not exported: together with an earlier release { $cell } would tell of 1 child. Nothing was written.
       *[other] Not exported: together with an earlier release { $cell } would tell of { $count } children. Nothing was written.
    }
export-error-hidden = Not exported: { $cell } was hidden in an earlier release and would be shown now. Nothing was written.
export-error-ledger = The ledger of releases does not hold together at entry { $number }. Nothing was exported; restore the casebook from a backup, or ask who changed it.
export-error-there = Not exported: { $file } is there already, and nothing is overwritten. Name another place with --out.
export-error-not-releaser = Only a supervisor releases. A counsellor's opora export makes a sealed file for the one who does.
export-error-periods = The files are of different quarters. Merge those of one quarter at a time; nothing was written.
export-error-no-key = This vault has no house key, so nothing can be sealed for the releaser. Connect once to the relay to be given it.
export-error-candidates-damaged = { $file } is no file of candidates, or it was changed on the way. Nothing was exported; ask for it again.
export-error-candidates-newer = { $file } was made by a newer opora. Update this one, then try again.
export-error-candidates-key = { $file } is sealed under a house key this vault does not have. Nothing was exported.

export-risk-alike = Whoever knows period, region, age, gender, person, channel and main topic of a child finds at least { $k } cases that look the same, with at least { $l } different troubles among them.
export-risk-uniques =
    { $uniques ->
        [0] No case of { $total } was alone with these before anything was made coarser.
        [one] 1 case of { $total } was alone with these before anything was made coarser.
       *[other] { $uniques } cases of { $total } were alone with these before anything was made coarser.
    }
export-risk-levels = Made coarser: { $levels }.
export-risk-dropped = { $dropped } cases were held back, and { $given } single values were given up (written as *).
export-risk-t = The troubles of one group differ from those of all by at most { $t } (0 the same, 1 nothing in common). This is shown, not limited.
export-risk-population = How many children in the whole population look the same cannot be computed from those who called. Somebody who knows that a child called learns more from this than somebody who does not.
export-risk-text = Every summary was masked by rules and seen by a person. A story can still be recognised by those who lived it: do not publish the texts, and do not try to find out who somebody is.
export-risk-hidden =
    { $hidden ->
        [0] No cell was smaller than { $k }; nothing is hidden.
       *[other] { $hidden } cells are hidden (<k): those smaller than { $k }, and others without which these could be computed. Which is which is not said.
    }
export-risk-rounded = All other counts are rounded to the nearest 5, sums on their own, so they need not add up.
export-risk-groups =
    { $groups ->
        [one] In 1 line everything is in one cell: whoever is known to be in the line is known to be in the cell.
       *[other] In { $groups } lines everything is in one cell: whoever is known to be in the line is known to be in the cell.
    }
export-risk-combined = It was compared with every earlier release of the same table. What others publish of the same children cannot be.
export-level-none = nothing
export-level-region = region (whole country)
export-level-age-band = age (0–11, 12–18, 19 and more)
export-level-topic = topic (its family)
export-level-gender = gender (left out)
export-level-period = period (half-year)

export-title = { $line }: { $table }, { $period }
export-readme-columns = Columns
export-readme-cite = Cite it as release { $id }, made with opora.
export-column-release-id = The release this row belongs to
export-column-row = Number of the row in this release; it means nothing else
export-column-period = Quarter or half-year in which the case had its last contact
export-column-region = Region of the child (ISO 3166-2), CZ where it was made coarser
export-column-age-band = Age of the child in years, from and to
export-column-gender = Gender of the child, * where it was left out
export-column-person = Who made the contact
export-column-channel = How the contact was made
export-column-topic-primary = Main topic, or its family
export-column-topics-other = Other topics, * where too few share them
export-column-online = Whether it happens online, * where too few share it
export-column-where = Where online, * where too few share it
export-column-risk = How great the counsellor judged the danger, R0 to R4
export-column-outcomes = What came of it, * where too few share it
export-column-contacts-band = How many contacts the case had in the quarter, * where too few share it
export-column-summary = A summary of at most 600 characters; names, places and numbers are masked
export-column-section = Which of the sections the line belongs to
export-column-code = The code counted
export-column-label = The code in words
export-column-count = How many contacts; empty where hidden
export-column-share = Share of all contacts counted, from 0 to 1; empty where hidden
export-column-note = <k hidden, rounded, or all in one cell
export-column-year = The year
export-column-family = Family of Child Helpline International, or a section
export-column-sub-category = Sub-category, or the code of a section
export-column-girls = Contacts about girls; <k where hidden
export-column-boys = Contacts about boys; <k where hidden
export-column-non-binary = Contacts about non-binary children; <k where hidden
export-column-unknown = Contacts about children whose gender is not known; <k where hidden
export-column-total = All of the line; <k where hidden

export-review-case = Case { $number } of { $total }
export-review-original = Original, [hit] [?doubt] (kept):
export-review-masked = As it would leave:
export-review-doubt = „{ $words }“, perhaps a { $kind }. m mask, e mask everywhere, k REASON keep, l keep and never ask again, s later, q stop
export-review-ready = Nothing is doubtful. Enter decides it so, + WORDS masks what was overlooked, - WORDS = REASON keeps a hit, s later, q stop
export-review-reason = To keep a word, say why: k REASON. The reason stands in the release.
export-review-help = Not understood: a letter, and for k a reason.
export-review-own-list = on the helpline's own list
export-review-done =
    { $count ->
        [one] 1 summary decided
       *[other] { $count } summaries decided
    } · { $left ->
        [0] none left
        [one] 1 left
       *[other] { $left } left
    }
export-kind-birth-number = birth number
export-kind-email = mail address
export-kind-url = site
export-kind-handle = name on a platform
export-kind-phone = phone number
export-kind-other-id = number of one person
export-kind-date-of-birth = date of birth
export-kind-address = address
export-kind-school = school
export-kind-place = place
export-kind-name = name
export-kind-date = date
export-kind-age = age
export-kind-grade = school year
export-kind-region = region

# The review in the console.
preview-title = Export · { $quarter } · { $count ->
    [one] 1 case summary
   *[other] { $count } case summaries
}
preview-standing = k = { $k } ok · { $count ->
    [one] 1 case held back
   *[other] { $count } cases held back
}
preview-standing-refused = too few cases for a release yet
preview-case = CASE { $number } of { $total }
preview-counts = masked { $masked } · generalised { $general } · kept { $kept } · unsure { $open }
preview-masked = As it would leave
preview-original = Original
preview-open = { $count ->
    [one] UNSURE 1
   *[other] UNSURE { $count }
}
preview-none-open = NOTHING UNSURE
preview-no-places = Nothing was found in this summary. Read it: what the program overlooked, you can mask.
preview-is-doubtful = may be a { $kind }
preview-is-masked = { $kind }, leaves as { $stands }
preview-is-kept = { $kind }, stays: { $reason }
preview-choices = { $mask } mask as { $stands } · { $keep } keep, with a reason · { $all } mask everywhere · { $own } never ask
preview-ask-reason = Why does it stay? The reason stands in the release.
preview-ask-words = Which words were overlooked? They are masked in this summary.
preview-hint = { $original } original · { $next } next unsure · { $add } missed · ←→ ↑↓ · Enter done ({ $open } to decide)
preview-hint-words = Enter takes it · Esc back
preview-words-missing = Some words are needed here. Esc goes back.
preview-words-not-there = Those words do not stand in this summary, letter by letter.
preview-all-decided = Nothing is unsure any more. Enter goes on to what nobody has seen.
preview-undecided = { $count ->
    [one] Not exported: 1 word is undecided (case { $case }); { $key } goes to it.
   *[other] Not exported: { $count } words are undecided (first in case { $case }); { $key } goes to them.
}
preview-another = Your own cases must be reviewed by somebody else; this helpline wants it so.
preview-kept = { $count ->
    [one] 1 summary of { $quarter } is decided and kept. The others are still here.
   *[other] { $count } summaries of { $quarter } are decided and kept. The others are still here.
}
preview-done = { $count ->
    [one] 1 summary is decided and kept. What leaves is made by: opora export --quarter { $quarter }
   *[other] { $count } summaries are decided and kept. What leaves is made by: opora export --quarter { $quarter }
}
preview-nothing = Nothing of { $quarter } waits for a review: { $ready } ready, { $left } left before.
preview-failed = The quarter cannot be reviewed: { $reason }
preview-quarter = Quarter { $quarter } of { $year }
preview-quarter-title = Review case summaries of…
preview-quarter-lines = Only closed quarters leave the house.
export-column-start = Beginning of the span, in UTC
export-column-offered = How many came
export-column-answered = How many of them were answered; empty where hidden
export-column-abandoned = How many left unanswered; empty where hidden
export-column-short-abandoned = How many of those left within the short limit; empty where hidden
export-column-within-target = How many were answered within the target; empty where hidden
export-column-wait-sum-s = Waits of those answered, in seconds; partners only
export-column-handle-sum-s = Handle times, in seconds; partners only
export-column-session-s = Talks of all counsellors, in seconds; partners only
export-column-with-s = Time with at least one talk, in seconds; partners only
export-column-busy-s = Time with a talk or its note, in seconds; partners only
export-column-staffed-s = Time on shift, in seconds; partners only
export-column-slots-s = Places times that, in seconds; partners only
export-risk-span = The spans are { $span } (ISO 8601): just long enough that hardly anybody stands in a hidden one. Spans with too few are not in the table.

# The brief for a youth panel.
cli-export-brief = Makes one page of public releases of Insafe's quarter, for a youth panel or an advisory board
cli-export-brief-folders = Folders of public releases; the newest quarter is shown, the one before it beside it
cli-export-brief-out = The page to make
export-error-brief-damaged = { $file } is not a release of Insafe's quarter in JSON. Nothing was made. Give the folder that `opora export --table insafe --class public` made.
export-error-brief-partner = { $file } is not a public release of Insafe's quarter. Nothing was made: a brief is made only of what everybody may have.
brief-title = What children wrote to us about · { $period }
brief-all = About { $count } talks of this quarter were about something that happens online.
brief-all-hidden = So few talks were about something online that their number is hidden.
brief-topic = What it was about
brief-age = How old they were
brief-gender = Who they were
brief-where = Where it happened
brief-more = ▲ more (before: { $then })
brief-fewer = ▼ fewer (before: { $then })
brief-same = = the same
brief-unknown = before: hidden
brief-reading = How to read this
brief-rounded = All numbers are rounded to the nearest 5, so they need not add up.
brief-hidden = { $hidden ->
    [0] No number is hidden.
    [one] 1 number is hidden, because it is small or because a small one could be computed from it. Hidden does not mean none.
   *[other] { $hidden } numbers are hidden, because they are small or because a small one could be computed from them. Hidden does not mean none.
}
brief-callers = Only some children write to a helpline. More talks may mean more trouble, or only that more children know the line.
brief-change = The number in brackets is that of { $before }. Small changes are chance; a change of 5 may be rounding alone.
brief-questions = Questions for the panel
brief-question-one = Does this fit what you see around you? What is missing?
brief-question-two = What would have helped, before somebody had to write to us?
brief-question-three = Where should a child be able to find us?
brief-source = Made of the public releases
