//! The anonymiser against notes with gold marks: `notes-dev.jsonl` (made by others, seen while building) and
//! `notes-own.jsonl` and `notes-other.jsonl` (written before the rules were tuned, in other styles). Aims: domain.md 7, issue "What was learned
//! leaves the house".

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use opora::anonymise::generalise::Audience;
use opora::anonymise::{Anonymiser, Lists, Note, Span};
use opora::locale::Lang;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct GoldNote {
    id: String,
    lang: Lang,
    text: String,
    spans: Vec<Gold>,
}

#[derive(Deserialize)]
struct Gold {
    start: usize,
    end: usize,
    kind: String,
    entity: Option<String>,
}

fn notes(file: &str) -> Vec<GoldNote> {
    file.lines().map(|line| serde_json::from_str(line).expect("a note")).collect()
}

fn dev() -> Vec<GoldNote> {
    notes(include_str!("golden/notes-dev.jsonl"))
}

fn own() -> Vec<GoldNote> {
    notes(include_str!("golden/notes-own.jsonl"))
}

fn anonymiser() -> &'static Anonymiser {
    static SHIPPED: OnceLock<Anonymiser> = OnceLock::new();
    SHIPPED.get_or_init(|| Anonymiser::new(&Lists::shipped()))
}

fn note(lang: Lang) -> Note {
    Note { lang, audience: Audience::Partner, keeps_regions: true, coarse_ages: false }
}

/// What a scorer counts.
#[derive(Default, Debug)]
struct Score {
    /// By kind: found whole, all.
    kinds: BTreeMap<String, (usize, usize)>,
    notes: usize,
    clean_notes: usize,
    masked_letters: usize,
    gold_letters: usize,
    /// Neither masked nor doubtful.
    unseen: usize,
    /// Words that a person is asked about, and all words.
    doubts: (usize, usize),
    /// Gold persons, and those all of whose names got one entity that nobody else has.
    persons: (usize, usize),
}

fn score(notes: &[GoldNote]) -> Score {
    let mut score = Score { notes: notes.len(), ..Score::default() };
    for note in notes {
        let letters: Vec<char> = note.text.chars().collect();
        let (mut masked, mut doubted, mut gold) =
            (vec![false; letters.len()], vec![false; letters.len()], vec![false; letters.len()]);
        let spans: Vec<Span> = anonymiser()
            .spans(&note.text, note.lang)
            .into_iter()
            .filter(|span| !span.kind.is_general())
            .collect();
        for span in &spans {
            let list = if span.doubtful { &mut doubted } else { &mut masked };
            list[span.start..span.end].fill(true);
        }
        let mut clean = true;
        score.doubts.0 += spans.iter().filter(|span| span.doubtful).count();
        score.doubts.1 += note.text.split_whitespace().count();
        for span in &note.spans {
            gold[span.start..span.end].fill(true);
            // A shop, a club, a rare hobby: no kind of domain.md, and no loss either way.
            if span.kind == "look" {
                continue;
            }
            let covers = |seen: &dyn Fn(usize) -> bool| {
                (span.start..span.end).all(|at| !letters[at].is_alphanumeric() || seen(at))
            };
            let whole = covers(&|at| masked[at]);
            let (found, all) = score.kinds.entry(span.kind.clone()).or_default();
            (*found, *all) = (*found + usize::from(whole), *all + 1);
            clean &= whole;
            score.unseen += usize::from(!covers(&|at| masked[at] || doubted[at]));
        }
        score.clean_notes += usize::from(clean);
        let counted = |at: &usize| masked[*at] && letters[*at].is_alphanumeric();
        score.masked_letters += (0..letters.len()).filter(counted).count();
        score.gold_letters += (0..letters.len()).filter(|at| counted(at) && gold[*at]).count();
        score_persons(note, &spans, &mut score);
    }
    score
}

