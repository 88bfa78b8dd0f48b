//! What a chat shows: a fold over the opened entries of a conversation's two logs. Opening happens in `client`; here
//! words are already text, or known to be unreadable. Nothing here fails: what does not fit is ignored.

use std::fmt;

use super::event::{
    ClosedReason, Contact, Doors, Event, Facts, Interval, Kind, LeftReason, Log, Rated, Seq, State,
};
use super::id::{Account, ConversationId, EntryId};
use super::safe_text::SafeText;

/// Words from a sealed body, fit to draw: the writer's alias (a child's is empty) and the text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The alias under which they were written, one line; empty for a child.
    pub name: SafeText,
    /// The text.
    pub text: SafeText,
}

impl fmt::Debug for Words {
    /// Shows lengths only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({:?})", self.text)
    }
}

/// Who wrote an entry, as a chat shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// The child.
    Child,
    /// Somebody of the line; the account is known to the desk, never to a child.
    Line(Option<Account>),
    /// The relay itself.
    Relay,
}

impl Who {
    /// Returns the account, if an account wrote it and this reader may know which.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Line(account) => account.as_ref(),
            _ => None,
        }
    }
}

/// An entry as a reader took it from a verified chain: opened, or known to be unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The conversation.
    pub conv: ConversationId,
    /// Which of its logs.
    pub log: Log,
    /// Its number there.
    pub seq: Seq,
    /// When the relay wrote it, in milliseconds since 1970.
    pub at: u64,
    /// Its author.
    pub who: Who,
    /// Its id.
    pub id: EntryId,
    /// What happened.
    pub what: What,
}

/// What happened, with words opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The child opened the talk.
    Opened {
        /// Its language.
        lang: String,
        /// The ticket of a talk it left before.
        after: Option<EntryId>,
    },
    /// The child told something in clear; the newest counts.
    Told(Facts),
    /// Somebody wrote to the other.
    Said(Words),
    /// The child left.
    Left(LeftReason),
    /// The line closed the talk.
    Closed(ClosedReason),
    /// The child rated it; only a child ever sees its own.
    Rated(Rated),
    /// Its author took the child.
    Claimed,
    /// Its author gave the child back to the queue.
    Released(Words),
    /// Its author handed the child to another.
    Transferred {
        /// To whom; it holds at once.
        to: Account,
        /// The brief.
        brief: Words,
    },
    /// A supervisor moved a waiting child to the head.
    Moved(Words),
    /// Its author marked the conversation.
    Flagged {
        /// 0 none, 1 mark, 2 alerts the supervisors, 3 until one looks in.
        level: u8,
        /// Why.
        reason: Words,
    },
    /// The facets of domain.md 1 as JSON text; the newest counts. Text in it is not safe to draw before it is parsed.
    Classified(String),
    /// Colleagues only.
    Whispered(Words),
    /// A supervisor reads along, or no longer does.
    Watched {
        /// Who.
        who: Account,
        /// Whether it begins.
        on: bool,
    },
    /// The holder's casebook has what it keeps.
    Archived,
    /// Something in the house.
    House(Box<HouseEvent>),
    /// A body that does not open, or data that is not as its kind says: *could not be read*, never text.
    CouldNotBeRead(Kind),
}

/// What happened in the house, with words opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HouseEvent {
    /// Doors were opened or shut.
    Doors(Doors, Words),
    /// Only supervisors hand out children, or everybody again.
    Hold(bool, Words),
    /// A note to all or to one.
    Announced {
        /// To whom; everybody if absent.
        to: Option<Account>,
        /// Until when it stands, in milliseconds since 1970.
        until: u64,
        /// The note.
        words: Words,
    },
    /// What was agreed with a child who may return; an empty text withdraws it.
    Agreed(Words),
    /// A contact row; the facets as JSON text if they were sealed in the entry and opened.
    Contact(Box<Contact>, Option<String>),
    /// A quarter of an hour of staffing.
    Interval(Interval),
    /// An account's state on shift.
    State(State),
    /// All that carries no words: accounts, cards, logins, looks, erasures, settings.
    Plain(Box<Event>),
}

/// How a talk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The child left.
    Left(LeftReason),
    /// The line closed it.
    Closed(ClosedReason),
}

/// Words on their way: written here, not yet acknowledged by the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The id its writer gave it.
    pub id: EntryId,
    /// To which log it goes.
    pub log: Log,
    /// When it was written, by this computer's clock.
    pub at: u64,
    /// The text.
    pub text: SafeText,
}

/// A chat: both logs in one order, and what follows from them. Lines of the two logs are ordered by time, talk before
/// desk at the same millisecond; each log alone always keeps its own order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    lines: Vec<Shown>,
    pending: Vec<Pending>,
    heads: [Seq; 2],
    lang: Option<String>,
    facts: Facts,
    opened: Option<u64>,
    end: Option<(u64, End)>,
    holder: Option<Account>,
    level: Option<u8>,
    asks: Option<u64>,
    facets: Option<String>,
    watchers: Vec<Account>,
    is_archived: bool,
}

