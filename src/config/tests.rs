#![expect(clippy::unwrap_used, reason = "tests")]
use std::time::Duration;

use super::*;

fn file(text: &str) -> Layers {
    Layers { file: Some((PathBuf::from("x.toml"), text.to_owned())), ..Layers::default() }
}

fn relay_errors(text: &str) -> Vec<String> {
    Relay::load(&file(text)).unwrap_err().0.iter().map(ConfigError::to_string).collect()
}

fn console_errors(text: &str) -> Vec<String> {
    Console::load(&file(text)).unwrap_err().0.iter().map(ConfigError::to_string).collect()
}

#[test]
fn without_anything_the_defaults_are_those_of_the_pages() {
    let console = Console::load(&Layers::default()).unwrap();
    let settings = &console.settings;
    assert_eq!(
        (settings.lang.as_deref(), settings.keymap.as_str(), settings.theme.as_str()),
        (None, "default", "auto")
    );
    assert_eq!((settings.chat.send_hold, settings.chat.guard), (Duration::ZERO, Duration::from_millis(700)));
    assert_eq!((settings.chat.places, settings.privacy.lock_after), (3, Duration::from_secs(300)));
    assert!(settings.alerts.bell && !settings.privacy.clipboard && settings.relay.is_none());
    assert!(console.shown.iter().all(|shown| shown.origin == Origin::Default));

    let relay = Relay::load(&Layers::default()).unwrap().settings;
    assert_eq!(relay.listen.to_string(), "127.0.0.1:8787");
    assert_eq!(
        (relay.page.phone.as_str(), relay.page.exit_url.as_str()),
        ("116 111", "https://www.chmi.cz/")
    );
    assert_eq!(relay.page.languages, ["cs", "en"]);
    assert_eq!(relay.page.ages, ["a9_11", "a12_14", "a15_17", "a18"]);
    assert_eq!(
        (relay.queue.target, relay.queue.goal, relay.queue.abandoned),
        (Duration::from_secs(300), 80, 8)
    );
    assert_eq!(relay.queue.urgent, ["very_bad", "violence", "missing"]);
    assert_eq!(
        (relay.limits.message_chars, relay.limits.data_bytes, relay.limits.log_entries),
        (2000, 12_000, 5000)
    );
    let minute = Duration::from_secs(60);
    assert_eq!(relay.limits.opens, Rate { count: 10, per: minute, burst: 20 });
    assert_eq!(relay.limits.child_signals, Rate { count: 1, per: Duration::from_secs(2), burst: 1 });
    assert_eq!((relay.keep.words, relay.keep.absence), (24 * 60 * minute, 10 * minute));
    assert_eq!(relay.keep.rows, 2 * 365 * 24 * 60 * minute);
    assert!(relay.hours.is_open(jiff::Timestamp::UNIX_EPOCH));
}

#[test]
fn the_files_of_the_experience_page_are_read() {
    let console = r#"
lang = "cs"
keymap = "default"
theme = "auto"
relay = "wss://chat.example.cz"
[chat]
send_hold = "0s"
guard = "700ms"
places = 3
[alerts]
bell = true
desktop = "osc9"
[privacy]
lock_after = "5m"
blur = false
clipboard = false
"#;
    let settings = Console::load(&file(console)).unwrap().settings;
    assert_eq!(settings.relay.unwrap().to_string(), "wss://chat.example.cz");
    let relay = r#"
listen = "127.0.0.1:8787"
public_url = "https://chat.example.cz"
behind_proxy = ["127.0.0.1"]
data = "/var/lib/opora"
[page]
languages = ["cs", "en"]
title = "Chat"
phone = "116 111"
origins = ["https://chat.example.cz"]
exit_url = "https://www.chmi.cz/"
ages = ["a9_11", "a12_14", "a15_17", "a18"]
[queue]
target = "5m"
goal = 80
abandoned = 8
places = 3
urgent = ["very_bad", "violence", "missing"]
[limits]
message_chars = 2000
[keep]
words = "24h"
rows = "2y"
absence = "10m"
feedback = "30m"
[hours]
mon-fri = "9-21"
sat-sun = "14-21"
zone = "Europe/Prague"
closed = ["2026-12-24"]
[metrics]
allow = ["127.0.0.1"]
"#;
    let loaded = Relay::load(&file(relay)).unwrap();
    assert!(!loaded.settings.hours.is_open("2026-11-24T03:00:00Z".parse().unwrap()));
    let origin = |key: &str| loaded.shown.iter().find(|shown| shown.key == key).unwrap().origin.clone();
    assert_eq!(origin("keep.words"), Origin::File(PathBuf::from("x.toml"), 22));
    assert_eq!(origin("keep.told"), Origin::Default);
}

