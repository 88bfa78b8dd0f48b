//! The terminal console. Its parts land one by one; see `model`, `shell` and `screen`.

pub mod keymap;
pub mod look;
pub mod model;
pub mod screen;
#[cfg(test)]
pub(crate) mod stage;
pub mod terminal;
pub mod theme;
pub mod widget;