impl Transcript {
    /// Adds an entry; one that was added before changes nothing. Entries of each log must come in order.
    pub fn apply(&mut self, shown: &Shown) {
        let head = &mut self.heads[usize::from(shown.log.number())];
        if shown.seq <= *head {
            return;
        }
        *head = shown.seq;
        self.pending.retain(|pending| pending.id != shown.id);
        self.fold(shown);
        let key = |line: &Shown| (line.at, line.log, line.seq);
        let place = self.lines.partition_point(|line| key(line) <= key(shown));
        self.lines.insert(place, shown.clone());
    }

    fn fold(&mut self, shown: &Shown) {
        match &shown.what {
            What::Opened { lang, .. } => {
                self.lang = Some(lang.clone());
                self.opened = Some(shown.at);
            }
            What::Told(facts) => self.facts = facts.clone(),
            // A child's words that cannot be read still wait for an answer.
            What::Said(_) | What::CouldNotBeRead(Kind::Said) => match shown.who {
                Who::Child => self.asks = self.asks.or(Some(shown.at)),
                _ => self.asks = None,
            },
            What::Left(reason) => self.end = self.end.or(Some((shown.at, End::Left(*reason)))),
            What::Closed(reason) => self.end = self.end.or(Some((shown.at, End::Closed(*reason)))),
            What::Claimed => self.holder = shown.who.account().cloned(),
            What::Released(_) => self.holder = None,
            What::Transferred { to, .. } => self.holder = Some(to.clone()),
            What::Flagged { level, .. } => self.level = Some(*level),
            What::Classified(facets) => self.facets = Some(facets.clone()),
            What::Watched { who, on } => {
                self.watchers.retain(|watcher| watcher != who);
                if *on {
                    self.watchers.push(who.clone());
                }
            }
            What::Archived => self.is_archived = true,
            What::Rated(_)
            | What::Moved(_)
            | What::Whispered(_)
            | What::House(_)
            | What::CouldNotBeRead(_) => {}
        }
    }

    /// Adds words that are on their way; they stand below all lines until their entry comes.
    pub fn send(&mut self, pending: Pending) {
        let is_known = self.pending.iter().any(|known| known.id == pending.id)
            || self.lines.iter().any(|line| line.id == pending.id);
        if !is_known {
            self.pending.push(pending);
        }
    }

    /// Takes words off their way that were refused for good, and returns them so that they can be kept as a draft.
    pub fn take_back(&mut self, id: EntryId) -> Option<Pending> {
        let place = self.pending.iter().position(|pending| pending.id == id)?;
        Some(self.pending.remove(place))
    }

    /// Returns all lines, oldest first.
    pub fn lines(&self) -> &[Shown] {
        &self.lines
    }

    /// Returns the words not yet acknowledged, oldest first.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Returns the last number of a log.
    pub fn head(&self, log: Log) -> Seq {
        self.heads[usize::from(log.number())]
    }

    /// Returns the child's language.
    pub fn lang(&self) -> Option<&str> {
        self.lang.as_deref()
    }

    /// Returns what the child told last.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns when it was opened, in milliseconds since 1970.
    pub fn opened(&self) -> Option<u64> {
        self.opened
    }

    /// Returns when and how it ended; the first end counts.
    pub fn end(&self) -> Option<(u64, End)> {
        self.end
    }

    /// Returns who holds it, as far as the desk log tells.
    pub fn holder(&self) -> Option<&Account> {
        self.holder.as_ref()
    }

    /// Returns the newest mark.
    pub fn level(&self) -> Option<u8> {
        self.level
    }

    /// Returns the time of the child's oldest message since the line's last.
    pub fn asks(&self) -> Option<u64> {
        if self.end.is_some() { None } else { self.asks }
    }

    /// Returns the newest facets as JSON text.
    pub fn facets(&self) -> Option<&str> {
        self.facets.as_deref()
    }

    /// Returns which supervisors read along, in the order they came.
    pub fn watchers(&self) -> &[Account] {
        &self.watchers
    }

    /// Returns whether the holder's casebook has what it keeps.
    pub fn is_archived(&self) -> bool {
        self.is_archived
    }

    /// Returns the text of the child's newest readable message.
    pub fn last_of_child(&self) -> Option<&SafeText> {
        self.lines.iter().rev().find_map(|line| match (&line.who, &line.what) {
            (Who::Child, What::Said(words)) => Some(&words.text),
            _ => None,
        })
    }