#[test]
fn an_option_wins_over_a_variable_over_the_file_over_the_default() {
    let mut layers = file("[chat]\nplaces = 2\nguard = \"1s\"\n");
    layers.variables = vec![("OPORA_CHAT_PLACES".into(), "4".into()), ("OPORA_THEME".into(), "mono".into())];
    layers.options = vec![("chat.places".into(), "5".into())];
    let loaded = Console::load(&layers).unwrap();
    let origin = |key: &str| loaded.shown.iter().find(|shown| shown.key == key).unwrap().origin.to_string();
    assert_eq!((loaded.settings.chat.places, origin("chat.places").as_str()), (5, "option"));
    assert_eq!((loaded.settings.theme.as_str(), origin("theme").as_str()), ("mono", "OPORA_THEME"));
    assert_eq!(
        (loaded.settings.chat.guard, origin("chat.guard").as_str()),
        (Duration::from_secs(1), "x.toml:3")
    );
    assert_eq!(origin("chat.send_hold"), "default");
    layers.options.clear();
    assert_eq!(Console::load(&layers).unwrap().settings.chat.places, 4);
}

#[test]
fn variables_read_lists_numbers_and_switches() {
    let mut layers =
        Layers { variables: vec![("OPORA_PAGE_AGES".into(), "a9_11, a18".into())], ..Layers::default() };
    layers.variables.push(("OPORA_LIMITS_WAITING".into(), "20".into()));
    layers.variables.push(("OPORA_METRICS_ALLOW".into(), "10.0.0.1,::1".into()));
    let relay = Relay::load(&layers).unwrap().settings;
    assert_eq!((relay.page.ages.len(), relay.limits.waiting, relay.metrics.allow.len()), (2, 20, 2));
    layers.variables = vec![("OPORA_PLAIN".into(), "true".into()), ("OPORA_BLURR".into(), "1".into())];
    layers.variables.push(("OPORA_PROFILE".into(), "night".into()));
    let console = Console::load(&layers).unwrap();
    assert!(console.settings.plain);
    assert_eq!(console.stray, ["OPORA_BLURR"]);
}

#[test]
fn an_unknown_setting_names_its_line_and_the_nearest_known_one() {
    for (text, said) in [
        ("\nthem = \"day\"\n", "x.toml line 2: unknown setting them; did you mean theme?"),
        ("[chat]\nplces = 3\n", "x.toml line 2: unknown setting chat.plces; did you mean chat.places?"),
        ("[chta]\nguard = \"1s\"\n", "x.toml line 2: unknown setting chta.guard; did you mean chat.guard?"),
        (
            "lock_after = \"1m\"\n",
            "x.toml line 1: unknown setting lock_after; did you mean privacy.lock_after?",
        ),
        ("entirely_else = 1\n", "x.toml line 1: unknown setting entirely_else"),
        ("chat = 3\n", "x.toml line 1: unknown setting chat"),
    ] {
        let errors = console_errors(text);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].starts_with(said), "{} should begin {said}", errors[0]);
    }
    assert_eq!(
        relay_errors("[hours]\nmon-fry = \"9-21\"\n"),
        ["x.toml line 2: unknown setting hours.mon-fry; did you mean hours.mon-fri?"]
    );
}

