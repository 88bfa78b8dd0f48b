//! How two programs say it: frames, refusals, limits. One JSON object per websocket text message. Pure; parsing is
//! strict on the relay's side and lenient about unknown fields on the client's.

pub mod frame;
pub mod limits;
pub mod refusal;

pub use frame::{ToClient, ToRelay};
pub use refusal::{Goodbye, Refusal};

/// The websocket subprotocol; its absence is a 400.
pub const SUBPROTOCOL: &str = "opora.v1";
