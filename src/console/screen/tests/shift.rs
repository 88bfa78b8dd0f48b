//! Snapshots of what a shift brings beside the chats: hand-overs, whispers, notes, danger, silence, the end.

use super::*;
use crate::client::desk::{Notice, Update};
use crate::conversation::event::Feel;
use crate::conversation::transcript::{What, Who};
use crate::conversation::{EntryId, Log, Role};

fn who(name: &str) -> Who {
    Who::Line(Some(account(name)))
}

#[test]
fn brief() {
    each("brief", |stage| {
        stage.press("f7 o p e enter");
        stage.write("šikana ve třídě, fotky ve skupině");
        stage.press("tab");
        stage.write("napíše třídní učitelce");
    });
}

#[test]
fn handed() {
    each("handed", |stage| {
        stage.press("f7 o p e enter");
        stage.write("šikana ve třídě");
        stage.press("enter");
        stage.store_last();
        let brief = words("Jana", "Proč píše: šikana ve třídě\nNa co dát pozor: máma to nesmí vědět");
        stage.line(BLUE_FOX, Log::Desk, NOON, who("Jana"), What::Transferred { to: account("Petr"), brief });
        stage.line(BLUE_FOX, Log::Desk, NOON, who("Petr"), What::Whispered(words("Petr", "Beru, děkuju.")));
        stage.write("rozepsané");
    });
}

#[test]
fn side_line() {
    each("side_line", |stage| {
        let said = words("Eva", "Zeptej se, kdo je teď doma a jestli to může někomu říct.");
        stage.line(BLUE_FOX, Log::Desk, NOON, who("Eva"), What::Whispered(said));
        stage.press("f7 w");
        stage.write("Dobře");
    });
}

#[test]
fn alarm() {
    each("alarm", |stage| {
        let reason = words("", "");
        stage.line(BLUE_FOX, Log::Desk, NOON, who("Jana"), What::Flagged { level: 3, reason });
        stage.line(BLUE_FOX, Log::Desk, NOON, Who::Relay, What::Watched { who: account("Eva"), on: true });
        stage.pass(134_000);
        stage.model.notice = None;
    });
}

#[test]
fn supervisor() {
    each("supervisor", |stage| {
        stage.model.desk.me.as_mut().expect("a welcome").role = Role::Supervisor;
        let mut rows = stage.model.desk.rows().to_vec();
        for row in rows.iter_mut().filter(|row| row.holder == Some(account("Petr"))).take(1) {
            row.level = Some(2);
            row.asks = Some(NOON - 120_000);
        }
        stage.queue(rows);
        stage.press("esc up enter");
        let conv = stage.model.front.expect("looked in");
        stage.child(conv, NOON - 120_000, "nevím co mám dělat");
        stage.model.notice = None;
    });
}

#[test]
fn quiet() {
    each("quiet", |stage| {
        stage.model.settings.lock_after_ms = 0;
        stage.me(BLUE_FOX, NOON, "Jsem tu, klidně si dej na čas.");
        stage.pass(310_000);
        stage.press("/");
    });
}

#[test]
fn outgoing() {
    each("outgoing", |stage| {
        stage.model.settings.send_hold_ms = 5_000;
        stage.write("To je mi líto.");
        stage.pass(1_000);
        stage.press("enter");
        stage.pass(1_000);
        stage.write("Chceš");
    });
}

#[test]
fn notes() {
    each("notes", |stage| {
        let mut queue = stage.model.desk.queue.as_deref().expect("a queue").clone();
        let note = |byte: u8, by: &str, text: &str| Notice {
            id: EntryId([byte; 16]),
            at: NOON - 600_000,
            by: account(by),
            to: None,
            until: Some(NOON + 600_000),
            words: Some(words(by, text)),
        };
        queue.house.notes = vec![
            note(1, "Eva", "Zítra v 16 píše dítě s frází „modrý balón“; slíbeno, že tu někdo bude."),
            note(2, "Petr", "Ve škole v kraji dnes úmrtí: mohou psát spolužáci."),
        ];
        stage.link(Update::Queue(std::sync::Arc::new(queue)));
        stage.press("esc r");
    });
}

#[test]
fn phrase() {
    each("phrase", |stage| {
        stage.press("f9");
        stage.write("phrase.make");
        stage.press("enter");
        stage.write("klid");
    });
}

#[test]
fn emoji() {
    each("emoji", |stage| stage.press("esc e"));
}

#[test]
fn filter() {
    each("filter", |stage| {
        stage.press("f3 f5 down down enter");
        stage.press("esc f5");
    });
}

#[test]
fn end_of_shift() {
    each("end_of_shift", |stage| {
        *stage = Stage::new(stage.model.look.locale.lang(), stage.model.size);
        stage.queue(vec![waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::Bad)]);
        stage.press("ctrl-c");
    });
}
