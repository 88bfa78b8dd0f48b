//! What two screens draw: wrapped text, boxes of text, rules, sentences. Widgets read and draw, nothing else.

pub mod emoji;
pub mod frame;
pub mod textbox;
pub mod wrap;

pub use frame::{cell, clip, fill, pad, put, put_right, rule, width};
pub use textbox::TextBox;
