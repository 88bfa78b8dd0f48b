//! The page as it is served now. It names the line card it was built with, so a new card makes a new page, and nobody has
//! to restart the relay for it; who has the older one open goes on with it.

use std::io::Write as _;
use std::sync::Arc;

use flate2::{Compression, GzBuilder};
use tokio::sync::watch;

use super::{BuiltPage, PageError};
use crate::relay::PageSettings;
use crate::sealing::card::Card;

/// A page, and the same in fewer bytes: a phone on a slow network waits for each of them.
#[derive(Debug, Clone)]
pub struct Printed {
    /// The page.
    pub page: BuiltPage,
    /// Its file, packed.
    pub gzip: Vec<u8>,
    serial: u64,
}

/// Where the page is taken from to be served.
pub type Pages = watch::Receiver<Arc<Printed>>;

/// Builds the page for each card.
pub struct Press {
    settings: PageSettings,
    root: [u8; 65],
    absence_ms: u64,
    serial: u64,
    pages: watch::Sender<Arc<Printed>>,
}

impl Printed {
    /// Packs a page. Nothing secret is in it, so its length tells nothing.
    fn of(page: BuiltPage, serial: u64) -> Self {
        let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
        let packed = packer.write_all(&page.html).and_then(|()| packer.finish());
        Self { gzip: packed.unwrap_or_default(), page, serial }
    }
}

impl Press {
    /// Builds the first page.
    ///
    /// # Errors
    /// Fails if the settings make no page.
    pub fn start(
        settings: PageSettings,
        root: [u8; 65],
        absence_ms: u64,
        card: Option<&Card>,
    ) -> Result<Self, PageError> {
        let page = super::build(&settings.inputs(root, card, absence_ms))?;
        let serial = card.map_or(0, |card| card.serial);
        let (pages, _) = watch::channel(Arc::new(Printed::of(page, serial)));
        Ok(Self { settings, root, absence_ms, serial, pages })
    }

    /// Returns where the page is taken from.
    pub fn pages(&self) -> Pages {
        self.pages.subscribe()
    }

    /// Builds the page anew if the card is another: beside the relay's work, as no child waits for it.
    pub fn follow(&mut self, card: Option<&Card>) {
        let Some(card) = card.filter(|card| card.serial != self.serial) else { return };
        self.serial = card.serial;
        let inputs = self.settings.inputs(self.root, Some(card), self.absence_ms);
        let (pages, serial) = (self.pages.clone(), card.serial);
        tokio::task::spawn_blocking(move || match super::build(&inputs) {
            Ok(page) => {
                let sha256 = page.sha256.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
                let printed = Arc::new(Printed::of(page, serial));
                // Two cards may follow each other closely, and be built in either order.
                let is_newer = pages.send_if_modified(|now| {
                    let is_newer = serial > now.serial;
                    if is_newer {
                        *now = printed;
                    }
                    is_newer
                });
                tracing::info!(serial, sha256, is_newer, "the page was built for the new line card");
            }
            Err(error) => tracing::warn!(%error, "the page for the new line card was not built"),
        });
    }
}
