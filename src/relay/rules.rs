//! What one relay is set to: plain values with the protocol's defaults, made from `config` and shortened by tests.

use crate::protocol::frame::{Goals, TextLimits};

use crate::config::Hours;
use crate::conversation::queue::Ahead;

/// Milliseconds in a second, minute, hour and day.
pub const SECOND: u64 = 1000;
#[expect(missing_docs, reason = "as above")]
pub const MINUTE: u64 = 60 * SECOND;
#[expect(missing_docs, reason = "as above")]
pub const HOUR: u64 = 60 * MINUTE;
#[expect(missing_docs, reason = "as above")]
pub const DAY: u64 = 24 * HOUR;

/// A rate: one per `every_ms`, and `burst` at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Milliseconds for one.
    pub every_ms: u64,
    /// How many at once.
    pub burst: u64,
}

/// Everything the switchboard is told from outside. Durations are in milliseconds.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Names a login may be signed for, lower case without port.
    pub hosts: Vec<String>,
    /// How long a text may be, as `hello` tells.
    pub text: TextLimits,
    /// Practice: `hello` says so, no rows are kept.
    pub drill: bool,
    /// Who comes before others.
    pub ahead: Ahead,
    /// The goals of the line.
    pub goals: Goals,
    /// When the line is open.
    pub hours: Hours,
    /// Rates and counts.
    pub limits: Limits,
    /// Times.
    pub keep: Keep,
}

impl Rules {
    /// Whether the line is open by the clock at `now`, in milliseconds since 1970.
    pub fn is_open(&self, now: u64) -> bool {
        moment(now).is_none_or(|now| self.hours.is_open(now))
    }

    /// Returns when it opens next by the clock, in milliseconds since 1970; `now` itself if it is open.
    pub fn next_opening(&self, now: u64) -> Option<u64> {
        let next = self.hours.next_opening(moment(now)?)?;
        u64::try_from(next.as_millisecond()).ok()
    }
}

/// Times beyond the calendar, which only a broken clock has, are no moments.
fn moment(ms: u64) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()
}

/// Rates and counts of protocol.md 1.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the table of limits in protocol.md says what each is")]
pub struct Limits {
    pub child_append: Rate,
    pub desk_append: Rate,
    pub child_signal: Rate,
    pub open: Rate,
    pub failed_login: Rate,
    pub failed_login_ms: u64,
    pub offences: Rate,
    pub watched: usize,
    pub waiting: usize,
    pub account_sockets: usize,
    pub sockets: usize,
    pub desk_sockets: usize,
    pub address_sockets: usize,
    /// Opens in all per minute above which the relay asks for work, and how many bits.
    pub opens_per_min: u64,
    pub work_bits: u32,
    pub misuse_ms: u64,
    pub proof_ms: u64,
    pub proof_work_ms: u64,
    pub silence_ms: u64,
    pub entries: u64,
    pub data_bytes: usize,
    /// Refused tries before proof, after which the next closes the socket.
    pub tries: u32,
    /// Rows or entries in one answer to `find` or `rows`.
    pub answer_rows: usize,
    /// One message to a client, in bytes.
    pub client_bytes: usize,
    /// How many jobs may wait for one log.
    pub jobs: usize,
    /// How many entries one read of a replay takes.
    pub replay: usize,
}

/// Times of protocol.md 1, 2 and 6.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "protocol.md says what each is")]
pub struct Keep {
    pub words_ms: u64,
    pub told_ms: u64,
    pub unarchived_ms: u64,
    pub absence_ms: u64,
    pub feedback_ms: u64,
    pub ticket_ms: u64,
    pub away_ms: u64,
    pub takeover_ms: u64,
    pub watch_off_ms: u64,
    pub place_ms: u64,
    pub restart_ms: u64,
    pub forgotten_ms: u64,
    pub agreed_ms: u64,
    pub rows_ms: u64,
    pub danger_ms: u64,
    pub notes_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |every_ms, burst| Rate { every_ms, burst };
        Self {
            child_append: rate(SECOND, 10),
            desk_append: rate(100, 40),
            child_signal: rate(2 * SECOND, 1),
            open: rate(6 * SECOND, 20),
            failed_login: rate(6 * SECOND, 10),
            failed_login_ms: MINUTE,
            offences: rate(3 * SECOND, 20),
            watched: 40,
            waiting: 500,
            account_sockets: 3,
            sockets: 4000,
            desk_sockets: 200,
            address_sockets: 60,
            opens_per_min: 60,
            work_bits: 12,
            misuse_ms: HOUR,
            proof_ms: 10 * SECOND,
            proof_work_ms: MINUTE,
            silence_ms: MINUTE,
            entries: crate::protocol::limits::ENTRIES,
            data_bytes: crate::protocol::limits::DATA_BYTES,
            tries: 5,
            answer_rows: 500,
            client_bytes: crate::protocol::limits::MESSAGE_TO_CLIENT,
            jobs: 64,
            replay: 64,
        }
    }
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            words_ms: DAY,
            told_ms: 3 * DAY,
            unarchived_ms: 30 * DAY,
            absence_ms: 10 * MINUTE,
            feedback_ms: 30 * MINUTE,
            ticket_ms: 10 * MINUTE,
            away_ms: 30 * SECOND,
            takeover_ms: 120 * SECOND,
            watch_off_ms: 30 * SECOND,
            place_ms: 15 * SECOND,
            restart_ms: 2 * MINUTE,
            forgotten_ms: 30 * DAY,
            agreed_ms: 365 * DAY,
            rows_ms: 2 * 365 * DAY,
            danger_ms: 30 * DAY,
            notes_ms: 7 * DAY,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            hosts: vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()],
            text: TextLimits { chars: 2000, bytes: 8000 },
            drill: false,
            ahead: Ahead {
                urgent: ["very_bad", "violence", "missing"].map(str::to_owned).to_vec(),
                ..Ahead::default()
            },
            goals: Goals { target_s: 300, level: 80, abandoned: 8, places: 3 },
            hours: Hours::always(),
            limits: Limits::default(),
            keep: Keep::default(),
        }
    }
}
