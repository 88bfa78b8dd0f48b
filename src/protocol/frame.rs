//! The frames. `ToRelay` denies unknown fields; `ToClient` is written by an honest relay and read leniently.

mod to_client;
mod to_relay;

pub use crate::conversation::house::{Note, Person};
pub use crate::conversation::queue::{Back, Phase, Row};
pub use to_client::{
    Found, Goals, Grant, HouseView, Line, LineState, Numbered, RelaySignal, SignalKind, SignedCard,
    TextLimits, ToClient,
};
pub use to_relay::{ClientSignal, ToRelay};
