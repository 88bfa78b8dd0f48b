//! A counsellor's own numbers: shown to this counsellor alone, from the own casebook, and kept nowhere.

use super::{State, push};
use crate::console::model::{Effect, Gate, Model};
use crate::console::theme::Role;
use crate::report::own::{In, Own};
use crate::report::page::seconds;

/// Over how many days they are counted.
const DAYS: u64 = 28;
const DAY_MS: u64 = 86_400_000;
/// How many heavy talks are named.
const NAMED: usize = 6;

/// Asks the casebook for them.
pub fn ask_own(model: &mut Model) {
    let since = model.wall.saturating_sub(DAYS * DAY_MS);
    model.effect(Effect::Own(model.my_name(), since));
}

/// Shows them.
pub fn own(model: &mut Model, own: &Own) {
    if !matches!(model.gate, Gate::Open) {
        return;
    }
    let look = &model.look;
    let days = ("days", DAYS.into());
    if own.talks == 0 {
        return model.tell(Role::Text, "own-nothing", &[days]);
    }
    let length = |ms: u64| seconds(&look.locale, Some(ms as f64 / 1_000.0));
    let found = |id: &str, found: &Option<In>| {
        let found = found.as_ref()?;
        let date = look.locale.date(look.civil(found.opened).date());
        let values = [
            ("length", length(found.ms).into()),
            ("handle", found.handle.as_str().into()),
            ("date", date.into()),
        ];
        Some(look.say_with(id, &values))
    };
    let mut lines = vec![look.say("own-lines"), String::new()];
    let lasted = own.lasted.value().map_or_else(|| "–".to_owned(), |ms| length(ms as u64));
    lines.push(look.say_with("own-talks", &[("count", own.talks.into()), ("lasted", lasted.into())]));
    if let Some((half, most)) = own.waits.percentile(50).zip(own.waits.percentile(90)) {
        let values =
            [("half", length(half).into()), ("most", length(most).into()), ("count", own.with_words.into())];
        lines.push(look.say_with("own-waits", &values));
    }
    lines.extend(found("own-longest", &own.longest_wait));
    if let Some(share) = own.word_share() {
        lines.push(look.say_with("own-words", &[("share", look.locale.percent(Some(share)).into())]));
    }
    lines.extend(found("own-silence", &own.silence));
    lines.push(String::new());
    lines.push(look.say_with("own-heavy", &[("count", own.heavy.len().into())]));
    for heavy in own.heavy.iter().take(NAMED) {
        lines.extend(found("own-heavy-one", &Some(heavy.clone())).map(|line| format!("  {line}")));
    }
    if own.heavy.len() >= 3 {
        lines.push(look.say("own-heavy-many"));
    }
    let title = look.say_with("own-title", &[days]);
    push(model, State::sheet(None, title, lines, Vec::new(), false));
}
