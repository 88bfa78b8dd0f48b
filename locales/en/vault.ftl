# The vault, passphrases, paper codes, invitations and the line card.
vault-missing = There are no keys on this computer yet. Join with the invitation your supervisor gave you.
vault-exists = There are keys here already; they were not touched.
vault-wrong-passphrase = That passphrase does not open this casebook.
vault-tries-left = { $left ->
    [one] One more try before a pause of one minute.
   *[other] { $left } more tries before a pause of one minute.
}
vault-paused = Five wrong tries. The next one is possible in { $seconds } s.
vault-no-recovery = There is no recovery code for these keys.
vault-wrong-code = That code does not open this casebook.
vault-rekey-unfinished = The last change of keys is still being finished. Nothing is lost; it goes on when the casebook is open.
vault-damaged = The key file is damaged. Nothing was changed. Put back a copy from your backup.
vault-newer = The key file was written by a newer opora. Install that version; nothing was changed.
vault-bounds = The key file asks for more work than opora accepts, so it was probably changed by somebody. Put back a copy from your backup.
vault-no-memory = There is not enough free memory to check the passphrase. Close other programs and try again.
vault-io = The key file could not be read or written: { $reason }. What was there is still there.
passphrase-short = { $characters ->
    [one] One character so far; at least 14 are needed, or the six words opora proposes.
   *[other] { $characters } characters so far; at least 14 are needed, or the six words opora proposes.
}
passphrase-common = This is among the first things a thief would try.
passphrase-good = Good: { $characters } characters, not a known one.
paper-bad-code = That is not the code on the paper: a letter is wrong or missing.
paper-other-line = That is the root of another line.
invite-bad-code = That is not an invitation: a letter is wrong or missing.
invite-other-root = The relay shows another line than your invitation. Do not go on; call your supervisor.
keeper-not-keeper = Only the key keeper can do this.
keeper-old-card = The relay shows an older line card than the last one. Do not go on until you know why.
keeper-no-relay = The line card names no relay to invite to.
card-signature = The relay shows a line card that your line did not sign. Nothing is sent.
card-form = The relay shows a line card this opora does not understand. Nothing is sent.
card-expired = The line card has expired. The key keeper must renew it; until then children see the telephone number.
card-too-long = The relay shows a line card that is valid for too long. Nothing is sent.
card-older = The relay shows an older line card than the last one. Nothing is sent.
card-relay = The line card does not name this relay. Nothing is sent.
card-no-key = No key of the line card is valid. The key keeper must renew it; until then children see the telephone number.
card-due = The line key is more than 30 days old. The key keeper should renew it.
card-ends-soon = { $days ->
    [0] The line card ends today. Without a new one children see only the telephone number.
    [one] The line card ends in one day. Without a new one children see only the telephone number.
   *[other] The line card ends in { $days } days. Without a new one children see only the telephone number.
}
keys-joined = { $name } has joined and gets the keys of the line now.
keys-strange = The relay shows an account, { $name }, that you did not invite. It gets no keys. Ask who it is; cut it off with "opora keys revoke".
served-page-differs = The child's page on the relay is not the one this opora builds: another version, or altered. Ask the operator to run "opora page check"; chats here go on.
served-page-other-line = The child's page on the relay is made for another line. Tell the operator and the key keeper now; children who write there do not reach you.
