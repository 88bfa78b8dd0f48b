//! Files of keys: what is taken, and what is named with its line.

use super::*;

fn key(text: &str) -> KeyCombination {
    parse_keys(text).expect("a key")[0]
}

#[test]
fn every_shipped_keymap_parses() {
    for (name, text) in SHIPPED {
        Keymap::read(name, text, Keymap::default()).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn nothing_is_bound_that_a_terminal_or_multiplexer_takes() {
    let never = ["f1", "f10", "f11", "ctrl-b", "ctrl-a", "ctrl-s", "ctrl-q", "ctrl-o", "ctrl-g"];
    for (name, _) in SHIPPED {
        let keymap = Keymap::shipped(name).expect("shipped");
        for table in keymap.tables.values() {
            for KeysKey(keys) in table.keys() {
                for one in keys.split(' ') {
                    assert!(!never.contains(&one), "{name}: {one}");
                    let last = one.rsplit('-').next().expect("a key");
                    assert!(!last.chars().all(|c| c.is_ascii_digit()), "{name}: {one}");
                    assert!(!["y", "z", "shift-y", "shift-z"].contains(&one), "{name}: {one}");
                }
            }
        }
    }
}

#[test]
fn a_letter_works_in_a_list_and_with_alt_in_a_box() {
    let keymap = Keymap::shipped("default").expect("shipped");
    for (case, context, keys, found) in [
        ("everywhere", Context::Text, "f2", Lookup::Command(Command::ChatTake)),
        ("a letter in a list", Context::List, "a", Lookup::Command(Command::ChatTake)),
        ("a letter in a box is text", Context::Text, "a", Lookup::Nothing),
        ("with Alt it is the list's", Context::Text, "alt-a", Lookup::Command(Command::ChatTake)),
    ] {
        assert_eq!(keymap.lookup(context, &[key(keys)]), found, "{case}");
    }
    let vim = Keymap::shipped("vim").expect("shipped");
    assert_eq!(vim.lookup(Context::List, &[key("space")]), Lookup::Prefix);
    assert_eq!(vim.lookup(Context::List, &[key("space"), key("t")]), Lookup::Command(Command::TopicsOpen));
}

#[test]
fn a_mistake_is_named_with_its_line() {
    for (case, text, line, what) in [
        ("unsendable", "[global]\n\"ctrl-1\" = \"chat.take\"", 2, Mistake::Unsendable("ctrl-1".to_owned())),
        ("no key", "[list]\n\n\"hyper-q\" = \"chat.take\"", 3, Mistake::Key("hyper-q".to_owned())),
        ("no command", "[list]\n\"q\" = \"chat.steal\"", 2, Mistake::Command("chat.steal".to_owned())),
        ("no context", "[chat]\n\"q\" = \"chat.take\"", 1, Mistake::Context("chat".to_owned())),
        ("no keymap", "# mine\ninherits = \"emacs\"", 2, Mistake::Inherits("emacs".to_owned())),
        (
            "a clash",
            "inherits = \"vim\"\n[list]\n\"space\" = \"chat.take\"",
            1,
            Mistake::Clash("space a".to_owned(), "space".to_owned()),
        ),
    ] {
        let error = Keymap::with_differences("keymap.toml", text).expect_err(case);
        assert_eq!((error.line, &error.what), (line, &what), "{case}");
    }
    assert!(Keymap::with_differences("keymap.toml", "[global").is_err());
}

#[test]
fn differences_bind_and_unbind() {
    let keymap =
        Keymap::with_differences("keymap.toml", "[global]\n\"f12\" = \"chat.take\"\n\"f2\" = \"none\"")
            .expect("good differences");
    assert_eq!(keymap.lookup(Context::List, &[key("f2")]), Lookup::Nothing);
    assert_eq!(keymap.lookup(Context::List, &[key("f12")]), Lookup::Command(Command::ChatTake));
    assert_eq!(keymap.keys_of(Command::ChatTake, Context::Global), ["F12"]);
}