#[test]
fn a_wrong_value_names_its_line_and_what_it_must_be() {
    for (text, said) in [
        ("[chat]\nguard = 700\n", "x.toml line 2: chat.guard = 700: must be a duration"),
        ("[chat]\nguard = \"700\"\n", "x.toml line 2: chat.guard = \"700\": must be a duration"),
        ("[chat]\nguard = \"1h\"\n", "x.toml line 2: chat.guard = \"1h\": must be 0s to 5s"),
        ("[chat]\nsend_hold = \"1s\"\n", "x.toml line 2: chat.send_hold = \"1s\": must be 0, or 2s to 10s"),
        ("[chat]\nplaces = 0\n", "x.toml line 2: chat.places = 0: must be 1 to 9"),
        ("[chat]\nplaces = 300\n", "x.toml line 2: chat.places = 300: must be a whole number"),
        ("[alerts]\n\nbell = \"loud\"\n", "x.toml line 3: alerts.bell = \"loud\": must be true or false"),
        ("lang = \"de\"\n", "x.toml line 1: lang = \"de\": must be one of cs, en"),
        (
            "relay = \"ws://chat.example.cz\"\n",
            "x.toml line 1: relay = \"ws://chat.example.cz\": must be an address",
        ),
        ("lang = cs\n", "x.toml line 1: "),
        ("lang = \"cs\"\nlang = \"en\"\n", "x.toml line 2: duplicate key"),
    ] {
        let errors = console_errors(text);
        assert!(errors[0].starts_with(said), "{} should begin {said}", errors[0]);
    }
    for (text, said) in [
        (
            "[limits]\nopens = \"10 a minute\"\n",
            "x.toml line 2: limits.opens = \"10 a minute\": must be a rate",
        ),
        (
            "[page]\norigins = [\"https://a.cz\", \"b\"]\n",
            "x.toml line 2: page.origins = [\"https://a.cz\", \"b\"]: must be an address",
        ),
        (
            "[page]\nexit_url = \"http://a.cz\"\n",
            "x.toml line 2: page.exit_url = \"http://a.cz\": must be a web address",
        ),
        ("[page]\nlanguages = []\n", "x.toml line 2: page.languages = []: must be codes of languages"),
        ("[hours]\nzone = \"Prague\"\n", "x.toml line 2: hours.zone = \"Prague\": must be a time zone"),
        ("[hours]\nmon = \"9\"\n", "x.toml line 2: hours.mon = \"9\": must be hours"),
        ("[hours]\nmon = \"9-12, 11-13\"\n", "x.toml line 2: hours.mon = \"9-12, 11-13\": must be hours"),
        (
            "[hours]\nmon-fri = \"9-12\"\nfri = \"9-12\"\n",
            "x.toml line 3: hours.fri = \"9-12\": must be each day once",
        ),
        ("[hours]\nclosed = [\"24. 12.\"]\n", "x.toml line 2: hours.closed = [\"24. 12.\"]: must be a day"),
        ("tls_cert = \"a.pem\"\n", "tls_key: tls_key = \"\": must be a path"),
        (
            "hosts = [\"Chat.example.cz\"]\n",
            "x.toml line 1: hosts = [\"Chat.example.cz\"]: must be a host name",
        ),
        ("[limits]\nsockets = 100\n", "limits.desk_sockets: limits.desk_sockets = 200: must be 1 to 99"),
    ] {
        let errors = relay_errors(text);
        assert!(errors[0].starts_with(said), "{} should begin {said}", errors[0]);
    }
}

#[test]
fn all_mistakes_are_named_at_once_in_the_order_of_their_lines() {
    let errors =
        console_errors("them = \"day\"\n[chat]\nplaces = 0\n[privacy]\nblurr = true\nlock_after = \"x\"\n");
    let lines: Vec<&str> = errors.iter().map(|error| error.split(':').next().unwrap()).collect();
    assert_eq!(lines, ["x.toml line 1", "x.toml line 3", "x.toml line 5", "x.toml line 6"]);
}

