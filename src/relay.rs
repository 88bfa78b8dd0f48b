//! Assembles and runs one relay node.

pub mod hours;
pub mod rules;
pub mod switchboard;
