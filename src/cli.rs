//! The command line: definitions and wiring only.
