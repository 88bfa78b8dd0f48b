//! The vectors of every sealed group, and what must not open.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::conversation::{Entry, Hash, KeyId, Log, Pen};
use crate::sealing::line::LineSeed;
use crate::sealing::tests::{hex, hex_array, vectors};

struct Keys {
    talk: TalkKey,
    desk: DeskKey,
    house: HouseKey,
    conv: ConversationId,
    contact: EntryId,
}

impl Keys {
    fn of_the_vectors() -> Self {
        let vectors = vectors();
        let conv = ConversationId(hex_array(&vectors["open"]["conv"]));
        Self {
            talk: TalkKey::new(hex_array(&vectors["open"]["K"])),
            desk: LineSeed::new(hex_array(&vectors["line"]["seed"])).desk_key(conv),
            house: HouseKey::new(hex_array(&vectors["house"]["key"])),
            conv,
            contact: EntryId(hex_array(&vectors["house"]["contact"]["id"])),
        }
    }

    fn key(&self, under: &Under) -> Key<'_> {
        match under {
            Under::Talk(_) => Key::Talk(&self.talk),
            Under::Desk(..) => Key::Desk(&self.desk),
            Under::House(..) => Key::House(&self.house),
        }
    }

    fn at(&self, kind: Kind, id: EntryId) -> At {
        match kind.room() {
            _ if kind == Kind::Classified => At::contact(self.contact, id),
            Room::House => At::conversation(ConversationId::HOUSE, kind, id),
            _ => At::conversation(self.conv, kind, id),
        }
    }
}

/// Each sealed group with the entry of a log that it takes apart.
fn groups(vectors: &Value) -> Vec<(&'static str, Value, Value)> {
    let entry = |log: &Value, seq: u64| {
        let entries = log.as_array().expect("a log");
        entries.iter().find(|entry| entry["seq"] == seq).expect("an entry").clone()
    };
    let (talk, desk, house) = (&vectors["talk"], &vectors["desk"]["log"], &vectors["house"]["log"]);
    vec![
        ("said", vectors["said"].clone(), entry(talk, 2)),
        ("answer", vectors["answer"].clone(), entry(talk, 3)),
        ("told", vectors["told"].clone(), entry(talk, 4)),
        ("whispered", vectors["desk"]["whispered"].clone(), entry(desk, 2)),
        ("flagged", vectors["desk"]["flagged"].clone(), entry(desk, 3)),
        ("classified", vectors["desk"]["classified"].clone(), entry(desk, 4)),
        ("agreed", vectors["house"]["agreed"].clone(), entry(house, 3)),
    ]
}

fn clear_of(event: &Event) -> Clear {
    match event {
        Event::Told(facts, _) => Clear::Facts(facts.clone()),
        Event::Transferred(to, _) => Clear::To(to.clone()),
        Event::Flagged(level, _) => Clear::Level(*level),
        Event::Doors(doors, _) => Clear::Doors(*doors),
        Event::Hold(on, _) => Clear::On(*on),
        Event::Announced(note, _) => Clear::Announced(note.clone()),
        Event::Agreed(tag, _) => Clear::Tag(*tag),
        Event::Contact(contact, _) => Clear::Contact(Box::new(contact.clone())),
        _ => Clear::Nothing,
    }
}

#[test]
fn every_sealed_group_is_the_vector() {
    let (vectors, keys) = (vectors(), Keys::of_the_vectors());
    for (name, group, entry) in groups(&vectors) {
        let kind: Kind = serde_json::from_value(entry["kind"].clone()).expect("a kind");
        let data = entry["data"].as_str().expect("data");
        let event = Event::parse(kind, data).expect("honest data");
        let sealed = event.sealed().expect("a body");
        let at = keys.at(kind, EntryId(hex_array(&entry["id"])));
        let key = keys.key(&sealed.under);

        assert_eq!(written(&clear_of(&event), &sealed.under).as_deref(), group["A"].as_str(), "{name}");
        let bind = bind(&at, &sealed.under, &sealed.clear);
        assert_eq!(bind, hex(&group["bind"]), "{name}");
        let okm: Secret<[u8; 44]> = derive(key.secret().expose(), &bind);
        assert_eq!(okm.expose().as_slice(), hex(&group["okm"]), "{name}");

        let kind = if group["type"] == 4 { BodyKind::Json } else { BodyKind::Text };
        let text = |field: &str| group[field].as_str().expect("a string").to_owned();
        let body = Body { kind, name: text("name"), text: text("text") };
        assert_eq!(*body.padded().expect("fits"), hex(&group["body"]), "{name}");
        let again = seal(key, &at, &clear_of(&event), sealed.under, &body).expect("sealed");
        assert_eq!(again.ct, hex(&group["ct"]), "{name}");
        assert_eq!(again.data(), data, "{name}");
        assert!(open(keys.key(&sealed.under), &at, sealed) == Ok(body), "{name}");
    }
}

