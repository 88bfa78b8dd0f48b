# Texts of the casebook: what it says when it opens, saves and is copied.

casebook-error-in-use = opora is already open on this casebook (process { $process }); close it or use --profile.
casebook-error-full = The disk is full, so this is kept in memory only; free 10 MB and save again.
casebook-error-erased = This case was erased and does not come back; nothing was saved.
casebook-error-other-keys = This casebook belongs to another key file. Nothing was changed; check the folder or restore a backup.
casebook-error-newer = A newer opora wrote this casebook. Nothing was changed; install the newer version.
casebook-error-damaged = This record cannot be read; the rest is safe. Run opora backup restore.
casebook-error-denied = opora may not write into the folder of the casebook. Nothing was saved; check its owner and rights.
casebook-error-io = The disk refused to write. What was saved before is safe, the last words are in memory; check the disk.

casebook-last-saved =
    { $cases ->
        [one] Last saved { $when }, one case.
       *[other] Last saved { $when }, { $cases } cases.
    }
casebook-new = This casebook is new.
casebook-reading = Reading the casebook: { $done } of { $total }
casebook-indexing = Search is being prepared: { $done } of { $total }
casebook-unreadable =
    { $count ->
        [one] One of { $total } records cannot be read; the rest is safe. Run opora backup restore.
       *[other] { $count } of { $total } records cannot be read; the rest is safe. Run opora backup restore.
    }
casebook-mended-sled = The store was damaged or changed from outside and was built again from the change log; nothing is missing. The damaged one is in the folder quarantine.
casebook-mended-log = The change log was damaged and was written again from the store; nothing is missing. The damaged one is in the folder quarantine.
casebook-mended-shelf = One of the two files of case keys was damaged and was mended from the other; nothing is missing.
casebook-mended-pieced = Store and change log were both damaged; all that could be read of both was kept. Compare it with your last backup.

casebook-saved = saved { $time }
casebook-not-saved = not saved
casebook-erased = The case is erased, here and in every copy that opora restores.
casebook-forgotten = The child had this chat erased; your note is still here.
casebook-contacts =
    { $count ->
        [one] one contact
       *[other] { $count } contacts
    }
casebook-promise-due = Promised for { $when }: { $what }
casebook-returned =
    { $count ->
        [one] Second time here; agreed: { $agreed }
        [2] Third time here; agreed: { $agreed }
       *[other] Here { $count } times before; agreed: { $agreed }
    }
casebook-returned-linked =
    { $count ->
        [one] Second time here: linked with { $handle }
        [2] Third time here: linked with { $handle }
       *[other] Here { $count } times before: linked with { $handle }
    }

backup-error-passphrase = This passphrase does not open the backup. Nothing was written.
backup-error-other-keys = This backup was made of another casebook; use its passphrase. Nothing was written.
backup-error-damaged = This backup is damaged at byte { $at }. Nothing was written; use another copy.
backup-error-not-a-backup = This file is not a backup of opora. Nothing was written.
backup-error-newer = A newer opora wrote this backup. Nothing was written; install the newer version.
backup-error-cost = This backup asks for more memory than opora allows. Nothing was computed or written.
backup-error-exists = There is already something at the target. Nothing was overwritten; choose another name.
backup-error-full = The disk is full; no backup was made and nothing was overwritten.
backup-error-io = The disk refused. What was there before is as it was.
backup-made = Backup written and read back: { $contacts } contacts, { $size }.
backup-verified = Verified: { $contacts } contacts, { $records } records, { $size }, made { $when }.
backup-restored = Restored: { $contacts } contacts. What was erased since stays erased: { $erased }.
backup-old =
    { $days ->
        [one] The last verified backup is one day old.
       *[other] The last verified backup is { $days } days old; make one: opora backup create.
    }
backup-none = There is no verified backup yet; make one: opora backup create.

backup-ask-passphrase = Passphrase of the backup:
backup-ask-why = The backup gets a passphrase of its own, so that a lost computer does not take it along. Keep it apart.
backup-writing = Writing the backup: { $done } of { $total }
backup-verifying = Reading the backup: { $done } of { $total } bytes
backup-restoring = Restoring: { $done } of { $total } bytes
backup-before-upgrade = A copy before the new version writes: { $done } of { $total }
backup-upgrade-made = This version of opora is new here. A verified copy of the casebook as it was: { $file }
backup-upgrade-failed = There was no room for a copy before the new version of opora writes. Free some and run opora backup create.
backup-aside = What stood there before is kept in { $folder }.

cases-none = Nothing found.
cases-more =
    { $count ->
        [one] { $shown } of one contact.
       *[other] { $shown } of { $count } contacts; --limit shows more.
    }
cases-goes-on = open
cases-late = late
cases-nothing-due = Nothing is due.
cases-of-case =
    { $count ->
        [one] Case { $case }: one contact.
       *[other] Case { $case }: { $count } contacts of the same child.
    }
cases-linked =
    { $count ->
        [one] Case { $case } has one contact now.
       *[other] Case { $case } has { $count } contacts now.
    }
cases-supervisor = Second pair of eyes: { $who }
cases-promise-kept = Kept: { $what } (was due { $when })
cases-hold-on = This case is kept past its time, until you say --off.
cases-hold-off = This case is kept as long as any other.
cases-yes = yes
cases-not-done = Nothing was erased.
cases-ask-delete =
    { $count ->
        [one] Erase this contact for ever, here and in every restored backup?
       *[other] Erase these { $count } contacts of one case for ever, here and in every restored backup?
    }
cases-ask-expire =
    { $count ->
        [one] Erase this case for ever?
       *[other] Erase these { $count } cases for ever?
    }
cases-expired-dry =
    { $count ->
        [one] One case ended before { $day }. Nothing was erased.
       *[other] { $count } cases ended before { $day }. Nothing was erased.
    }
cases-expired =
    { $count ->
        [one] One case that ended before { $day } is erased.
       *[other] { $count } cases that ended before { $day } are erased.
    }
cases-error-no-such = Nothing here begins with "{ $id }"; "opora cases find" shows the ids.
cases-error-many =
    { $count ->
        [one] One id begins with "{ $id }".
       *[other] { $count } ids begin with "{ $id }"; type a few more letters.
    }
cases-error-day = "{ $day }" is no day; write it as 2026-11-24, or 2026-11-24T18:00.
cases-error-code = "{ $code }" is not known here; there are: { $known }.
cases-error-held = Case { $id } is on hold because of danger to life and was not erased. First run opora cases hold { $id } --off, then erase it.

disclosure-title = Told by the child
disclosure-name = its name
disclosure-address = its full address
disclosure-facts = facts that must be told on
disclosure-told = the child knows that we tell on
disclosure-decided = decided: { $decision } (with { $second })

own-error = { $reason }. The topics and forms as they last held stay in force.
