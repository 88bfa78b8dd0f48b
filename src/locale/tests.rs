#![expect(clippy::unwrap_used, reason = "tests")]
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::civil::{date, time};

use super::*;

/// The ids of a Fluent text with the variables of each; grammar attributes (`.gender`, `.feminine`) are each language's
/// own, all others count.
fn ids(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let message = regex::Regex::new(r"^([a-zA-Z][\w-]*)\s*=").unwrap();
    let attribute = regex::Regex::new(r"^\s+\.([a-zA-Z][\w-]*)\s*=").unwrap();
    let variable = regex::Regex::new(r"\{\s*\$([\w-]+)").unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut id, mut current) = (String::new(), String::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(begin) = message.captures(line) {
            id = begin[1].to_owned();
            current.clone_from(&id);
        } else if let Some(begin) = attribute.captures(line) {
            if matches!(&begin[1], "gender" | "feminine" | "neuter") {
                continue;
            }
            current = format!("{id}.{}", &begin[1]);
        } else if line.trim().is_empty() {
            continue;
        }
        let variables = found.entry(current.clone()).or_default();
        // Only Czech tells ty from vy: `$you` is at hand everywhere, and a language takes it where it needs it.
        let names = variable.captures_iter(line).map(|name| name[1].to_owned());
        variables.extend(names.filter(|name| name != "you"));
    }
    found
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_variables_in_every_file() {
    for (file, english, czech) in SHIPPED {
        let (english, czech) = (ids(english), ids(czech));
        let names = |ids: &BTreeMap<String, BTreeSet<String>>| ids.keys().cloned().collect::<BTreeSet<_>>();
        let only_one: Vec<_> = names(&english).symmetric_difference(&names(&czech)).cloned().collect();
        assert!(only_one.is_empty(), "{file}: only in one language: {only_one:?}");
        for (id, variables) in &english {
            assert_eq!(variables, &czech[id], "{file}: variables of {id}");
        }
    }
}

#[test]
fn every_file_is_fluent_and_no_id_stands_in_two() {
    for lang in Lang::ALL {
        let mut bundle: FluentBundle<FluentResource> = FluentBundle::new_concurrent(vec![lang.identifier()]);
        for (file, english, czech) in SHIPPED {
            let text = if lang == Lang::En { english } else { czech };
            let resource = parse(file, text).unwrap_or_else(|error| unreachable!("{lang} {error}"));
            assert!(bundle.add_resource(resource).is_ok(), "{lang}/{file} has an id of another file");
        }
    }
}

#[test]
fn every_czech_plural_has_a_form_for_few() {
    let choice = regex::Regex::new(r"(?s)->(.*?)\n\}").unwrap();
    for (file, _, czech) in SHIPPED {
        for found in choice.captures_iter(czech) {
            let forms = &found[1];
            assert!(!forms.contains("[one]") || forms.contains("[few]"), "{file}: {forms}");
        }
    }
}

#[test]
fn czech_counts_one_few_many_other() {
    let cs = Locale::new(Lang::Cs);
    for (count, said) in
        [(0, "0 dětí"), (1, "1 dítě"), (2, "2 děti"), (4, "4 děti"), (5, "5 dětí"), (22, "22 dětí")]
    {
        assert_eq!(cs.say_with("count-children", &[("count", count.into())]), said);
    }
    assert_eq!(cs.say_with("count-minutes", &[("count", Value::Decimal(1.5, 1))]), "1,5 minuty");
    assert_eq!(cs.say_with("count-minutes", &[("count", Value::Decimal(4.0, 1))]), "4,0 minuty");
    let en = Locale::new(Lang::En);
    assert_eq!(en.say_with("count-children", &[("count", 1.into())]), "1 child");
    assert_eq!(en.say_with("count-children", &[("count", 1204.into())]), "1\u{a0}204 children");
}

#[test]
fn a_missing_text_is_none_and_attributes_are_reached_by_a_dot() {
    let locale = Locale::new(Lang::Cs);
    assert_eq!(locale.try_say("no-such-text", &[]), None);
    assert_eq!(locale.try_say("animal-0.no-such", &[]), None);
    assert_eq!(locale.say("animal-0.gender"), "feminine");
    assert!(locale.has("animal-0") && !locale.has("no-such-text"));
}

#[test]
fn a_name_is_searched_with_the_other_words_it_is_known_by() {
    let cs = Locale::new(Lang::Cs);
    assert_eq!(cs.words("topic-digital-gaming"), "Hraní her\nhry minecraft roblox");
    assert_eq!(cs.words("kind-test"), "Test, žert");
}

