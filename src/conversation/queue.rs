//! The queue: who waits, who is with whom, in which order. A fold over the entries of each conversation.
//!
//! [`Talk`] takes the entries of both logs of one conversation in the order in which they were written: within a log
//! by `seq`, between the two by `at`, which the relay never gives to entries of both. It never refuses an entry; what an
//! honest relay would not have written changes nothing.

use serde::{Deserialize, Serialize};

use super::event::{
    ClosedReason, Contact, ContactClass, Entry, Event, Facts, Feel, LeftReason, Log, Rated, Seq,
};
use super::id::{Account, ConversationId, EntryId, Role};

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody holds it.
    Waiting,
    /// Somebody holds it.
    With,
    /// It was closed or left.
    Ended,
}

/// A line of the queue, as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The conversation.
    pub conv: ConversationId,
    /// Its language.
    pub lang: String,
    /// What the child told last.
    #[serde(default)]
    pub facts: Facts,
    /// Where it stands.
    pub phase: Phase,
    /// When it was opened, in milliseconds since 1970.
    pub opened: u64,
    /// Since when it is in this phase.
    pub since: u64,
    /// The least comes first; may be negative.
    pub order: i64,
    /// The head of the desk log, for `expect`.
    pub head: Seq,
    /// When it was first claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<u64>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Account>,
    /// The time of the child's oldest message since the line's last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<u64>,
    /// The newest mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The talk it comes back from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
}

/// The talk a child comes back from by its ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// That conversation.
    pub conv: ConversationId,
    /// Who held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Account>,
}

/// Who comes before others that were opened at the same time, and by how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// Codes of facts that hurry.
    pub urgent: Vec<String>,
    /// By how many milliseconds those come earlier, and whoever is marked 2 or above.
    pub urgent_ms: i64,
    /// By how many milliseconds a child comes earlier, once, that came back, was released or moved.
    pub returned_ms: i64,
}

impl Default for Ahead {
    /// Nothing that a child tells hurries; the times are the protocol's.
    fn default() -> Self {
        Self { urgent: Vec::new(), urgent_ms: 15 * 60 * 1000, returned_ms: 24 * 60 * 60 * 1000 }
    }
}

/// How a talk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The child left.
    Left(LeftReason),
    /// A person at the line closed it.
    Closed(ClosedReason),
}

impl How {
    /// Returns the code of a contact row.
    pub fn code(self) -> &'static str {
        match self {
            Self::Left(LeftReason::Leave) => "leave",
            Self::Left(LeftReason::Absent) => "absent",
            Self::Closed(ClosedReason::Ended) => "ended",
            Self::Closed(ClosedReason::Misuse) => "misuse",
            Self::Closed(ClosedReason::Other) => "other",
        }
    }
}

/// The end of a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: u64,
    /// How.
    pub how: How,
    /// The number of its entry in talk: the desk is served nothing of talk behind it.
    pub seq: Seq,
}

/// A time during which an account held the child; open while `until` is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Who.
    pub account: Account,
    /// From when.
    pub from: u64,
    /// Until when.
    pub until: Option<u64>,
}

/// One conversation, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// The conversation.
    pub conv: ConversationId,
    /// Its language.
    pub lang: String,
    /// The ticket it was opened with.
    pub after: Option<EntryId>,
    /// What the child told last.
    pub facts: Facts,
    /// When it was opened.
    pub opened: u64,
    /// Since when it is in its phase.
    pub since: u64,
    /// Where it stands.
    pub phase: Phase,
    /// Who holds it, also after the end until it is archived.
    pub holder: Option<Account>,
    /// Who held it before a hand-over, until the new holder's first words.
    pub last: Option<Account>,
    /// When it was first claimed.
    pub taken: Option<u64>,
    /// When the line wrote first.
    pub first: Option<u64>,
    /// When the child wrote its oldest message since the line's last.
    pub asks: Option<u64>,
    /// The newest mark.
    pub level: Option<u8>,
    /// Whether it was put ahead, which counts once.
    pub ahead: bool,
    /// The talk it comes back from.
    pub back: Option<Back>,
    /// Its end.
    pub end: Option<End>,
    /// When it was archived.
    pub archived: Option<u64>,
    /// What the child answered afterwards.
    pub rated: Option<Rated>,
    /// The newest class, sealed.
    pub class: Option<ContactClass>,
    /// Messages of child and line.
    pub lines: (u64, u64),
    /// From a child's message to the line's next, each.
    pub gaps: Vec<u64>,
    /// Who held it when.
    pub holds: Vec<Hold>,
    /// Accounts that wrote in it.
    pub writers: Vec<Account>,
    /// Supervisors who look in.
    pub lookers: Vec<Account>,
    /// The heads of talk and desk.
    pub heads: [Seq; 2],
}

