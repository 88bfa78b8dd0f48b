//! What a supervisor chooses from on the board.

use jiff::ToSpan as _;

use super::super::Screen;
use super::{Deed, HOUSE, Item, State, item};
use crate::console::model::Model;
use crate::conversation::Account;
use crate::conversation::queue::Phase;

/// Asks which talk of a colleague is to be read.
pub fn open_talks(model: &mut Model, account: &Account) {
    let look = &model.look;
    let held = model.desk.rows().iter().filter(|row| row.holder.as_ref() == Some(account));
    let items: Vec<Item> = held
        .filter(|row| row.phase == Phase::With)
        .map(|row| {
            let length = look.minutes(model.lasted(row.opened));
            let asks = row.asks.map(|asks| {
                look.say_with("choice-talk-asks", &[("wait", look.wait(model.lasted(asks)).into())])
            });
            let parts: Vec<String> = [model.handle(row.conv), length].into_iter().chain(asks).collect();
            item(parts.join(" · "), Deed::LookIn(row.conv))
        })
        .collect();
    let title = look.say_with("choice-talks-title", &[("who", look.name(account).into())]);
    model.push(Screen::Choice(State::new(None, title, Vec::new(), items)));
}

/// Asks until when the doors are to be shut.
pub fn open_doors(model: &mut Model) {
    let look = &model.look;
    let at = |minutes: u64| model.wall + minutes * 60_000;
    let clock = |until: u64| look.say_with("choice-doors-until", &[("at", look.clock(until).into())]);
    let now = look.civil(model.wall);
    let tomorrow = now.date().checked_add(1.day()).ok().and_then(|day| {
        let morning = look.zone.to_timestamp(day.at(6, 0, 0, 0)).ok()?;
        u64::try_from(morning.as_millisecond()).ok()
    });
    let mut items: Vec<Item> =
        [30, 60, 120].map(|minutes| item(clock(at(minutes)), Deed::ShutDoors(Some(at(minutes))))).into();
    items.extend(tomorrow.map(|until| item(look.say("choice-doors-tomorrow"), Deed::ShutDoors(Some(until)))));
    items.push(item(look.say("choice-doors-by-hand"), Deed::ShutDoors(None)));
    let lines = vec![look.say("choice-doors-lines")];
    model.push(Screen::Choice(State::new(Some(HOUSE), look.say("choice-doors-title"), lines, items)));
}

/// Asks to whom an announcement goes.
pub fn open_announce(model: &mut Model) {
    let look = &model.look;
    let all = item(look.say("choice-announce-all"), Deed::Announce(None));
    let one = model
        .desk
        .colleagues()
        .map(|person| item(look.name(&person.account), Deed::Announce(Some(person.account.clone()))));
    let items: Vec<Item> = std::iter::once(all).chain(one).collect();
    model.push(Screen::Choice(State::new(Some(HOUSE), look.say("choice-announce-title"), Vec::new(), items)));
}