#[test]
fn no_isolation_marks_stand_around_values() {
    let locale = Locale::with_own(Lang::En, &[("own.ftl", "own-greeting = Hello { $name }!")]).unwrap();
    assert_eq!(locale.say_with("own-greeting", &[("name", "Jana".into())]), "Hello Jana!");
}

#[test]
fn own_texts_lie_over_the_shipped_ones_and_a_mistake_names_its_line() {
    let locale = Locale::with_own(Lang::En, &[("own.ftl", "word-yes = aye")]).unwrap();
    assert_eq!((locale.say("word-yes").as_str(), locale.say("word-no").as_str()), ("aye", "no"));
    let error = Locale::with_own(Lang::En, &[("own.ftl", "word-yes = aye\nword-no = { $\n")]).unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("own.ftl", 2), "{error}");
}

#[test]
fn numbers_are_grouped_and_decimals_have_the_mark_of_the_language() {
    let (en, cs) = (Locale::new(Lang::En), Locale::new(Lang::Cs));
    for (number, written) in [
        (0, "0"),
        (999, "999"),
        (1204, "1\u{a0}204"),
        (1_000_000, "1\u{a0}000\u{a0}000"),
        (-1204, "-1\u{a0}204"),
        (-12, "-12"),
    ] {
        assert_eq!(en.number(number), written);
        assert_eq!(cs.number(number), written);
    }
    assert_eq!((en.decimal(12.44, 1).as_str(), cs.decimal(12.44, 1).as_str()), ("12.4", "12,4"));
    assert_eq!((en.percent(Some(0.781)).as_str(), en.percent(None).as_str()), ("78 %", "–"));
    assert_eq!((cs.size(12_400_000).as_str(), cs.size(312).as_str()), ("12,4 MB", "312 B"));
}

#[test]
fn times_and_dates_are_written_as_each_language_does() {
    let (en, cs) = (Locale::new(Lang::En), Locale::new(Lang::Cs));
    let day = date(2026, 11, 12);
    assert_eq!((en.date(day).as_str(), cs.date(day).as_str()), ("12 Nov", "12. 11."));
    assert_eq!((en.date_year(day).as_str(), cs.date_year(day).as_str()), ("12 Nov 2026", "12. 11. 2026"));
    assert_eq!(
        (en.date_full(day).as_str(), cs.date_full(day).as_str()),
        ("12 November 2026", "12. listopadu 2026")
    );
    assert_eq!((en.weekday(day).as_str(), cs.weekday(day).as_str()), ("Thu", "čt"));
    assert_eq!(
        (en.clock(time(9, 5, 7, 0)).as_str(), en.clock_seconds(time(9, 5, 7, 0)).as_str()),
        ("09:05", "09:05:07")
    );
    for (seconds, wait, length) in [
        (0, "00:00", "0 min"),
        (372, "06:12", "6 min"),
        (3599, "59:59", "59 min"),
        (7800, "2:10:00", "2 h 10 min"),
    ] {
        assert_eq!(en.wait(Duration::from_secs(seconds)), wait);
        assert_eq!(cs.minutes(Duration::from_secs(seconds)), length);
    }
    for month in 1..=12 {
        for locale in [&en, &cs] {
            assert!(!locale.date_full(date(2026, month, 1)).contains('⟦'));
            assert!(!locale.date(date(2026, month, 1)).contains('⟦'));
        }
    }
}

#[test]
fn a_handle_agrees_in_gender_and_means_the_same_child_in_both_languages() {
    let (en, cs) = (Locale::new(Lang::En), Locale::new(Lang::Cs));
    for (start, english, czech) in [
        ([0, 0, 6], "Blue Fox", "Modrá Liška"),
        ([0, 2, 6], "Blue Hare", "Modrý Zajíc"),
        ([1, 52, 6], "Red Foal", "Červené Hříbě"),
        ([32, 64, 6], "Blue Fox", "Modrá Liška"),
    ] {
        assert_eq!((en.handle(start).as_str(), cs.handle(start).as_str()), (english, czech));
    }
    assert_eq!(en.handle_numbered([0, 0, 6]), "Blue Fox 7");
}

#[test]
fn all_2048_handles_differ_and_are_short() {
    for lang in Lang::ALL {
        let locale = Locale::new(lang);
        let mut handles = BTreeSet::new();
        for colour in 0..32 {
            for animal in 0..64 {
                let handle = locale.handle([colour, animal, 0]);
                assert!(handle.chars().count() <= 16, "{handle} is long");
                assert!(handle.chars().all(|c| c.is_alphabetic() || c == ' '), "{handle}");
                handles.insert(handle);
            }
        }
        assert_eq!(handles.len(), 2048, "{lang}");
    }
}