impl Talk {
    /// Begins a conversation with its first entry; `None` if that is not `opened`.
    pub fn begin(entry: &Entry, event: &Event) -> Option<Self> {
        let Event::Opened(opened) = event else { return None };
        Some(Self {
            conv: entry.conv,
            lang: opened.lang.clone(),
            after: opened.after,
            facts: Facts::default(),
            opened: entry.at,
            since: entry.at,
            phase: Phase::Waiting,
            holder: None,
            last: None,
            taken: None,
            first: None,
            asks: None,
            level: None,
            ahead: false,
            back: None,
            end: None,
            archived: None,
            rated: None,
            class: None,
            lines: (0, 0),
            gaps: Vec::new(),
            holds: Vec::new(),
            writers: Vec::new(),
            lookers: Vec::new(),
            heads: [entry.seq, 0],
        })
    }

    /// Folds a whole conversation from its two logs, in any order; `None` without `opened`.
    pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Option<Self> {
        let mut entries: Vec<&Entry> = entries.into_iter().collect();
        entries.sort_by_key(|entry| (entry.at, entry.log, entry.seq));
        let mut talk = None;
        for entry in entries {
            let Ok(event) = entry.event() else { continue };
            match &mut talk {
                None => talk = Self::begin(entry, &event),
                Some(talk) => talk.apply(entry, &event),
            }
        }
        talk
    }

    /// Takes the next entry, whose parsed data is `event`.
    pub fn apply(&mut self, entry: &Entry, event: &Event) {
        self.heads[usize::from(entry.log.number())] = entry.seq;
        let account = entry.account();
        if let Some(account) = account
            && !self.writers.contains(account)
        {
            self.writers.push(account.clone());
        }
        match event {
            Event::Told(facts, _) => self.facts = facts.clone(),
            Event::Said(_) => self.said(entry.at, account),
            Event::Left(reason) => self.ended(entry, How::Left(*reason)),
            Event::Closed(reason) => self.ended(entry, How::Closed(*reason)),
            Event::Rated(rated) => self.rated = Some(*rated),
            Event::Claimed => {
                if let Some(account) = account {
                    self.held(account.clone(), entry.at);
                    self.last = None;
                }
            }
            Event::Transferred(to, _) => {
                let before = self.holder.take();
                self.held(to.clone(), entry.at);
                self.last = before.filter(|before| before != to);
            }
            Event::Released(_) => self.back_to_queue(entry.at),
            Event::Moved(_) => self.ahead = true,
            Event::Flagged(level, _) => self.level = Some(*level),
            Event::Classified(_) => {
                self.class = Some(ContactClass { id: entry.id, data: entry.data.clone() });
            }
            Event::Watched(watched) => {
                self.lookers.retain(|account| *account != watched.who);
                if watched.on {
                    self.lookers.push(watched.who.clone());
                }
            }
            Event::Archived => {
                self.archived = Some(entry.at);
                self.let_go(entry.at);
                self.last = None;
            }
            _ => {}
        }
    }

    fn said(&mut self, at: u64, author: Option<&Account>) {
        if author.is_none() {
            self.lines.0 += 1;
            self.asks.get_or_insert(at);
            return;
        }
        self.lines.1 += 1;
        self.first.get_or_insert(at);
        self.last = None;
        if let Some(asked) = self.asks.take() {
            self.gaps.push(at.saturating_sub(asked));
        }
    }