#[test]
fn a_wrong_option_or_variable_is_named_itself() {
    let options = vec![("chat.send_hold".to_owned(), "1s".to_owned())];
    let error = Console::load(&Layers { options, ..Layers::default() }).unwrap_err();
    assert_eq!(error.to_string(), "--send-hold: chat.send_hold = \"1s\": must be 0, or 2s to 10s");
    let variables = vec![("OPORA_CHAT_PLACES".to_owned(), "many".to_owned())];
    let error = Console::load(&Layers { variables, ..Layers::default() }).unwrap_err();
    assert_eq!(error.to_string(), "OPORA_CHAT_PLACES: chat.places = \"many\": must be a whole number");
}

#[test]
fn a_missing_file_is_an_error_only_if_it_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.toml");
    assert!(Layers::gather(&path, false, Vec::new()).unwrap().file.is_none());
    let error = Layers::gather(&path, true, Vec::new()).unwrap_err();
    assert!(matches!(error.0[0].fault, Fault::Unreadable { .. }));
    std::fs::write(&path, "theme = \"day\"\n").unwrap();
    let layers = Layers::gather(&path, true, Vec::new()).unwrap();
    assert_eq!(layers.file.unwrap().1, "theme = \"day\"\n");
}

#[test]
fn every_setting_has_help_and_its_shown_value_reads_back() {
    let (console, relay) = reference();
    assert!(console.len() > 15 && relay.len() > 60);
    for (all, is_console) in [(&console, true), (&relay, false)] {
        let mut text = String::new();
        for shown in all {
            assert!(shown.help.ends_with('.'), "{}: {:?}", shown.key, shown.help);
            let (table, key) = shown.key.rsplit_once('.').unwrap_or(("", &shown.key));
            text.push_str(&if table.is_empty() {
                format!("{key} = {}\n", shown.value)
            } else {
                format!("[{table}]\n{key} = {}\n", shown.value)
            });
            let layers = file(&text);
            let back = if is_console {
                Console::load(&layers).map(|l| l.shown)
            } else {
                Relay::load(&layers).map(|l| l.shown)
            };
            let back = back.unwrap_or_else(|error| unreachable!("{text}{error}"));
            let same = back.iter().find(|other| other.key == shown.key).unwrap();
            assert_eq!((&same.value, same.origin == Origin::Default), (&shown.value, false), "{}", shown.key);
            text.clear();
        }
    }
}

#[test]
fn no_setting_is_a_secret() {
    let (console, relay) = reference();
    for shown in console.iter().chain(&relay) {
        assert!(
            !["passphrase", "password", "secret", "token", "seed"]
                .iter()
                .any(|word| shown.key.contains(word))
        );
    }
}

#[test]
fn a_sentence_needs_only_texts_that_exist() {
    let texts = include_str!("../../locales/en/common.ftl");
    let say = |id: &str, values: &[(&str, &str)]| {
        assert!(texts.contains(&format!("\n{id} = ")), "no text {id}");
        let pattern =
            texts.lines().find_map(|line| line.strip_prefix(&format!("{id} = "))).unwrap().to_owned();
        values.iter().fold(pattern, |text, (name, value)| text.replace(&format!("{{ ${name} }}"), value))
    };
    for kind in Must::KINDS {
        assert_ne!(Must::Be(kind).to_string(), kind);
        assert!(!Must::Be(kind).sentence(&say).is_empty());
    }
    let errors =
        Console::load(&file("them = \"day\"\n[chat]\nplaces = 0\nsend_hold = \"1s\"\n")).unwrap_err();
    let sentences: Vec<String> = errors.0.iter().map(|error| error.sentence(say)).collect();
    assert_eq!(sentences[0], "x.toml line 1: there is no setting them; did you mean theme?");
    assert_eq!(sentences[1], "x.toml line 3: chat.places = 0 does not fit; it must be 1 to 9.");
    assert!(sentences.iter().all(|sentence| !sentence.contains('$')), "{sentences:?}");
}

