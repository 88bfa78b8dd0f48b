//! What happened to a child's conversation: events, entries, the two logs, their hash chains, and the folds over
//! them. Pure: no I/O, no clock, no randomness. Nothing here can open a sealed body. Parsing is strict and fails
//! with [`event::BadData`]; everything else cannot fail.

pub mod board;
pub mod chain;
pub mod derive;
pub mod encoding;
pub mod event;
pub mod house;
pub mod id;
pub mod queue;
pub mod safe_text;
pub mod sealed;
pub mod strict;
pub mod tally;
pub mod transcript;

pub use chain::Hash;
pub use event::{By, Entry, Event, Kind, Log, Seq};
pub use id::{Account, ConversationId, EntryId, KeyId, Pen, Role, Tag};
pub use safe_text::SafeText;
pub use sealed::SealedBody;
