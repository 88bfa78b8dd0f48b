//! What a supervisor's console does beside a counsellor's: it keeps a board, reads along in a talk of somebody else, and
//! acts on the shift. Looking in tells the relay before a word is shown; whoever holds the child sees it at once.

use std::collections::BTreeSet;

use super::watch::Watch;
use super::{Chat, Effect, Gate, Model, Pane, Standing, Wrote};
use crate::client::desk::{Act, Command as LinkCommand, Update};
use crate::console::keymap::Command;
use crate::console::screen::Screen;
use crate::console::theme::Role;
use crate::conversation::board::AlarmKind;
use crate::conversation::queue::Phase;
use crate::conversation::{Account, ConversationId};

/// How the board stands alone, without a counsellor's workspace below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// `opora board`: for whoever leads the shift.
    Board,
    /// `opora board --wall`: for a big screen; no name, no handle, and no key but those that leave.
    Wall,
}

/// A row of the board that can be selected; it stays the same when rows come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Something that needs somebody now.
    Alarm(AlarmKind, Option<ConversationId>, Option<Account>),
    /// A colleague.
    Colleague(Account),
    /// A child who waits.
    Child(ConversationId),
}

/// What only supervisors have.
#[derive(Default)]
pub struct Supervision {
    /// The board, from the first time it is opened.
    pub watch: Option<Box<Watch>>,
    /// The selected row.
    pub selected: Option<Target>,
    /// Where it was, for when it goes.
    pub place: usize,
    /// Whether a talk that is read along was opened from the board: leaving it leads back there.
    is_from_board: bool,
    /// Set while there is nothing but a board.
    pub alone: Option<Alone>,
    /// Talks that were read before: their lines must be asked for anew.
    looked: BTreeSet<ConversationId>,
}

impl Model {
    /// Makes this a board and nothing else: no chats, no state on shift, no casebook.
    pub fn stand_alone(&mut self, alone: Alone) {
        self.supervision.alone = Some(alone);
    }

    /// Returns whether this is a board and nothing else.
    pub fn is_alone(&self) -> bool {
        self.supervision.alone.is_some()
    }

    /// Opens the board, and begins to keep one.
    pub(in crate::console) fn open_board(&mut self) {
        self.begin_watch();
        self.screens.retain(|screen| !matches!(screen, Screen::Board));
        self.push(Screen::Board);
    }

    fn begin_watch(&mut self) {
        if self.supervision.watch.is_some() || !self.desk.is_supervisor() {
            return;
        }
        let mut watch = Box::new(Watch::new(self.look.zone.clone(), self.wall));
        if let Some(queue) = &self.desk.queue {
            watch.queue(queue, self.wall);
        }
        self.supervision.watch = Some(watch);
        self.ask_for_rows();
    }

    fn ask_for_rows(&mut self) {
        let asks = self.supervision.watch.as_mut().map(|watch| watch.asks());
        for (ask, request) in asks.into_iter().flatten() {
            self.effect(Effect::Link(LinkCommand::Ask { ask, request }));
        }
    }

    /// Takes what the link tells, as far as it concerns the board and the talk that is being read.
    pub(super) fn supervise(&mut self, update: &Update) {
        match update {
            Update::Welcome(_) if self.supervision.watch.is_some() => self.ask_for_rows(),
            Update::Queue(queue) => {
                if let Some(watch) = &mut self.supervision.watch {
                    watch.queue(queue, self.wall);
                }
            }
            Update::Ended(rows) => {
                if let Some(watch) = &mut self.supervision.watch {
                    watch.ended(rows);
                }
            }
            Update::Answer { ask, answer } => {
                if let Some(watch) = &mut self.supervision.watch {
                    watch.answer(*ask, answer);
                }
            }
            _ => {}
        }
    }

    /// What the clock brings: a new day; and a board that stands alone is there unless a talk is read along.
    pub(super) fn supervise_tick(&mut self) {
        let is_open = matches!(self.gate, Gate::Open);
        if is_open && self.is_alone() {
            if self.desk.is_supervisor() {
                self.begin_watch();
            }
            if !self.has_board_open() && self.reads_along().is_none() {
                self.screens.insert(0, Screen::Board);
            }
        }
        let is_new_day = self.supervision.watch.as_mut().is_some_and(|watch| watch.tick(self.wall));
        if is_new_day {
            self.ask_for_rows();
        }
    }

    /// Returns whether the board is to be seen, or lies below what is.
    pub(in crate::console) fn has_board_open(&self) -> bool {
        self.screens.iter().any(|screen| matches!(screen, Screen::Board))
    }

    /// Returns the talk of somebody else that is in front and is read along.
    pub(in crate::console) fn reads_along(&self) -> Option<ConversationId> {
        self.chat().filter(|chat| chat.standing == Standing::Watched).map(|chat| chat.conv)
    }

