use super::*;
use crate::client::stage::{Driven, Keeper, WALL, Written, account, address, id};
use crate::conversation::event::{By, ClosedReason, Event, Facts, Opened, Seal};
use crate::conversation::queue::{Phase, Row};
use crate::conversation::sealed::{Place, Side, Under};
use crate::conversation::{Entry, Hash, Kind, Seq};
use crate::protocol::Goodbye;
use crate::protocol::frame::{Goals, Grant, HouseView, Line, LineState, Note};
use crate::sealing::Secret;
use crate::sealing::body::{self, At, Body, Clear};
use crate::sealing::grant::seal_grant;
use crate::sealing::identity::verify_login;
use crate::sealing::line::TalkKey;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

const CONV: ConversationId = ConversationId([3; 16]);

/// A counsellor's link, a child's talk on a relay, and what stands between them.
struct Stage {
    keeper: Keeper,
    desk: Driven<DeskLink>,
    talk: Written,
    log: Written,
    key: TalkKey,
    children: u64,
}

impl Stage {
    fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let keeper = Keeper::new();
        let mut setup = Setup {
            address: address(),
            identity: Identity::new([4; 32]),
            box_seed: BoxSeed::new([5; 32]),
            line_seeds: vec![keeper.line_seed()],
            house_keys: vec![HouseKey::new(keeper.house)],
            root: keeper.root.public(),
            least_serial: 0,
            alias: "Jana".into(),
            outbox: vec![],
            is_kept: false,
        };
        change(&mut setup);
        let desk = Driven::new(DeskLink::new(setup));
        let (talk, log) = (Written::new(CONV, Log::Talk), Written::new(CONV, Log::Desk));
        let mut stage = Self { keeper, desk, talk, log, key: TalkKey::new([9; 32]), children: 0 };
        stage.opened();
        stage
    }

    fn new() -> Self {
        Self::with(|_| {})
    }

    /// Connects, as somebody who holds `mine`.
    fn online(&mut self, mine: &[ConversationId]) {
        if self.desk.dials == 0 {
            self.desk.input(Input::Begin);
        }
        self.desk.hear(self.keeper.hello(1));
        self.desk.hear(ToClient::Welcome {
            conv: None,
            half: None,
            after: None,
            head: None,
            phase: None,
            account: Some(account("Jana")),
            role: Some(Role::Counsellor),
            mine: Some(mine.to_vec()),
        });
        self.desk.hear(ToClient::Keys { grants: vec![], card: self.keeper.card(|_| {}) });
    }

    /// Connects and reads the talk whole.
    fn reading() -> Self {
        let mut stage = Self::new();
        stage.read();
        stage
    }

    fn read(&mut self) {
        self.online(&[CONV]);
        self.replay(0, 0);
        self.desk.sent();
        self.desk.told();
    }

    fn replay(&mut self, talk: usize, desk: usize) {
        let contact = Some(id(77));
        let (heads, entries) = ((self.talk.head().0, self.log.head().0), self.after(talk, desk));
        self.desk.hear(ToClient::Watching { conv: CONV, talk: heads.0, desk: heads.1, contact });
        entries.into_iter().for_each(|entry| self.desk.hear(ToClient::Entry(entry)));
    }

    fn after(&self, talk: usize, desk: usize) -> Vec<Entry> {
        self.talk.entries[talk..].iter().chain(&self.log.entries[desk..]).cloned().collect()
    }

    fn opened(&mut self) {
        let mut rng = StdRng::seed_from_u64(3);
        let public = self.keeper.line_seed().public();
        let seal = self.key.seal_to(&public, CONV, "cs", &mut rng).expect("sealed");
        let opened = Event::Opened(Opened { lang: "cs".into(), seals: vec![seal], after: None });
        let data = opened.data().expect("data");
        self.talk.write(By::Child, Kind::Opened, EntryId(CONV.0), &data);
        self.log.write(By::Account(account("Jana")), Kind::Claimed, id(19), "{}");
    }

    /// The child writes; the relay has it, nobody was told yet.
    fn child_says(&mut self, text: &str) -> Entry {
        self.children += 1;
        let id = EntryId([100 + u8::try_from(self.children).expect("few"); 16]);
        let (pen, n, seen) = (Pen([8; 8]), self.children, self.talk.head());
        let under = Under::Talk(Place { side: Side::Child, pen, n, seen });
        let at = At::conversation(CONV, Kind::Said, id);
        let body = Body::text("", text);
        let sealed = body::seal(body::Key::Talk(&self.key), &at, &Clear::Nothing, under, &body);
        self.talk.write(By::Child, Kind::Said, id, &sealed.expect("sealed").data())
    }

    fn say(&mut self, command: u8, text: &str) {
        self.desk.ask(write(command, Act::Say { text: text.into() }));
    }

    fn queue(&mut self, ver: u64, rows: Vec<Row>, erased: Vec<ConversationId>) {
        let (people, house) = (vec![], house());
        self.desk.hear(ToClient::Queue { ver, rows, people, house, erased });
    }
}

