//! Numbers for machines, in Prometheus text: how many, how long, never who or what.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::switchboard::{Door, Metric};
use crate::protocol::Refusal;

/// The numbers of one relay.
#[derive(Default)]
pub struct Metrics {
    opened: AtomicU64,
    claimed: AtomicU64,
    said: AtomicU64,
    ended: AtomicU64,
    abandoned: AtomicU64,
    appended: AtomicU64,
    login_failed: AtomicU64,
    slow: AtomicU64,
    refused: Mutex<BTreeMap<&'static str, u64>>,
    sockets: [AtomicU64; 2],
    waiting: AtomicU64,
    with: AtomicU64,
    accounts: AtomicU64,
    ready: AtomicU64,
    unarchived: AtomicU64,
    damaged: AtomicU64,
    /// Requests of a proxy that did not say from where; see `counted_address`.
    forwarded_missing: AtomicU64,
    /// The last thing that was to be kept was not.
    storage_failing: AtomicBool,
}

impl Metrics {
    /// Counts one.
    pub fn count(&self, metric: Metric) {
        let counter = match metric {
            Metric::Opened => &self.opened,
            Metric::Claimed => &self.claimed,
            Metric::Said => &self.said,
            Metric::Ended => &self.ended,
            Metric::Abandoned => &self.abandoned,
            Metric::Appended => &self.appended,
            Metric::LoginFailed => &self.login_failed,
            Metric::Unarchived(count) => return self.unarchived.store(count as u64, Ordering::Relaxed),
            Metric::Damaged(count) => return self.damaged.store(count as u64, Ordering::Relaxed),
            Metric::Refused(code) => {
                *self
                    .refused
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .entry(name(code))
                    .or_default() += 1;
                return;
            }
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a socket that was too slow.
    pub fn slow(&self) {
        self.slow.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that a proxy forwarded without its sender's address. Returns true for the first.
    pub fn forwarded_missing(&self) -> bool {
        self.forwarded_missing.fetch_add(1, Ordering::Relaxed) == 0
    }

    /// Notes whether the disk took what was to be kept.
    pub fn storage(&self, takes: bool) {
        if self.storage_failing.swap(!takes, Ordering::Relaxed) == takes {
            if takes {
                tracing::info!("the disk takes entries again");
            } else {
                tracing::error!("the disk takes nothing: nobody is told that words are kept until it does");
            }
        }
    }

    /// Whether the last thing that was to be kept was not.
    pub fn storage_failing(&self) -> bool {
        self.storage_failing.load(Ordering::Relaxed)
    }

    /// Sets how many sockets are open at a door.
    pub fn sockets(&self, door: Door, count: usize) {
        self.sockets[usize::from(door == Door::Desk)].store(count as u64, Ordering::Relaxed);
    }

    /// Sets how many children wait, how many are with somebody, how many accounts are here and how many take children.
    pub fn floor(&self, counts: [usize; 4]) {
        for (gauge, count) in [&self.waiting, &self.with, &self.accounts, &self.ready].into_iter().zip(counts)
        {
            gauge.store(count as u64, Ordering::Relaxed);
        }
    }

    /// Returns all numbers as Prometheus reads them.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let counters = [
            ("opened", &self.opened, "conversations opened"),
            ("claimed", &self.claimed, "children taken"),
            ("said", &self.said, "messages written"),
            ("ended", &self.ended, "conversations ended after somebody took them"),
            ("abandoned", &self.abandoned, "conversations ended before anybody took them"),
            ("appended", &self.appended, "entries on disk"),
            ("login_failed", &self.login_failed, "logins refused"),
            ("slow", &self.slow, "sockets closed because they did not read"),
            (
                "forwarded_missing",
                &self.forwarded_missing,
                "requests that a proxy forwarded without saying from where",
            ),
        ];
        for (name, counter, help) in counters {
            let value = counter.load(Ordering::Relaxed);
            _ = writeln!(text, "# HELP opora_{name}_total {help}\n# TYPE opora_{name}_total counter");
            _ = writeln!(text, "opora_{name}_total {value}");
        }
        _ = writeln!(text, "# HELP opora_refused_total requests refused\n# TYPE opora_refused_total counter");
        // Each code from the start: of a counter that begins with its first count, `increase` sees nothing.
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        for code in Refusal::ALL.map(name) {
            let count = refused.get(code).copied().unwrap_or(0);
            _ = writeln!(text, "opora_refused_total{{code=\"{code}\"}} {count}");
        }
        let gauges = [
            ("sockets_child", &self.sockets[0], "sockets of children"),
            ("sockets_desk", &self.sockets[1], "sockets of the desk"),
            ("waiting", &self.waiting, "children who wait"),
            ("with", &self.with, "children who are with somebody"),
            ("accounts", &self.accounts, "accounts with a socket"),
            ("ready", &self.ready, "accounts with a socket that said they take children"),
            ("damaged", &self.damaged, "conversations closed by damage"),
            ("unarchived", &self.unarchived, "talks that ended long ago and were not archived"),
        ];
        for (name, gauge, help) in gauges {
            let value = gauge.load(Ordering::Relaxed);
            _ = writeln!(text, "# HELP opora_{name} {help}\n# TYPE opora_{name} gauge\nopora_{name} {value}");
        }
        let failing = u8::from(self.storage_failing());
        _ = writeln!(text, "# HELP opora_storage_failing 1 while the disk takes nothing");
        _ = writeln!(text, "# TYPE opora_storage_failing gauge\nopora_storage_failing {failing}");
        text
    }
}

/// Returns a refusal's code as it crosses the wire.
fn name(code: Refusal) -> &'static str {
    const NAMES: [&str; 19] = [
        "bad_frame",
        "too_long",
        "rate",
        "busy",
        "work",
        "not_allowed",
        "conv_taken",
        "resume_gone",
        "line_closed",
        "queue_full",
        "line_key_retired",
        "login_failed",
        "id_reused",
        "conflict",
        "bad_order",
        "bad_seen",
        "closed",
        "storage_full",
        "log_damaged",
    ];
    let index = Refusal::ALL.iter().position(|other| *other == code).unwrap_or(0);
    NAMES[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_counted_under_its_own_name() {
        let metrics = Metrics::default();
        for code in Refusal::ALL {
            assert_eq!(serde_json::to_value(code).expect("json"), name(code));
            metrics.count(Metric::Refused(code));
        }
        let text = metrics.render();
        for code in Refusal::ALL {
            assert!(text.contains(&format!("opora_refused_total{{code=\"{}\"}} 1", name(code))), "{code:?}");
        }
    }
}
