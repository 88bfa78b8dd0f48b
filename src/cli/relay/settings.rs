//! From the settings file to what the relay takes: every setting has its place there, or it would be one that does nothing.

use std::time::Duration;

use crate::config;
use crate::conversation::queue::Ahead;
use crate::journal::embedded::Waits;
use crate::protocol::frame::{Goals, TextLimits};
use crate::relay::outbox::Room;
use crate::relay::page::own::Own;
use crate::relay::rules::{Keep, Limits, Rate, Rules};
use crate::relay::session::Sizes;
use crate::relay::{PageSettings, Settings};

/// Returns the relay's settings.
pub fn of(config: &config::Relay, drill: bool) -> Settings {
    let limits = &config.limits;
    Settings {
        listen: config.listen,
        data: config.data.clone(),
        hosts: config.host_names(config.listen).into_iter().collect(),
        // Without a public address they are those of the port that is bound, which only the relay knows.
        origins: match (&config.public_url, config.page.origins.is_empty()) {
            (None, true) => Vec::new(),
            _ => config.origins(config.listen).iter().map(ToString::to_string).collect(),
        },
        behind_proxy: config.behind_proxy.clone(),
        tls: config.tls_cert.clone().zip(config.tls_key.clone()),
        metrics: config.metrics.allow.clone(),
        rules: rules(config, drill),
        sizes: Sizes {
            unproven: limits.unproven_bytes,
            message: limits.frame_bytes,
            read_buffer: limits.read_buffer,
            write_buffer: limits.write_buffer,
            max_write: limits.max_write,
            pings: rate(limits.pings),
        },
        waits: Waits { lock: limits.lock_wait, gather: limits.gather },
        room: Room { frames: limits.live_frames, bytes: limits.live_bytes },
        head_bytes: limits.head_bytes,
        head_fields: limits.head_fields,
        head_time: limits.head_time,
        page: page(config),
    }
}

/// Returns what of the page is a setting.
pub fn page(config: &config::Relay) -> PageSettings {
    PageSettings {
        title: config.page.title.clone(),
        phone: Some(config.page.phone.clone()),
        exit_url: config.page.exit_url.as_str().to_owned(),
        languages: config.page.languages.clone(),
        ages: config.page.ages.clone(),
        folder: config.page.folder.clone(),
        own: Own::shipped(),
    }
}

fn rules(config: &config::Relay, drill: bool) -> Rules {
    let (limits, queue) = (&config.limits, &config.queue);
    Rules {
        hosts: Vec::new(),
        text: TextLimits { chars: small(limits.message_chars), bytes: small(limits.message_bytes) },
        drill,
        ahead: Ahead {
            urgent: queue.urgent.clone(),
            urgent_ms: signed(queue.urgent_ahead),
            returned_ms: signed(queue.returned_ahead),
        },
        goals: Goals {
            target_s: queue.target.as_secs(),
            level: queue.goal,
            abandoned: queue.abandoned,
            places: queue.places,
        },
        hours: config.hours.clone(),
        limits: self::limits(limits),
        keep: keep(config),
    }
}

fn limits(limits: &config::Limits) -> Limits {
    Limits {
        child_append: rate(limits.child_appends),
        desk_append: rate(limits.desk_appends),
        child_signal: rate(limits.child_signals),
        open: rate(limits.opens),
        failed_login: rate(limits.failed_logins),
        failed_login_ms: ms(limits.failed_pause),
        offences: rate(limits.refusals),
        watched: limits.watched,
        waiting: limits.waiting,
        account_sockets: limits.sockets_per_account,
        sockets: limits.sockets,
        desk_sockets: limits.desk_sockets,
        address_sockets: limits.sockets_per_address,
        opens_per_min: per_minute(limits.work_above),
        work_bits: u32::from(limits.work_bits),
        misuse_ms: ms(limits.misuse_time),
        proof_ms: ms(limits.proof_time),
        proof_work_ms: ms(limits.work_time),
        silence_ms: ms(limits.silence),
        entries: limits.log_entries as u64,
        data_bytes: limits.data_bytes,
        tries: limits.tries,
        answer_rows: limits.answer_rows,
        client_bytes: limits.client_bytes,
        replay: limits.replay_batch,
        ..Limits::default()
    }
}

