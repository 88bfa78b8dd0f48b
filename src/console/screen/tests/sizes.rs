//! Every size from 1x1 to 300x100: nothing stumbles, and no key is lost.

use proptest::prelude::*;

use super::*;
use crate::console::terminal::TerminalEvent;

/// What may be open, and the keys that open it.
const SCREENS: [(&str, &str); 16] = [
    ("workspace", "esc esc"),
    ("list", "esc"),
    ("note", "f4"),
    ("topics", "f5"),
    ("help", "f7"),
    ("whisper", "f7 w"),
    ("brief", "f7 o enter"),
    ("danger", "f7 d enter"),
    ("form", "f8"),
    ("menu", "f9"),
    ("keys", "esc ?"),
    ("search", "f3"),
    ("filter", "f3 f5"),
    ("leave", "ctrl-c"),
    ("phrases", "/"),
    ("emoji", "esc e"),
];

fn resize(stage: &mut Stage, (columns, rows): (u16, u16)) {
    stage.give(Input::Terminal(TerminalEvent::Resize(columns, rows)));
    assert_eq!(stage.screen().split('\n').count(), usize::from(rows), "{columns}x{rows}");
}

#[test]
fn every_screen_stands_at_the_edges_of_every_layout() {
    const EDGES: [(u16, u16); 13] = [
        (1, 1),
        (1, 100),
        (300, 1),
        (300, 100),
        (39, 10),
        (40, 9),
        (40, 10),
        (79, 24),
        (80, 11),
        (80, 23),
        (119, 31),
        (120, 32),
        (150, 24),
    ];
    for (name, keys) in SCREENS {
        let mut stage = Stage::shift(Lang::Cs, (80, 24));
        stage.press(keys);
        let open = stage.model.screens.len();
        for size in EDGES {
            resize(&mut stage, size);
            assert_eq!(stage.model.screens.len(), open, "{name} at {size:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_key_is_lost_at_any_size(
        steps in prop::collection::vec(((1_u16..=300, 1_u16..=100), "[a-zěščřž]{1,4}"), 1..6),
        screen in 0..SCREENS.len(),
    ) {
        let mut stage = Stage::shift(Lang::Cs, (80, 24));
        let mut typed = String::new();
        for (size, word) in &steps {
            resize(&mut stage, *size);
            stage.write(word);
            typed.push_str(word);
            prop_assert_eq!(stage.model.chat().expect("a chat").draft.text(), typed.clone());
        }
        // The same where the box has given way to something else.
        stage.press("ctrl-u");
        stage.press(SCREENS[screen].1);
        for (size, _) in &steps {
            resize(&mut stage, *size);
            stage.press("up");
            resize(&mut stage, *size);
        }
        stage.press("esc");
    }
}