#[test]
fn origins_are_compared_by_scheme_host_and_port() {
    for (header, same) in [
        ("https://chat.example.cz", true),
        ("https://chat.example.cz:443", true),
        ("http://chat.example.cz", false),
        ("https://chat.example.cz:8443", false),
        ("https://chat.example.cz.evil.cz", false),
    ] {
        let ours: WebOrigin = "https://chat.example.cz/".parse().unwrap();
        assert_eq!(WebOrigin::from_header(header).unwrap() == ours, same, "{header}");
    }
    for header in [
        "null",
        "",
        "https://",
        "https://a.cz/",
        "https://a.cz/x",
        "https://u@a.cz",
        "https://A.cz",
        "https://a.cz:",
        "https://a.cz:+1",
        "https://a.cz:99999",
        "wss://a.cz",
        "https://a..cz",
        "https://a.cz.",
        "https://[::1",
        "https://[a.cz]",
    ] {
        assert_eq!(WebOrigin::from_header(header), None, "{header}");
    }
    let local = WebOrigin::from_header("http://[::1]:8787").unwrap();
    assert_eq!((local.host(), local.port(), local.to_string().as_str()), ("::1", 8787, "http://[::1]:8787"));
    assert_eq!(local.socket(), "ws://[::1]:8787");
}

#[test]
fn a_console_dials_without_tls_only_on_this_machine() {
    for (text, host, port) in [
        ("wss://chat.example.cz", "chat.example.cz", 443),
        ("wss://chat.example.cz:8443/", "chat.example.cz", 8443),
        ("ws://localhost:8787", "localhost", 8787),
        ("ws://127.0.0.1", "127.0.0.1", 80),
        ("ws://[::1]:1", "::1", 1),
    ] {
        let url: RelayUrl = text.parse().unwrap();
        assert_eq!((url.host(), url.port()), (host, port));
        assert_eq!(url.to_string(), text.trim_end_matches('/'));
    }
    for text in [
        "ws://chat.example.cz",
        "https://chat.example.cz",
        "chat.example.cz",
        "wss://chat.example.cz/ws",
        "ws://192.168.1.1",
    ] {
        assert!(text.parse::<RelayUrl>().is_err(), "{text}");
    }
}

#[test]
fn a_relay_on_loopback_answers_to_the_names_of_loopback() {
    let relay = Relay::load(&Layers::default()).unwrap().settings;
    let bound = "127.0.0.1:4000".parse().unwrap();
    let names: Vec<String> = relay.host_names(bound).into_iter().collect();
    assert_eq!(names, ["127.0.0.1", "::1", "localhost"]);
    let origins: Vec<String> = relay.origins(bound).iter().map(WebOrigin::to_string).collect();
    assert_eq!(origins, ["http://127.0.0.1:4000", "http://[::1]:4000", "http://localhost:4000"]);
    let relay = Relay::load(&file(
        "listen = \"0.0.0.0:80\"\npublic_url = \"https://chat.example.cz\"\nhosts = [\"b.cz\"]\n",
    ));
    let relay = relay.unwrap().settings;
    let names: Vec<String> = relay.host_names(relay.listen).into_iter().collect();
    assert_eq!(names, ["b.cz", "chat.example.cz"]);
    let origins: Vec<String> = relay.origins(relay.listen).iter().map(WebOrigin::to_string).collect();
    assert_eq!(origins, ["https://chat.example.cz"]);
}

#[test]
fn addresses_to_leave_for_cannot_carry_code() {
    for text in ["https://www.chmi.cz/", "https://a.cz?x=1#y", "https://a.cz"] {
        assert_eq!(text.parse::<WebUrl>().unwrap().as_str(), text);
    }
    for text in [
        "http://a.cz",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://a.cz/\"onload",
        "https://a.cz/<b>",
        "https://a.cz/ x",
    ] {
        assert!(text.parse::<WebUrl>().is_err(), "{text}");
    }
}

mod hours {
    use jiff::civil::date;
    use jiff::{Timestamp, ToSpan};
    use proptest::prelude::*;

    use super::*;

    fn hours(text: &str) -> Hours {
        Relay::load(&file(&format!("[hours]\n{text}"))).unwrap().settings.hours
    }

    fn prague(text: &str) -> Timestamp {
        format!("{text}[Europe/Prague]").parse::<jiff::ZonedDateTime>().unwrap().timestamp()
    }