fn keep(config: &config::Relay) -> Keep {
    let (keep, limits) = (&config.keep, &config.limits);
    Keep {
        words_ms: ms(keep.words),
        told_ms: ms(keep.told),
        unarchived_ms: ms(keep.longest),
        absence_ms: ms(keep.absence),
        feedback_ms: ms(keep.feedback),
        ticket_ms: ms(keep.ticket),
        away_ms: ms(limits.away),
        takeover_ms: ms(limits.takeover),
        place_ms: ms(config.queue.place_every),
        restart_ms: ms(keep.restart),
        forgotten_ms: ms(keep.erased),
        agreed_ms: ms(keep.agreed),
        rows_ms: ms(keep.rows),
        danger_ms: ms(keep.danger),
        notes_ms: ms(keep.notes),
        ..Keep::default()
    }
}

fn rate(rate: config::Rate) -> Rate {
    Rate { every_ms: (ms(rate.per) / u64::from(rate.count)).max(1), burst: u64::from(rate.burst) }
}

fn per_minute(rate: config::Rate) -> u64 {
    u64::from(rate.count) * 60_000 / ms(rate.per).max(1)
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn signed(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::config::{Layers, Must, Shown};

    /// Other values than the default that a person could write for a setting.
    fn others(shown: &Shown) -> Vec<String> {
        let of_key = match shown.key.as_str() {
            "hosts" => "other.example",
            "behind_proxy" | "metrics.allow" => "192.0.2.7",
            "queue.urgent" | "page.ages" => "a18",
            "page.languages" => "uk, cs",
            "page.origins" | "public_url" => "https://other.example",
            _ => "",
        };
        let of_kind = match &shown.must {
            _ if !of_key.is_empty() => vec![of_key],
            Must::Between(least, most) | Must::ZeroOr(least, most) => vec![most.as_str(), least],
            Must::OneOf(these) => these.iter().map(String::as_str).collect(),
            Must::Be("bool") => vec!["true", "false"],
            Must::Be("rate") => vec!["7/3s, burst 5"],
            Must::Be("socket") => vec!["127.0.0.1:9999"],
            Must::Be("web") => vec!["https://other.example/"],
            Must::Be("path") => vec!["/tmp/other"],
            Must::Be("zone") => vec!["America/New_York"],
            Must::Be("date") => vec!["2026-12-24"],
            Must::Be(_) => vec!["other", "2026-12-24"],
        };
        of_kind.into_iter().filter(|value| *value != shown.default).map(str::to_owned).collect()
    }

    fn told(options: &[(&str, &str)]) -> Option<String> {
        let both = [("tls_cert", "/a.pem"), ("tls_key", "/a.key")];
        let base = both.iter().filter(|(key, _)| options.iter().all(|(other, _)| other != key));
        let options =
            base.chain(options).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let loaded = config::Relay::load(&Layers { options, ..Layers::default() }).ok()?;
        Some(format!("{:?}", of(&loaded.settings, false)))
    }

    #[test]
    fn every_setting_of_the_relay_changes_what_the_relay_is_told() {
        let usual = told(&[]).unwrap();
        let (_, settings) = config::reference();
        assert!(settings.len() > 60, "all of them");
        for shown in &settings {
            // The log is made by the command itself.
            if shown.key == "log_level" {
                continue;
            }
            let others = others(shown);
            let changed = others.iter().filter_map(|value| told(&[(&shown.key, value)]));
            assert!(changed.into_iter().any(|told| told != usual), "{} = {others:?} does nothing", shown.key);
        }
    }
}
