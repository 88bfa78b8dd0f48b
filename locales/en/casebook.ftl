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
       *[other] Here { $count } times before; agreed: { $agreed }
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