fn write(command: u8, act: Act) -> Command {
    Command::Write { id: id(command), conv: CONV, act }
}

fn row(head: Seq, holder: Option<&str>) -> Row {
    Row {
        conv: CONV,
        lang: "cs".into(),
        facts: Facts::default(),
        phase: Phase::Waiting,
        opened: WALL,
        since: WALL,
        order: 1,
        head,
        taken: None,
        holder: holder.map(account),
        asks: None,
        level: None,
        back: None,
    }
}

fn house() -> HouseView {
    let line = Line { state: LineState::Open, next: None, wait_min: None };
    let (goals, notes, joins) = (Goals::default(), vec![], vec![]);
    HouseView {
        head: 3,
        line,
        goals,
        doors: None,
        hold: None,
        notes,
        joins,
        overdue: vec![],
        damaged: vec![],
    }
}

fn refused(id: EntryId, code: Refusal) -> ToClient {
    let (retry_ms, head, holder) = (None, None, None);
    let re = Some("append".to_owned());
    ToClient::Refused { code, re, id: Some(id), conv: Some(CONV), detail: "".into(), retry_ms, head, holder }
}

fn conflict(id: EntryId, at: Seq, held_by: Option<&str>) -> ToClient {
    let mut frame = refused(id, Refusal::Conflict);
    if let ToClient::Refused { head, holder, .. } = &mut frame {
        (*head, *holder) = (Some(at), held_by.map(account));
    }
    frame
}

/// The append in a frame: its id, kind, data and `expect`.
fn append(frame: &ToRelay) -> (EntryId, Kind, String, Option<Seq>) {
    let ToRelay::Append { id, kind, data, expect, .. } = frame else { unreachable!("{frame:?}") };
    (*id, *kind, data.clone(), *expect)
}

fn connection(told: &[Update]) -> Option<&Connection> {
    told.iter().rev().find_map(|update| match update {
        Update::Connection(connection) => Some(connection),
        _ => None,
    })
}

fn stored(told: &[Update]) -> Vec<u8> {
    told.iter()
        .filter_map(|update| if let Update::Stored { id, .. } = update { Some(id.0[0]) } else { None })
        .collect()
}

fn refusals(told: &[Update]) -> Vec<(u8, Denied, Option<Account>)> {
    told.iter()
        .filter_map(|update| match update {
            Update::Refused { id, why, holder, .. } => Some((id.0[0], *why, holder.clone())),
            _ => None,
        })
        .collect()
}

