//! What a supervisor has, whole: the board and the statistics of a real relay through the program itself, against a day
//! whose truth the test knows; and the acts of the board, seen by a counsellor's own socket.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use opora::conversation::event::{ShiftState, State};
use opora::conversation::{Account, ConversationId, Event, Kind, Log, Role};
use opora::protocol::Refusal;
use opora::protocol::frame::{ToClient, ToRelay};
use opora::relay::{self, Running};
use opora::sealing::Secret;
use opora::sealing::grant::BoxSeed;
use opora::sealing::house::HouseKey;
use opora::sealing::identity::Identity;
use opora::sealing::line::LineSeed;
use opora::vault::{self, Cost, Keys, Passphrase};
use serde_json::Value;
use support::World;
use termlens::{Key, Terminal};
use tokio_util::sync::CancellationToken;
use wire::{Child, Desk, TestLine, plain, settings};

mod support;
#[path = "support/wire.rs"]
mod wire;

const TEAM: &[(&str, Role)] = &[("Jana", Role::Counsellor), ("Eva", Role::Supervisor)];

struct Stage {
    world: World,
    line: TestLine,
    relay: Running,
}

impl Stage {
    async fn begin() -> Self {
        let world = World::new();
        let line = TestLine::with(TEAM);
        let folder = world.path("relay");
        std::fs::create_dir_all(&folder).expect("a folder");
        relay::init(&folder, &line.file, wire::now_ms()).expect("a new relay");
        let relay = relay::run(settings(&folder), &mut |_, _| {}, CancellationToken::new()).await;
        let stage = Self { world, line, relay: relay.expect("a relay") };
        TEAM.iter().for_each(|(name, role)| stage.keep(name, *role));
        stage
    }

    /// Writes the vault of an account.
    fn keep(&self, name: &str, role: Role) {
        let keys = Keys {
            account: Account::parse(name).expect("a name"),
            role,
            identity: Identity::from_secret(self.line.identity(name).secret().duplicate()),
            box_seed: BoxSeed::new(rand::random()),
            line_seeds: vec![LineSeed::from_secret(self.line.seed.secret().duplicate())],
            house_keys: vec![HouseKey::from_secret(self.line.house.secret().duplicate())],
            casebook: Secret::new(rand::random()),
            former: None,
            root: None,
            root_public: self.line.file.root,
            line: "test".to_owned(),
            relays: Vec::new(),
            least_serial: 0,
            team: vault::Team::default(),
        };
        let vault = self.world.path(name).join("vault");
        vault::create(&vault, &Passphrase::new(support::PASSPHRASE), &keys, Cost::floor()).expect("a vault");
    }

    fn url(&self) -> String {
        format!("ws://localhost:{}", self.relay.addr.port())
    }

    /// Runs the program as somebody, and returns its exit code and what it printed.
    async fn run(&self, name: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut command = self.world.opora();
        command.args(arguments).args(["--relay", &self.url(), "--data"]).arg(self.world.path(name));
        command.arg("--passphrase-file").arg(self.world.path("passphrase"));
        let output = tokio::task::spawn_blocking(move || command.output().expect("opora runs"));
        let output = output.await.expect("joined");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    async fn ask(&self, arguments: &[&str]) -> String {
        let (code, out, errors) = self.run("Eva", arguments).await;
        assert_eq!(code, 0, "{arguments:?}: {errors}");
        out
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.ask(arguments).await).expect("JSON")
    }

    /// Opens a board in a pseudo-terminal as Eva.
    fn board(&self, arguments: &[&str]) -> Terminal {
        let mut builder = Terminal::builder().size(100, 30).env_clear().timeout(support::DEADLINE);
        let home = self.world.path("home");
        for (name, value) in [("HOME", home.to_str().expect("UTF-8")), ("TERM", "xterm-256color")] {
            builder = builder.env(name, value);
        }
        let (data, passphrase) = (self.world.path("Eva"), self.world.path("passphrase"));
        let path = |path: &std::path::Path| path.to_str().expect("UTF-8").to_owned();
        let arguments = [&["--lang", "en"], arguments].concat();
        builder = builder.args(arguments);
        builder = builder.args(["--relay", &self.url(), "--data", &path(&data)]);
        builder = builder.args(["--passphrase-file", &path(&passphrase)]);
        builder.spawn(env!("CARGO_BIN_EXE_opora")).expect("a board in a pseudo-terminal")
    }
}

