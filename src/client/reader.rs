//! One reader of one log: the table *Receive* of the protocol. It recomputes the chain, opens what it may, and holds
//! every opened body to what its writer had seen and counted. What does not open is shown as such and goes on; what
//! was altered on the way stops the reader for good. Nothing here fails or panics, whatever a relay sends.

use std::collections::{HashMap, HashSet};

use super::link::Alteration;
use crate::conversation::event::By;
use crate::conversation::sealed::{Place, Under};
use crate::conversation::transcript::{HouseEvent, Shown, What, Who, Words};
use crate::conversation::{
    ConversationId, Entry, EntryId, Event, Hash, Kind, Log, Pen, SafeText, SealedBody, Seq, chain,
};
use crate::sealing::body::{self, At, Body, BodyKind};
use crate::sealing::house::HouseKey;
use crate::sealing::line::{LineSeed, TalkKey};

/// The keys with which a reader opens.
#[derive(Clone, Copy)]
pub struct Ring<'a> {
    /// K of the conversation.
    pub talk: Option<&'a TalkKey>,
    /// The line seeds; a child has none.
    pub line: &'a [LineSeed],
    /// The house keys; a child has none.
    pub house: &'a [HouseKey],
    /// The id of the conversation's contact row, under which classes are sealed.
    pub contact: Option<EntryId>,
}

/// What a reader makes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Taken, opened, to be shown.
    Shown(Shown),
    /// Taken; *could not be read* is to be shown.
    Unread(Shown),
    /// It was there already.
    Ignored,
    /// Something before it is missing: ask again from [`Reader::head`].
    Ask,
    /// *This conversation was altered on the way*: nothing more is taken.
    Stopped(Alteration),
}

/// The most entries that the house may have forgotten in one place: more than ten years bring.
const ERASED: u64 = 1 << 20;

/// The state of one log as one reader verified it.
pub struct Reader {
    conv: ConversationId,
    log: Log,
    /// h_0, h_1 … of all entries taken.
    hashes: Vec<Hash>,
    ids: HashSet<EntryId>,
    /// The last `n` that opened, of each pen.
    pens: HashMap<Pen, u64>,
    acknowledged: Seq,
    stopped: Option<Alteration>,
}

impl Reader {
    /// Begins before the first entry.
    pub fn new(conv: ConversationId, log: Log) -> Self {
        let hashes = vec![chain::start(conv, log)];
        let (ids, pens) = (HashSet::new(), HashMap::new());
        Self { conv, log, hashes, ids, pens, acknowledged: 0, stopped: None }
    }

    /// Returns the number of the last entry taken.
    pub fn head(&self) -> Seq {
        self.hashes.len() as Seq - 1
    }

    /// Returns what a writer of this log says it has seen: the last entry taken.
    pub fn seen(&self) -> (Seq, Hash) {
        (self.head(), self.hashes[self.hashes.len() - 1])
    }

    /// Returns the last `n` of a pen that opened here.
    pub fn count(&self, pen: Pen) -> u64 {
        self.pens.get(&pen).copied().unwrap_or(0)
    }

    /// Returns whether an entry with this id was taken.
    pub fn has(&self, id: EntryId) -> bool {
        self.ids.contains(&id)
    }

    /// Returns why it stopped, if it did.
    pub fn stopped(&self) -> Option<Alteration> {
        self.stopped
    }

    /// Stops, for a reason that only whoever knows more than this log can see.
    pub fn stop(&mut self, why: Alteration) -> Outcome {
        Outcome::Stopped(*self.stopped.get_or_insert(why))
    }

    /// Notes that the relay acknowledged an entry of this log: it may never say that the log is shorter.
    pub fn acknowledge(&mut self, seq: Seq) {
        self.acknowledged = self.acknowledged.max(seq);
    }