const PLACE: Place = Place { side: Side::Line, pen: Pen([5; 8]), n: 1, seen: (1, Hash([6; 32])) };

#[test]
fn every_kind_with_a_seal_can_be_written_and_read() {
    let keys = Keys::of_the_vectors();
    let (desk, house) = (Under::Desk(PLACE, keys.desk.id()), Under::House(keys.house.id(), [7; 12]));
    let account = Account::parse("Jana \"J\" Č.").expect("an account");
    let contact = Contact {
        channel: "phone".into(),
        opened: 1,
        taken: Some(2),
        first: None,
        ended: 3,
        archived: None,
        reason: "ended".into(),
        lines: None,
        gap_ms: None,
        facts: Facts::default(),
        lang: "cs".into(),
        level: Some(2),
        held: None,
        back: false,
        rated: None,
        class: None,
    };
    for (kind, clear, under) in [
        (Kind::Told, Clear::Facts(Facts::default()), Under::Talk(PLACE)),
        (Kind::Said, Clear::Nothing, Under::Talk(PLACE)),
        (Kind::Released, Clear::Nothing, desk),
        (Kind::Transferred, Clear::To(account.clone()), desk),
        (Kind::Moved, Clear::Nothing, desk),
        (Kind::Flagged, Clear::Level(3), desk),
        (Kind::Whispered, Clear::Nothing, desk),
        (Kind::Classified, Clear::Nothing, house),
        (Kind::Doors, Clear::Doors(Doors { open: false, until: Some(9) }), house),
        (Kind::Doors, Clear::Doors(Doors { open: true, until: None }), house),
        (Kind::Hold, Clear::On(true), house),
        (Kind::Announced, Clear::Announced(Announced { to: Some(account), until: 9 }), house),
        (Kind::Announced, Clear::Announced(Announced { to: None, until: 9 }), house),
        (Kind::Agreed, Clear::Tag(Tag([8; 16])), house),
        (Kind::Contact, Clear::Contact(Box::new(contact)), house),
    ] {
        let at = keys.at(kind, EntryId([9; 16]));
        let body = match kind {
            Kind::Classified | Kind::Contact => Body::json("", "{\"risk\":0}"),
            _ => Body::text("Jana", "čau\n\u{0}"),
        };
        let sealed = seal(keys.key(&under), &at, &clear, under, &body).expect("sealed");
        let event = Event::parse(kind, &sealed.data()).expect("what a relay accepts");
        assert_eq!(clear_of(&event), clear, "{kind}");
        assert!(open(keys.key(&under), &at, event.sealed().expect("a body")) == Ok(body), "{kind}");
    }
}

#[test]
fn parts_that_do_not_belong_together_are_not_sealed() {
    let keys = Keys::of_the_vectors();
    let desk = Under::Desk(PLACE, keys.desk.id());
    let words = || Body::text("Jana", "x");
    let child = Under::Talk(Place { side: Side::Child, ..PLACE });
    let zero = Under::Talk(Place { n: 0, ..PLACE });
    for (case, kind, clear, under, body) in [
        ("no level", Kind::Flagged, Clear::Nothing, desk, words()),
        ("level 4", Kind::Flagged, Clear::Level(4), desk, words()),
        ("a field too many", Kind::Said, Clear::Level(1), Under::Talk(PLACE), words()),
        ("the other log", Kind::Said, Clear::Nothing, desk, words()),
        ("the other log", Kind::Whispered, Clear::Nothing, Under::Talk(PLACE), words()),
        ("a class at the desk", Kind::Classified, Clear::Nothing, desk, Body::json("", "{}")),
        ("another line key", Kind::Whispered, Clear::Nothing, Under::Desk(PLACE, KeyId([1; 16])), words()),
        ("another house key", Kind::Hold, Clear::On(true), Under::House(KeyId([1; 16]), [0; 12]), words()),
        ("no seal", Kind::Claimed, Clear::Nothing, desk, words()),
        ("JSON in a talk", Kind::Said, Clear::Nothing, Under::Talk(PLACE), Body::json("", "{}")),
        ("a child's name", Kind::Said, Clear::Nothing, child, words()),
        ("n is 0", Kind::Said, Clear::Nothing, zero, words()),
    ] {
        let at = keys.at(kind, EntryId([9; 16]));
        let sealed = seal(keys.key(&under), &at, &clear, under, &body);
        assert_eq!(sealed.err(), Some(SealError::Mismatch), "{case}");
    }
    let at = keys.at(Kind::Said, EntryId([9; 16]));
    let sealed = seal(Key::Desk(&keys.desk), &at, &Clear::Nothing, Under::Talk(PLACE), &words());
    assert_eq!(sealed.err(), Some(SealError::Mismatch), "the key of another log");
}

