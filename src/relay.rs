//! Assembles and runs one relay node.

pub mod hours;
pub mod page;
pub mod rules;
pub mod switchboard;
