//! The casebook: what a counsellor writes and keeps. Cases, contacts, notes, drafts, the outbox; sealed in every byte,
//! saved only when it is on the disk.

mod erased;
mod index;
mod lock;
mod log;
pub mod migrate;
pub mod record;
mod row;
mod rows;
mod shelf;
mod store;
