//! What must be true of a world that became quiet.

use std::collections::{HashMap, HashSet};

use opora::conversation::transcript::{Shown, What, Who, Words};
use opora::conversation::{Account, ConversationId, Entry, EntryId, Event, Kind, Log};
use opora::journal::Journal as _;

use crate::people::{Fate, Person};
use crate::world::World;

/// What happened in a world: so that a test can see that something did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub acknowledged: u64,
    pub shown: u64,
    pub claims: u64,
    pub cuts: u64,
    pub kills: u64,
    pub altered: u64,
    pub unread: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.shown += other.shown;
        self.claims += other.claims;
        self.cuts += other.cuts;
        self.kills += other.kills;
        self.altered += other.altered;
        self.unread += other.unread;
    }
}

/// Checks everything and counts, or says what is wrong.
pub fn check(world: &World) -> Result<Counts, String> {
    if let Some(broken) = &world.broken {
        return Err(broken.clone());
    }
    let mut counts = Counts { cuts: world.cuts, kills: world.kills, ..Counts::default() };
    only_what_was_written(world, &mut counts)?;
    if world.lie.is_some() {
        return Ok(counts);
    }
    for (number, person) in world.people.iter().enumerate() {
        let who = |what: String| format!("person {number}: {what}");
        if person.runs.iter().any(|run| !run.altered.is_empty()) {
            return Err(who("an honest relay was called a liar".to_owned()));
        }
        everything_is_answered(person).map_err(who)?;
        acknowledged_is_on_disk(world, person, &mut counts).map_err(who)?;
        shown_is_the_log(world, person, &mut counts).map_err(who)?;
        everything_was_shown(world, person).map_err(who)?;
    }
    one_holder(world, &mut counts)?;
    Ok(counts)
}

fn log_of(world: &World, conv: ConversationId, log: Log) -> Vec<Entry> {
    world.journal.read(conv, log, 0, usize::MAX).unwrap_or_default()
}

/// The words of what was shown, if it had any.
fn words(shown: &Shown) -> Option<&Words> {
    match &shown.what {
        What::Said(words) | What::Whispered(words) | What::Released(words) => Some(words),
        What::Transferred { brief: words, .. } | What::Flagged { reason: words, .. } => Some(words),
        _ => None,
    }
}

/// No text was shown that was not written by this side, nor one twice in a run.
fn only_what_was_written(world: &World, counts: &mut Counts) -> Result<(), String> {
    let texts = |is_child: bool| -> HashSet<&str> {
        let people = world.people.iter().filter(|person| person.account.is_none() == is_child);
        people
            .flat_map(|person| person.written.values())
            .filter_map(|written| written.text.as_deref())
            .collect()
    };
    let (childs, lines) = (texts(true), texts(false));
    for (number, person) in world.people.iter().enumerate() {
        for run in &person.runs {
            counts.altered += run.altered.len() as u64;
            let mut seen = HashSet::new();
            for shown in run.shown.values().flatten() {
                counts.unread += u64::from(matches!(shown.what, What::CouldNotBeRead(_)));
                let Some(words) = words(shown) else { continue };
                let text = words.text.as_str();
                let written = if shown.who == Who::Child { &childs } else { &lines };
                if !written.contains(text) {
                    return Err(format!("person {number} was shown what nobody wrote: {text}"));
                }
                if !seen.insert(text) {
                    return Err(format!("person {number} was shown twice: {text}"));
                }
            }
        }
    }
    Ok(())
}

/// Whatever was written came to its end; a child who left waits for nothing.
fn everything_is_answered(person: &Person) -> Result<(), String> {
    if person.stored_twice {
        return Err("one command was stored as two entries".to_owned());
    }
    if person.has_left {
        return Ok(());
    }
    match person.written.values().find(|written| written.fate == Fate::Open) {
        Some(written) => Err(format!("never answered: {written:?}")),
        None => Ok(()),
    }
}

