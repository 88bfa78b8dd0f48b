//! The terminal console. Its parts land one by one; see `model`, `shell` and `screen`.

pub mod keymap;
pub mod terminal;
pub mod theme;
