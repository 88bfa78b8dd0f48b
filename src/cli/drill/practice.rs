//! A relay of the drill's own, in a folder that goes with it, with a line and counsellors made for the occasion.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{failed, keys};
use crate::cli::Outcome;
use crate::client::address::Address;
use crate::client::desk;
use crate::conversation::{Account, Role};
use crate::drill::{Ledger, Stage};
use crate::relay::{self, Running, Settings};
use crate::sealing::Secret;
use crate::sealing::card::{self, FirstAccount, FirstGrant};
use crate::sealing::grant::BoxSeed;
use crate::sealing::identity::Identity;
use crate::vault;

/// A running practice.
pub struct Practice {
    running: Running,
    url: String,
    root: [u8; 65],
    desks: std::sync::Mutex<Vec<desk::Setup>>,
    _folder: tempfile::TempDir,
}

/// Makes a line with so many counsellors and runs its relay on a free port of loopback.
pub async fn start(counsellors: usize) -> Outcome<Practice> {
    let folder = tempfile::Builder::new().prefix("opora-drill-").tempdir().map_err(failed)?;
    let mut rng = keys::random();
    let keeper = Account::parse("Keeper").ok_or_else(|| failed("no name"))?;
    let (keeper, mut line) =
        vault::found("Practice", keeper, "ws://127.0.0.1", "116 111", keys::now(), &mut rng);
    let card = card::check(&line.card, &line.sig, &line.root, keys::now(), 0, None).map_err(failed)?;
    let mut staff = Vec::new();
    for number in 1..=counsellors {
        let name = Account::parse(&format!("Counsellor {number}")).ok_or_else(|| failed("no name"))?;
        let identity = Identity::random(&mut rng);
        let box_seed = BoxSeed::from_secret(Secret::random(&mut rng));
        let (key, box_key) = (identity.public(), box_seed.public());
        line.accounts.push(FirstAccount { name: name.clone(), role: Role::Counsellor, key, box_key });
        let grants = keeper.grant_all(&card, &name, &box_key, &mut rng).map_err(failed)?;
        line.grants.extend(grants.into_iter().map(|grant| FirstGrant { name: name.clone(), grant }));
        staff.push((name, identity, box_seed));
    }
    let data = folder.path().join("relay");
    relay::init(&data, &line, keys::now()).map_err(failed)?;
    let mut settings = Settings::new(data);
    settings.listen.set_port(0);
    settings.rules.drill = true;
    let running = relay::run(settings, &mut |_, _| {}, CancellationToken::new()).await.map_err(failed)?;
    let url = format!("ws://{}", running.addr);
    let address = Address::parse(&url).map_err(failed)?;
    let desks = staff
        .into_iter()
        .map(|(name, identity, box_seed)| desk::Setup {
            address: address.clone(),
            identity,
            box_seed,
            line_seeds: Vec::new(),
            house_keys: Vec::new(),
            root: line.root,
            least_serial: 0,
            alias: name.to_string(),
            outbox: Vec::new(),
            is_kept: false,
        })
        .collect();
    Ok(Practice { running, url, root: line.root, desks: std::sync::Mutex::new(desks), _folder: folder })
}

impl Practice {
    /// Returns where to play.
    pub fn stage(&self, pace: f64, ledger: &Arc<Ledger>, stop: &CancellationToken) -> Outcome<Stage> {
        Ok(Stage {
            address: Address::parse(&self.url).map_err(failed)?,
            origin: format!("http://{}", self.running.addr),
            root: self.root,
            pace,
            cut: None,
            tls: None,
            ledger: Arc::clone(ledger),
            stop: stop.clone(),
        })
    }

    /// Hands out the counsellors; a second time there are none left.
    pub fn desks(&self) -> Vec<desk::Setup> {
        self.desks.lock().map(|mut desks| std::mem::take(&mut *desks)).unwrap_or_default()
    }

    /// Stops the relay; its folder goes with it.
    pub async fn end(self) {
        self.running.stop().await;
    }
}
