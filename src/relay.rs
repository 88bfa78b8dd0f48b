//! Assembles and runs one relay node.
