//! What stands beside every attack: the shipped relay as a process, and a child who goes on talking to its counsellor.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use opora::conversation::{Kind, Role};
use opora::relay;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::process::{Program, shipped_relay};
use crate::wire::{self, Child, Desk, Peer, TestLine};

/// How long the child beside an attack may wait for a word to come through: slow machines take a part of it.
const BOUNDED: Duration = Duration::from_secs(8);
/// By how much an attack may make the relay grow.
const GROWTH: u64 = 96 * 1024 * 1024;
/// Where the good people come from; a proxy on this machine says so.
const GOOD: &str = "198.51.100.7";

/// The team: who is beside each attack, and who may be attacked.
pub const TEAM: &[(&str, Role)] = &[
    ("Jana", Role::Counsellor),
    ("Petr", Role::Counsellor),
    ("Ota", Role::Counsellor),
    ("Eva", Role::Supervisor),
];

/// A relay under attack.
pub struct Relay {
    pub address: SocketAddr,
    pub line: TestLine,
    process: Program,
    _home: tempfile::TempDir,
    beside: JoinHandle<(usize, Duration)>,
    over: CancellationToken,
    before: u64,
}

impl Relay {
    /// Starts one with these settings, and the child who talks on.
    pub async fn start(settings: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let line = TestLine::fixed(TEAM);
        let data = home.path().join("relay");
        relay::init(&data, &line.file, wire::now_ms()).expect("a new relay");
        let (process, address) = shipped(home.path(), settings);
        let peer = Peer::connect_from(address, "desk", Some(GOOD)).await;
        let mut jana = Desk::on(peer, &line, "Jana").await;
        let mut child = Child::on(Peer::connect_from(address, "child", Some(GOOD)).await, &line);
        child.peer.send(&child.open_frame(None)).await;
        child.peer.welcome_or_end().await.expect("open");
        jana.claim(child.conv, 0).await.expect("claimed");
        jana.watch(child.conv).await;
        exchange(&mut child, &mut jana, 0).await;
        let before = resident(process.pid());
        let over = CancellationToken::new();
        let ends = over.clone();
        let beside = tokio::spawn(async move {
            let (mut count, mut longest) = (0, Duration::ZERO);
            while !ends.is_cancelled() || count < 3 {
                count += 1;
                let began = Instant::now();
                exchange(&mut child, &mut jana, count).await;
                longest = longest.max(began.elapsed());
                tokio::time::sleep(Duration::from_millis(60)).await;
            }
            (count, longest)
        });
        Self { address, line, process, _home: home, beside, over, before }
    }

    /// The attack is over: the child beside it was heard all the time, and the relay is no larger than it may be.
    pub async fn stands(self, attack: &str) {
        self.over.cancel();
        let (count, longest) = self.beside.await.expect("the child beside is heard");
        let (after, most) = (resident(self.process.pid()), most(self.process.pid()));
        eprintln!(
            "{attack}: {count} words beside, {} ms at most; {} -> {} MiB, {} at most",
            longest.as_millis(),
            self.before >> 20,
            after >> 20,
            most >> 20
        );
        assert!(longest < BOUNDED, "{attack}: the child beside waited {longest:?}");
        assert!(most < self.before + GROWTH, "{attack}: from {} to {most} bytes", self.before);
    }

    /// A child's socket from an address.
    pub async fn child_from(&self, address: &str) -> Peer {
        Peer::connect_from(self.address, "child", Some(address)).await
    }

    /// A desk's socket from an address.
    pub async fn desk_from(&self, address: &str) -> Peer {
        Peer::connect_from(self.address, "desk", Some(address)).await
    }

    /// A child that has opened.
    pub async fn opened_from(&self, address: &str) -> Child {
        let mut child = Child::on(self.child_from(address).await, &self.line);
        child.peer.send(&child.open_frame(None)).await;
        child.peer.welcome_or_end().await.expect("open");
        child
    }
}

async fn exchange(child: &mut Child, jana: &mut Desk, count: usize) {
    let text = format!("word {count}");
    let seq = child.say(&text).await;
    while jana.peer.entry(Kind::Said).await.seq < seq {}
}

fn shipped(home: &Path, settings: &str) -> (Program, SocketAddr) {
    // The child beside writes often; everything else is as shipped unless a test says so.
    let own = "behind_proxy = [\"127.0.0.1\"]\n[limits]\nchild_appends = \"100/s, burst 200\"\n";
    shipped_relay(home, &format!("{own}{settings}\n"), &["--listen", "127.0.0.1:0"])
}

fn status(pid: u32, field: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a running relay");
    let line = text.lines().find_map(|line| line.strip_prefix(field)).expect("a field");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("KiB") * 1024
}

fn resident(pid: u32) -> u64 {
    status(pid, "VmRSS:")
}

fn most(pid: u32) -> u64 {
    status(pid, "VmHWM:")
}