fn said(told: &[Update]) -> Vec<(Seq, String)> {
    told.iter()
        .filter_map(|update| match update {
            Update::Line(Shown { seq, what: What::Said(words), .. }) => {
                Some((*seq, words.text.as_str().to_owned()))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn a_login_is_signed_for_the_host_and_nonce_and_what_is_held_is_read() {
    let mut stage = Stage::new();
    stage.desk.input(Input::Begin);
    assert_eq!((stage.desk.dials, stage.desk.sent().len()), (1, 0));
    stage.desk.hear(stage.keeper.hello(1));
    let ToRelay::Login { host, key, sig } = stage.desk.one() else { unreachable!() };
    assert_eq!(host, "127.0.0.1");
    assert!(verify_login(key, &host, Hash([1; 32]), &sig));
    stage.online(&[CONV]);
    let sent = stage.desk.sent();
    assert!(sent.contains(&ToRelay::Watch { conv: CONV, talk: 0, desk: 0 }), "{sent:?}");
    stage.child_says("ahoj");
    stage.replay(0, 0);
    let told = stage.desk.told();
    assert!(matches!(connection(&told), Some(Connection::Online { .. })));
    assert_eq!(said(&told), [(2, "ahoj".to_owned())]);
}

#[test]
fn a_card_that_is_not_to_be_trusted_ends_it_before_anything_is_said() {
    let keeper = Keeper::new();
    for (case, card, at) in [
        (
            "another root",
            {
                let mut card = keeper.card(|_| {});
                card.sig[3] ^= 1;
                card
            },
            "ws://127.0.0.1:1",
        ),
        ("expired", keeper.card(|card| card.expires = WALL), "ws://127.0.0.1:1"),
        ("older than seen", keeper.card(|card| card.serial = 2), "ws://127.0.0.1:1"),
        ("another relay", keeper.card(|_| {}), "wss://relay.example.org"),
    ] {
        let mut stage = Stage::with(|setup| {
            setup.least_serial = 3;
            setup.address = Address::parse(at).expect("an address");
        });
        stage.desk.input(Input::Begin);
        stage.desk.hear(keeper.hello_with(1, 0, card));
        assert_eq!(stage.desk.sent(), [], "{case}");
        assert!(matches!(connection(&stage.desk.told()), Some(Connection::Stopped(Stop::Card(_)))), "{case}");
        stage.desk.pass(3_600_000);
        assert_eq!(stage.desk.dials, 1, "{case}: nothing is tried again by itself");
        stage.desk.ask(Command::RetryNow);
        assert_eq!(stage.desk.dials, 2, "{case}");
    }
}

#[test]
fn a_lost_socket_is_dialled_again_for_ever_and_the_truth_is_told() {
    let mut stage = Stage::reading();
    for attempt in 1..30 {
        stage.desk.input(Input::Lost(Lost::Unreachable));
        let told = stage.desk.told();
        let Some(Connection::Waiting { retry_at_ms, attempt: told_attempt, .. }) = connection(&told) else {
            unreachable!()
        };
        assert_eq!(*told_attempt, attempt);
        assert!((stage.desk.now.wall..=stage.desk.now.wall + 30_000).contains(retry_at_ms));
        let (dials, wait) = (stage.desk.dials, retry_at_ms - stage.desk.now.wall);
        stage.desk.pass(wait);
        assert_eq!(stage.desk.dials, dials + 1);
    }
    stage.online(&[CONV]);
    assert!(matches!(connection(&stage.desk.told()), Some(Connection::Online { .. })));
}

#[test]
fn some_goodbyes_end_it_and_others_do_not() {
    for (code, ends) in [
        (Goodbye::Restart, false),
        (Goodbye::Slow, false),
        (Goodbye::Timeout, false),
        (Goodbye::TooBig, false),
        (Goodbye::Revoked, true),
        (Goodbye::Replaced, true),
        (Goodbye::Abuse, true),
    ] {
        let mut stage = Stage::reading();
        stage.desk.hear(ToClient::Goodbye { code, retry_ms: None });
        let told = stage.desk.told();
        let has_stopped = matches!(connection(&told), Some(Connection::Stopped(Stop::Goodbye(_))));
        assert_eq!(has_stopped, ends, "{code:?}");
        stage.desk.pass(60_000);
        assert_eq!(stage.desk.dials > 1, !ends, "{code:?}");
    }
}

#[test]
fn words_are_kept_before_they_are_sent_and_the_same_bytes_go_until_acknowledged() {
    let mut stage = Stage::with(|setup| setup.is_kept = true);
    stage.read();
    stage.say(1, "Ahoj, jsem tady.");
    assert_eq!(stage.desk.sent(), [], "not yet kept");
    let told = stage.desk.told();
    let [Update::Keep(item)] = &told[..] else { unreachable!() };
    assert_eq!(item.act(), Some(Act::Say { text: "Ahoj, jsem tady.".into() }));
    stage.desk.ask(Command::Kept { id: id(1) });
    let first = stage.desk.one();

    // The acknowledgement is lost with the socket; the same bytes go again.
    stage.desk.input(Input::Lost(Lost::Broken));
    stage.desk.pass(60_000);
    stage.online(&[CONV]);
    assert!(stage.desk.sent().contains(&first));

    // And once more from a console that was killed meanwhile.
    let kept = item.clone();
    let mut stage = Stage::with(|setup| setup.outbox = vec![kept.clone()]);
    stage.online(&[CONV]);
    assert!(stage.desk.sent().contains(&first), "restored from {kept:?}");
    stage.replay(0, 0);
    let (_, appended) = stage.talk.take(By::Line, &first);
    stage.desk.told();
    stage.desk.hear(appended.clone());
    let told = stage.desk.told();
    assert_eq!((stored(&told), said(&told).len()), (vec![1], 1));
    assert!(told.iter().any(|update| matches!(update, Update::Drop { id: dropped } if *dropped == id(1))));
    stage.desk.hear(appended);
    assert!(stage.desk.told().is_empty(), "told once");
}

#[test]
fn what_is_written_without_a_connection_is_kept_too() {
    let mut stage = Stage::with(|setup| setup.is_kept = true);
    stage.say(1, "first");
    stage.say(2, "second");
    let kept: Vec<_> = stage
        .desk
        .told()
        .into_iter()
        .filter_map(|update| if let Update::Keep(item) = update { Some(item) } else { None })
        .collect();
    assert_eq!(kept.len(), 2);
    // A console that starts with these sends both, in order, one at a time.
    let mut stage = Stage::with(|setup| setup.outbox = kept);
    stage.online(&[CONV]);
    stage.desk.sent();
    stage.replay(0, 0);
    let first = stage.desk.one();
    let (_, appended) = stage.talk.take(By::Line, &first);
    stage.desk.hear(appended);
    let second = stage.desk.one();
    let (_, appended) = stage.talk.take(By::Line, &second);
    stage.desk.told();
    stage.desk.hear(appended);
    let told = stage.desk.told();
    assert_eq!((stored(&told), said(&told)), (vec![2], vec![(3, "second".to_owned())]));
}

#[test]
fn an_entry_alone_acknowledges_and_an_acknowledgement_alone_shows() {
    // The replay after a lost socket brings one's own words as an entry.
    let mut stage = Stage::reading();
    stage.say(1, "hello");
    let sent = stage.desk.one();
    let (entry, appended) = stage.talk.take(By::Line, &sent);
    stage.desk.hear(ToClient::Entry(entry));
    let told = stage.desk.told();
    assert_eq!((stored(&told), said(&told).len()), (vec![1], 1));
    stage.desk.hear(appended);
    assert!(stage.desk.told().is_empty());
    // And the next word is the pen's second.
    stage.say(2, "again");
    let next = stage.desk.one();
    let (entry, _) = stage.talk.take(By::Line, &next);
    let event = entry.event().expect("an event");
    assert_eq!(event.sealed().and_then(|body| body.under.place()).map(|place| place.n), Some(2));
}

#[test]
fn a_relay_that_asks_to_wait_gets_the_same_bytes_later() {
    for code in [Refusal::Rate, Refusal::Busy, Refusal::StorageFull] {
        let mut stage = Stage::reading();
        stage.say(1, "hello");
        let sent = stage.desk.one();
        let mut frame = refused(append(&sent).0, code);
        if let ToClient::Refused { retry_ms, .. } = &mut frame {
            *retry_ms = Some(700);
        }
        stage.desk.hear(frame);
        assert!(stage.desk.told().is_empty(), "{code:?} is no refusal for a person");
        stage.desk.pass(699);
        assert_eq!(stage.desk.sent(), []);
        stage.desk.pass(1);
        assert_eq!(stage.desk.sent(), [sent], "{code:?}");
    }
}

#[test]
fn a_final_refusal_is_told_once_and_makes_way() {
    let mut stage = Stage::reading();
    stage.say(1, "hello");
    stage.say(2, "world");
    let first = stage.desk.one();
    stage.desk.hear(refused(append(&first).0, Refusal::NotAllowed));
    assert_eq!(refusals(&stage.desk.told()), [(1, Denied::Relay(Refusal::NotAllowed), None)]);
    // The refused one used no number of the pen.
    let second = stage.desk.one();
    let (entry, _) = stage.talk.take(By::Line, &second);
    let event = entry.event().expect("an event");
    assert_eq!(event.sealed().and_then(|body| body.under.place()).map(|place| place.n), Some(1));
}

#[test]
fn a_claim_is_decided_on_the_row_and_its_loser_learns_the_holder() {
    let mut stage = Stage::new();
    stage.online(&[]);
    stage.queue(1, vec![row(4, None)], vec![]);
    stage.desk.sent();
    stage.desk.ask(write(1, Act::Claim));
    let (wire, kind, data, expect) = append(&stage.desk.one());
    assert_eq!((kind, data.as_str(), expect), (Kind::Claimed, "{}", Some(4)));

    // Only the head had moved (a supervisor moved the child up): decided anew, under a new id.
    stage.desk.hear(conflict(wire, 5, None));
    let (anew, _, _, expect) = append(&stage.desk.one());
    assert!(anew != wire && expect == Some(5));

    stage.desk.told();
    stage.desk.hear(conflict(anew, 6, Some("Petr")));
    let lost = (1, Denied::Relay(Refusal::Conflict), Some(account("Petr")));
    assert_eq!(refusals(&stage.desk.told()), [lost]);
    assert_eq!(stage.desk.sent(), []);
}

#[test]
fn a_claim_that_won_is_read_from_its_beginning() {
    let mut stage = Stage::new();
    stage.online(&[]);
    stage.queue(1, vec![row(0, None)], vec![]);
    stage.desk.sent();
    stage.log.entries.clear();
    stage.desk.ask(write(1, Act::Claim));
    let claim = stage.desk.one();
    let (_, appended) = stage.log.take(By::Account(account("Jana")), &claim);
    stage.desk.hear(appended);
    assert_eq!(stage.desk.sent(), [ToRelay::Watch { conv: CONV, talk: 0, desk: 0 }]);
    assert_eq!(stored(&stage.desk.told()), [1]);
    stage.replay(0, 0);
    assert!(stage.desk.told().iter().any(|update| {
        matches!(update, Update::Line(Shown { what: What::Claimed, who, .. }) if who.account() == Some(&account("Jana")))
    }));
}

#[test]
fn nobody_closes_over_an_unread_message() {
    let close = |command, read| write(command, Act::Close { reason: ClosedReason::Ended, read });
    // The child's words came before the decision.
    let mut stage = Stage::reading();
    let entry = stage.child_says("wait");
    stage.desk.hear(ToClient::Entry(entry));
    stage.desk.told();
    stage.desk.ask(close(1, 1));
    assert_eq!(refusals(&stage.desk.told()), [(1, Denied::Unread, None)]);
    stage.desk.ask(close(2, 2));
    assert_eq!(append(&stage.desk.one()).3, Some(2));

    // They came after it, on the way.
    let mut stage = Stage::reading();
    stage.desk.ask(close(1, 1));
    let wire = append(&stage.desk.one()).0;
    let entry = stage.child_says("wait");
    stage.desk.hear(conflict(wire, 2, Some("Jana")));
    assert_eq!(stage.desk.sent(), [], "what the refusal knows of must be read first");
    stage.desk.told();
    stage.desk.hear(ToClient::Entry(entry));
    assert_eq!(refusals(&stage.desk.told()), [(1, Denied::Unread, None)]);

    // It only told how it feels: decided anew.
    let mut stage = Stage::reading();
    stage.desk.ask(close(1, 1));
    let wire = append(&stage.desk.one()).0;
    let told = stage.talk.write(By::Child, Kind::Told, id(88), "{}");
    stage.desk.hear(ToClient::Entry(told));
    stage.desk.hear(conflict(wire, 2, Some("Jana")));
    assert_eq!(append(&stage.desk.one()).3, Some(2));
}

#[test]
fn a_hole_waits_for_the_replay_and_then_asks_again() {
    let mut stage = Stage::reading();
    let one = stage.child_says("one");
    let two = stage.child_says("two");
    stage.desk.pass(HOLE);
    stage.desk.hear(ToClient::Entry(two.clone()));
    assert_eq!(stage.desk.sent(), [ToRelay::Watch { conv: CONV, talk: 1, desk: 1 }]);
    stage.desk.hear(ToClient::Entry(two.clone()));
    assert_eq!(stage.desk.sent(), [], "the replay is under way");
    stage.desk.hear(ToClient::Entry(one));
    stage.desk.hear(ToClient::Entry(two));
    let shown = said(&stage.desk.told());
    assert_eq!(shown, [(2, "one".to_owned()), (3, "two".to_owned())]);
}

#[test]
fn what_was_altered_is_shown_as_such_and_nothing_more_goes_out() {
    type Lie = fn(&mut Stage, &ToRelay);
    let lies: [(&str, Lie, Alteration); 4] = [
        (
            "own bytes changed",
            |stage, sent| {
                let (wire, kind, data, _) = append(sent);
                let entry = stage.talk.write(By::Line, kind, wire, &data.replace("line", "child"));
                stage.desk.hear(ToClient::Entry(entry));
            },
            Alteration::OwnBytesChanged,
        ),
        (
            "given to another author",
            |stage, sent| {
                let (mut entry, _) = stage.talk.take(By::Line, sent);
                entry.author = Some(account("Petr"));
                stage.desk.hear(ToClient::Entry(entry));
            },
            Alteration::OwnBytesChanged,
        ),
        (
            "a false hash",
            |stage, sent| {
                let (_, mut appended) = stage.talk.take(By::Line, sent);
                if let ToClient::Appended { h, .. } = &mut appended {
                    h.0[0] ^= 1;
                }
                stage.desk.hear(appended);
            },
            Alteration::FalseHash,
        ),
        (
            "not delivered",
            |stage, sent| {
                let (_, appended) = stage.talk.take(By::Line, sent);
                stage.desk.hear(appended);
                stage.desk.hear(ToClient::Watching { conv: CONV, talk: 1, desk: 1, contact: None });
            },
            Alteration::NotDelivered,
        ),
    ];
    for (case, lie, why) in lies {
        let mut stage = Stage::reading();
        stage.say(1, "hello");
        stage.say(2, "world");
        let sent = stage.desk.sent().remove(0);
        lie(&mut stage, &sent);
        let told = stage.desk.told();
        let altered: Vec<_> = told
            .iter()
            .filter_map(|update| if let Update::Altered { why, .. } = update { Some(*why) } else { None })
            .collect();
        assert_eq!(altered, [why], "{case}");
        stage.desk.sent();
        let more = stage.child_says("more");
        stage.desk.hear(ToClient::Entry(more));
        stage.desk.pass(120_000);
        let appends =
            stage.desk.sent().iter().filter(|frame| matches!(frame, ToRelay::Append { .. })).count();
        let shown = said(&stage.desk.told()).len();
        assert_eq!((appends, shown), (0, 0), "{case}");
        stage.say(3, "still?");
        assert!(!refusals(&stage.desk.told()).iter().any(|(_, why, _)| *why != Denied::Altered), "{case}");
    }
}

#[test]
fn a_hole_in_the_queue_asks_for_the_whole() {
    let mut stage = Stage::new();
    stage.online(&[]);
    stage.queue(1, vec![row(0, None)], vec![]);
    stage.desk.sent();
    let (set, del, people, house, erased, done) = (vec![], vec![CONV], None, None, vec![], vec![]);
    stage.desk.told();
    stage.desk.hear(ToClient::QueueDelta { ver: 3, set, del, people, house, erased, done });
    assert_eq!(stage.desk.sent(), [ToRelay::Sync {}]);
    assert!(stage.desk.told().is_empty());
    stage.queue(3, vec![], vec![]);
    let told = stage.desk.told();
    assert!(matches!(&told[..], [Update::Queue(queue)] if queue.rows.is_empty()));
}

#[test]
fn who_is_handed_a_child_reads_it_at_once() {
    let mut stage = Stage::new();
    stage.online(&[]);
    stage.queue(1, vec![row(0, Some("Petr"))], vec![]);
    stage.desk.sent();
    let (del, people, house, erased, done) = (vec![], None, None, vec![], vec![]);
    let set = vec![row(1, Some("Jana"))];
    stage.desk.hear(ToClient::QueueDelta { ver: 2, set, del, people, house, erased, done });
    assert_eq!(stage.desk.sent(), [ToRelay::Watch { conv: CONV, talk: 0, desk: 0 }]);
}

#[test]
fn who_is_handed_a_child_back_goes_on_from_where_it_was_read() {
    let mut stage = Stage::reading();
    stage.queue(1, vec![row(1, Some("Jana"))], vec![]);
    stage.queue(2, vec![row(2, Some("Petr"))], vec![]);
    // The right ended with Petr's first words; no message says so.
    stage.desk.sent();
    stage.queue(3, vec![row(3, Some("Jana"))], vec![]);
    assert_eq!(stage.desk.sent(), [ToRelay::Watch { conv: CONV, talk: 1, desk: 1 }]);

    // And if both changes came as one, the row still knows of more than was served.
    let mut stage = Stage::reading();
    stage.queue(1, vec![row(1, Some("Jana"))], vec![]);
    stage.desk.sent();
    stage.queue(2, vec![row(3, Some("Jana"))], vec![]);
    assert_eq!(stage.desk.sent(), []);
    stage.desk.pass(HOLE);
    assert_eq!(stage.desk.sent(), [ToRelay::Watch { conv: CONV, talk: 1, desk: 1 }]);
}

#[test]
fn a_forgotten_talk_is_forgotten_here_too() {
    let mut stage = Stage::reading();
    stage.say(1, "hello");
    stage.desk.sent();
    stage.queue(1, vec![], vec![CONV]);
    let told = stage.desk.told();
    assert!(told.iter().any(|update| matches!(update, Update::Erased { conv: CONV })));
    stage.desk.pass(60_000);
    assert!(!stage.desk.sent().iter().any(|frame| matches!(frame, ToRelay::Append { .. })));
    stage.queue(2, vec![], vec![CONV]);
    assert!(!stage.desk.told().iter().any(|update| matches!(update, Update::Erased { .. })), "told once");
}

#[test]
fn granted_keys_go_to_the_vault_once_and_open_at_once() {
    let mut stage = Stage::with(|setup| (setup.line_seeds, setup.house_keys) = (vec![], vec![]));
    let (keeper, mut rng) = (Keeper::new(), StdRng::seed_from_u64(4));
    let public = BoxSeed::new([5; 32]).public();
    let mut grant = |key, secret| {
        let seal =
            seal_grant(&public, key, &Secret::new(secret), &account("Jana"), &mut rng).expect("sealed");
        Grant { key: seal.key, enc: seal.enc, ct: seal.ct }
    };
    let house = HouseKey::new(keeper.house).id();
    let grants = vec![grant(keeper.key_id(), keeper.seed), grant(house, keeper.house)];
    stage.online(&[CONV]);
    stage.desk.told();
    for _ in 0..2 {
        let card = keeper.card(|_| {});
        stage.desk.hear(ToClient::Keys { grants: grants.clone(), card });
    }
    let keys: Vec<_> = stage
        .desk
        .told()
        .into_iter()
        .filter_map(|update| if let Update::Keys(keys) = update { Some(keys) } else { None })
        .collect();
    let [keys] = &keys[..] else { unreachable!("{} times", keys.len()) };
    assert_eq!(keys.line_seeds[0].expose(), &keeper.seed);
    assert_eq!((keys.house_keys[0].expose(), keys.serial), (&keeper.house, 5));
    stage.child_says("ahoj");
    stage.replay(0, 0);
    assert_eq!(said(&stage.desk.told()).len(), 1);
}

#[test]
fn a_text_over_the_limit_is_not_sent() {
    let mut stage = Stage::reading();
    for (command, text, fits) in
        [(1, "ž".repeat(2_000), true), (2, "a".repeat(2_001), false), (3, "😀".repeat(2_000), true)]
    {
        stage.say(command, &text);
        let told = stage.desk.told();
        assert_eq!(refusals(&told).is_empty(), fits, "{command}");
    }
}

#[test]
fn a_class_is_sealed_under_the_house_key_for_its_contact_row() {
    let mut stage = Stage::reading();
    let facets = r#"{"topics":["violence.bullying"],"risk":0}"#;
    stage.desk.ask(write(1, Act::Classify { facets: facets.into() }));
    let sent = stage.desk.one();
    let (_, appended) = stage.log.take(By::Account(account("Jana")), &sent);
    stage.desk.hear(appended);
    let told = stage.desk.told();
    assert!(told.iter().any(
        |update| matches!(update, Update::Line(Shown { what: What::Classified(read), .. }) if read == facets)
    ));
}

#[test]
fn after_archiving_the_conversation_is_no_longer_read() {
    let mut stage = Stage::reading();
    stage.desk.ask(write(1, Act::Archive));
    let sent = stage.desk.one();
    let (_, appended) = stage.log.take(By::Account(account("Jana")), &sent);
    stage.desk.hear(appended);
    let told = stage.desk.told();
    assert_eq!(stored(&told), [1]);
    let ends = told.iter().filter(|update| matches!(update, Update::NotWatched { code: None, .. })).count();
    assert_eq!(ends, 1);
    stage.desk.input(Input::Lost(Lost::Broken));
    stage.desk.pass(60_000);
    stage.online(&[]);
    assert!(!stage.desk.sent().iter().any(|frame| matches!(frame, ToRelay::Watch { .. })));
}

#[test]
fn a_supervisor_assigns_from_the_queue_without_reading() {
    let mut stage = Stage::new();
    stage.online(&[]);
    stage.queue(1, vec![row(1, None)], vec![]);
    stage.desk.sent();
    let act = Act::Transfer { to: account("Petr"), brief: "please".into() };
    stage.desk.ask(write(1, act));
    let sent = stage.desk.one();
    assert_eq!(append(&sent).3, Some(1));
    let (entry, appended) = stage.log.take(By::Account(account("Jana")), &sent);
    let event = entry.event().expect("an event");
    let place = event.sealed().and_then(|body| body.under.place()).copied().expect("a place");
    assert_eq!((place.seen.0, place.n), (0, 1));
    stage.desk.told();
    stage.desk.hear(appended);
    assert_eq!(stored(&stage.desk.told()), [1]);
}

#[test]
fn typing_is_told_every_three_seconds_and_its_end_once() {
    let mut stage = Stage::reading();
    for _ in 0..40 {
        stage.desk.ask(Command::Typing { conv: CONV, on: true });
        stage.desk.pass(100);
    }
    stage.desk.ask(Command::Typing { conv: CONV, on: false });
    stage.desk.ask(Command::Typing { conv: CONV, on: false });
    let kinds: Vec<_> = stage
        .desk
        .sent()
        .into_iter()
        .filter_map(|frame| if let ToRelay::Signal { kind, .. } = frame { Some(kind) } else { None })
        .collect();
    assert_eq!(kinds, [ClientSignal::Typing, ClientSignal::Typing, ClientSignal::Idle]);
}

#[test]
fn what_is_asked_is_answered_in_order_also_after_a_loss() {
    let mut stage = Stage::new();
    stage.online(&[]);
    stage.desk.sent();
    stage.desk.ask(Command::Ask { ask: 1, request: Request::Find { phrase: "Modrý slon".into() } });
    stage.desk.ask(Command::Ask { ask: 2, request: Request::Revoke { account: account("Petr") } });
    let find = stage.desk.one();
    assert_eq!(find, ToRelay::Find { tag: HouseKey::new(stage.keeper.house).tag("modry  slon") });
    stage.desk.input(Input::Lost(Lost::Broken));
    stage.desk.pass(60_000);
    stage.online(&[]);
    assert!(stage.desk.sent().contains(&find));
    stage.desk.told();
    stage.desk.hear(ToClient::Found { entries: vec![] });
    stage.desk.hear(ToClient::Ok { re: "revoke".into(), conv: None });
    let answers: Vec<_> = stage
        .desk
        .told()
        .into_iter()
        .filter_map(|update| match update {
            Update::Answer { ask, answer: Answer::Found(_) } => Some((ask, "found")),
            Update::Answer { ask, answer: Answer::Done } => Some((ask, "done")),
            _ => None,
        })
        .collect();
    assert_eq!(answers, [(1, "found"), (2, "done")]);
}

#[test]
fn notices_of_the_house_are_opened() {
    let mut stage = Stage::new();
    stage.online(&[]);
    stage.desk.sent();
    // What this link writes, another reads in its queue.
    let announce = Act::Announce { to: None, until: WALL + 1_000, text: "Eva calls back at six.".into() };
    stage.desk.ask(Command::Write { id: id(1), conv: ConversationId::HOUSE, act: announce });
    let (wire, _, data, _) = append(&stage.desk.one());
    let mut house = house();
    house.notes = vec![Note { id: wire, at: WALL, by: account("Jana"), data }];
    stage.desk.told();
    stage.desk.hear(ToClient::Queue { ver: 1, rows: vec![], people: vec![], house, erased: vec![] });
    let told = stage.desk.told();
    let Some(Update::Queue(queue)) = told.first() else { unreachable!() };
    let words = queue.house.notes[0].words.as_ref().expect("opened");
    assert_eq!((words.text.as_str(), words.name.as_str()), ("Eva calls back at six.", "Jana"));
}

#[test]
fn a_busy_relay_is_tried_again_and_a_false_account_is_not() {
    for (code, ends) in [(Refusal::Busy, false), (Refusal::LoginFailed, true)] {
        let mut stage = Stage::new();
        stage.desk.input(Input::Begin);
        stage.desk.hear(stage.keeper.hello(1));
        let (re, detail, retry_ms) = (Some("login".into()), String::new(), Some(60_000));
        let (id, conv, head, holder) = (None, None, None, None);
        stage.desk.hear(ToClient::Refused { code, re, id, conv, detail, retry_ms, head, holder });
        stage.desk.pass(59_000);
        assert_eq!(stage.desk.dials, 1, "{code:?}");
        stage.desk.pass(32_000);
        assert_eq!(stage.desk.dials > 1, !ends, "{code:?}");
    }
}

#[test]
fn a_new_account_joins_and_logs_in_once_the_invitation_is_spent() {
    let invited = || Invitation::from_token(Secret::new([6; 16]));
    let joining = || {
        let mut stage = Stage::new();
        let keeper = Keeper::new();
        let setup = Setup {
            address: address(),
            identity: Identity::new([4; 32]),
            box_seed: BoxSeed::new([5; 32]),
            line_seeds: vec![],
            house_keys: vec![],
            root: keeper.root.public(),
            least_serial: 0,
            alias: "Jana".into(),
            outbox: vec![],
            is_kept: false,
        };
        stage.desk = Driven::new(DeskLink::joining(setup, invited()));
        stage.desk.input(Input::Begin);
        stage.desk.hear(stage.keeper.hello(1));
        let ToRelay::Join { host, invite, key, box_key, sig } = stage.desk.one() else {
            unreachable!("no join")
        };
        assert_eq!((invite, key), (invited().public(), Identity::new([4; 32]).public()));
        let is_good = crate::sealing::identity::verify_join;
        assert!(is_good(invite, &host, Hash([1; 32]), key, &box_key, &sig));
        stage
    };
    // Taken: the keys come when the keeper has seen it; and the next connection logs in.
    let mut stage = joining();
    stage.online(&[]);
    stage.desk.sent();
    let grant = seal_grant(
        &BoxSeed::new([5; 32]).public(),
        stage.keeper.key_id(),
        stage.keeper.line_seed().secret(),
        &account("Jana"),
        &mut StdRng::seed_from_u64(2),
    );
    let Seal { key, enc, ct } = grant.expect("sealed");
    let card = stage.keeper.card(|_| {});
    stage.desk.hear(ToClient::Keys { grants: vec![Grant { key, enc, ct }], card });
    let told = stage.desk.told();
    assert!(told.iter().any(|update| matches!(update, Update::Keys(new) if new.line_seeds.len() == 1)));
    assert!(told.iter().any(|update| matches!(update, Update::Card(card) if card.serial == 5)));
    stage.desk.input(Input::Lost(Lost::Broken));
    stage.desk.pass(60_000);
    stage.desk.hear(stage.keeper.hello(2));
    assert!(matches!(stage.desk.one(), ToRelay::Login { .. }));
    // Spent: perhaps by this account before its connection broke.
    let mut stage = joining();
    let refused = || ToClient::refused(Refusal::LoginFailed, "join");
    stage.desk.hear(refused());
    stage.desk.pass(60_000);
    stage.desk.hear(stage.keeper.hello(2));
    assert!(matches!(stage.desk.one(), ToRelay::Login { .. }));
    stage.desk.hear(refused());
    assert!(matches!(connection(&stage.desk.told()), Some(Connection::Stopped(Stop::LoginFailed))));
}

#[test]
fn a_key_that_is_granted_late_opens_what_came_before() {
    let mut stage = Stage::with(|setup| setup.line_seeds.clear());
    stage.read();
    let seal = seal_grant(
        &BoxSeed::new([5; 32]).public(),
        stage.keeper.key_id(),
        stage.keeper.line_seed().secret(),
        &account("Jana"),
        &mut StdRng::seed_from_u64(2),
    );
    let Seal { key, enc, ct } = seal.expect("sealed");
    let card = stage.keeper.card(|_| {});
    stage.desk.hear(ToClient::Keys { grants: vec![Grant { key, enc, ct }], card });
    stage.desk.told();
    let entry = stage.child_says("ahoj");
    stage.desk.hear(ToClient::Entry(entry));
    assert_eq!(said(&stage.desk.told()), [(2, "ahoj".to_owned())]);
}
