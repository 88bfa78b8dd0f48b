//! What a relay says before anybody proves anything: its line card and its limits. A link that dials once, listens once
//! and ends; who joins asks it for the root that the invitation names, and whoever looks after a relay, for its card.

use std::convert::Infallible;

use super::link::{Effect, Input, Link, Lost, Moment};
use crate::protocol::ToClient;
use crate::protocol::frame::{Line, SignedCard};
use crate::sealing::CryptoRng;

/// The link.
#[derive(Debug, Default)]
pub struct Greeting {
    has_ended: bool,
}

/// What came of it. Nothing of it is checked: the reader does that, with the root it trusts.
#[derive(Debug, Clone, PartialEq)]
pub enum Greeted {
    /// A relay of this protocol.
    Hello {
        /// The relay's clock, in milliseconds since 1970.
        now: u64,
        /// Its card.
        card: SignedCard,
        /// Whether it takes children.
        line: Line,
    },
    /// Something else answers, or another version.
    NotOurs,
    /// Nobody.
    Nobody(Lost),
}

impl Link for Greeting {
    type Command = Infallible;
    type Update = Greeted;

    fn update(&mut self, input: Input<Infallible>, _: Moment, _: &mut dyn CryptoRng) -> Vec<Effect<Greeted>> {
        let greeted = match input {
            _ if self.has_ended => return vec![],
            Input::Begin => return vec![Effect::Dial],
            Input::Opened | Input::Tick => return vec![],
            Input::Frame(frame) => match *frame {
                ToClient::Hello { v: 1, now, card, line, .. } => Greeted::Hello { now, card, line },
                ToClient::Goodbye { code, .. } => Greeted::Nobody(Lost::Closed(code)),
                _ => Greeted::NotOurs,
            },
            Input::Lost(why) => Greeted::Nobody(why),
            Input::Command(never) => match never {},
        };
        self.has_ended = true;
        vec![Effect::HangUp, Effect::Tell(Box::new(greeted)), Effect::End]
    }

    fn wake_at(&self) -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::stage::{Driven, Keeper, WALL};

    #[test]
    fn a_relay_greets_once_and_is_left_alone() {
        let mut driven = Driven::new(Greeting::default());
        driven.input(Input::Begin);
        driven.input(Input::Opened);
        assert_eq!((driven.dials, driven.told().len()), (1, 0));
        let keeper = Keeper::new();
        driven.hear(keeper.hello(1));
        driven.hear(keeper.hello(2));
        let told = driven.told();
        assert!(
            matches!(&told[..], [Greeted::Hello { now: WALL, card, .. }] if card.root == keeper.root.public())
        );
        assert_eq!((driven.hang_ups, driven.sent().len()), (1, 0));
    }

    #[test]
    fn nobody_and_somebody_else_are_told_apart() {
        for (input, greeted) in [
            (Input::Lost(Lost::Unreachable), Greeted::Nobody(Lost::Unreachable)),
            (Input::Frame(Box::new(ToClient::Pong { n: 1 })), Greeted::NotOurs),
        ] {
            let mut driven = Driven::new(Greeting::default());
            driven.input(Input::Begin);
            driven.input(input);
            assert_eq!(driven.told(), [greeted]);
        }
    }
}
