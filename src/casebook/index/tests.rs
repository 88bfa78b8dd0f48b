#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn text(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

fn numbers(index: &mut Index, typed: &str) -> Vec<Number> {
    index.send();
    index.settle();
    let mut found = index.search(typed);
    found.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    found.into_iter().map(|(number, _)| number).collect()
}

#[test]
fn every_term_must_match_by_beginnings_without_accents_in_any_piece() {
    let mut index = Index::start().unwrap();
    index.put(1, Piece::Note, text("Spolužáci dávají fotky do skupiny"));
    index.put(2, Piece::Note, text("fotka psa"));
    index.put(2, Piece::Transcript, text("máma to nesmí vědět, skupina"));
    index.put(3, Piece::Label, text("Modrá liška"));
    for (typed, expected) in [
        ("fotky", vec![1]),
        ("fot skup", vec![1, 2]),
        ("SPOLUZACI", vec![1]),
        ("modra", vec![3]),
        ("\"mama to nesmi\"", vec![2]),
        ("\"mama nesmi\"", vec![]),
        ("\"to nes", vec![2]),
        ("\"to nes\"", vec![]),
        ("", vec![]),
        ("xyz", vec![]),
        ("fotky xyz", vec![]),
    ] {
        let mut found = numbers(&mut index, typed);
        found.sort_unstable();
        assert_eq!(found, expected, "{typed}");
    }
}

#[test]
fn a_name_and_an_exact_word_come_first() {
    let mut index = Index::start().unwrap();
    index.put(0, Piece::Transcript, text("liška"));
    index.put(1, Piece::Note, text("liškami"));
    index.put(2, Piece::Note, text("liška"));
    index.put(3, Piece::Label, text("Liška"));
    assert_eq!(numbers(&mut index, "liska"), [3, 2, 0, 1]);
}

#[test]
fn a_changed_note_is_found_by_its_new_words_only() {
    let mut index = Index::start().unwrap();
    for n in 0..300 {
        index.put(7, Piece::Note, text(&format!("verze{n} slovo")));
        index.send();
    }
    index.put(7, Piece::Transcript, text("slovo"));
    assert_eq!(numbers(&mut index, "verze299"), [7]);
    assert!(numbers(&mut index, "verze298").is_empty());
    assert_eq!(numbers(&mut index, "slovo"), [7]);
    index.put(7, Piece::Note, vec![]);
    assert!(numbers(&mut index, "verze").is_empty());
    assert_eq!(numbers(&mut index, "slovo"), [7], "the chat is still there");
    assert!(index.shared.read().unwrap().parts.len() < 12, "parts are merged");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn any_sequence_of_changes_finds_what_a_plain_look_finds(
        changes in prop::collection::vec((0u32..20, 0u8..4, prop::option::of("[abc]{1,3}( [abc]{1,3}){0,6}")), 1..120),
        typed in prop::collection::vec("[abc]{1,2}|\"[ab]{1,2} [abc]{1,2}\"|\"[ab] [bc]", 1..3),
        loaded in 0usize..120,
    ) {
        let typed = typed.join(" ");
        let mut index = Index::start().unwrap();
        let mut model: BTreeMap<(u32, u8), String> = BTreeMap::new();
        for (n, (number, piece, words)) in changes.iter().enumerate() {
            let kind = [Piece::Label, Piece::Note, Piece::Transcript, Piece::Case][usize::from(*piece)];
            index.put(*number, kind, words.iter().cloned().collect());
            // A whole casebook at first, then one change after the other.
            if n >= loaded {
                index.send();
            }
            match words {
                Some(words) => _ = model.insert((*number, *piece), words.clone()),
                None => _ = model.remove(&(*number, *piece)),
            }
        }
        let query = Query::parse(&typed);
        let expected: BTreeSet<u32> = (0..20).filter(|number| {
            !query.terms.is_empty() && query.terms.iter().all(|term| model.iter().any(|((of, _), text)| {
                let words: Vec<&str> = text.split(' ').collect();
                of == number && words.windows(term.words.len()).any(|window| {
                    window.iter().enumerate().all(|(n, word)| term.matches(n, word))
                })
            }))
        }).collect();
        prop_assert_eq!(numbers(&mut index, &typed).into_iter().collect::<BTreeSet<_>>(), expected, "{}", typed);
    }
}
