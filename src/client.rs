//! A connection that survives. A link is pure: `update(input, moment) -> effects`; [`socket`] is the one shell that
//! performs them. What must outlive the process is handed out as updates; the console keeps it in the casebook.
//! Nothing here fails: what goes wrong is an update in words a person can be told.

pub mod address;
pub mod child;
pub mod desk;
pub mod fetch;
pub mod knock;
pub mod link;
pub mod reader;
pub mod socket;
#[cfg(test)]
mod stage;