    /// Returns how many messages of the child stand behind talk number `read`.
    pub fn unread(&self, read: Seq) -> usize {
        let is_unread = |line: &&Shown| {
            line.log == Log::Talk
                && line.seq > read
                && line.who == Who::Child
                && matches!(line.what, What::Said(_) | What::CouldNotBeRead(Kind::Said))
        };
        self.lines.iter().filter(is_unread).count()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(log: Log, seq: Seq, at: u64, who: Who, what: What) -> Shown {
        let id = EntryId([(seq as u8) << 1 | log.number(); 16]);
        Shown { conv: ConversationId([1; 16]), log, seq, at, who, id, what }
    }

    fn said(text: &str) -> What {
        What::Said(Words { name: SafeText::default(), text: SafeText::new(text) })
    }

    fn jana() -> Who {
        Who::Line(Account::parse("Jana"))
    }

    fn fold(lines: &[Shown]) -> Transcript {
        let mut transcript = Transcript::default();
        lines.iter().for_each(|line| transcript.apply(line));
        transcript
    }

    #[test]
    fn both_logs_stand_in_one_order_of_time() {
        let lines = [
            line(Log::Talk, 1, 10, Who::Child, What::Opened { lang: "cs".into(), after: None }),
            line(Log::Talk, 2, 11, Who::Child, said("ahoj")),
            line(Log::Talk, 3, 30, jana(), said("Ahoj")),
            line(Log::Desk, 1, 20, jana(), What::Claimed),
            line(Log::Desk, 2, 30, jana(), What::Whispered(Words::default())),
        ];
        let transcript = fold(&lines);
        let order: Vec<_> = transcript.lines().iter().map(|line| (line.log, line.seq)).collect();
        use Log::{Desk, Talk};
        assert_eq!(order, [(Talk, 1), (Talk, 2), (Desk, 1), (Talk, 3), (Desk, 2)]);
        assert_eq!(transcript.holder().map(Account::as_str), Some("Jana"));
        assert_eq!((transcript.lang(), transcript.opened()), (Some("cs"), Some(10)));
        assert_eq!((transcript.head(Talk), transcript.head(Desk)), (3, 2));
    }

    #[test]
    fn a_child_waits_since_its_oldest_unanswered_message() {
        let unread = What::CouldNotBeRead(Kind::Said);
        let mut lines = vec![line(Log::Talk, 1, 10, Who::Child, said("a"))];
        for (what, who, asks) in [
            (said("b"), Who::Child, Some(10)),
            (said("c"), jana(), None),
            (unread, Who::Child, Some(40)),
            (said("d"), Who::Child, Some(40)),
            (What::Closed(ClosedReason::Ended), jana(), None),
        ] {
            let seq = lines.len() as Seq + 1;
            lines.push(line(Log::Talk, seq, seq * 10, who, what));
            assert_eq!(fold(&lines).asks(), asks, "after {seq}");
        }
        assert_eq!(fold(&lines).end(), Some((60, End::Closed(ClosedReason::Ended))));
        assert_eq!((fold(&lines).unread(1), fold(&lines).unread(4)), (3, 1));
    }

    #[test]
    fn words_on_their_way_stand_until_their_entry_comes_or_they_are_taken_back() {
        let mut transcript = Transcript::default();
        let sent = line(Log::Talk, 1, 10, jana(), said("Ahoj"));
        let pending = |id| Pending { id, log: Log::Talk, at: 9, text: SafeText::new("Ahoj") };
        transcript.send(pending(sent.id));
        transcript.send(pending(sent.id));
        transcript.send(pending(EntryId([9; 16])));
        assert_eq!(transcript.pending().len(), 2);
        transcript.apply(&sent);
        assert_eq!((transcript.pending().len(), transcript.lines().len()), (1, 1));
        transcript.send(pending(sent.id));
        assert_eq!(transcript.pending().len(), 1, "its entry is there already");
        assert!(transcript.take_back(EntryId([9; 16])).is_some());
        assert_eq!(transcript.take_back(EntryId([9; 16])), None);
    }

    #[test]
    fn supervisors_who_read_along_are_known() {
        let eva = Account::parse("Eva").expect("an account");
        let watched = |seq, on| line(Log::Desk, seq, seq, Who::Relay, What::Watched { who: eva.clone(), on });
        assert_eq!(fold(&[watched(1, true)]).watchers(), std::slice::from_ref(&eva));
        assert_eq!(fold(&[watched(1, true), watched(2, false)]).watchers(), []);
    }

    proptest! {
        /// However the two logs interleave and repeat on the way, what is shown is the same.
        #[test]
        fn the_way_does_not_matter(times in proptest::collection::vec((0..50u64, 0..50u64), 1..12), picks: Vec<bool>) {
            let mut logs = [Log::Talk, Log::Desk].map(|log| {
                let mut at: Vec<u64> = times.iter().map(|(talk, desk)| if log == Log::Talk { *talk } else { *desk }).collect();
                at.sort_unstable();
                let what = || if log == Log::Talk { said("x") } else { What::Claimed };
                at.iter().zip(1..).map(|(at, seq)| line(log, seq, *at, jana(), what())).collect::<Vec<_>>()
            });
            let straight = fold(&logs.concat());
            let mut transcript = Transcript::default();
            logs.iter_mut().for_each(|log| log.reverse());
            let mut picks = picks.into_iter().chain(std::iter::repeat(true));
            while logs.iter().any(|log| !log.is_empty()) {
                let from = usize::from(picks.next() == Some(true));
                let from = if logs[from].is_empty() { 1 - from } else { from };
                let line = logs[from].pop().expect("not empty");
                transcript.apply(&line);
                transcript.apply(&line);
            }
            prop_assert_eq!(transcript.lines(), straight.lines());
        }
    }
}