    fn ended(&mut self, entry: &Entry, how: How) {
        if self.end.is_none() {
            self.end = Some(End { at: entry.at, how, seq: entry.seq });
            self.phase = Phase::Ended;
            self.since = entry.at;
        }
    }

    fn held(&mut self, account: Account, at: u64) {
        self.let_go(at);
        self.holds.push(Hold { account: account.clone(), from: at, until: None });
        self.holder = Some(account);
        self.taken.get_or_insert(at);
        if self.phase == Phase::Waiting {
            self.phase = Phase::With;
            self.since = at;
        }
    }

    fn let_go(&mut self, at: u64) {
        if let Some(hold) = self.holds.last_mut() {
            hold.until.get_or_insert(at);
        }
    }

    fn back_to_queue(&mut self, at: u64) {
        self.let_go(at);
        self.holder = None;
        self.last = None;
        if self.phase == Phase::With {
            self.phase = Phase::Waiting;
            self.since = at;
        }
        self.ahead = true;
    }

    /// Takes what the house says: `account` was cut off at `at`. Its child returns to the head of the queue.
    pub fn cut_off(&mut self, account: &Account, at: u64) {
        if self.last.as_ref() == Some(account) {
            self.last = None;
        }
        if self.holder.as_ref() == Some(account) && self.archived.is_none() {
            self.back_to_queue(at);
        }
    }

    /// Takes what its ticket was worth: the child comes back from that talk and stands ahead.
    pub fn came_back(&mut self, back: Back) {
        self.back = Some(back);
        self.ahead = true;
    }

    /// Returns who held it at a time.
    pub fn holder_at(&self, at: u64) -> Option<&Account> {
        let hold = self.holds.iter().rev().find(|hold| hold.from <= at)?;
        hold.until.is_none_or(|until| until > at).then_some(&hold.account)
    }

    /// Returns the head of a log.
    pub fn head(&self, log: Log) -> Seq {
        self.heads[usize::from(log.number())]
    }

    /// Returns its place in the queue: the least comes first.
    pub fn order(&self, ahead: &Ahead) -> i64 {
        let facts = [self.facts.age.as_deref(), self.facts.topic.as_deref(), self.facts.feel.map(Feel::code)];
        let hurry = self.level.is_some_and(|level| level >= 2)
            || facts.into_iter().flatten().any(|fact| ahead.urgent.iter().any(|code| code == fact));
        let opened = i64::try_from(self.opened).unwrap_or(i64::MAX);
        let hurries = if hurry { ahead.urgent_ms } else { 0 };
        opened - hurries - if self.ahead { ahead.returned_ms } else { 0 }
    }

    /// Whether the desk sees a row: until it is archived, or until its end if nobody holds it.
    pub fn has_row(&self) -> bool {
        self.archived.is_none() && (self.end.is_none() || self.holder.is_some())
    }

    /// Returns its row of the queue.
    pub fn row(&self, ahead: &Ahead) -> Option<Row> {
        self.has_row().then(|| Row {
            conv: self.conv,
            lang: self.lang.clone(),
            facts: self.facts.clone(),
            phase: self.phase,
            opened: self.opened,
            since: self.since,
            order: self.order(ahead),
            head: self.head(Log::Desk),
            taken: self.taken,
            holder: self.holder.clone(),
            asks: self.asks,
            level: self.level,
            back: self.back.clone(),
        })
    }

    /// Whether `account` may read both logs now.
    pub fn may_read(&self, account: &Account, role: Role) -> bool {
        role == Role::Supervisor
            || self.archived.is_none()
                && (self.holder.as_ref() == Some(account) || self.last.as_ref() == Some(account))
    }