fn see(terminal: &mut Terminal, what: &str) {
    if let Err(error) = terminal.wait_until(|screen| screen.contains(what)) {
        panic!("never saw {what:?}: {error}\n{}", terminal.screen().text());
    }
}

fn press(terminal: &mut Terminal, keys: &str) {
    terminal.send_str(keys).expect("keys");
}

fn enter(terminal: &mut Terminal) {
    terminal.send(Key::Enter).expect("a key");
}

/// Says how it is on shift.
async fn on_shift(desk: &mut Desk, state: ShiftState, places: u8) {
    let state = State { state, until: None, places };
    let data = Event::State(state).data().expect("json");
    desk.append(plain(ConversationId::HOUSE, Log::Desk, Kind::State, &data, None)).await.expect("said");
}

/// A whole talk: taken, answered, closed, archived.
async fn talk(stage: &Stage, desk: &mut Desk, topic: &str) -> Child {
    let mut child = Child::open(stage.relay.addr, &stage.line).await;
    child.tell(topic).await;
    let said = child.say("ahoj").await;
    // A pen counts in each conversation for itself.
    desk.talk = wire::Writer::new();
    desk.claim(child.conv, 0).await.expect("claimed");
    desk.watch(child.conv).await;
    let said = said.max(desk.say(child.conv, &child.key, "jsem tady").await);
    let close = plain(child.conv, Log::Talk, Kind::Closed, r#"{"reason":"ended"}"#, Some(said));
    desk.append(close).await.expect("closed");
    desk.append(plain(child.conv, Log::Desk, Kind::Archived, "{}", None)).await.expect("archived");
    child
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_board_and_the_statistics_say_what_happened() {
    let stage = Stage::begin().await;
    let addr = stage.relay.addr;
    let mut jana = Desk::login(addr, &stage.line, "Jana").await;
    on_shift(&mut jana, ShiftState::Ready, 3).await;
    // Two were answered and ended, one gave up at once, one is with Jana and flagged, one waits.
    let first = talk(&stage, &mut jana, "violence").await;
    let second = talk(&stage, &mut jana, "family").await;
    let mut gone = Child::open(addr, &stage.line).await;
    gone.peer.send(&ToRelay::Leave { conv: gone.conv }).await;
    gone.peer.goodbye().await;
    let held = Child::open(addr, &stage.line).await;
    jana.claim(held.conv, 0).await.expect("claimed");
    jana.watch(held.conv).await;
    let flag =
        jana.sealed(&stage.line, held.conv, Kind::Flagged, opora::sealing::body::Clear::Level(2), None);
    jana.append(flag).await.expect("flagged");
    let waits = Child::open(addr, &stage.line).await;
    jana.sees(waits.conv).await;

    // A flag of the second level takes all of Jana's places.
    let once = stage.ask(&["board", "--once"]).await;
    assert!(once.starts_with("waiting 1 · longest 00:"), "{once}");
    assert!(once.trim().ends_with("in time 100 % · gave up 0 % · free 0 of 3 · flags 1"), "{once}");
    let czech = stage.ask(&["board", "--once", "--lang", "cs"]).await;
    assert!(czech.starts_with("čeká 1 · nejdéle 00:"), "{czech}");
    let board = stage.json(&["board", "--json"]).await;
    let today = &board["today"];
    let counts = ["offered", "answered", "within", "abandoned", "short"].map(|name| today[name].as_u64());
    assert_eq!(counts, [Some(4), Some(3), Some(3), Some(1), Some(1)], "{today}");
    assert_eq!(board["numbers"]["waiting"]["value"], 1.0);
    let colleagues = board["colleagues"].as_array().expect("a list");
    let of_jana = colleagues.iter().find(|line| line["account"] == "Jana").expect("Jana");
    assert_eq!(of_jana["chats"], 1);
    assert_eq!(board["alarms"][0]["kind"], "second");

    // Only what has ended stands in the rows.
    let stats = stage.json(&["stats", "--json"]).await;
    let line = &stats["lines"][0];
    let counts = ["offered", "answered", "within", "abandoned", "short", "by_hand"];
    let counts = counts.map(|name| line[name].as_u64());
    assert_eq!(counts, [Some(3), Some(2), Some(2), Some(1), Some(1), Some(1)], "{line}");
    let topics = stage.ask(&["stats", "--by", "topic", "--csv"]).await;
    assert!(topics.contains("\nviolence,1,1,1,0,") && topics.contains("\nfamily,1,1,1,0,"), "{topics}");
    let hidden = stage.ask(&["stats", "--by", "topic", "--csv", "--outside"]).await;
    assert!(hidden.contains("violence,<5,") && !hidden.contains(",1,"), "{hidden}");
    let (code, _, errors) = stage.run("Eva", &["stats", "--by", "interval", "--outside"]).await;
    assert!(code == 3 && errors.contains("stay in the house"), "{code} {errors}");
    let intervals = stage.ask(&["stats", "--by", "interval"]).await;
    let came: u64 =
        intervals.lines().skip(1).filter_map(|line| line.split(',').nth(2)?.parse::<u64>().ok()).sum();
    assert_eq!(came, 3, "{intervals}");
    let tables = stage.ask(&["stats", "--explain"]).await;
    assert!(tables.contains("Service level") && tables.contains("(came − short)"), "{tables}");

    // The report of the quarter: one page without script, and the same as CSV.
    let zone = jiff::tz::TimeZone::system().to_datetime(jiff::Timestamp::now());
    let quarter = format!("{}-Q{}", zone.year(), (zone.month() - 1) / 3 + 1);
    let out = stage.world.path("out");
    let out = out.to_str().expect("UTF-8");
    let files = stage.ask(&["stats", "report", "--quarter", &quarter, "--out", out]).await;
    assert!(files.lines().count() == 9 && files.contains("queue_intervals.csv"), "{files}");
    let page = std::fs::read_to_string(format!("{out}/report.html")).expect("a report");
    assert!(page.contains("<svg") && !page.contains("<script"), "a page without script");
    let outside = stage.world.path("outside");
    let outside = outside.to_str().expect("UTF-8");
    let files = stage.ask(&["stats", "report", "--quarter", &quarter, "--out", outside, "--outside"]).await;
    assert!(!files.contains("queue_intervals.csv"), "{files}");
    // A day is no past to plan by, and it is said so.
    let (code, _, errors) = stage.run("Eva", &["stats", "staffing"]).await;
    assert!(code == 1 && errors.contains("week of whole days"), "{code} {errors}");

    let (code, _, errors) = stage.run("Jana", &["board", "--once"]).await;
    assert!(code == 3 && errors.contains("Only supervisors"), "{code} {errors}");
    let (code, _, errors) = stage.run("Jana", &["stats"]).await;
    assert!(code == 3 && errors.contains("Only supervisors"), "{code} {errors}");
    drop((first, second, held, waits));
    stage.relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_act_of_the_board_is_an_entry_that_the_counsellor_sees() {
    let stage = Stage::begin().await;
    let addr = stage.relay.addr;
    let mut jana = Desk::login(addr, &stage.line, "Jana").await;
    on_shift(&mut jana, ShiftState::Ready, 3).await;
    let mut child = Child::open(addr, &stage.line).await;
    child.say("nikomu to nerikejte prosim").await;
    jana.claim(child.conv, 0).await.expect("claimed");
    jana.watch(child.conv).await;

    let stage = std::sync::Arc::new(stage);
    let (told, acts) = std::sync::mpsc::channel::<()>();
    let shown = stage.clone();
    let supervisor = tokio::task::spawn_blocking(move || {
        let mut board = shown.board(&["board"]);
        see(&mut board, "Jana    ");
        see(&mut board, "1/3");
        // Look in, whisper: at the counsellor.
        board.send(Key::Down).expect("a key");
        enter(&mut board);
        see(&mut board, "You read along, and Jana sees it");
        see(&mut board, "nikomu to nerikejte prosim");
        acts.recv().expect("watched");
        press(&mut board, "w");
        see(&mut board, "Whisper about");
        press(&mut board, "jsem s tebou");
        see(&mut board, "jsem s tebou");
        enter(&mut board);
        acts.recv().expect("whispered");
        board.send(Key::Esc).expect("a key");
        see(&mut board, "COUNSELLORS");
        // Doors with a reason and a time.
        press(&mut board, "d");
        see(&mut board, "Shut the doors until when?");
        enter(&mut board);
        see(&mut board, "Why the doors are shut until");
        press(&mut board, "porada");
        enter(&mut board);
        see(&mut board, "The doors are shut");
        acts.recv().expect("refused at the door");
        press(&mut board, "e");
        see(&mut board, "The doors are open.");
        // Hold, and an announcement.
        press(&mut board, "h");
        see(&mut board, "Why only supervisors");
        press(&mut board, "rozdeluji ja");
        enter(&mut board);
        see(&mut board, "Only supervisors hand out children now");
        press(&mut board, "n");
        see(&mut board, "To whom is the announcement?");
        enter(&mut board);
        see(&mut board, "To all consoles");
        press(&mut board, "za hodinu konec");
        enter(&mut board);
        see(&mut board, "The announcement stands");
        acts.recv().expect("all seen");
    });

    let watched = jana.peer.entry(Kind::Watched).await;
    assert!(watched.data.contains("Eva") && watched.data.contains("true"), "{}", watched.data);
    told.send(()).expect("the board waits");
    let whispered = jana.peer.entry(Kind::Whispered).await;
    assert_eq!(whispered.account().map(ToString::to_string).as_deref(), Some("Eva"));
    assert!(!whispered.data.contains("jsem"), "sealed");
    told.send(()).expect("the board waits");
    until_house(&mut jana, |house| house["doors"].is_object()).await;
    let mut late = Child::ready(addr, &stage.line).await;
    let frame = late.open_frame(None);
    late.peer.send(&frame).await;
    assert_eq!(late.peer.refusal().await, Refusal::LineClosed);
    told.send(()).expect("the board waits");
    until_house(&mut jana, |house| house["doors"].is_null()).await;
    until_house(&mut jana, |house| house["hold"].is_object()).await;
    let other = Child::open(addr, &stage.line).await;
    assert_eq!(jana.claim(other.conv, 0).await, Err(Refusal::NotAllowed), "only supervisors hand out");
    until_house(&mut jana, |house| house["notes"].as_array().is_some_and(|notes| notes.len() == 1)).await;
    told.send(()).expect("the board waits");
    supervisor.await.expect("the board saw all of it");
    drop((child, other));
}

/// Waits until the house is as wanted.
async fn until_house(desk: &mut Desk, wanted: impl Fn(&Value) -> bool) {
    desk.peer
        .until(|frame| {
            let house = match frame {
                ToClient::Queue { house, .. } => Some(house),
                ToClient::QueueDelta { house, .. } => house.as_ref(),
                _ => None,
            };
            let house = serde_json::to_value(house?).expect("json");
            wanted(&house).then_some(())
        })
        .await
}

/// Asks with HTTP and returns the body.
async fn get(address: std::net::SocketAddr, path: &str) -> Option<String> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let mut socket = tokio::net::TcpStream::connect(address).await.ok()?;
    let host = format!("localhost:{}", address.port());
    let request = format!("GET {path} HTTP/1.0\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}

fn docs(file: &str) -> String {
    std::fs::read_to_string(format!("docs/{file}")).expect("a file of the docs")
}

/// Returns a program of Prometheus if it is there, and says so if it is not.
fn prometheus(program: &str) -> Option<std::process::Command> {
    let is_there = std::process::Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        eprintln!("skipped: {program} is not installed (Debian: prometheus)");
    }
    is_there.then(|| std::process::Command::new(program))
}

/// Returns the names of the metrics in a text.
fn metrics_in(text: &str) -> std::collections::BTreeSet<String> {
    let name = regex::Regex::new(r"\bopora_[a-z_]+").expect("a pattern");
    name.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_metric_is_explained_and_every_one_that_is_asked_for_is_served() {
    let stage = Stage::begin().await;
    let served = get(stage.relay.addr, "/metrics").await.expect("the relay's numbers");
    let type_of = |name: &str| {
        let after = served.split_once(&format!("# TYPE {name} "))?.1;
        after.lines().next().map(str::to_owned)
    };
    let all: std::collections::BTreeSet<String> = served
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next())
        .map(str::to_owned)
        .collect();
    assert!(all.len() > 15 && all.iter().all(|name| type_of(name).is_some()), "{served}");
    // The operator's page explains each, and none that is not there.
    assert_eq!(metrics_in(&docs("src/operations/metrics.md")), all);
    // Panels and alerts ask for nothing else, and count only what counts.
    let dashboard: Value = serde_json::from_str(&docs("monitoring/grafana.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().expect("targets"));
    let asked: Vec<String> =
        targets.map(|target| target["expr"].as_str().expect("a query").to_owned()).collect();
    assert!(panels.len() == 12 && asked.len() > 15);
    let rules = docs("monitoring/alerts.yml");
    let rules = rules.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).map(str::to_owned);
    let counted = regex::Regex::new(r"(?:rate|increase)\((opora_[a-z_]+)").expect("a pattern");
    for query in asked.into_iter().chain(rules) {
        let names = metrics_in(&query);
        assert!(names.is_subset(&all) && (!names.is_empty() || query.starts_with("up{")), "{query}");
        for found in counted.captures_iter(&query) {
            assert_eq!(type_of(&found[1]).as_deref(), Some("counter"), "{query}");
        }
    }
    // The only label is the code of a refusal: nothing that could tell who.
    let label = regex::Regex::new(r"\{([^}]*)\}").expect("a pattern");
    for found in label.captures_iter(&served) {
        assert!(found[1].starts_with("code=\""), "{}", &found[0]);
    }
    if let Some(mut promtool) = prometheus("promtool") {
        let page = stage.world.path("metrics");
        std::fs::write(&page, &served).expect("a file");
        promtool.args(["check", "metrics"]).stdin(std::fs::File::open(&page).expect("the page"));
        let output = promtool.output().expect("promtool runs");
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let output = prometheus("promtool")
            .expect("it is there")
            .args(["check", "rules", "docs/monitoring/alerts.yml"])
            .output();
        let output = output.expect("promtool runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    stage.relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_prometheus_scrapes_a_real_relay() {
    let Some(mut program) = prometheus("prometheus") else { return };
    let stage = Stage::begin().await;
    let _eva = Desk::silent(wire::Peer::connect(stage.relay.addr, "desk").await, &stage.line, "Eva").await;
    let _jana = Desk::login(stage.relay.addr, &stage.line, "Jana").await;
    let _child = Child::open(stage.relay.addr, &stage.line).await;
    let rules = std::path::Path::new("docs/monitoring/alerts.yml").canonicalize().expect("the rules");
    let settings = format!(
        "global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\nrule_files: ['{}']\nscrape_configs:\n  - job_name: opora\n    \
         static_configs: [{{ targets: ['127.0.0.1:{}'] }}]\n",
        rules.display(),
        stage.relay.addr.port()
    );
    let file = stage.world.path("prometheus.yml");
    std::fs::write(&file, settings).expect("a file");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    program.arg(format!("--config.file={}", file.display())).arg(format!("--web.listen-address={free}"));
    program.arg(format!("--storage.tsdb.path={}", stage.world.path("series").display()));
    let _prometheus = support::Process::start(program, &stage.world.path("prometheus.log"));
    let value = async |query: &str| {
        let body = get(free, &format!("/api/v1/query?query={query}")).await?;
        let answer: Value = serde_json::from_str(&body).ok()?;
        answer["data"]["result"][0]["value"][1].as_str().map(str::to_owned)
    };
    let deadline = tokio::time::Instant::now() + support::DEADLINE;
    for (query, expected) in [
        ("up", "1"),
        ("opora_accounts", "2"),
        ("opora_ready", "1"),
        ("opora_waiting", "1"),
        ("opora_opened_total", "1"),
    ] {
        while value(query).await.as_deref() != Some(expected) {
            assert!(tokio::time::Instant::now() < deadline, "{query}: {:?}", value(query).await);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    let rules = get(free, "/api/v1/rules").await.expect("rules");
    let rules: Value = serde_json::from_str(&rules).expect("JSON");
    let rules = rules["data"]["groups"][0]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), 12, "{rules:?}");
    assert!(rules.iter().all(|rule| rule["health"] != "err"), "{rules:?}");
    stage.relay.stop().await;
}
