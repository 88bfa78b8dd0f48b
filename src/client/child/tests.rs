use super::*;
use crate::client::stage::{Driven, Keeper, WALL, Written, address, id};
use crate::conversation::event::{By, Opened};
use crate::conversation::queue::Phase;
use crate::conversation::{Entry, derive};
use crate::protocol::Goodbye;
use crate::protocol::frame::{RelaySignal, SignalKind};
use crate::sealing::identity::work;

/// A child's link and its talk on a relay.
struct Stage {
    keeper: Keeper,
    child: Driven<ChildLink>,
    talk: Option<Written>,
}

impl Stage {
    fn new() -> Self {
        let keeper = Keeper::new();
        let (root, lang) = (keeper.root.public(), "cs".to_owned());
        let link = ChildLink::new(Setup {
            address: address(),
            root,
            least_serial: 0,
            built: WALL,
            lang,
            after: None,
        });
        Self { keeper, child: Driven::new(link), talk: None }
    }

    /// The first words, up to `open`.
    fn open(&mut self) -> ToRelay {
        self.say(1, "ahoj");
        self.child.hear(self.keeper.hello(1));
        self.child.one()
    }

    /// What the relay makes of `open`.
    fn take_open(&mut self, open: &ToRelay) -> Entry {
        let ToRelay::Open { conv, lang, seals, after, .. } = open.clone() else { unreachable!() };
        let mut talk = Written::new(conv, Log::Talk);
        let data = Event::Opened(Opened { lang, seals, after }).data().expect("data");
        let entry = talk.write(By::Child, Kind::Opened, EntryId(conv.0), &data);
        self.talk = Some(talk);
        entry
    }

    fn talk(&mut self) -> &mut Written {
        self.talk.as_mut().expect("open")
    }

    fn welcome(&mut self, phase: Phase) -> ToClient {
        let head = Some(self.talk().head().0);
        let conv = self.child.link.conv();
        ToClient::Welcome {
            conv,
            half: Some(Hash([5; 32])),
            after: Some(id(44)),
            head,
            phase: Some(phase),
            account: None,
            role: None,
            mine: None,
        }
    }

    /// Open, with the first words on their way.
    fn talking() -> (Self, ToRelay) {
        let mut stage = Self::new();
        let open = stage.open();
        let entry = stage.take_open(&open);
        let welcome = stage.welcome(Phase::Waiting);
        stage.child.hear(welcome);
        stage.child.hear(ToClient::Entry(entry));
        let said = stage.child.one();
        (stage, said)
    }

    fn say(&mut self, command: u8, text: &str) {
        self.child.ask(Command::Say { id: id(command), text: text.into() });
    }
}

fn refused(code: Refusal, re: &str) -> ToClient {
    ToClient::refused(code, re)
}

fn stopped(told: &[Update]) -> Option<&Stop> {
    told.iter().rev().find_map(|update| match update {
        Update::Connection(Connection::Stopped(stop)) => Some(stop),
        _ => None,
    })
}

#[test]
fn the_first_words_open_the_talk_and_k_is_sealed_to_the_line() {
    let mut stage = Stage::new();
    assert_eq!(stage.child.dials, 0, "nothing is dialled before there is something to say");
    let open = stage.open();
    let ToRelay::Open { conv, token_hash, lang, seals, after, work } = open.clone() else { unreachable!() };
    assert_eq!((lang.as_str(), after, work), ("cs", None, None));
    let opened = Opened { lang, seals, after };
    assert!(stage.keeper.line_seed().open(conv, &opened).is_ok());

    let entry = stage.take_open(&open);
    let welcome = stage.welcome(Phase::Waiting);
    stage.child.hear(welcome);
    stage.child.hear(ToClient::Entry(entry));
    let said = stage.child.one();
    let (_, appended) = stage.talk().take(By::Child, &said);
    stage.child.told();
    stage.child.hear(appended.clone());
    stage.child.hear(appended);
    let told = stage.child.told();
    let shown = told.iter().filter(|update| matches!(update, Update::Line(_))).count();
    let stored = told.iter().filter(|update| matches!(update, Update::Stored { .. })).count();
    assert_eq!((shown, stored), (1, 1));

    // A lost socket: the token proves the rest, and it is the one whose hash was sent.
    stage.child.input(Input::Lost(Lost::Broken));
    stage.child.pass(60_000);
    stage.child.sent();
    stage.child.hear(stage.keeper.hello(2));
    let ToRelay::Resume { token, have, .. } = stage.child.one() else { unreachable!() };
    assert_eq!((derive::token_hash(&token.0), have), (token_hash, 2));
}

#[test]
fn open_goes_again_with_the_same_bytes_until_it_is_answered() {
    let mut stage = Stage::new();
    let open = stage.open();
    stage.child.input(Input::Lost(Lost::Broken));
    stage.child.pass(60_000);
    stage.child.sent();
    stage.child.hear(stage.keeper.hello(2));
    assert_eq!(stage.child.one(), open);
    stage.child.hear(refused(Refusal::Rate, "open"));
    stage.child.pass(999);
    assert_eq!(stage.child.sent(), []);
    stage.child.pass(1);
    assert_eq!(stage.child.one(), open);
}

#[test]
fn a_retired_key_is_sealed_anew_and_work_is_done() {
    let mut stage = Stage::new();
    let open = stage.open();
    stage.child.hear(refused(Refusal::LineKeyRetired, "open"));
    let card = stage.keeper.card(|card| card.serial = 6);
    stage.child.hear(stage.keeper.hello_with(1, 0, card.clone()));
    let anew = stage.child.one();
    assert_ne!(anew, open, "sealed anew");
    stage.child.hear(refused(Refusal::Work, "open"));
    stage.child.hear(stage.keeper.hello_with(1, 9, card));
    let ToRelay::Open { conv, work: Some(w), .. } = stage.child.one() else { unreachable!() };
    assert!(work::check(Hash([1; 32]), conv, 9, w));
}