    #[test]
    fn a_line_is_open_on_its_days_in_its_zone_and_over_midnight() {
        let hours = hours("mon-fri = \"9-21\"\nsat = \"10-12, 22-6\"\nclosed = [\"2026-12-24\"]\n");
        for (at, open) in [
            ("2026-11-23T08:59:59", false),
            ("2026-11-23T09:00:00", true),
            ("2026-11-23T20:59:59", true),
            ("2026-11-23T21:00:00", false),
            ("2026-11-28T11:00:00", true),
            ("2026-11-28T13:00:00", false),
            ("2026-11-28T23:00:00", true),
            ("2026-11-29T05:59:00", true),
            ("2026-11-29T06:00:00", false),
            ("2026-11-29T12:00:00", false),
            ("2026-12-24T12:00:00", false),
            ("2026-07-01T09:00:00", true),
        ] {
            assert_eq!(hours.is_open(prague(at)), open, "{at}");
        }
        assert_eq!(hours.next_opening(prague("2026-11-29T12:00:00")), Some(prague("2026-11-30T09:00:00")));
        assert_eq!(hours.next_opening(prague("2026-12-23T22:00:00")), Some(prague("2026-12-25T09:00:00")));
        assert_eq!(hours.closing(prague("2026-11-28T23:00:00")), Some(prague("2026-11-29T06:00:00")));
        assert_eq!(hours.closing(prague("2026-11-28T13:00:00")), None);
    }

    #[test]
    fn spans_that_touch_are_one_opening() {
        let whole_week = hours("mon-sun = \"0-24\"\n");
        assert!(whole_week.is_open(prague("2026-11-24T00:00:00")));
        assert_eq!(whole_week.closing(prague("2026-11-24T00:00:00")), None);
        let touching = hours("tue = \"9-12, 12-15\"\n");
        assert_eq!(touching.closing(prague("2026-11-24T10:00:00")), Some(prague("2026-11-24T15:00:00")));
        let night = hours("fri = \"22-24\"\nsat = \"0-4\"\n");
        assert_eq!(night.closing(prague("2026-11-27T23:00:00")), Some(prague("2026-11-28T04:00:00")));
    }

    #[test]
    fn hours_follow_the_change_of_clocks() {
        // On 25 October 2026 three o'clock becomes two; on 28 March 2027 two becomes three.
        let hours = hours("sun = \"1-4\"\n");
        let autumn = hours.closing(prague("2026-10-25T01:00:00")).unwrap() - prague("2026-10-25T01:00:00");
        let spring = hours.closing(prague("2027-03-28T01:00:00")).unwrap() - prague("2027-03-28T01:00:00");
        assert_eq!(autumn.as_hours(), 4);
        assert_eq!(spring.as_hours(), 2);
    }

    #[test]
    fn without_days_a_line_closes_only_on_the_days_named_as_closed() {
        let hours = hours("closed = [\"2026-12-24\"]\n");
        assert!(
            hours.is_open(prague("2026-12-23T23:59:59")) && !hours.is_open(prague("2026-12-24T12:00:00"))
        );
        assert_eq!(hours.closing(prague("2026-11-24T12:00:00")), Some(prague("2026-12-24T00:00:00")));
        assert_eq!(hours.next_opening(prague("2026-12-24T12:00:00")), Some(prague("2026-12-25T00:00:00")));
    }

    #[test]
    fn an_hour_the_clocks_skip_is_no_opening() {
        let hours = hours("sun = \"2-3, 10-11\"\n");
        assert_eq!(hours.next_opening(prague("2027-03-28T01:30:00")), Some(prague("2027-03-28T10:00:00")));
        assert_eq!(hours.next_opening(prague("2027-04-04T01:30:00")), Some(prague("2027-04-04T02:00:00")));
    }

