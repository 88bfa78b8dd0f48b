//! The preview of what leaves: its screens, its keys, and that nothing is kept while a doubt is open.

use super::{SIZES, each};
use crate::anonymise::OwnEntry;
use crate::casebook::record::{Change, ContactId, Reviewed};
use crate::console::model::{Effect, Input, Job, SaveFailure, Settings};
use crate::console::screen::Screen;
use crate::console::stage::*;
use crate::locale::Lang;

const SURE: &str = "Megan (13) wrote that classmates at Hillcrest Academy posted her photos. Her friend Tom told \
                    Mrs Sadler. She left 07700 900318 and the profile @megan.xo of the group owner.";

fn stage(lang: Lang, size: (u16, u16), notes: &[&str]) -> Stage {
    let mut stage = Stage::shift(lang, size);
    stage.pass(2_000);
    stage.give(Input::Gathered(Box::new(Ok(gathered(notes)))));
    (stage.asked, stage.saved) = (Vec::new(), Vec::new());
    stage
}

fn reviewed(stage: &Stage) -> Vec<&Reviewed> {
    let kept = |change: &'_ Change| matches!(change, Change::Reviewed(_));
    let all = stage.saved.iter().filter(|(job, _)| *job == Job::Reviewed).flat_map(|(_, changes)| changes);
    all.filter(|change| kept(change))
        .filter_map(|change| if let Change::Reviewed(reviewed) = change { Some(&**reviewed) } else { None })
        .collect()
}

fn is_open(stage: &Stage) -> bool {
    stage.model.screens.iter().any(|screen| matches!(screen, Screen::Preview(_)))
}

#[test]
fn preview() {
    each("preview", |stage| {
        stage.give(Input::Gathered(Box::new(Ok(gathered(&[SURE, UNSURE])))));
        stage.press("n f4");
    });
}

#[test]
fn preview_certain() {
    each("preview_certain", |stage| {
        stage.give(Input::Gathered(Box::new(Ok(gathered(&[SURE, UNSURE])))));
        stage.press("right right");
    });
}

#[test]
fn preview_reason() {
    each("preview_reason", |stage| {
        stage.give(Input::Gathered(Box::new(Ok(gathered(&[UNSURE])))));
        stage.press("k");
        stage.write("a cat");
    });
}

#[test]
fn the_quarter_that_closed_last_is_two_enters_away() {
    let keys = ["f9", "e", "x", "p", "enter", "enter"];
    let mut stage = Stage::shift(Lang::En, (80, 24));
    keys.iter().for_each(|key| stage.press(key));
    let asked =
        stage.others.iter().any(|effect| matches!(effect, Effect::Gather(quarter) if quarter == "2026-Q3"));
    assert!(asked, "{}", stage.screen());
    stage.give(Input::Gathered(Box::new(Ok(gathered(&[UNSURE])))));
    // One letter decides the word and all that are the same; Enter keeps. Seven keys and the decision.
    stage.press("m enter");
    assert_eq!(keys.len() + 1, 7);
    assert_eq!(reviewed(&stage).len(), 1, "{}", stage.screen());
    assert!(reviewed(&stage)[0].decisions.iter().all(|decision| decision.keep.is_none()));
    assert!(!is_open(&stage), "{}", stage.screen());
}

#[test]
fn nothing_is_kept_while_a_doubt_is_open() {
    for size in SIZES {
        let mut stage = stage(Lang::En, size, &[SURE, UNSURE]);
        stage.press("enter enter");
        assert!(reviewed(&stage).is_empty() && is_open(&stage), "{}", stage.screen());
        assert!(stage.screen().contains("Not exported: 2 words are undecided"), "{}", stage.screen());
        // A case that was never on the screen does not go either: Esc keeps only what was seen and decided.
        stage.press("esc");
        assert_eq!(reviewed(&stage).len(), 1);
        assert_eq!(reviewed(&stage)[0].contact, ContactId([1; 16]));
    }
}

#[test]
fn a_word_stays_only_for_a_reason_and_the_reason_is_kept() {
    let mut stage = stage(Lang::En, (80, 24), &[UNSURE]);
    stage.press("k enter");
    assert!(stage.screen().contains("Some words are needed"), "{}", stage.screen());
    stage.write("her cat");
    stage.press("enter enter");
    let reasons: Vec<_> = reviewed(&stage)[0].decisions.iter().filter_map(|one| one.keep.clone()).collect();
    assert_eq!(reasons, ["her cat", "her cat"]);
}

#[test]
fn a_word_is_masked_everywhere_also_where_it_was_not_found() {
    let mut stage = stage(Lang::En, (80, 24), &[UNSURE, "He said that Xantipka knows. Nothing else."]);
    stage.press("a enter enter");
    let kept = reviewed(&stage);
    assert_eq!(kept.len(), 2, "{}", stage.screen());
    assert!(kept.iter().all(|one| one.decisions.iter().any(|decision| decision.keep.is_none())));
}

#[test]
fn what_is_never_asked_again_goes_on_the_own_list() {
    let mut stage = stage(Lang::En, (80, 24), &[UNSURE]);
    stage.press("l");
    let entry = OwnEntry::Keep("Xantipka".into());
    assert!(stage.others.iter().any(|effect| matches!(effect, Effect::KeepWord(kept) if *kept == entry)));
    assert!(stage.screen().contains("NOTHING UNSURE"), "{}", stage.screen());
}

#[test]
fn what_was_overlooked_can_be_masked() {
    let mut stage = stage(Lang::En, (80, 24), &["He was calm. The bakery was closed."]);
    stage.press("x");
    stage.write("bakery");
    stage.press("enter");
    assert!(!stage.screen().contains("bakery was"), "{}", stage.screen());
    stage.press("enter");
    assert_eq!(reviewed(&stage)[0].decisions.len(), 1);
}

#[test]
fn somebody_else_must_review_where_the_helpline_wants_it() {
    let mut stage = stage(Lang::En, (80, 24), &[UNSURE]);
    stage.model.settings = Settings { another_reviewer: true, ..stage.model.settings.clone() };
    stage.press("m enter esc");
    assert!(reviewed(&stage).is_empty(), "the case is Jana's, and so is the desk");
}

#[test]
fn a_full_disk_keeps_the_preview_open() {
    let mut stage = stage(Lang::En, (80, 24), &[UNSURE]);
    stage.saving = Some(Err(SaveFailure::DiskFull));
    stage.press("m enter");
    assert!(is_open(&stage), "{}", stage.screen());
    stage.saving = Some(Ok(()));
    stage.press("enter");
    assert!(!is_open(&stage), "{}", stage.screen());
}
