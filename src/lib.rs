//! opora: a helpline in one binary. A child writes on a page, a counsellor answers in a terminal, and nobody else
//! can read it. `docs/src/design/architecture.md` is the map; the modules below are in reading order.

pub mod conversation;
pub mod protocol;

pub mod sealing;

pub mod anonymise;
pub mod config;
pub mod locale;
pub mod taxonomy;

pub mod journal;
pub mod segment;

pub mod relay;

pub mod client;

pub mod casebook;
pub mod vault;

pub mod report;

pub mod console;

pub mod drill;

pub mod cli;