    #[test]
    fn a_line_that_never_opens_or_never_closes_says_so() {
        let never = hours("mon = \"\"\n");
        assert_eq!(never.next_opening(Timestamp::UNIX_EPOCH), None);
        assert_eq!(never.next_change(Timestamp::UNIX_EPOCH), None);
        let always = Hours::always();
        assert_eq!(always.next_opening(Timestamp::UNIX_EPOCH), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(always.next_change(Timestamp::UNIX_EPOCH), None);
    }

    fn any_hours() -> impl Strategy<Value = String> {
        let span = (0..24u8, 1..=24u8).prop_filter("a span has a length", |(from, to)| from != to);
        proptest::collection::vec(proptest::option::of(span), 7).prop_map(|days| {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let lines = names.iter().zip(days).map(|(name, span)| match span {
                Some((from, to)) => format!("{name} = \"{from}-{to}\"\n"),
                None => format!("{name} = \"\"\n"),
            });
            lines.collect::<String>() + "closed = [\"2026-10-28\"]\n"
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Walks a month over a holiday and the change of clocks from change to change: between two changes nothing
        /// may change, and at each everything must.
        #[test]
        fn nothing_changes_but_at_the_next_change(text in any_hours(), minute in 0..10_000i64) {
            let hours = hours(&text);
            let mut at = prague("2026-10-10T00:00:00") + minute.minutes();
            let end = at + (30 * 24).hours();
            while at < end {
                let open = hours.is_open(at);
                let change = hours.next_change(at).unwrap_or(end).min(end);
                prop_assert!(change > at);
                let length = (change - at).as_mins();
                for step in 0..20 {
                    let between = at + (length * step / 20).minutes();
                    prop_assert_eq!(hours.is_open(between), open, "{} between {} and {}", between, at, change);
                    prop_assert_eq!(hours.next_opening(between), if open { Some(between) } else { hours.next_opening(at) });
                }
                if change < end {
                    prop_assert_eq!(hours.is_open(change), !open, "nothing changed at {}", change);
                    prop_assert_eq!(hours.is_open(change - 1.nanosecond()), open);
                }
                at = change;
            }
        }

        /// Away from holidays and changes of clocks, a plain count of minutes of the week says the same.
        #[test]
        fn a_plain_count_of_minutes_says_the_same(text in any_hours(), minute in 0..(7 * 1440i64)) {
            let monday = date(2026, 11, 9).at(0, 0, 0, 0).in_tz("Europe/Prague").unwrap();
            let at = monday.timestamp() + minute.minutes();
            let day_of_line = |day: i64| {
                let line = text.lines().nth(day.rem_euclid(7) as usize).unwrap();
                let span = line.split('"').nth(1).unwrap();
                span.split_once('-').map(|(from, to)| (from.parse::<i64>().unwrap() * 60, to.parse::<i64>().unwrap() * 60))
            };
            let covers = |day: i64, minute: i64| day_of_line(day).is_some_and(|(from, to)| {
                let to = if to < from { to + 1440 } else { to };
                from <= minute && minute < to
            });
            let (day, of_day) = (minute / 1440, minute % 1440);
            let expected = covers(day, of_day) || covers(day - 1, of_day + 1440);
            prop_assert_eq!(hours(&text).is_open(at), expected, "{}", at);
        }

        #[test]
        fn durations_and_rates_read_back(millis in 0..10_000_000_000u64, count in 1..1000u32, burst in 1..1000u32) {
            let duration = Duration::from_millis(millis);
            let shown = super::value::Setting::show(&duration);
            prop_assert_eq!(<Duration as super::value::Setting>::from_text(shown.trim_matches('"')), Some(duration));
            let rate = Rate { count, per: Duration::from_millis(millis + 1), burst };
            prop_assert_eq!(rate.to_string().parse::<Rate>(), Ok(rate));
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,40}", key in "[a-z.]{0,12}") {
            let _ = Console::load(&file(&text));
            let _ = Relay::load(&file(&format!("{key} = \"{text}\"\n[hours]\nmon = \"{text}\"\n")));
            let _ = text.parse::<Rate>();
            let _ = text.parse::<RelayUrl>();
            let _ = WebOrigin::from_header(&text);
            let _ = <Duration as super::value::Setting>::from_text(&text);
        }
    }
}