    /// Checks the head that the relay serves.
    ///
    /// # Errors
    /// Fails, and stops the reader, if something acknowledged was *not delivered*.
    pub fn serve(&mut self, head: Seq) -> Result<(), Alteration> {
        if head < self.acknowledged {
            self.stopped.get_or_insert(Alteration::NotDelivered);
        }
        self.stopped.map_or(Ok(()), Err)
    }

    /// Takes the next entry, if it is the next.
    pub fn take(&mut self, entry: &Entry, ring: Ring<'_>) -> Outcome {
        if let Some(why) = self.stopped {
            return Outcome::Stopped(why);
        }
        if entry.seq <= self.head() {
            // `head` is the length of memory, so the number fits.
            let known = usize::try_from(entry.seq).ok().and_then(|seq| self.hashes.get(seq));
            let is_same = entry.seq > 0 && known == Some(&entry.h);
            return if is_same { Outcome::Ignored } else { self.stop(Alteration::AnotherHistory) };
        }
        if self.is_erased_before(entry) {
            return self.take_behind_erased(entry, ring);
        }
        if entry.seq > self.head() + 1 {
            return Outcome::Ask;
        }
        if !entry.follows(self.seen().1) {
            return self.stop(Alteration::FalseHash);
        }
        if !self.ids.insert(entry.id) {
            return self.stop(Alteration::IdAgain);
        }
        self.take_next(entry, ring)
    }

    /// Takes an entry whose place in the log is right.
    fn take_next(&mut self, entry: &Entry, ring: Ring<'_>) -> Outcome {
        let opened = self.open(entry, ring);
        if let Some((_, Some(place))) = &opened {
            let seen = usize::try_from(place.seen.0).ok().and_then(|seq| self.hashes.get(seq));
            if seen != Some(&place.seen.1) {
                return self.stop(Alteration::FalseSeen);
            }
            if place.n != self.count(place.pen) + 1 {
                return self.stop(Alteration::FalseCount);
            }
            self.pens.insert(place.pen, place.n);
        }
        self.hashes.push(entry.h);
        match opened {
            Some((what, _)) => Outcome::Shown(self.shown(entry, what)),
            None => Outcome::Unread(self.shown(entry, What::CouldNotBeRead(entry.kind))),
        }
    }

    /// Whether the entries before this one are no more: the house forgets, after years, all but accounts and audit, and
    /// the relay serves what stands behind. Nobody else's log may have a hole.
    fn is_erased_before(&self, entry: &Entry) -> bool {
        let gap = entry.seq - self.head() - 1;
        self.conv.is_house() && (1..=ERASED).contains(&gap)
    }

    /// Goes on behind what is erased: the chain is checked again from here.
    fn take_behind_erased(&mut self, entry: &Entry, ring: Ring<'_>) -> Outcome {
        if !self.ids.insert(entry.id) {
            return self.stop(Alteration::IdAgain);
        }
        // Their places stay, with a hash that no entry has.
        let places = usize::try_from(entry.seq).unwrap_or(usize::MAX);
        self.hashes.resize(places, Hash([0; 32]));
        self.take_next(entry, ring)
    }

    fn shown(&self, entry: &Entry, what: What) -> Shown {
        let who = match &entry.by {
            By::Child => Who::Child,
            By::Line => Who::Line(entry.author.clone()),
            By::Account(account) => Who::Line(Some(account.clone())),
            By::Relay => Who::Relay,
        };
        let Entry { seq, at, id, .. } = *entry;
        Shown { conv: self.conv, log: self.log, seq, at, who, id, what }
    }

    /// Returns what happened and, for a body of talk or desk, its place; `None` if it cannot be read.
    fn open(&self, entry: &Entry, ring: Ring<'_>) -> Option<(What, Option<Place>)> {
        if !entry.kind.room().is(self.conv, self.log) {
            return None;
        }
        let event = entry.event().ok()?;
        let Some(sealed) = event.sealed() else { return Some((plain(event), None)) };
        let place = sealed.under.place().copied();
        if place.is_some_and(|place| Some(place.side) != entry.by.side()) {
            return None;
        }
        let body = open_body(ring, (self.conv, entry.kind, entry.id), sealed)?;
        if entry.by == By::Child && !body.name.is_empty() {
            return None;
        }
        worded(&event, &body).map(|what| (what, place))
    }
}

