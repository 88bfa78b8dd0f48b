//! The checks of an append on true state, in the order of the protocol's table.

use super::book::{Book, Draft};
use super::rights::{self, Right, Stand, While, Who};
use super::session::Proof;
use super::{SessionId, Switchboard};
use crate::conversation::queue::How;
use crate::conversation::{Account, ConversationId, Event, Role, Seq};
use crate::protocol::Refusal;

/// Why an append is not taken.
pub(super) struct No {
    pub code: Refusal,
    pub head: Option<Seq>,
    pub holder: Option<Account>,
}

impl From<Refusal> for No {
    fn from(code: Refusal) -> Self {
        Self { code, head: None, holder: None }
    }
}

/// What the checks say.
pub(super) enum Verdict {
    Write,
    Repeat(Seq),
}

impl Switchboard {
    /// The checks on true state, in the order of the protocol's table.
    pub(super) fn judge(
        &self,
        book: &Book,
        session: SessionId,
        draft: &Draft,
        event: &Event,
        expect: Option<Seq>,
    ) -> Result<Verdict, No> {
        let session = self.sessions.get(&session).ok_or(Refusal::NotAllowed)?;
        let (who, account) = match &session.proof {
            Proof::None => return Err(Refusal::NotAllowed.into()),
            Proof::Child(own) if *own == book.conv => (Who::Child, None),
            Proof::Child(_) => return Err(Refusal::NotAllowed.into()),
            Proof::Desk(account) => {
                let role = self.house.member(account).ok_or(Refusal::NotAllowed)?.joined.role;
                if !self.concerns(account, role, book.conv) {
                    return Err(Refusal::NotAllowed.into());
                }
                (if role == Role::Supervisor { Who::Supervisor } else { Who::Counsellor }, Some(account))
            }
        };
        if let Some((log, seq, line)) = book.known(&draft.id) {
            let same = log == draft.log && line.print == draft.print();
            return if same { Ok(Verdict::Repeat(seq)) } else { Err(Refusal::IdReused.into()) };
        }
        if !book.conv.is_house() && book.head(draft.log) >= self.rules.limits.entries {
            return Err(Refusal::TooLong.into());
        }
        let right = rights::find(draft.kind, who)
            .filter(|right| right.kind.room().is(book.conv, draft.log))
            .ok_or(Refusal::NotAllowed)?;
        let head = book.head(draft.log);
        let holder = self.talks.get(&book.conv).and_then(|held| held.talk.holder.clone());
        if expect.is_some_and(|expect| expect != head) {
            return Err(No { code: Refusal::Conflict, head: Some(head), holder });
        }
        self.judge_relation(book, right, account, event, head)?;
        if let Some(place) = event.sealed().and_then(|body| body.under.place()) {
            if book.hash_at(draft.log, place.seen.0) != Some(place.seen.1) {
                return Err(Refusal::BadSeen.into());
            }
            if book.count_of(draft.log, place.pen) + 1 != place.n {
                return Err(Refusal::BadOrder.into());
            }
        }
        if book.damaged { Err(Refusal::LogDamaged.into()) } else { Ok(Verdict::Write) }
    }

    /// Free, holder, away, ended.
    fn judge_relation(
        &self,
        book: &Book,
        right: &Right,
        account: Option<&Account>,
        event: &Event,
        head: Seq,
    ) -> Result<(), No> {
        let Some(held) = self.talks.get(&book.conv) else {
            return self.judge_house(account, event).map_err(No::from);
        };
        let talk = &held.talk;
        if !self.is_in_time(held, right.when) {
            let ended = talk.end.is_some();
            return Err(if ended { Refusal::Closed } else { Refusal::NotAllowed }.into());
        }
        if right.when == While::Feedback && talk.rated.is_some() {
            return Err(Refusal::NotAllowed.into());
        }
        let stand = account.map_or(Stand::OWN, |account| self.stand(held, account, right.who));
        if !right.stand.meets(stand) {
            return match (&talk.holder, account) {
                (Some(holder), Some(account)) if right.expect && holder != account => {
                    Err(No { code: Refusal::Conflict, head: Some(head), holder: Some(holder.clone()) })
                }
                _ => Err(Refusal::NotAllowed.into()),
            };
        }
        if let Event::Transferred(to, _) = event {
            let connected = self.presences.get(to).is_some_and(|presence| !presence.sockets.is_empty());
            if self.house.member(to).is_none() || !connected || talk.holder.as_ref() == Some(to) {
                return Err(Refusal::NotAllowed.into());
            }
        }
        Ok(())
    }

    fn is_in_time(&self, held: &super::Held, when: While) -> bool {
        let talk = &held.talk;
        match when {
            While::Talking => talk.end.is_none(),
            While::Kept => talk.archived.is_none(),
            While::Over => talk.end.is_some() && talk.archived.is_none(),
            While::Feedback => talk.end.is_some_and(|end| {
                matches!(end.how, How::Closed(_)) && self.now.wall < end.at + self.rules.keep.feedback_ms
            }),
            While::House => true,
        }
    }

    fn stand(&self, held: &super::Held, account: &Account, who: Who) -> Stand {
        let talk = &held.talk;
        let mut stand = match &talk.holder {
            None if self.house.hold.is_some() && who == Who::Counsellor => Stand::KEPT,
            None => Stand::FREE,
            Some(holder) if holder == account => Stand::HOLDER,
            Some(holder) if self.may_take_over(holder) => Stand::AWAY.or(Stand::OTHER),
            Some(_) => Stand::OTHER,
        };
        if talk.last.as_ref() == Some(account) {
            stand = stand.or(Stand::LAST);
        }
        stand
    }

    fn judge_house(&self, account: Option<&Account>, event: &Event) -> Result<(), Refusal> {
        if account.is_none() {
            return Err(Refusal::NotAllowed);
        }
        match event {
            Event::Announced(announced, _) => match &announced.to {
                Some(to) if self.house.member(to).is_none() => Err(Refusal::NotAllowed),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Whether the desk sees the conversation's row, may read it or has written in it.
    fn concerns(&self, account: &Account, role: Role, conv: ConversationId) -> bool {
        if conv.is_house() {
            return true;
        }
        self.talks.get(&conv).is_some_and(|held| {
            let talk = &held.talk;
            talk.has_row() || talk.may_read(account, role) || talk.writers.contains(account)
        })
    }
}
