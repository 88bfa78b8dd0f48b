//! A child on the wire, without a browser: the same link as the page has, for tests of the console.

use std::net::SocketAddr;
use std::path::Path;

use opora::client::address::Address;
use opora::client::child::{ChildLink, Command, Setup, Shown, Update, What};
use opora::client::knock::knock;
use opora::client::socket::{self, Door, Handle};
use opora::conversation::EntryId;
use opora::protocol::frame::LineState;
use opora::sealing::card::LineFile;

/// A child that writes.
pub struct Child {
    handle: Handle<ChildLink>,
    written: u8,
}

impl Child {
    /// A child of the line in `line.json`, at a relay, as soon as somebody there takes children: a console that says
    /// *ready* on its screen may not have said it to the relay yet.
    pub async fn of(line: &Path, relay: SocketAddr) -> Self {
        let file = std::fs::read_to_string(line).expect("the line's file");
        let file: LineFile = serde_json::from_str(&file).expect("a line");
        let address = Address::parse(&format!("ws://{relay}")).expect("an address");
        let is_open = async {
            while !knock(address.clone()).await.is_ok_and(|knocked| knocked.line.state == LineState::Open) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(super::DEADLINE, is_open).await.expect("somebody takes children");
        let setup = Setup {
            address: address.clone(),
            root: file.root,
            least_serial: 0,
            built: 0,
            lang: "en".into(),
            after: None,
        };
        let door = Door::child(address, format!("http://{relay}"));
        Self { handle: socket::spawn(ChildLink::new(setup), door), written: 0 }
    }

    /// Writes, and waits until the relay has it on its disk.
    pub async fn say(&mut self, text: &str) {
        self.written += 1;
        let id = EntryId([self.written; 16]);
        self.handle.commands.send(Command::Say { id, text: text.to_owned() }).await.expect("a link");
        self.until(|update| matches!(update, Update::Stored { id: stored, .. } if *stored == id)).await;
    }

    /// Waits for words of the line.
    pub async fn hears(&mut self, words: &str) {
        let is_heard = |shown: &Shown| match &shown.what {
            What::Said(said) => said.text.as_str().contains(words),
            _ => false,
        };
        self.until(|update| matches!(update, Update::Line(shown) if is_heard(shown))).await;
    }

    async fn until(&mut self, wanted: impl Fn(&Update) -> bool) {
        let found = async {
            while let Some(update) = self.handle.updates.recv().await {
                if wanted(&update) {
                    return true;
                }
            }
            false
        };
        let found = tokio::time::timeout(super::DEADLINE, found).await;
        assert!(matches!(found, Ok(true)), "the child waits in vain: {found:?}");
    }
}
