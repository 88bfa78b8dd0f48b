//! Snapshots of every screen at 80x24 and 160x45, in both languages, without colour.

mod review;
mod shift;
mod sizes;

use crate::casebook::record::{CaseId, Contact, ContactId, ContactSummary, Facets, Hit, Kept, Snippet};
use crate::console::model::{Input, Results, Settings, UnlockFailure, Welcome};
use crate::console::stage::*;
use crate::locale::Lang;

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 45)];

fn each(name: &str, before: impl Fn(&mut Stage)) {
    for lang in Lang::ALL {
        for (columns, rows) in SIZES {
            let mut stage = Stage::shift(lang, (columns, rows));
            before(&mut stage);
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}_{lang}"), stage.screen());
        }
    }
}

#[test]
fn workspace() {
    each("workspace", |stage| {
        stage.model.chats[0].contact.facets.topics =
            vec!["violence.bullying".into(), "violence.image_abuse".into()];
        stage.model.chats[0].contact.facets.online = Some("online".into());
        stage.write("To je mi líto, to muselo být těžké. Chceš mi napsat, kdo v té skupině je");
        stage.pass(300);
    });
}

#[test]
fn list_with_the_focus() {
    each("list", |stage| stage.press("esc up up"));
}

#[test]
fn note() {
    each("note", |stage| {
        stage.press("f4");
        stage.write("Class group chat mocks her, photos posted. Does not want mother to know.");
        stage.pass(300);
    });
}

#[test]
fn topics() {
    each("topics", |stage| stage.press("f5 g r o"));
}

#[test]
fn close() {
    each("close", |stage| {
        stage.model.chats[0].contact.facets.topics =
            vec!["violence.bullying".into(), "violence.image_abuse".into()];
        stage.model.chats[0].contact.facets.online = Some("online".into());
        stage.press("f8");
    });
}

#[test]
fn close_with_all_there() {
    each("close_all", |stage| stage.press("f8 f5 b u l l enter esc o o l i s"));
}

#[test]
fn menu() {
    each("menu", |stage| stage.press("f9 c l"));
}

#[test]
fn keys() {
    each("keys", |stage| stage.press("esc ?"));
}

#[test]
fn ask() {
    each("ask", |stage| stage.press("f7"));
}

#[test]
fn whisper() {
    each("whisper", |stage| {
        stage.press("f7 w");
        stage.write("Může se někdo podívat?");
    });
}

#[test]
fn danger() {
    each("danger", |stage| stage.press("f7 d enter"));
}

#[test]
fn leave() {
    each("leave", |stage| stage.press("ctrl-c"));
}

#[test]
fn phrases() {
    each("phrases", |stage| stage.press("/"));
}

#[test]
fn locked() {
    each("locked", |stage| stage.press("esc l"));
}

#[test]
fn find() {
    each("find", |stage| {
        stage.press("f3 f o t k");
        let number = stage.model.search;
        let hits = vec![hit(1, "Blue Fox", "violence.bullying"), hit(2, "Red Owl", "violence.sextortion")];
        stage.give(Input::Found(Results { number, hits, total: 2, micros: 11_800 }));
        let mut contact = Contact::begun(
            ContactId([1; 16]),
            CaseId([1; 16]),
            "chat",
            "Blue Fox",
            "Jana",
            NOON - 1_036_800_000,
        );
        contact.ended = Some(contact.opened + 2_040_000);
        contact.facets.outcomes = vec!["listened".into()];
        contact.facets.risk = Some(0);
        contact.note.set("data", "Class group chat mocks her, photos posted. Does not want mother to know.");
        contact.note.set("plan", "Agreed to write to the class teacher.");
        stage.give(Input::Loaded(Box::new(contact), None));
    });
}

fn hit(byte: u8, handle: &str, topic: &str) -> Hit {
    let facets = Facets { topics: vec![topic.into()], online: Some("online".into()), ..Facets::default() };
    let text = "…dávají tam moje fotky do skupiny…".to_owned();
    let at = text.find("fotky").expect("there");
    let contact = ContactSummary {
        id: ContactId([byte; 16]),
        case: CaseId([byte; 16]),
        conv: None,
        handle: handle.into(),
        by: "Jana".into(),
        opened: NOON - 1_036_800_000 * u64::from(byte),
        taken: None,
        ended: None,
        facets,
        kept: Kept::Here,
        finished: true,
        due: None,
    };
    let marks = std::iter::once(at..at + 4).collect();
    Hit { contact, snippet: Snippet { marks, text } }
}

#[test]
fn unlock() {
    for lang in Lang::ALL {
        for size in SIZES {
            let mut stage = Stage::locked(lang, size, Settings::default());
            stage.write("wrong");
            stage.press("enter");
            stage.give(Input::NotUnlocked(UnlockFailure::WrongPassphrase));
            stage.write("another");
            insta::assert_snapshot!(format!("unlock_{}x{}_{lang}", size.0, size.1), stage.screen());
        }
    }
}

#[test]
fn welcome() {
    for lang in Lang::ALL {
        for size in SIZES {
            let mut stage = Stage::new(lang, size);
            stage.model.settings.welcome = Some(Welcome { page_url: "http://127.0.0.1:8787/".into() });
            insta::assert_snapshot!(format!("welcome_{}x{}_{lang}", size.0, size.1), stage.screen());
        }
    }
}