/// What was acknowledged is in the log under its number, and no command is in there twice.
fn acknowledged_is_on_disk(world: &World, person: &Person, counts: &mut Counts) -> Result<(), String> {
    for written in person.written.values() {
        let (Fate::Stored { log, entry, seq }, Some(conv)) = (&written.fate, written.conv) else { continue };
        counts.acknowledged += 1;
        let entries = log_of(world, conv, *log);
        let found: Vec<_> = entries.iter().filter(|known| known.id == *entry).collect();
        match found[..] {
            [known] if known.seq == *seq => {}
            _ => return Err(format!("acknowledged, and {} times on disk: {written:?}", found.len())),
        }
    }
    Ok(())
}

/// Each run was shown the beginning of the log: every number once, in order, the same entries.
fn shown_is_the_log(world: &World, person: &Person, counts: &mut Counts) -> Result<(), String> {
    for ((conv, log), shown) in person.runs.iter().flat_map(|run| &run.shown) {
        counts.shown += shown.len() as u64;
        let entries = log_of(world, *conv, *log);
        let ids: Vec<EntryId> = shown.iter().map(|line| line.id).collect();
        let known: Vec<EntryId> = entries.iter().take(ids.len()).map(|entry| entry.id).collect();
        if ids != known {
            return Err(format!("shown {} lines of {log:?} that are not the log's first", ids.len()));
        }
        if let Some(line) = shown.iter().find(|line| matches!(line.what, What::CouldNotBeRead(_))) {
            return Err(format!("an honest entry could not be read: {:?} {}", line.what, line.seq));
        }
    }
    Ok(())
}

/// Whoever may read a log to its end was shown it to its end.
fn everything_was_shown(world: &World, person: &Person) -> Result<(), String> {
    let shown = |conv: ConversationId, log: Log| {
        person.runs.last().and_then(|run| run.shown.get(&(conv, log))).map_or(0, Vec::len)
    };
    if let (Some(conv), None, false) = (person.conv, &person.account, person.has_left) {
        let (seen, all) = (shown(conv, Log::Talk), log_of(world, conv, Log::Talk).len());
        if seen != all {
            return Err(format!("a child was shown {seen} of {all}"));
        }
    }
    let Some(account) = &person.account else { return Ok(()) };
    for standing in world.journal.conversations() {
        let conv = standing.conv;
        let desk = log_of(world, conv, Log::Desk);
        let is_archived = desk.iter().any(|entry| entry.kind == Kind::Archived);
        if holder(&desk).as_ref() != Some(account) || is_archived {
            continue;
        }
        let talk = log_of(world, conv, Log::Talk);
        let is_end = |entry: &Entry| matches!(entry.kind, Kind::Closed | Kind::Left);
        let end = talk.iter().position(is_end).map_or(talk.len(), |place| place + 1);
        for (log, all) in [(Log::Talk, end), (Log::Desk, desk.len())] {
            let seen = shown(conv, log);
            if seen != all {
                return Err(format!("its holder was shown {seen} of {all} of {log:?}"));
            }
        }
    }
    Ok(())
}

fn holder(desk: &[Entry]) -> Option<Account> {
    desk.iter().fold(None, |holder, entry| match entry.event() {
        Ok(Event::Claimed) => entry.account().cloned(),
        Ok(Event::Released(_)) => None,
        Ok(Event::Transferred(to, _)) => Some(to),
        _ => holder,
    })
}

/// Nobody claims what somebody holds, and each claim that somebody believes to have won is in the log as theirs.
fn one_holder(world: &World, counts: &mut Counts) -> Result<(), String> {
    let mut claims: HashMap<EntryId, Account> = HashMap::new();
    for standing in world.journal.conversations() {
        let desk = log_of(world, standing.conv, Log::Desk);
        for (place, entry) in desk.iter().enumerate().filter(|(_, entry)| entry.kind == Kind::Claimed) {
            counts.claims += 1;
            if let Some(holder) = holder(&desk[..place]) {
                return Err(format!("{:?} claimed what {holder} holds", entry.account()));
            }
            claims.extend(entry.account().map(|account| (entry.id, account.clone())));
        }
    }
    for person in &world.people {
        for written in person.written.values().filter(|written| written.is_claim) {
            if let Fate::Stored { entry, .. } = &written.fate
                && claims.get(entry) != person.account.as_ref()
            {
                return Err("a claim was acknowledged to somebody who did not win it".to_owned());
            }
        }
    }
    Ok(())
}
