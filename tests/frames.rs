//! Every frame against its golden line, in both directions. Golden files only grow.

use std::collections::BTreeSet;

use opora::protocol::frame::{ToClient, ToRelay};
use serde_json::Value;

const TO_RELAY: &str = include_str!("golden/frames/to_relay.jsonl");
const TO_CLIENT: &str = include_str!("golden/frames/to_client.jsonl");

fn types(lines: &str) -> BTreeSet<String> {
    lines
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).expect("JSON");
            value["t"].as_str().expect("a type").to_owned()
        })
        .collect()
}

#[test]
fn what_a_client_says_is_read_and_written_as_it_stands() {
    for line in TO_RELAY.lines() {
        let frame = ToRelay::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(frame.to_text(), line);
        assert!(line.starts_with(&format!(r#"{{"t":"{}""#, frame.name())), "{line}");
    }
    assert_eq!(types(TO_RELAY).len(), 18, "every type is here");
}

#[test]
fn what_the_relay_says_is_read_and_written_as_it_stands() {
    for line in TO_CLIENT.lines() {
        let frame = ToClient::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(frame.to_text(), line);
    }
    assert_eq!(types(TO_CLIENT).len(), 15, "every type is here");
}

#[test]
fn the_relay_denies_a_field_it_does_not_know_and_a_client_ignores_it() {
    let with = |line: &str| format!("{},\"later\":1}}", &line[..line.len() - 1]);
    for line in TO_RELAY.lines() {
        assert!(ToRelay::parse(&with(line)).is_err(), "{line}");
    }
    for line in TO_CLIENT.lines() {
        let frame = ToClient::parse(&with(line)).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(frame.to_text(), line);
    }
}

#[test]
fn the_relay_denies_every_field_taken_away_doubled_or_null() {
    for line in TO_RELAY.lines() {
        let Value::Object(fields) = serde_json::from_str(line).expect("JSON") else { panic!("{line}") };
        for (name, value) in fields {
            let written = format!("\"{name}\":{value}");
            let doubled = format!("{},{written}}}", &line[..line.len() - 1]);
            assert!(ToRelay::parse(&doubled).is_err(), "{name} doubled in {line}");
            assert!(
                ToRelay::parse(&line.replace(&written, &format!("\"{name}\":null"))).is_err(),
                "{name} null in {line}"
            );
        }
    }
}
