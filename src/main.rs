//! The `opora` program.

fn main() {}