#[test]
fn the_language_is_what_was_asked_for_then_the_variable() {
    assert_eq!(Lang::detect(Some(Lang::Cs), Some("en")), Lang::Cs);
    assert_eq!(Lang::detect(None, Some("cs_CZ.UTF-8")), Lang::Cs);
    assert_eq!(Lang::detect(None, Some("en-GB")), Lang::En);
    assert!("de".parse::<Lang>().is_err());
    for (tag, lang) in
        [("cs", Some(Lang::Cs)), ("CS-cz", Some(Lang::Cs)), ("csb", None), ("", None), ("C.UTF-8", None)]
    {
        assert_eq!(Lang::from_tag(tag), lang, "{tag}");
    }
}

#[test]
fn a_locale_is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Locale>();
}

#[test]
fn both_languages_have_the_same_phrases_short_enough_to_send() {
    let [en, cs] = Lang::ALL.map(Phrases::shipped);
    let codes =
        |phrases: &Phrases| phrases.all().iter().map(|phrase| phrase.code.clone()).collect::<Vec<_>>();
    assert_eq!(codes(&en), codes(&cs));
    assert!(en.all().len() >= 25);
    for phrase in en.all().iter().chain(cs.all()) {
        for address in [Address::Ty, Address::Vy] {
            let text = phrase.text(address);
            assert!(!text.is_empty() && text.chars().count() <= 600, "{}", phrase.code);
            // Nobody's gender is presumed, and nobody is addressed with a slash.
            assert!(!text.contains("l/a"), "{}", phrase.code);
        }
        assert!(phrase.title.chars().count() <= 40, "{}", phrase.title);
    }
    assert!(en.get("bye").is_some() && en.get("photos").is_some() && en.get("quiet").is_some());
}

#[test]
fn two_letters_find_a_phrase_by_code_or_by_a_word_of_its_title() {
    let cs = Phrases::shipped(Lang::Cs);
    let first = |typed: &str| cs.find(typed).first().map(|phrase| phrase.code.clone());
    for (typed, code) in
        [("ph", "photos"), ("by", "bye"), ("fot", "photos"), ("sik", "bully"), ("roz", "bye")]
    {
        assert_eq!(first(typed).as_deref(), Some(code), "{typed}");
    }
    assert_eq!(cs.find("").len(), cs.all().len());
    assert!(cs.find("qq").is_empty());
}

#[test]
fn a_phrase_speaks_ty_or_vy_and_leaves_open_what_is_not_known() {
    let phrases = Phrases::shipped(Lang::Cs);
    let greeting = phrases.get("hi").unwrap();
    assert!(greeting.fill(Address::Ty, &[("me", "Jana")]).starts_with("Ahoj, tady Jana."));
    assert!(greeting.fill(Address::Vy, &[]).starts_with("Dobrý den, tady {me}."));
}

#[test]
fn own_phrases_replace_shipped_ones_and_mistakes_name_their_line() {
    let own = Phrases::parse("mine.toml", "[[phrase]]\ncode = \"bye\"\ntitle = \"B\"\ntext = \"So long\"\n")
        .unwrap();
    let count = Phrases::shipped(Lang::En).all().len();
    let all = Phrases::shipped(Lang::En).with(own);
    assert_eq!((all.all().len(), all.get("bye").unwrap().text(Address::Vy)), (count, "So long"));
    for (text, line, what) in [
        ("[[phrase]]\ncode = \"a b\"\ntitle = \"T\"\ntext = \"x\"\n", 2, "no short code"),
        ("[[phrase]]\ncode = \"a\"\ntitle = \"T\"\nty = \"x\"\n", 2, "needs text"),
        ("[[phrase]]\ncode = \"a\"\ntitle = \"T\"\ntext = \"{name}\"\n", 4, "none of me"),
        ("[[phrase]]\ncode = \"a\"\ntitle = \"T\"\ntxt = \"x\"\n", 4, "unknown field"),
        (
            "[[phrase]]\ncode = \"a\"\ntitle = \"T\"\ntext = \"x\"\n[[phrase]]\ncode = \"a\"\ntitle = \"T\"\ntext = \"y\"\n",
            6,
            "twice",
        ),
    ] {
        let error = Phrases::parse("mine.toml", text).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.what.contains(what), "{error}");
    }
}