fn score_persons(note: &GoldNote, spans: &[Span], score: &mut Score) {
    let mut persons: BTreeMap<&str, HashSet<usize>> = BTreeMap::new();
    for gold in &note.spans {
        let Some(entity) = &gold.entity else { continue };
        let found = spans
            .iter()
            .filter(|span| span.start < gold.end && span.end > gold.start)
            .filter_map(|span| span.entity);
        persons.entry(entity).or_default().extend(found);
    }
    let alone = |entity: &str, own: &HashSet<usize>| {
        persons.iter().all(|(other, numbers)| *other == entity || numbers.is_disjoint(own))
    };
    score.persons.0 += persons.iter().filter(|(entity, own)| own.len() <= 1 && alone(entity, own)).count();
    score.persons.1 += persons.len();
}

impl Score {
    fn spans(&self) -> f64 {
        let (found, all) =
            self.kinds.values().fold((0, 0), |(found, all), kind| (found + kind.0, all + kind.1));
        share(found, all)
    }

    fn holds(&self, kind: &str) -> bool {
        self.kinds.get(kind).is_some_and(|(found, all)| found == all)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[test]
fn the_dev_notes_meet_every_aim() {
    let score = score(&dev());
    for kind in ["birth_number", "phone", "email"] {
        assert!(score.holds(kind), "{kind}: {score:?}");
    }
    assert!(score.spans() >= 0.97, "{score:?}");
    assert!(share(score.clean_notes, score.notes) >= 0.90, "{score:?}");
    assert!(share(score.gold_letters, score.masked_letters) >= 0.90, "{score:?}");
    assert!(share(score.unseen, 446) <= 0.01, "{score:?}");
    assert!(share(score.persons.0, score.persons.1) >= 0.95, "{score:?}");
}

#[test]
fn the_own_notes_meet_every_aim() {
    let notes = own();
    assert!(notes.len() >= 60);
    let score = score(&notes);
    for kind in ["birth_number", "phone", "email"] {
        assert!(score.holds(kind), "{kind}: {score:?}");
    }
    assert!(score.spans() >= 0.97, "{score:?}");
    assert!(share(score.clean_notes, score.notes) >= 0.90, "{score:?}");
    assert!(share(score.gold_letters, score.masked_letters) >= 0.90, "{score:?}");
    let spans: usize = notes.iter().map(|note| note.spans.len()).sum();
    assert!(share(score.unseen, spans) <= 0.01, "{score:?}");
    assert!(share(score.persons.0, score.persons.1) >= 0.95, "{score:?}");
}

#[test]
fn the_other_notes_meet_every_aim() {
    let notes = notes(include_str!("golden/notes-other.jsonl"));
    assert!(notes.len() >= 80);
    let score = score(&notes);
    for kind in ["birth_number", "phone", "email"] {
        assert!(score.holds(kind), "{kind}: {score:?}");
    }
    assert!(score.spans() >= 0.97, "{score:?}");
    assert!(share(score.clean_notes, score.notes) >= 0.90, "{score:?}");
    assert!(share(score.gold_letters, score.masked_letters) >= 0.90, "{score:?}");
    let spans: usize = notes.iter().map(|note| note.spans.len()).sum();
    assert!(share(score.unseen, spans) <= 0.01, "{score:?}");
}

#[test]
fn the_fresh_notes_meet_every_aim() {
    let notes = notes(include_str!("golden/notes-fresh.jsonl"));
    let score = score(&notes);
    for kind in ["birth_number", "phone", "email"] {
        assert!(score.holds(kind), "{kind}: {score:?}");
    }
    assert!(score.spans() >= 0.97, "{score:?}");
    assert!(share(score.clean_notes, score.notes) >= 0.90, "{score:?}");
    assert!(share(score.gold_letters, score.masked_letters) >= 0.90, "{score:?}");
    let spans: usize = notes.iter().map(|note| note.spans.len()).sum();
    assert!(share(score.unseen, spans) <= 0.01, "{score:?}");
}

/// What is to be expected of notes that nobody tuned anything for; the README of the file says what was reached.
#[test]
fn notes_that_no_rule_was_made_for_are_mostly_covered() {
    let notes = notes(include_str!("golden/notes-held.jsonl"));
    let score = score(&notes);
    assert!(score.spans() >= 0.92, "{score:?}");
    assert!(share(score.clean_notes, score.notes) >= 0.80, "{score:?}");
    assert!(share(score.gold_letters, score.masked_letters) >= 0.95, "{score:?}");
    let spans: usize = notes.iter().map(|note| note.spans.len()).sum();
    assert!(share(score.unseen, spans) <= 0.06, "{score:?}");
}

/// Notes of many styles; their README says what was reached before any rule was made for them. What is not masked is
/// seen, and a reviewer is asked about few words.
#[test]
fn the_field_notes_are_masked_or_seen_without_drowning_anybody() {
    let notes = notes(include_str!("golden/notes-field.jsonl"));
    let score = score(&notes);
    for kind in ["birth_number", "phone", "email", "other_id", "url", "date_of_birth"] {
        assert!(score.holds(kind), "{kind}: {score:?}");
    }
    let all: usize = score.kinds.values().map(|kind| kind.1).sum();
    assert!(score.spans() >= 0.94, "{score:?}");
    assert!(share(score.gold_letters, score.masked_letters) >= 0.95, "{score:?}");
    assert!(share(score.unseen, all) <= 0.01, "{score:?}");
    assert!(share(score.doubts.0, score.doubts.1) <= 0.03, "{score:?}");
}

/// Terse notes, scored once before their misses were read; the README of the file says what that was.
#[test]
fn terse_notes_are_covered_as_the_limits_page_says() {
    let notes = notes(include_str!("golden/notes-sealed.jsonl"));
    let score = score(&notes);
    let all: usize = score.kinds.values().map(|kind| kind.1).sum();
    assert!(score.spans() >= 0.88, "{score:?}");
    assert!(share(score.unseen, all) <= 0.09, "{score:?}");
    assert!(share(score.gold_letters, score.masked_letters) >= 0.95, "{score:?}");
    assert!(share(score.doubts.0, score.doubts.1) <= 0.03, "{score:?}");
}

/// A child rarely presses Shift: all notes once more in lower case, the Czech ones without diacritics.
#[test]
fn notes_in_lower_case_are_mostly_masked_and_nearly_all_seen() {
    use unicode_normalization::UnicodeNormalization as _;
    for (lang, least, unseen) in [(Lang::Cs, 0.92, 0.04), (Lang::En, 0.92, 0.03)] {
        let bare = |letter: char| match lang {
            Lang::Cs => letter.to_lowercase().nfd().next().unwrap_or(letter),
            Lang::En => letter.to_lowercase().next().unwrap_or(letter),
        };
        let lowered: Vec<GoldNote> = dev()
            .into_iter()
            .chain(own())
            .chain(notes(include_str!("golden/notes-other.jsonl")))
            .filter(|note| note.lang == lang)
            .map(|note| GoldNote { text: note.text.chars().map(bare).collect(), ..note })
            .collect();
        let score = score(&lowered);
        let spans: usize = lowered.iter().map(|note| note.spans.len()).sum();
        assert!(score.spans() >= least, "{lang:?}: {score:?}");
        assert!(share(score.unseen, spans) <= unseen, "{lang:?}: {score:?}");
        assert!(share(score.gold_letters, score.masked_letters) >= 0.95, "{lang:?}: {score:?}");
    }
}

/// Lists that were drawn from the notes would hold little else. Ours are broad, and most of what they hold was never
/// in a note.
#[test]
fn no_list_was_drawn_from_the_dev_notes() {
    let words: HashSet<String> = dev()
        .iter()
        .flat_map(|note| {
            note.text.split(|letter: char| !letter.is_alphabetic()).map(str::to_lowercase).collect::<Vec<_>>()
        })
        .collect();
    for (name, list, least) in [
        ("given.cs", include_str!("../wordlists/given.cs.txt"), 1_500),
        ("given.en", include_str!("../wordlists/given.en.txt"), 1_000),
        ("surnames.cs", include_str!("../wordlists/surnames.cs.txt"), 1_000),
        ("surnames.en", include_str!("../wordlists/surnames.en.txt"), 800),
        ("places.cs", include_str!("../wordlists/places.cs.txt"), 900),
        ("places.en", include_str!("../wordlists/places.en.txt"), 600),
    ] {
        let entries: HashSet<String> = list
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(|line| {
                line.split(|letter: char| !letter.is_alphabetic()).map(str::to_lowercase).collect::<Vec<_>>()
            })
            .filter(|word| word.chars().count() > 1)
            .collect();
        let shared = entries.iter().filter(|entry| words.contains(*entry)).count();
        assert!(entries.len() >= least, "{name} has only {} entries", entries.len());
        assert!(
            share(shared, entries.len()) < 0.06,
            "{name}: {shared} of {} stand in the notes",
            entries.len()
        );
    }
}

/// The rules know names that no list has: the words of each person's name are replaced by made-up ones of the same
/// shape, in notes that are written with capitals.
#[test]
fn made_up_names_are_found_by_rule() {
    let (mut found, mut all) = (0, 0);
    for note in dev()
        .iter()
        .chain(&own())
        .filter(|note| note.text.chars().filter(|letter| letter.is_uppercase()).count() > 4)
    {
        let letters: Vec<char> = note.text.chars().collect();
        let text: String = letters
            .iter()
            .enumerate()
            .map(|(at, letter)| {
                let named =
                    note.spans.iter().any(|span| span.kind == "name" && (span.start..span.end).contains(&at));
                let inside = at > 0 && letters[at - 1].is_alphabetic();
                // Only the first consonants: the ending still says case and gender.
                match (named && inside, letter) {
                    (true, 'r') => 'v',
                    (true, 'n') => 'm',
                    (true, 'l') => 'd',
                    (true, 't') => 'b',
                    _ => *letter,
                }
            })
            .collect();
        let spans = anonymiser().spans(&text, note.lang);
        for gold in note.spans.iter().filter(|span| span.kind == "name") {
            all += 1;
            let seen = |at: usize| {
                spans.iter().any(|span| !span.kind.is_general() && (span.start..span.end).contains(&at))
            };
            found += usize::from((gold.start..gold.end).all(|at| !letters[at].is_alphanumeric() || seen(at)));
        }
    }
    assert!(share(found, all) >= 0.90, "{found} of {all} made-up names are masked or doubted");
}

#[test]
fn a_person_keeps_one_pseudonym_with_relation_and_gender() {
    let masked = |text: &str, lang| anonymiser().mask(text, note(lang)).into_inner();
    assert_eq!(
        masked(
            "Kamarádka Zuzka Tichá (13 let) píše. Zuzce se vysmívá Matěj ze ZŠ Lipová, tel. 731 372 028.",
            Lang::Cs
        ),
        "Kamarádka [KAMARÁDKA A] (12–14) píše. [KAMARÁDKA A] se vysmívá [OSOBA M A] ze [ŠKOLA], tel. [TELEFON]."
    );
    assert_eq!(
        masked(
            "Her sister Megan lives in Wrexham, brother Tom in Cardiff. Megan's DOB 19 March 2012.",
            Lang::En
        ),
        "Her sister [SISTER A] lives in [A TOWN], brother [BROTHER A] in Cardiff. [SISTER A]'s DOB [DATE OF BIRTH]."
    );
}

#[test]
fn a_region_goes_where_the_case_has_none() {
    let note = Note { keeps_regions: false, ..note(Lang::Cs) };
    assert_eq!(
        anonymiser().mask("Ztratil se v Brně na nádraží.", note).get(),
        "Ztratil se v [KRAJ] na nádraží."
    );
}

#[test]
fn nothing_is_finished_while_a_doubt_is_open() {
    use opora::anonymise::{Choice, OpenDoubts};
    let mut review = anonymiser().review("Xantipka přišla. Xantipka odešla.", note(Lang::Cs));
    assert_eq!(review.finish(), Err(OpenDoubts(2)));
    let first = review.next_open(review.spans().len() - 1).expect("an open doubt");
    assert_eq!(review.decide_everywhere(first, &Choice::Mask), 2);
    assert!(!review.finish().expect("all is decided").get().contains("Xantipka"));
}

#[test]
fn public_helps_stay() {
    let text = "Volat 116 111, 155, 158, 606 021 021, www.linkabezpeci.cz nebo STOPonline.cz.";
    assert_eq!(anonymiser().mask(text, note(Lang::Cs)).get(), text);
}

#[test]
fn a_helplines_own_list_is_laid_over() {
    let mut lists = Lists::shipped();
    lists.lay_over("school Zelená brána\nkeep Modřínek\nname f Kvildička").expect("a list");
    let own = Anonymiser::new(&lists);
    assert_eq!(
        own.mask("chodí na zelenou bránu, modřínek, kvildička", note(Lang::Cs)).get(),
        "chodí na [ŠKOLA], modřínek, [OSOBA Ž A]"
    );
}

#[test]
fn a_mebibyte_of_anything_is_read() {
    const PIECES: [&str; 13] = [
        "Eva Nováková 731 372 028 ",
        "1 ",
        "@",
        "a.",
        "č. p. ",
        "((((",
        "\u{300}",
        "nula jedna ",
        "Na Na Na 5 ",
        "jako jako ",
        "x_",
        "ZŠ ",
        "A, ",
    ];
    // A quarter of it of each alone: what is not linear would take minutes here too.
    let filled = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let texts = PIECES.map(|piece| filled(piece, 1 << 18)).into_iter();
    let mixed = PIECES.map(|piece| filled(piece, (1 << 20) / PIECES.len()));
    for text in texts.chain([mixed.concat()]) {
        for lang in [Lang::Cs, Lang::En] {
            let spans = anonymiser().spans(&text, lang);
            let start: String = text.chars().take(9).collect();
            assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{start}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_text_gives_spans_in_order_and_a_masked_text(text in "\\PC{0,300}|[ \\n.,@0-9A-ZŽa-zěř_/+()-]{0,300}", czech in any::<bool>()) {
        let lang = if czech { Lang::Cs } else { Lang::En };
        let review = anonymiser().review(&text, note(lang));
        let length = review.text().chars().count();
        let mut last = 0;
        for span in review.spans() {
            prop_assert!(last <= span.start && span.start < span.end && span.end <= length);
            last = span.end;
        }
        review.mask_all();
    }

    #[test]
    fn a_masked_text_holds_no_number_that_was_masked(digits in "[67][0-9]{8}", before in "[a-z ]{0,20}") {
        let text = format!("{before} tel {digits} konec");
        prop_assert!(!anonymiser().mask(&text, note(Lang::Cs)).get().contains(&digits));
    }
}

/// A note whose every name, number and place is from the golden files, masked, shows none of its gold spans.
#[test]
fn a_masked_note_shows_no_gold_of_number_kinds() {
    for gold in dev().iter().chain(&own()) {
        let masked = anonymiser().mask(&gold.text, note(gold.lang)).into_inner();
        let letters: Vec<char> = gold.text.chars().collect();
        for span in
            gold.spans.iter().filter(|span| ["birth_number", "phone", "email"].contains(&span.kind.as_str()))
        {
            let words: String = letters[span.start..span.end].iter().collect();
            assert!(!masked.contains(&words), "{}: {words}", gold.id);
        }
    }
}

#[test]
fn the_command_says_where_and_masks_and_names_a_bad_line_without_its_words() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let run = |arguments: &[&str], input: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_opora"))
            .args(["--lang", "en", "anonymise"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("opora");
        child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("read whole");
        let done = child.wait_with_output().expect("an end");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (done.status.code(), text(done.stdout), text(done.stderr))
    };
    let note = "{\"id\":7,\"lang\":\"cs\",\"text\":\"Volala Tereza z čísla 731 372 028.\"}\n";
    let (code, out, _) = run(&["--spans"], note);
    assert_eq!(
        (code, out.as_str()),
        (
            Some(0),
            "{\"id\":7,\"spans\":[{\"start\":7,\"end\":13,\"kind\":\"name\",\"doubtful\":false,\"entity\":0},\
             {\"start\":22,\"end\":33,\"kind\":\"phone\",\"doubtful\":false}]}\n"
        )
    );
    let (code, out, _) = run(&[], note);
    assert!(code == Some(0) && !out.contains("Tereza") && !out.contains("731"), "{out}");
    let (code, out, said) = run(&[], &format!("{note}{{\"id\":1,\"lang\":\"cs\",\"text\":[\"Tereza\"]}}\n"));
    assert_eq!((code, out.lines().count()), (Some(1), 1));
    assert!(said.contains("Line 2 is not a note") && !said.contains("Tereza"), "{said}");
}
