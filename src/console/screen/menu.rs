//! The menu: all commands, found by a few letters, with their keys and what they do; and why some do nothing here.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press};
use crate::console::keymap::{Command, Context};
use crate::console::model::Model;
use crate::console::screen::Screen;
use crate::console::theme::Role;
use crate::console::widget::{TextBox, fill, pad, put, put_right, rule, width};

/// What the menu knows.
#[derive(Debug)]
pub struct State {
    query: TextBox,
    /// The commands that fit, the best first; those that do nothing here come last.
    found: Vec<(Command, Option<&'static str>)>,
    selected: usize,
}

/// Opens the menu.
pub fn open(model: &mut Model) {
    let mut state = State { query: TextBox::line(), found: Vec::new(), selected: 0 };
    state.narrow(model);
    model.push(Screen::Menu(state));
}

/// Returns whether a command stands in the menu: not if it belongs to one form or one box, or only moves.
fn is_listed(model: &Model, command: Command) -> bool {
    let id = command.id();
    let is_move = matches!(
        command,
        Command::MenuOpen
            | Command::Back
            | Command::Open
            | Command::ChatUp
            | Command::ChatDown
            | Command::BoxFocus
    );
    let is_others = command.is_of_supervisors() && !model.desk.is_supervisor();
    let of_form = ["form.", "text.", "preview."].iter().any(|part| id.starts_with(part));
    !(is_move || is_others || of_form)
}

impl State {
    fn narrow(&mut self, model: &Model) {
        let query = self.query.text();
        let pattern = Pattern::parse(&query, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut found: Vec<(bool, u32, usize, Command)> = Vec::new();
        for (place, command) in
            Command::ALL.iter().copied().filter(|command| is_listed(model, *command)).enumerate()
        {
            let name = model.look.say(&command.text_id());
            let text = format!("{name} {}", command.id());
            let Some(score) = pattern.score(Utf32Str::new(&text, &mut letters), &mut matcher) else {
                continue;
            };
            found.push((model.why_not(command).is_some(), u32::MAX - score, place, command));
        }
        found.sort();
        self.found = found.into_iter().map(|(.., command)| (command, model.why_not(command))).collect();
        self.selected = 0;
    }
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    match press {
        Press::Command(Command::ChatUp) => state.selected = state.selected.saturating_sub(1),
        Press::Command(Command::ChatDown) => {
            state.selected = (state.selected + 1).min(state.found.len().saturating_sub(1));
        }
        Press::Command(Command::Open) => {
            let Some((command, _)) = state.found.get(state.selected).copied() else { return Next::Stay };
            model.run(command);
            return Next::Close;
        }
        Press::Command(Command::Back | Command::MenuOpen) => return Next::Close,
        Press::Command(command) => {
            if !state.query.command(*command) {
                return Next::Pass;
            }
            state.narrow(model);
        }
        Press::Key(event) => {
            state.query.key(*event);
            state.narrow(model);
        }
        Press::Paste(text) => {
            state.query.insert(text);
            state.narrow(model);
        }
    }
    Next::Stay
}

/// Draws the menu.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let area = super::sheet(whole);
    let buffer = frame.buffer_mut();
    fill(buffer, whole, look.style(Role::Text));
    let title = look.say("menu-title");
    put(buffer, area, 1, 0, &title, look.style(Role::TextStrong));
    let x = u16::try_from(width(&title) + 2).unwrap_or(0);
    let field = Rect { x: area.x + x, y: area.y, width: area.width.saturating_sub(x + 22), height: 1 };
    let cursor = state.query.draw(buffer, field, look.style(Role::Text));
    let all = Command::ALL.iter().filter(|command| is_listed(model, **command)).count();
    let values = [("found", state.found.len().into()), ("all", all.into())];
    put_right(buffer, area, 1, 0, &look.say_with("menu-count", &values), look.style(Role::TextDim));
    rule(buffer, area, 1, "", look.style(Role::Rule), look.style(Role::Text));
    let rows = usize::from(area.height.saturating_sub(6));
    let skip = (state.selected + 1).saturating_sub(rows.max(1));
    let name_columns = usize::from(area.width.saturating_sub(20));
    for (y, (place, (command, why))) in state.found.iter().enumerate().skip(skip).take(rows).enumerate() {
        let y = 2 + u16::try_from(y).unwrap_or(0);
        let is_selected = place == state.selected;
        let name = look.say(&command.text_id());
        let name = if *command == Command::Language {
            format!("{name} › {}", other_language(model))
        } else {
            name
        };
        let (name, role) = match why {
            Some(why) => {
                let reason =
                    look.say_with(why, &[("key", look.key(Command::ChatTake, Context::Global).into())]);
                (
                    look.say_with("menu-not-here", &[("name", name.into()), ("reason", reason.into())]),
                    Role::TextDim,
                )
            }
            None => (name, if is_selected { Role::Focus } else { Role::Text }),
        };
        let mark = if is_selected { "▸" } else { " " };
        if why.is_some() {
            put(buffer, area, 1, y, &format!("{mark}{name}"), look.style(role));
            continue;
        }
        put(buffer, area, 1, y, &format!("{mark}{}", pad(&name, name_columns)), look.style(role));
        let global = keys(model, *command);
        let letter =
            look.keymap.bindings(Context::List).find(|(_, bound)| bound == command).map(|(keys, _)| keys);
        let x = area.width.saturating_sub(16);
        put(buffer, area, x, y, &global, look.style(Role::Key));
        put(buffer, area, x + 9, y, &letter.unwrap_or_else(|| "–".to_owned()), look.style(Role::Key));
    }
    let below = area.height.saturating_sub(3);
    rule(buffer, area, below, "", look.style(Role::Rule), look.style(Role::Text));
    if let Some((command, _)) = state.found.get(state.selected) {
        put(
            buffer,
            area,
            1,
            below + 1,
            &look.say(&format!("{}-what", command.text_id())),
            look.style(Role::Text),
        );
    }
    put(buffer, area, 1, below + 2, &look.say("menu-hint"), look.style(Role::Hint));
    frame.set_cursor_position(super::inside(cursor, whole));
}

/// Returns the key that works everywhere, or the two that lead through the window of help.
fn keys(model: &Model, command: Command) -> String {
    let look = &model.look;
    let through = || {
        let letter = look.key(command, Context::Ask);
        let is_there = !letter.is_empty() && command != Command::HelpAsk;
        is_there.then(|| format!("{} {letter}", look.key(Command::HelpAsk, Context::Global)))
    };
    let key = look.key(command, Context::Global);
    if key.is_empty() { through().unwrap_or_else(|| "–".to_owned()) } else { key }
}

fn other_language(model: &Model) -> &'static str {
    match model.look.locale.lang() {
        crate::locale::Lang::En => "čeština",
        crate::locale::Lang::Cs => "English",
    }
}
