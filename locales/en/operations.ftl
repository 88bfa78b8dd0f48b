# What an operator reads: `opora relay --check` and `opora doctor`.

cli-relay-check = Verifies what the relay keeps, without changing it, and says what was found; stop the relay first
cli-doctor = Looks at terminal, settings, vault and relay and says what is good, what to look at, and what is trouble
cli-doctor-relay = The relay to try instead of the one in the settings
cli-doctor-terminal = Looks at the terminal only
cli-doctor-keys = Shows what each pressed key arrives as, until Ctrl-C
cli-doctor-settings = Shows every setting and where it came from: console or relay
cli-doctor-unlock = Asks for the passphrase and also looks into vault and casebook, its audit too
cli-doctor-json = Prints JSON for programs

check-read = Read { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
  } of { $conversations ->
    [one] { $conversations } conversation
   *[other] { $conversations } conversations
  } in { $segments ->
    [one] { $segments } segment
   *[other] { $segments } segments
  } ({ $size }) below { $folder }. Nothing was changed.
check-erased = { $count ->
    [one] { $count } record belongs to an erased conversation and can never be read again, as it should be.
   *[other] { $count } records belong to erased conversations and can never be read again, as it should be.
  }
check-torn = { $file }: behind byte { $at } lie { $bytes } bytes that a crash left of an append nobody was promised. The next start cuts them off.
check-damaged = { $file }: the record at byte { $at } is damaged. Conversation { $conv } is closed there; what came before stays readable.
check-damaged-house = { $file }: the record of the house at byte { $at } is damaged. The house goes on without it.
check-damaged-erased = { $file }: the record at byte { $at } is damaged, and can only have belonged to an erased conversation. Nothing is lost.
check-unchained = Conversation { $conv }: entry { $seq } does not follow the one before it. The conversation is closed there; what came before stays readable.
check-unchained-house = The house: entry { $seq } does not follow the one before it.
check-shelf = The key of conversation { $conv } is damaged: its entries cannot be read any more.
check-shelf-house = { $file }: the key of a quarter of the house is damaged: the numbers of that quarter cannot be read any more.
check-leftover = On the shelf lies a key whose making or erasing was interrupted. The next start takes it away.
check-stranger = { $file } is none of the relay's; it is left alone.
check-whole = Everything is whole.
check-closed = { $count ->
    [one] { $count } conversation is closed because of damage; every other one is whole and the relay can run. Look at the disk before you trust it further.
   *[other] { $count } conversations are closed because of damage; all others are whole and the relay can run. Look at the disk before you trust it further.
  }
check-lost = Something the house kept is lost; every conversation is whole and the relay can run. Look at the disk before you trust it further.

doctor-ok = ok
doctor-look = look
doctor-trouble = trouble
doctor-area-terminal = terminal
doctor-area-settings = settings
doctor-area-vault = vault
doctor-area-casebook = casebook
doctor-area-relay = relay
doctor-area-card = card
doctor-area-clock = clock
doctor-area-page = page
doctor-area-proxy = proxy

doctor-terminal-none = This is not a terminal, so nothing about one can be said. Run it where the console is to run.
doctor-terminal-size = { $columns }x{ $rows }
doctor-terminal-small = { $columns }x{ $rows }: it works, but from 80x24 on nothing has to be left out.
doctor-terminal-tiny = { $columns }x{ $rows } is too small for the console; it needs { $least }.
doctor-terminal-colours = { $count ->
    [0] No colours; everything is told by signs and words too.
    [16] 16 colours
    [256] 256 colours
   *[other] 16 million colours
  }
doctor-terminal-no-term = TERM is { $term }: a terminal that can do so little shows the console badly. Set TERM to what it is, such as xterm-256color.
doctor-terminal-unicode = Letters beyond ASCII arrive as they should ({ $lang }).
doctor-terminal-no-unicode = The language of the system ({ $lang }) is not UTF-8: accents may be shown wrongly. Set LANG, for example to en_GB.UTF-8.

doctor-settings-ok = { $file }: { $count ->
    [0] all settings are the usual ones.
    [one] { $count } setting differs from the usual.
   *[other] { $count } settings differ from the usual.
  }
doctor-settings-stray = { $name } is set in the environment and is no setting; is it misspelt?

