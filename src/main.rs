//! The `opora` program: runs one command.

fn main() {}