/// Opens a body of an entry with whichever key of the ring it names; `None` also if its type is not its kind's.
pub fn open_body(
    ring: Ring<'_>,
    (conv, kind, id): (ConversationId, Kind, EntryId),
    sealed: &SealedBody,
) -> Option<Body> {
    let subject = if kind == Kind::Classified { ring.contact?.0 } else { conv.0 };
    let at = At { subject, kind, id };
    let body = match sealed.under {
        Under::Talk(_) => body::open(body::Key::Talk(ring.talk?), &at, sealed),
        Under::Desk(_, key) => {
            let key = ring.line.iter().find(|seed| seed.id() == key)?.desk_key(conv);
            body::open(body::Key::Desk(&key), &at, sealed)
        }
        Under::House(key, _) => {
            let key = ring.house.iter().find(|house| house.id() == key)?;
            body::open(body::Key::House(key), &at, sealed)
        }
    };
    let wanted =
        if matches!(kind, Kind::Classified | Kind::Contact) { BodyKind::Json } else { BodyKind::Text };
    body.ok().filter(|body| body.kind == wanted)
}

/// Makes the words of a body fit to draw.
pub fn words(body: &Body) -> Words {
    Words { name: SafeText::line(&body.name), text: SafeText::new(&body.text) }
}

/// What happened, for events without a seal.
fn plain(event: Event) -> What {
    match event {
        Event::Opened(opened) => What::Opened { lang: opened.lang, after: opened.after },
        Event::Left(reason) => What::Left(reason),
        Event::Closed(reason) => What::Closed(reason),
        Event::Rated(rated) => What::Rated(rated),
        Event::Claimed => What::Claimed,
        Event::Watched(watched) => What::Watched { who: watched.who, on: watched.on },
        Event::Archived => What::Archived,
        Event::State(state) => What::House(Box::new(HouseEvent::State(state))),
        Event::Interval(interval) => What::House(Box::new(HouseEvent::Interval(interval))),
        Event::Contact(contact, _) => What::House(Box::new(HouseEvent::Contact(Box::new(contact), None))),
        event => What::House(Box::new(HouseEvent::Plain(Box::new(event)))),
    }
}