    /// Looks in: both logs are read, and whoever holds the child is told so by the relay before the first word comes.
    pub(in crate::console) fn look_in(&mut self, conv: ConversationId) {
        if self.chat_of(conv).is_none_or(Chat::is_gone) {
            self.drop_chat(conv);
            let chat = Chat::new(conv, self.new_contact(conv), self.taxonomy, self.mono);
            self.chats.push(Chat { standing: Standing::Watched, ..chat });
            // The link told its lines once; for a second look they are asked for from the beginning.
            if !self.supervision.looked.insert(conv) {
                self.effect(Effect::Link(LinkCommand::Reload { conv }));
            }
            self.effect(Effect::Link(LinkCommand::Watch { conv }));
        }
        self.supervision.is_from_board |= self.has_board_open();
        self.screens.clear();
        self.bring_to_front(conv);
        self.pane = Pane::Box;
    }

    /// No longer looks in; leads back to the board, or to the row in the list.
    pub(in crate::console) fn look_out(&mut self, conv: ConversationId) {
        if self.chat_of(conv).is_none_or(|chat| chat.standing != Standing::Watched) {
            return;
        }
        self.effect(Effect::Link(LinkCommand::Unwatch { conv }));
        self.drop_chat(conv);
        if std::mem::take(&mut self.supervision.is_from_board) {
            self.open_board();
        } else {
            (self.pane, self.selected) = (Pane::List, self.desk.row(conv).map(|row| row.conv));
        }
    }

    /// A talk that was read along may no longer be read, or is no more.
    pub(super) fn not_readable(&mut self, conv: ConversationId) {
        let handle = self.handle(conv);
        self.look_out(conv);
        self.tell(Role::Warning, "board-not-readable", &[("handle", handle.into())]);
    }

    /// A child that was read before is mine now: what the link told then is asked for once more, unless it is here.
    pub(super) fn taken_over(&mut self, conv: ConversationId) {
        let was_read = self.supervision.looked.remove(&conv);
        if self.reads_along() == Some(conv) {
            self.screens.clear();
            self.supervision.is_from_board = false;
        }
        if was_read && self.chat_of(conv).is_none_or(Chat::is_gone) {
            self.early.remove(&conv);
            self.screens.retain(|screen| !matches!(screen, Screen::Board));
            self.effect(Effect::Link(LinkCommand::Reload { conv }));
        }
    }

    /// Returns the talk that a command of the board means: that of the selected row, or the one that is read along.
    pub(in crate::console) fn board_meant(&self) -> Option<ConversationId> {
        if !self.has_board_open() {
            return self.reads_along();
        }
        match self.supervision.selected.as_ref()? {
            Target::Alarm(_, conv, account) => conv.or_else(|| self.longest_of(account.as_ref()?)),
            Target::Child(conv) => Some(*conv),
            Target::Colleague(account) => self.longest_of(account),
        }
    }

    /// Returns the child of a colleague that waits longest for its answer, or else the first it holds.
    fn longest_of(&self, account: &Account) -> Option<ConversationId> {
        let held = self.desk.rows().iter().filter(|row| row.holder.as_ref() == Some(account));
        held.filter(|row| row.phase == Phase::With)
            .min_by_key(|row| (row.asks.unwrap_or(u64::MAX), row.opened))
            .map(|row| row.conv)
    }

    /// Writes something of the shift; `told` is what is said once it is on the relay's disk.
    pub(in crate::console) fn act_on_shift(&mut self, conv: ConversationId, act: Act, told: &'static str) {
        self.write(conv, act, Wrote::Shift(told));
    }

    /// Returns why a command of the board does nothing here: the id of a sentence.
    pub(super) fn why_not_supervise(&self, command: Command) -> Option<&'static str> {
        if self.is_alone() && !works_alone(command) {
            return Some("not-here-alone");
        }
        if !command.is_of_supervisors() {
            return None;
        }
        let house = self.desk.queue.as_ref().map(|queue| &queue.house);
        let conv = self.board_meant();
        let row = conv.and_then(|conv| self.desk.row(conv));
        let needs_child = matches!(
            command,
            Command::BoardWhisper | Command::BoardTakeOver | Command::BoardAssign | Command::BoardMove
        );
        match command {
            _ if !self.desk.is_supervisor() => Some("not-here-supervisors"),
            _ if needs_child && row.is_none() => Some("not-here-no-child"),
            Command::BoardTakeOver if row.is_some_and(|row| row.holder.as_ref() == self.desk.account()) => {
                Some("not-here-mine")
            }
            Command::BoardMove if row.is_some_and(|row| row.phase != Phase::Waiting) => {
                Some("not-here-waits-not")
            }
            Command::BoardAssign if row.is_some_and(|row| row.phase == Phase::Ended) => Some("not-here-over"),
            Command::BoardOpenDoors if house.is_some_and(|house| house.doors.is_none()) => {
                Some("not-here-doors-open")
            }
            _ => None,
        }
    }
}

/// Returns whether a command works where there is no workspace and no casebook. Taking over needs both.
fn works_alone(command: Command) -> bool {
    let moves = matches!(
        command,
        Command::MenuOpen
            | Command::KeysShow
            | Command::Lock
            | Command::Quit
            | Command::Retry
            | Command::Language
            | Command::Snooze
            | Command::Back
            | Command::Open
            | Command::ChatUp
            | Command::ChatDown
            | Command::PaneNext
            | Command::PanePrevious
            | Command::ScrollUp
            | Command::ScrollDown
            | Command::ScrollTop
            | Command::ScrollBottom
            | Command::ChatLookIn
    );
    moves || command.is_of_supervisors() && command != Command::BoardTakeOver
}