#[test]
fn what_ends_it_is_told() {
    for (code, stop) in [
        (Refusal::LineClosed, Stop::Line(Refusal::LineClosed)),
        (Refusal::QueueFull, Stop::Line(Refusal::QueueFull)),
        (Refusal::ConvTaken, Stop::NotOurs),
    ] {
        let mut stage = Stage::new();
        stage.open();
        stage.child.hear(refused(code, "open"));
        assert_eq!(stopped(&stage.child.told()), Some(&stop), "{code:?}");
    }
    let (mut stage, _) = Stage::talking();
    stage.child.input(Input::Lost(Lost::Broken));
    stage.child.pass(60_000);
    stage.child.hear(stage.keeper.hello(2));
    stage.child.hear(refused(Refusal::ResumeGone, "resume"));
    assert_eq!(stopped(&stage.child.told()), Some(&Stop::Gone));
}

#[test]
fn an_opening_that_is_not_its_own_was_altered() {
    let mut stage = Stage::new();
    let open = stage.open();
    let ToRelay::Open { conv, lang, seals, .. } = open.clone() else { unreachable!() };
    // The relay claims that the child came back from another talk.
    let data = Event::Opened(Opened { lang, seals, after: Some(id(9)) }).data().expect("data");
    let mut talk = Written::new(conv, Log::Talk);
    let entry = talk.write(By::Child, Kind::Opened, EntryId(conv.0), &data);
    stage.talk = Some(talk);
    let welcome = stage.welcome(Phase::Waiting);
    stage.child.hear(welcome);
    stage.child.told();
    stage.child.hear(ToClient::Entry(entry));
    assert_eq!(stage.child.told(), [Update::Altered(Alteration::OwnBytesChanged)]);
    stage.child.pass(60_000);
    assert!(!stage.child.sent().iter().any(|frame| matches!(frame, ToRelay::Append { .. })));
}

#[test]
fn a_desk_entry_never_counts_as_a_childs() {
    let (mut stage, _) = Stage::talking();
    let conv = stage.child.link.conv().expect("open");
    let entry = Written::new(conv, Log::Desk).write(By::Relay, Kind::Claimed, id(9), "{}");
    stage.child.told();
    stage.child.hear(ToClient::Entry(entry));
    let told = stage.child.told();
    assert!(!told.iter().any(|update| matches!(update, Update::Line(_))));
    assert!(matches!(told[..], [Update::Altered(_)]));
}

#[test]
fn a_hole_is_asked_for_on_the_same_socket() {
    let (mut stage, said) = Stage::talking();
    let (own, appended) = stage.talk().take(By::Child, &said);
    let closed = stage.talk().write(By::Line, Kind::Closed, id(9), r#"{"reason":"ended"}"#);
    stage.child.told();
    stage.child.hear(ToClient::Entry(closed.clone()));
    stage.child.pass(HOLE);
    let ToRelay::Resume { have: 1, .. } = stage.child.one() else { unreachable!() };
    stage.child.hear(ToClient::Entry(own));
    stage.child.hear(ToClient::Entry(closed));
    stage.child.hear(appended);
    let told = stage.child.told();
    let lines: Vec<_> = told
        .iter()
        .filter_map(|update| if let Update::Line(line) = update { Some(line.seq) } else { None })
        .collect();
    let stored = told.iter().filter(|update| matches!(update, Update::Stored { .. })).count();
    assert_eq!((lines, stored), (vec![2, 3], 1));
}

#[test]
fn leaving_is_final() {
    let (mut stage, _) = Stage::talking();
    let conv = stage.child.link.conv().expect("open");
    stage.child.ask(Command::Leave);
    assert_eq!(stage.child.one(), ToRelay::Leave { conv });
    stage.child.told();
    stage.child.hear(ToClient::Goodbye { code: Goodbye::Bye, retry_ms: None });
    assert_eq!(stopped(&stage.child.told()), Some(&Stop::Left));
    stage.say(9, "and yet");
    stage.child.pass(600_000);
    assert_eq!((stage.child.sent(), stage.child.link.conv()), (vec![], None));
}

#[test]
fn signals_are_read() {
    let (mut stage, _) = Stage::talking();
    let conv = stage.child.link.conv().expect("open");
    stage.child.told();
    for (kind, value, update) in [
        (SignalKind::Phase, serde_json::json!("with"), Some(Update::Phase(Phase::With))),
        (SignalKind::Away, serde_json::json!(true), Some(Update::Away(true))),
        (SignalKind::Typing, serde_json::Value::Null, Some(Update::Typing(true))),
        (
            SignalKind::Place,
            serde_json::json!({"before": 2, "wait_min": [5, 15]}),
            Some(Update::Place { before: 2, wait_min: Some((5, 15)) }),
        ),
        (
            SignalKind::Place,
            serde_json::json!({"before": 0}),
            Some(Update::Place { before: 0, wait_min: None }),
        ),
        (SignalKind::Place, serde_json::json!("nonsense"), None),
        (SignalKind::Phase, serde_json::json!(7), None),
    ] {
        stage.child.hear(ToClient::Signal(RelaySignal { conv, kind, value: Some(value) }));
        assert_eq!(stage.child.told(), update.into_iter().collect::<Vec<_>>(), "{kind:?}");
    }
}