/// What happened, for events with a seal that opened; `None` if the body is not one of this kind.
fn worded(event: &Event, body: &Body) -> Option<What> {
    let words = words(body);
    let house = |event| What::House(Box::new(event));
    Some(match event {
        // Its body only authenticates the facts.
        Event::Told(facts, _) if body.text.is_empty() => What::Told(facts.clone()),
        Event::Said(_) => What::Said(words),
        Event::Released(_) => What::Released(words),
        Event::Transferred(to, _) => What::Transferred { to: to.clone(), brief: words },
        Event::Moved(_) => What::Moved(words),
        Event::Flagged(level, _) => What::Flagged { level: *level, reason: words },
        Event::Classified(_) => What::Classified(body.text.clone()),
        Event::Whispered(_) => What::Whispered(words),
        Event::Doors(doors, _) => house(HouseEvent::Doors(*doors, words)),
        Event::Hold(on, _) => house(HouseEvent::Hold(*on, words)),
        Event::Announced(note, _) => {
            house(HouseEvent::Announced { to: note.to.clone(), until: note.until, words })
        }
        Event::Agreed(..) => house(HouseEvent::Agreed(words)),
        Event::Contact(contact, _) => {
            house(HouseEvent::Contact(Box::new(contact.clone()), Some(body.text.clone())))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::conversation::event::Facts;

    fn hex<const N: usize>(text: &Value) -> [u8; N] {
        let text = text.as_str().expect("hex");
        let bytes: Vec<u8> = (0..text.len() / 2)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex"))
            .collect();
        bytes.try_into().expect("the length")
    }

    struct Vectors {
        json: Value,
        conv: ConversationId,
        talk: TalkKey,
        line: [LineSeed; 1],
        house: [HouseKey; 1],
    }

    impl Vectors {
        fn new() -> Self {
            let json: Value =
                serde_json::from_str(include_str!("../sealing/vectors/protocol-vectors.json")).expect("JSON");
            let conv = ConversationId(hex(&json["open"]["conv"]));
            let talk = TalkKey::new(hex(&json["open"]["K"]));
            let line = [LineSeed::new(hex(&json["line"]["seed"]))];
            let house = [HouseKey::new(hex(&json["house"]["key"]))];
            Self { json, conv, talk, line, house }
        }

        fn ring(&self) -> Ring<'_> {
            let contact = Some(EntryId(hex(&self.json["house"]["contact"]["id"])));
            Ring { talk: Some(&self.talk), line: &self.line, house: &self.house, contact }
        }

        fn entry(&self, conv: ConversationId, log: Log, json: &Value) -> Entry {
            Entry {
                conv,
                log,
                seq: json["seq"].as_u64().expect("seq"),
                at: json["at"].as_u64().expect("at"),
                by: serde_json::from_value(json["by"].clone()).expect("an author"),
                author: None,
                kind: serde_json::from_value(json["kind"].clone()).expect("a kind"),
                id: EntryId(hex(&json["id"])),
                data: json["data"].as_str().expect("data").to_owned(),
                h: Hash(hex(&json["h"])),
            }
        }

        /// The honest entries of a log, without its head 0.
        fn log(&self, conv: ConversationId, log: Log) -> Vec<Entry> {
            let entries = match (conv.is_house(), log) {
                (true, _) => &self.json["house"]["log"],
                (false, Log::Talk) => &self.json["talk"],
                (false, Log::Desk) => &self.json["desk"]["log"],
            };
            let entries = entries.as_array().expect("entries");
            entries[1..].iter().map(|json| self.entry(conv, log, json)).collect()
        }
    }

    #[test]
    fn a_reader_says_of_every_case_what_the_vectors_say() {
        let vectors = Vectors::new();
        let cases = vectors.json["reader"].as_array().expect("cases");
        assert_eq!(cases.len(), 25);
        for case in cases {
            let name = case["name"].as_str().expect("a name");
            let log: Log = serde_json::from_value(case["log"].clone()).expect("a log");
            let mut reader = Reader::new(vectors.conv, log);
            let after = usize::try_from(case["after"].as_u64().expect("after")).expect("small");
            for entry in &vectors.log(vectors.conv, log)[..after] {
                assert!(matches!(reader.take(entry, vectors.ring()), Outcome::Shown(_)), "{name}: before");
            }
            for (json, expected) in case["entries"]
                .as_array()
                .expect("entries")
                .iter()
                .zip(case["expect"].as_array().expect("outcomes"))
            {
                let outcome = reader.take(&vectors.entry(vectors.conv, log, json), vectors.ring());
                let said = match &outcome {
                    Outcome::Shown(_) => "shown",
                    Outcome::Unread(_) => "unread",
                    Outcome::Ignored => "ignored",
                    Outcome::Ask => "ask",
                    Outcome::Stopped(_) => "stopped",
                };
                assert_eq!(Some(said), expected.as_str(), "{name}: {outcome:?}");
            }
        }
    }

    #[test]
    fn honest_logs_are_shown_with_their_words() {
        let vectors = Vectors::new();
        let mut shown = Vec::new();
        for (conv, log) in
            [(vectors.conv, Log::Talk), (vectors.conv, Log::Desk), (ConversationId::HOUSE, Log::Desk)]
        {
            let mut reader = Reader::new(conv, log);
            for entry in vectors.log(conv, log) {
                let outcome = reader.take(&entry, vectors.ring());
                let Outcome::Shown(line) = outcome else { unreachable!("{entry:?}: {outcome:?}") };
                shown.push(line.what);
            }
        }
        let said = |text: &str| {
            shown.iter().any(|what| matches!(what, What::Said(words) if words.text.as_str() == text))
        };
        assert!(said("Ahoj, můžu si s někým psát?"));
        let facts =
            |what: &&What| matches!(what, What::Told(Facts { age: Some(age), .. }) if age == "a12_14");
        assert_eq!(shown.iter().filter(facts).count(), 1);
        let whisper = |what: &&What| matches!(what, What::Whispered(words) if words.name.as_str() == "Jana");
        assert_eq!(shown.iter().filter(whisper).count(), 1);
    }

    #[test]
    fn the_house_is_read_on_behind_what_it_forgot_and_no_other_log_has_a_hole() {
        let vectors = Vectors::new();
        let house = vectors.log(ConversationId::HOUSE, Log::Desk);
        let mut reader = Reader::new(ConversationId::HOUSE, Log::Desk);
        assert!(matches!(reader.take(&house[1], vectors.ring()), Outcome::Shown(_)), "the first is erased");
        assert_eq!(reader.seen(), (2, house[1].h));
        assert!(matches!(reader.take(&house[2], vectors.ring()), Outcome::Shown(_)), "the chain goes on");
        let mut reader = Reader::new(ConversationId::HOUSE, Log::Desk);
        _ = reader.take(&house[1], vectors.ring());
        let mut false_next = house[2].clone();
        false_next.at += 1;
        assert_eq!(reader.take(&false_next, vectors.ring()), Outcome::Stopped(Alteration::FalseHash));
        let mut reader = Reader::new(ConversationId::HOUSE, Log::Desk);
        let mut endless = house[1].clone();
        endless.seq = 1 << 52;
        assert_eq!(reader.take(&endless, vectors.ring()), Outcome::Ask, "no memory for a made-up number");
        let talk = vectors.log(vectors.conv, Log::Talk);
        let mut reader = Reader::new(vectors.conv, Log::Talk);
        assert_eq!(reader.take(&talk[1], vectors.ring()), Outcome::Ask);
    }

    #[test]
    fn a_stopped_reader_takes_nothing_more() {
        let vectors = Vectors::new();
        let log = vectors.log(vectors.conv, Log::Talk);
        let mut reader = Reader::new(vectors.conv, Log::Talk);
        let mut false_first = log[0].clone();
        false_first.at += 1;
        assert_eq!(reader.take(&false_first, vectors.ring()), Outcome::Stopped(Alteration::FalseHash));
        assert_eq!(reader.take(&log[0], vectors.ring()), Outcome::Stopped(Alteration::FalseHash));
    }

    #[test]
    fn a_head_below_what_was_acknowledged_was_not_delivered() {
        let vectors = Vectors::new();
        for (acknowledged, served, result) in
            [(0, 0, Ok(())), (3, 3, Ok(())), (3, 9, Ok(())), (3, 2, Err(Alteration::NotDelivered))]
        {
            let mut reader = Reader::new(vectors.conv, Log::Talk);
            reader.acknowledge(acknowledged);
            assert_eq!(reader.serve(served), result, "{acknowledged} {served}");
        }
    }

    #[test]
    fn without_its_key_a_body_cannot_be_read_and_the_chain_goes_on() {
        let vectors = Vectors::new();
        let mut reader = Reader::new(vectors.conv, Log::Talk);
        let ring = Ring { talk: None, line: &[], house: &[], contact: None };
        for entry in vectors.log(vectors.conv, Log::Talk) {
            match (entry.kind, reader.take(&entry, ring)) {
                (Kind::Opened | Kind::Closed | Kind::Rated | Kind::Left, Outcome::Shown(_)) => {}
                (_, Outcome::Unread(line)) => assert_eq!(line.what, What::CouldNotBeRead(entry.kind)),
                (kind, outcome) => unreachable!("{kind}: {outcome:?}"),
            }
        }
    }
}