#[test]
fn a_line_cannot_give_a_child_a_name() {
    let keys = Keys::of_the_vectors();
    let at = keys.at(Kind::Said, EntryId([9; 16]));
    let under = Under::Talk(Place { side: Side::Child, ..PLACE });
    // A hostile page holds K and may seal whatever it likes: the reader must still refuse a name or JSON.
    for body in [Body::text("Jana", "x"), Body::json("", "{}")] {
        let clear = written(&Clear::Nothing, &under).expect("A");
        let bind = bind(&at, &under, &clear);
        let (cipher, nonce) = cipher(&Key::Talk(&keys.talk), &bind);
        let plain = body.padded().expect("fits");
        let ct = cipher.encrypt(&nonce.into(), Payload { msg: &plain, aad: &bind }).expect("sealed");
        let sealed = SealedBody { clear, under, ct };
        assert!(open(Key::Talk(&keys.talk), &at, &sealed).is_err());
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens(name in "\\PC{0,16}", text in ".{0,1500}", id: [u8; 16], pen: [u8; 8], n in 1..1u64 << 53) {
        let keys = Keys::of_the_vectors();
        let under = Under::Talk(Place { pen: Pen(pen), n, ..PLACE });
        let (at, body) = (keys.at(Kind::Said, EntryId(id)), Body::text(&name, &text));
        let sealed = seal(Key::Talk(&keys.talk), &at, &Clear::Nothing, under, &body).expect("sealed");
        prop_assert!(open(Key::Talk(&keys.talk), &at, &sealed) == Ok(body));
    }

    #[test]
    fn no_flipped_bit_and_no_moved_field_opens(which in 0..7usize, bit: prop::sample::Index, id: [u8; 16]) {
        let (vectors, keys) = (vectors(), Keys::of_the_vectors());
        let (_, _, entry) = groups(&vectors).swap_remove(which);
        let kind: Kind = serde_json::from_value(entry["kind"].clone()).expect("a kind");
        let data = entry["data"].as_str().expect("data");
        let at = keys.at(kind, EntryId(hex_array(&entry["id"])));

        // Any bit of data, where it still parses.
        let mut bytes = data.as_bytes().to_vec();
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let parsed = String::from_utf8(bytes).ok().and_then(|data| Event::parse(kind, &data).ok());
        if let Some(sealed) = parsed.as_ref().and_then(Event::sealed) {
            prop_assert!(open(keys.key(&sealed.under), &at, sealed).is_err());
        }

        // The same bytes as another entry: under another id, as another kind, in another conversation.
        let event = Event::parse(kind, data).expect("honest data");
        let sealed = event.sealed().expect("a body");
        let opens = |at: At| open(keys.key(&sealed.under), &at, sealed).is_ok();
        prop_assert!(opens(at));
        let moved = [At { id: EntryId(id), ..at }, At { subject: id, ..at }];
        let renamed = Kind::ALL.iter().filter(|other| **other != kind).map(|other| At { kind: *other, ..at });
        prop_assert!(!moved.into_iter().chain(renamed).any(opens));
    }
}

#[test]
fn entries_of_another_conversation_do_not_open() {
    let (vectors, keys) = (vectors(), Keys::of_the_vectors());
    let other = LineSeed::new([1; 32]).desk_key(ConversationId([4; 16]));
    let (_, _, entry) = groups(&vectors).swap_remove(3);
    let event = Event::parse(Kind::Whispered, entry["data"].as_str().expect("data")).expect("honest");
    let entry = Entry {
        conv: keys.conv,
        log: Log::Desk,
        seq: 2,
        at: 0,
        by: crate::conversation::By::Relay,
        author: None,
        kind: Kind::Whispered,
        id: EntryId(hex_array(&entry["id"])),
        data: String::new(),
        h: Hash([0; 32]),
    };
    let at = At::conversation(entry.conv, entry.kind, entry.id);
    let sealed = event.sealed().expect("a body");
    assert!(open(Key::Desk(&keys.desk), &at, sealed).is_ok());
    assert!(open(Key::Desk(&other), &at, sealed).is_err());
}