doctor-vault-none = There is no vault in { $file } yet. Begin with "opora keys init" or with the code of an invitation.
doctor-vault-there = { $file } is there and yours alone to read.
doctor-vault-open-to-others = { $file } can be read by others on this computer. Put it right with: chmod 600 { $file }
doctor-vault-unreadable = { $file } cannot be read: { $reason }. It was not changed.
doctor-vault-opens = It opens with this passphrase: { $name }, { $keys ->
    [one] { $keys } line key
   *[other] { $keys } line keys
  }.
doctor-vault-no-keys = It opens, and holds no line key yet: the key keeper has still to grant them to { $name }.
doctor-vault-locked = Give --unlock or --passphrase-file to look inside vault and casebook too.
doctor-casebook-none = There is none yet; the console makes it.
doctor-casebook-ok = { $count ->
    [one] { $count } contact
   *[other] { $count } contacts
  }, all readable, and an audit of { $audits } lines without a break.
doctor-casebook-lost = { $count ->
    [one] { $count } record cannot be read; the rest is safe. Restore the latest backup.
   *[other] { $count } records cannot be read; the rest is safe. Restore the latest backup.
  }
doctor-casebook-audit = The audit is broken at line { $line }: something was taken out of it or changed. Tell whoever is responsible for the casebook.
doctor-casebook-in-use = It is open in a console (process { $process }), so it was not looked into.

doctor-relay-none = No relay is set. Give --relay, or set relay = "wss://…" in { $file }.
doctor-relay-ok = { $url } answers as a relay in { $ms } ms.
doctor-relay-practice = { $url } is a relay for practice: no child is there.
doctor-relay-name = { $url }: this computer does not find that name ({ $reason }). Is there a network?
doctor-relay-connect = { $url }: nobody listens there ({ $reason }).
doctor-relay-tls = { $url }: no trusted connection ({ $reason }). Look at the certificate, or at what stands between.
doctor-relay-http = { $url }: { $status } instead of a websocket. A proxy in between has to pass websockets on, with the name that was asked for.
doctor-relay-full = { $url }: the relay takes no more connections at the moment ({ $status }).
doctor-relay-not-ours = { $url }: something answers there, and it is no relay of this version.
doctor-relay-silent = { $url } answers too slowly.
doctor-line-open = The line is open.
doctor-line-busy = The line is open, and everybody is busy.
doctor-line-full = The line is open, and the queue is full.
doctor-line-closed = The line is closed.
doctor-card-ok = The card is signed, serial { $serial }, and holds for { $days ->
    [one] { $days } more day
   *[other] { $days } more days
  }. Fingerprint { $fingerprint }.
doctor-card-soon = The card ends in { $days ->
    [0] less than a day
    [one] { $days } day
   *[other] { $days } days
  }: the key keeper must renew it before, or children cannot reach the line.
doctor-card-bad = The card of this relay is refused: { $reason }. No console and no page will trust it.
doctor-card-other = The card is of another line: its fingerprint is { $fingerprint }, and this vault belongs to { $own }.
doctor-clock-ok = It agrees with the relay's to { $seconds ->
    [0] the second
    [one] { $seconds } second
   *[other] { $seconds } seconds
  }.
doctor-clock-ahead = It is { $seconds } seconds ahead of the relay's. Run "timedatectl" here and there and see which is right.
doctor-clock-behind = It is { $seconds } seconds behind the relay's. Run "timedatectl" here and there and see which is right.
doctor-page-ok = It is the one this opora builds for this line.
doctor-page-differs = The page at { $url } is not the one this opora builds: it is of another version, or somebody changed it. See what differs with: opora page check { $url }
doctor-page-other-line = The page at { $url } belongs to another line: children who write there would not reach you.
doctor-proxy-missing = The proxy forwards no address of its visitors, so all of them are counted as one and soon refused. Let it send X-Forwarded-For.
doctor-proxy-ok = No request came through a proxy without its sender's address.

doctor-keys-begin = Press keys; each is shown as the keymap spells it. Ctrl-C ends.
doctor-done-look = Nothing stands in the way; some lines are worth a look.
doctor-trouble-found = { $count ->
    [one] { $count } thing is in trouble; its line says what to do. Nothing was changed.
   *[other] { $count } things are in trouble; their lines say what to do. Nothing was changed.
  }

# What a supervisor is told in the console.
overdue = { $count ->
    [one] { $handle } ended days ago and nobody has archived it; its words wait to be erased.
   *[other] { $handle } and { $count } in all ended days ago and nobody has archived them; their words wait to be erased.
  }
damaged-on-relay = { $handle } is damaged on the relay and closed there; what came before stays readable. Tell the operator.
