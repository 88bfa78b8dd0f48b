//! Scripted children and counsellors against a real relay over real sockets: whatever is cut or restarted, what was
//! acknowledged is shown to every reader once and in order.

use std::sync::Arc;
use std::time::Duration;

use opora::client::address::Address;
use opora::client::desk::{self, DeskLink};
use opora::client::link::{Connection, Lost};
use opora::client::socket::{self, Door};
use opora::conversation::Role;
use opora::drill::{CounsellorScript, Ledger, Load, Script, Stage, play_load};
use opora::relay::{self, Running};
use opora::sealing::grant::BoxSeed;
use opora::sealing::house::HouseKey;
use opora::sealing::identity::Identity;
use opora::sealing::line::LineSeed;
use tokio_util::sync::CancellationToken;

#[path = "support/wire.rs"]
mod wire;
use wire::{TestLine, settings};

const TEAM: &[(&str, Role)] =
    &[("Jana", Role::Counsellor), ("Petr", Role::Counsellor), ("Eva", Role::Supervisor)];

struct World {
    folder: tempfile::TempDir,
    line: TestLine,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let line = TestLine::with(TEAM);
        relay::init(folder.path(), &line.file, wire::now_ms()).expect("a new relay");
        Self { folder, line }
    }

    async fn relay(&self, port: u16) -> Running {
        self.relay_with(port, |_| {}).await
    }

    async fn relay_with(&self, port: u16, change: impl FnOnce(&mut relay::Settings)) -> Running {
        let mut settings = settings(self.folder.path());
        settings.listen.set_port(port);
        change(&mut settings);
        settings.rules.limits.opens_per_min = 600;
        relay::run(settings, &mut |_, _| {}, CancellationToken::new()).await.expect("a relay")
    }

    fn setup(&self, name: &str, address: &Address) -> desk::Setup {
        let identity = self.line.identity(name);
        desk::Setup {
            address: address.clone(),
            identity: Identity::from_secret(identity.secret().duplicate()),
            box_seed: BoxSeed::new([1; 32]),
            line_seeds: vec![LineSeed::from_secret(self.line.seed.secret().duplicate())],
            house_keys: vec![HouseKey::from_secret(self.line.house.secret().duplicate())],
            root: self.line.root.public(),
            least_serial: 0,
            alias: name.to_owned(),
            outbox: vec![],
            is_kept: false,
        }
    }

    fn load(&self, port: u16, scripts: &[&str], pace: f64, seconds: u64) -> Load {
        let address = Address::parse(&format!("ws://127.0.0.1:{port}")).expect("an address");
        let stage = Stage {
            address: address.clone(),
            origin: format!("http://127.0.0.1:{port}"),
            root: self.line.root.public(),
            pace,
            cut: None,
            tls: None,
            ledger: Arc::new(Ledger::new()),
            stop: CancellationToken::new(),
        };
        Load {
            stage,
            children: scripts.len(),
            scripts: scripts.iter().map(|name| Script::shipped(name).expect("a script")).collect(),
            counsellors: TEAM.iter().map(|(name, _)| self.setup(name, &address)).collect(),
            counsellor: CounsellorScript::shipped().expect("a script"),
            duration: Duration::from_secs(seconds),
            seed: 7,
        }
    }
}

fn check(report: &opora::drill::Report) {
    let counts = (report.lost, report.doubled, report.out_of_order, report.altered);
    assert_eq!(counts, (0, 0, 0, 0), "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demos_children_are_answered() {
    let world = World::new();
    let relay = world.relay(0).await;
    let cast: Vec<&str> = Script::names().take(5).collect();
    let report = play_load(world.load(relay.addr.port(), &cast, 60.0, 6)).await;
    relay.stop().await;
    check(&report);
    // Each says hello, three counsellors greet and answer: what the slowest machine manages in this time.
    assert!(report.acknowledged >= 15 && report.p99_ms.is_some(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_connections_are_cut() {
    let world = World::new();
    let relay = world.relay(0).await;
    let mut load = world.load(relay.addr.port(), &["quick"; 9], 10.0, 8);
    load.stage.cut = Some(Duration::from_millis(1_500));
    let report = play_load(load).await;
    relay.stop().await;
    check(&report);
    assert!(report.kills > 5 && report.acknowledged > 30, "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_relay_restarts() {
    let world = World::new();
    let relay = world.relay(0).await;
    let port = relay.addr.port();
    let load = world.load(port, &["quick"; 9], 10.0, 9);
    let ledger = Arc::clone(&load.stage.ledger);
    let playing = tokio::spawn(play_load(load));
    // The relay goes when something was acknowledged, and comes back at the same address.
    while ledger.report().acknowledged < 10 {
        tokio::task::yield_now().await;
    }
    relay.stop().await;
    ledger.kill();
    let relay = world.relay(port).await;
    let report = playing.await.expect("played");
    relay.stop().await;
    check(&report);
    assert!(report.acknowledged > 20, "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_checked_and_words_go_through_tls() {
    let world = World::new();
    let pair = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let (cert, key) = (world.folder.path().join("cert.pem"), world.folder.path().join("key.pem"));
    std::fs::write(&cert, pair.cert.pem()).expect("written");
    std::fs::write(&key, pair.signing_key.serialize_pem()).expect("written");
    let relay = world.relay_with(0, |settings| settings.tls = Some((cert, key))).await;
    let port = relay.addr.port();
    let address = Address::parse(&format!("wss://localhost:{port}")).expect("an address");

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    let trusting = |roots: rustls::RootCertStore| {
        let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().expect("versions");
        Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
    };
    let distrusting = trusting(roots.clone());
    roots.add(pair.cert.der().clone()).expect("a root");
    // A certificate that nobody vouches for: no word goes out.
    let door = Door::desk(address.clone()).trusting(distrusting);
    let mut handle = socket::spawn(DeskLink::new(world.setup("Jana", &address)), door);
    let unreachable = loop {
        match handle.updates.recv().await.expect("a link tries for ever") {
            desk::Update::Connection(Connection::Waiting { why, .. }) => break why,
            desk::Update::Connection(Connection::Online { .. }) => unreachable!("trusted nobody"),
            _ => {}
        }
    };
    assert_eq!(unreachable, Lost::Unreachable);
    handle.join().await;

    let mut load = world.load(port, &["quick"; 3], 20.0, 2);
    load.stage.address = address.clone();
    load.stage.origin = format!("https://localhost:{port}");
    load.stage.tls = Some(trusting(roots));
    load.counsellors.iter_mut().for_each(|setup| setup.address = address.clone());
    let report = play_load(load).await;
    check(&report);
    assert!(report.acknowledged > 0, "{report:?}");
    relay.stop().await;
}
