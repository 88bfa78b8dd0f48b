//! Assembles and runs one relay node.

pub mod page;
