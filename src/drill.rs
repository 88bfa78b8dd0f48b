//! Scripted children and counsellors, played through the client over real sockets: for the demo, for training, and to
//! count under load what was lost, doubled or out of order. Scripts are data in `drills/`; nothing of them is in the
//! relay. What may fail is a script that is not one, named with its line.

pub mod actor;
pub mod ledger;
pub mod player;
pub mod script;

pub use ledger::{Ledger, Report};
pub use player::{Load, Stage, play_child, play_counsellor, play_load};
pub use script::{CounsellorScript, Script};