    /// Returns the row that stays of the contact, once it ended. With `forgotten`, without class and lines.
    pub fn contact(&self, held: Option<u64>, forgotten: bool) -> Option<Contact> {
        let end = self.end?;
        let mut gaps = self.gaps.clone();
        gaps.sort_unstable();
        let gap_ms = (!gaps.is_empty()).then(|| gaps[(gaps.len() - 1) / 2]);
        Some(Contact {
            channel: "chat".to_owned(),
            opened: self.opened,
            taken: self.taken,
            first: self.first,
            ended: end.at,
            archived: self.archived,
            reason: end.how.code().to_owned(),
            lines: (!forgotten).then_some(self.lines),
            gap_ms,
            facts: self.facts.clone(),
            lang: self.lang.clone(),
            level: self.level.map(u64::from),
            held,
            back: self.back.is_some(),
            rated: self.rated,
            class: if forgotten { None } else { self.class.clone() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Hash;
    use super::super::event::{By, Kind};
    use super::super::id::{KeyId, Pen};
    use super::super::sealed::{Place, SealedBody, Side, Under};
    use super::*;

    const CHILD: ConversationId = ConversationId([7; 16]);

    fn account(name: &str) -> Account {
        Account::parse(name).expect("a name")
    }

    fn body(side: Side, desk: bool) -> SealedBody {
        let place = Place { side, pen: Pen([1; 8]), n: 1, seen: (0, Hash([0; 32])) };
        let under = if desk { Under::Desk(place, KeyId([2; 16])) } else { Under::Talk(place) };
        SealedBody { clear: String::new(), under, ct: vec![0; 272] }
    }

    /// Plays events as one conversation, a second apart: author and event.
    fn play(events: &[(&str, Event)]) -> Talk {
        let opened =
            Event::Opened(super::super::event::Opened { lang: "cs".into(), seals: vec![], after: None });
        let entry = |at: u64, by: By, kind, log, seq| Entry {
            conv: CHILD,
            log,
            seq,
            at,
            author: match &by {
                By::Account(account) => Some(account.clone()),
                _ => None,
            },
            by,
            kind,
            id: EntryId([0; 16]),
            data: String::new(),
            h: Hash([0; 32]),
        };
        let first = entry(1000, By::Child, Kind::Opened, Log::Talk, 1);
        let mut talk = Talk::begin(&first, &opened).expect("opened");
        let mut heads = [1, 0];
        for (n, (who, event)) in events.iter().enumerate() {
            let by = match *who {
                "child" => By::Child,
                "relay" => By::Relay,
                name => By::Account(account(name)),
            };
            let talk_log = matches!(
                event,
                Event::Told(..) | Event::Said(_) | Event::Left(_) | Event::Closed(_) | Event::Rated(_)
            );
            let log = if talk_log { Log::Talk } else { Log::Desk };
            let head = &mut heads[usize::from(log.number())];
            *head += 1;
            let kind = Kind::Said; // apply reads the event
            talk.apply(&entry(2000 + 1000 * n as u64, by, kind, log, *head), event);
        }
        talk
    }

    #[test]
    fn a_conversation_moves_through_its_phases() {
        let line = || body(Side::Line, true);
        /// Name, events; then phase, holder, last holder, and whether there is a row.
        type Case<'a> = (&'a str, Vec<(&'a str, Event)>, Phase, Option<&'a str>, Option<&'a str>, bool);
        let cases: Vec<Case<'_>> = vec![
            ("opened", vec![], Phase::Waiting, None, None, true),
            ("claimed", vec![("Jana", Event::Claimed)], Phase::With, Some("Jana"), None, true),
            (
                "released",
                vec![("Jana", Event::Claimed), ("Jana", Event::Released(line()))],
                Phase::Waiting,
                None,
                None,
                true,
            ),
            (
                "handed over: the last holder still reads",
                vec![("Jana", Event::Claimed), ("Jana", Event::Transferred(account("Petr"), line()))],
                Phase::With,
                Some("Petr"),
                Some("Jana"),
                true,
            ),
            (
                "the new holder wrote",
                vec![
                    ("Jana", Event::Claimed),
                    ("Jana", Event::Transferred(account("Petr"), line())),
                    ("Petr", Event::Said(body(Side::Line, false))),
                ],
                Phase::With,
                Some("Petr"),
                None,
                true,
            ),
            (
                "taken over by a claim: the last holder is out",
                vec![("Jana", Event::Claimed), ("Eva", Event::Claimed)],
                Phase::With,
                Some("Eva"),
                None,
                true,
            ),
            (
                "left unclaimed",
                vec![("relay", Event::Left(LeftReason::Leave))],
                Phase::Ended,
                None,
                None,
                false,
            ),
            (
                "closed, not yet archived",
                vec![("Jana", Event::Claimed), ("Jana", Event::Closed(ClosedReason::Ended))],
                Phase::Ended,
                Some("Jana"),
                None,
                true,
            ),
            (
                "archived",
                vec![
                    ("Jana", Event::Claimed),
                    ("Jana", Event::Closed(ClosedReason::Ended)),
                    ("Jana", Event::Archived),
                ],
                Phase::Ended,
                Some("Jana"),
                None,
                false,
            ),
        ];
        for (case, events, phase, holder, last, row) in cases {
            let talk = play(&events);
            assert_eq!(talk.phase, phase, "{case}");
            assert_eq!(talk.holder.as_ref().map(Account::as_str), holder, "{case}");
            assert_eq!(talk.last.as_ref().map(Account::as_str), last, "{case}");
            assert_eq!(talk.row(&Ahead::default()).is_some(), row, "{case}");
        }
    }

    #[test]
    fn the_urgent_come_first_and_the_returned_before_all() {
        let urgent = vec!["very_bad".to_owned(), "violence".to_owned()];
        let ahead = Ahead { urgent, ..Ahead::default() };
        let told = |topic: &str| {
            let facts = Facts { topic: Some(topic.to_owned()), ..Facts::default() };
            ("child", Event::Told(facts, body(Side::Child, false)))
        };
        let order = |events: &[(&str, Event)]| play(events).order(&ahead);
        assert_eq!(order(&[]), 1000);
        assert_eq!(order(&[told("family")]), 1000);
        assert_eq!(order(&[told("violence")]), 1000 - 900_000);
        assert_eq!(order(&[told("violence"), told("family")]), 1000, "the newest told counts");
        let flagged = |level| ("Jana", Event::Flagged(level, body(Side::Line, true)));
        assert_eq!(order(&[flagged(1)]), 1000);
        assert_eq!(order(&[flagged(2), told("violence")]), 1000 - 900_000, "once, whatever hurries");
        let released = ("Jana", Event::Released(body(Side::Line, true)));
        let moved = ("Eva", Event::Moved(body(Side::Line, true)));
        assert_eq!(order(&[released.clone(), moved]), 1000 - 86_400_000, "ahead counts once");
        let set = Ahead { urgent_ms: 20, returned_ms: 300, ..ahead };
        assert_eq!(play(&[told("violence"), released]).order(&set), 1000 - 320, "as it is set");
    }

    #[test]
    fn asks_is_the_oldest_unanswered_message() {
        let child = || ("child", Event::Said(body(Side::Child, false)));
        let line = || ("Jana", Event::Said(body(Side::Line, false)));
        assert_eq!(play(&[child(), child()]).asks, Some(2000));
        let talk = play(&[child(), child(), ("Jana", Event::Claimed), line(), child()]);
        assert_eq!(talk.asks, Some(6000));
        assert_eq!(talk.gaps, [3000]);
        assert_eq!(talk.lines, (3, 1));
        assert_eq!(talk.first, Some(5000));
    }

    #[test]
    fn a_revoked_holder_gives_its_child_back() {
        let mut talk = play(&[("Jana", Event::Claimed)]);
        talk.cut_off(&account("Petr"), 9000);
        assert_eq!(talk.holder, Some(account("Jana")));
        talk.cut_off(&account("Jana"), 9000);
        assert_eq!(
            (talk.phase, talk.holder.clone(), talk.ahead, talk.since),
            (Phase::Waiting, None, true, 9000)
        );
    }

    #[test]
    fn who_reads_what() {
        let handed =
            [("Jana", Event::Claimed), ("Jana", Event::Transferred(account("Petr"), body(Side::Line, true)))];
        let talk = play(&handed);
        for (name, role, may) in [
            ("Petr", Role::Counsellor, true),
            ("Jana", Role::Counsellor, true),
            ("Adam", Role::Counsellor, false),
            ("Eva", Role::Supervisor, true),
        ] {
            assert_eq!(talk.may_read(&account(name), role), may, "{name}");
        }
    }
}