#[test]
fn smaller_windows() {
    for (columns, rows) in [(120, 30), (60, 14), (40, 10), (32, 8), (20, 3), (1, 1)] {
        let stage = Stage::shift(Lang::En, (columns, rows));
        insta::assert_snapshot!(format!("small_{columns}x{rows}"), stage.screen());
    }
}

#[test]
fn the_note_takes_the_place_of_the_list_and_stands_beside_from_120_columns() {
    for (columns, has_list) in [(80, false), (119, false), (120, true)] {
        let mut stage = Stage::shift(Lang::En, (columns, 30));
        stage.press("f4");
        assert_eq!(stage.screen().contains("WAITING"), has_list, "{columns}");
        assert!(stage.screen().contains("NOTE"), "{columns}");
    }
}

#[test]
fn the_cursor_stands_where_the_next_letter_goes_or_on_the_row_with_the_focus() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    stage.write("Ahoj");
    assert_eq!(stage.cursor(), (5, 19));
    stage.press("esc");
    assert_eq!(stage.cursor(), (0, 6), "the row of Blue Fox");
}

#[test]
fn hostile_words_stay_words_in_their_cells() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    let at = stage.wall;
    let tower = format!("x{}", "\u{301}".repeat(10_000));
    for text in [
        "\u{1b}]0;title\u{7}\u{9b}31mred",
        "\u{202e}obrácené\u{202c}",
        &tower,
        "日本語日本語".repeat(20).as_str(),
    ] {
        stage.child(BLUE_FOX, at, text);
    }
    let screen = stage.screen();
    assert!(!screen.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'));
    for line in screen.lines() {
        assert!(crate::console::widget::width(line) <= 80, "{line}");
    }
}

#[test]
fn the_footer_ends_with_the_menu() {
    for columns in [40_u16, 50, 60, 79] {
        let stage = Stage::shift(Lang::En, (columns, 12));
        let screen = stage.screen();
        let footer = screen.lines().last().expect("a footer");
        assert!(footer.starts_with(" F9 Menu"), "{columns}: {footer}");
    }
}

#[test]
fn a_relay_that_says_goodbye_is_one_calm_sentence() {
    use crate::client::desk::Update;
    use crate::client::link::{Connection, Stop};
    use crate::protocol::Goodbye;
    for (goodbye, sentence) in [
        (Goodbye::Revoked, "This account was closed; your casebook stays readable; ask your supervisor."),
        (Goodbye::Replaced, "console"),
    ] {
        let mut stage = Stage::shift(Lang::En, (160, 45));
        stage.write("rozepsáno");
        stage.link(Update::Connection(Connection::Stopped(Stop::Goodbye(goodbye))));
        stage.model.notice = None;
        assert!(stage.notice().contains(sentence), "{}", stage.notice());
        assert!(stage.screen().contains("rozepsáno"), "what is being written stays");
        stage.press("f3");
        assert!(stage.screen().contains("Find"), "the casebook can be read");
    }
}

#[test]
fn with_ascii_no_sign_of_opora_is_beyond_it() {
    let frames =
        ["", "esc", "f4", "f5", "f8", "f9", "f7", "f7 d", "ctrl-c", "/", "esc ?", "f3", "ctrl-f", "esc b"];
    for lang in Lang::ALL {
        for (columns, rows) in [(80, 24), (160, 45), (40, 10), (20, 3)] {
            for keys in frames {
                let mut stage = Stage::shift(lang, (columns, rows));
                stage.model.look.is_ascii = true;
                if !keys.is_empty() {
                    stage.press(keys);
                }
                let screen = stage.screen();
                let beyond: Vec<char> =
                    screen.chars().filter(|c| !c.is_ascii() && !c.is_alphabetic()).collect();
                assert!(beyond.is_empty(), "{keys:?} at {columns}x{rows}, {lang}: {beyond:?}");
            }
        }
    }
}

#[test]
fn the_mouse_goes_where_it_points_and_the_wheel_moves_the_talk() {
    use crate::console::model::Pane;
    use crate::console::terminal::{Mouse, TerminalEvent};
    let mut stage = Stage::shift(Lang::En, (80, 24));
    let mouse = |stage: &mut Stage, what, column, row| {
        stage.give(Input::Terminal(TerminalEvent::Mouse(what, column, row)));
    };
    let place = |stage: &Stage, words: &str| {
        let row = stage.screen().lines().position(|line| line.starts_with(words)).expect("a row");
        u16::try_from(row).expect("small")
    };
    let row = place(&stage, " ○ Red Owl");
    mouse(&mut stage, Mouse::Click, 5, row);
    assert_eq!((stage.model.front, stage.model.pane), (Some(RED_OWL), Pane::List));
    let row = place(&stage, "! 03:");
    mouse(&mut stage, Mouse::Click, 5, row);
    assert_eq!(stage.model.selected, Some(GOLD_HERON));
    mouse(&mut stage, Mouse::Click, 40, 20);
    assert_eq!(stage.model.pane, Pane::Box);
    let at = stage.wall;
    for number in 0..60 {
        stage.child(RED_OWL, at, &format!("řádek {number}"));
    }
    assert!(stage.screen().contains("řádek 59"));
    mouse(&mut stage, Mouse::WheelUp, 40, 10);
    assert!(!stage.screen().contains("řádek 59") && stage.screen().contains("řádek 56"));
    mouse(&mut stage, Mouse::WheelDown, 40, 10);
    assert!(stage.screen().contains("řádek 59"));
    assert!(stage.written().is_empty(), "a mouse sends nothing");
}
