//! What whole-program tests share: a `World` owns a temporary folder and every process it starts, and ends them when it
//! is dropped. Waiting is always for something seen, with a deadline; never for time.
#![allow(dead_code, clippy::panic, reason = "each suite uses its part; a test says no by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

pub mod browser;
pub mod child;
pub mod journeys;
pub mod proxy;
pub mod screen;

/// How long a test waits for what must come. Generous: two slow cores may be busy with other tests.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// The passphrase of every vault in a test.
pub const PASSPHRASE: &str = "quiet otters cross seven frozen rivers";

/// A temporary folder and the processes of one test.
pub struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// Makes an empty world with its passphrase file.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("opora-test-").tempdir().expect("a temporary folder");
        fs::write(folder.path().join("passphrase"), PASSPHRASE).expect("a passphrase file");
        Self { folder }
    }

    /// Returns a path inside it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the console's file of settings.
    pub fn settings(&self, text: &str) {
        let folder = self.path("config/opora");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("config.toml"), text).expect("settings");
    }

    /// Returns the program with a clean environment whose files are all in this world.
    pub fn opora(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opora"));
        self.environment(|name, value| {
            command.env(name, value);
        });
        command.env_remove("OPORA_LANG").stdin(Stdio::null());
        command
    }

    fn environment(&self, mut set: impl FnMut(&str, &str)) {
        let home = self.folder.path().to_str().expect("UTF-8").to_owned();
        for (name, value) in [
            ("HOME", home.clone()),
            ("XDG_CONFIG_HOME", format!("{home}/config")),
            ("XDG_DATA_HOME", format!("{home}/data")),
            ("XDG_STATE_HOME", format!("{home}/state")),
            ("LANG", "en_GB.UTF-8".to_owned()),
        ] {
            set(name, &value);
        }
    }

    /// Runs the program to its end and returns what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.opora().args(arguments).output().expect("opora runs");
        assert!(
            output.status.success(),
            "opora {arguments:?} ended with {:?}: {}",
            output.status.code(),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Makes a line with its keeper (`Jana`) and a relay's folder for it.
    pub fn found_line(&self) {
        self.found_line_at("ws://127.0.0.1:8787");
    }

    /// Makes a line whose card names this relay.
    pub fn found_line_at(&self, relay: &str) {
        let passphrase = self.path("passphrase");
        let line = self.path("line.json");
        let (passphrase, line) = (passphrase.to_str().expect("UTF-8"), line.to_str().expect("UTF-8"));
        self.run(&[
            "keys",
            "init",
            "--line",
            "Linka",
            "--name",
            "Jana",
            "--relay",
            relay,
            "--phone",
            "116 111",
            "--out",
            line,
            "--passphrase-file",
            passphrase,
            "--cost",
            "floor",
        ]);
        let folder = self.path("relay");
        self.run(&["relay", "--init", line, "--data", folder.to_str().expect("UTF-8")]);
    }

    /// Starts the relay on a free port, or on the one given, and waits until it listens.
    pub fn relay(&self, listen: Option<SocketAddr>, public: Option<SocketAddr>) -> Relay {
        self.relay_told(listen, public, &[])
    }

    /// The same with settings, as `OPORA_…` variables.
    pub fn relay_told(
        &self,
        listen: Option<SocketAddr>,
        public: Option<SocketAddr>,
        settings: &[(&str, &str)],
    ) -> Relay {
        let listen = listen.map_or("127.0.0.1:0".to_owned(), |address| address.to_string());
        let mut command = self.opora();
        command.args(["relay", "--data"]).arg(self.path("relay")).args(["--listen", &listen]);
        if let Some(public) = public {
            command.args(["--public-url", &format!("http://{public}")]);
        }
        command.envs(settings.iter().copied());
        let process = Process::start(command, &self.path("relay.log"));
        let line = process.line("listening on ");
        let address = line.split("listening on ").nth(1).expect("an address");
        let address = address.split_whitespace().next().expect("an address").parse().expect("an address");
        Relay { process, address }
    }

    /// Starts the console of the keeper in a pseudo-terminal and unlocks it.
    pub fn console(
        &self,
        relay: SocketAddr,
        columns: u16,
        rows: u16,
        arguments: &[&str],
    ) -> termlens::Terminal {
        let mut console = self.locked_console(&format!("ws://{relay}"), columns, rows, arguments);
        console.send_str(PASSPHRASE).expect("keys");
        console.send(termlens::Key::Enter).expect("a key");
        console
    }

    /// Starts the console of the keeper in a pseudo-terminal, up to its passphrase.
    pub fn locked_console(
        &self,
        relay: &str,
        columns: u16,
        rows: u16,
        arguments: &[&str],
    ) -> termlens::Terminal {
        let mut console = self
            .terminal(columns, rows)
            .args(["console", "--relay", relay])
            .args(arguments.iter().copied())
            .spawn(env!("CARGO_BIN_EXE_opora"))
            .expect("a console in a pseudo-terminal");
        console.wait_until(|screen| screen.contains("assphrase")).expect("the unlock screen");
        console
    }

    /// Returns a pseudo-terminal in which a program finds this world.
    pub fn terminal(&self, columns: u16, rows: u16) -> termlens::TerminalBuilder {
        let mut builder = termlens::Terminal::builder().size(columns, rows).env_clear().timeout(DEADLINE);
        let mut variables = Vec::new();
        self.environment(|name, value| variables.push((name.to_owned(), value.to_owned())));
        for (name, value) in variables {
            builder = builder.env(name, value);
        }
        builder =
            builder.env("TERM", "xterm-256color").env("PATH", std::env::var("PATH").unwrap_or_default());
        builder
    }
}

/// A running relay.
pub struct Relay {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Relay {
    /// Kills it with SIGKILL, in the middle of whatever it does.
    pub fn kill(self) {
        drop(self);
    }

    /// Kills it in its place, so that another can take its address and folder.
    pub fn end(&mut self) {
        _ = self.process.child.kill();
        _ = self.process.child.wait();
    }

    /// Returns its process id.
    pub fn pid(&self) -> u32 {
        self.process.child.id()
    }
}

/// A child process whose output is read line by line and kept in a file; killed when dropped.
pub struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
    errors: PathBuf,
}

impl Process {
    /// Starts a command; its stderr goes to `errors`.
    pub fn start(mut command: Command, errors: &Path) -> Self {
        let log = fs::OpenOptions::new().create(true).append(true).open(errors).expect("a log file");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the program starts");
        let out = child.stdout.take().expect("piped");
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, errors: errors.to_owned() }
    }

    /// Sends it a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "no signal {name}");
    }

    /// Waits until what it wrote to stderr contains `wanted`.
    pub fn error(&self, wanted: &str) {
        let until = Instant::now() + DEADLINE;
        while !fs::read_to_string(&self.errors).unwrap_or_default().contains(wanted) {
            assert!(Instant::now() < until, "never logged {wanted:?}");
            std::thread::yield_now();
        }
    }

    /// Waits for a line of output that contains `wanted`.
    pub fn line(&self, wanted: &str) -> String {
        let until = Instant::now() + DEADLINE;
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) if line.contains(wanted) => return line,
                Ok(line) => seen.push(line),
                Err(_) => {
                    let errors = fs::read_to_string(&self.errors).unwrap_or_default();
                    panic!("never said {wanted:?}; said {seen:#?} and {errors}");
                }
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Returns every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Returns whether `needle` stands anywhere in a file, plain, in base64 (any alignment), hex or UTF-16.
pub fn holds(path: &Path, needle: &str) -> bool {
    let mut bytes = Vec::new();
    if fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).is_err() {
        return false;
    }
    spellings(needle).iter().any(|spelling| bytes.windows(spelling.len()).any(|window| window == spelling))
}

/// The ways in which a word could hide in bytes.
pub fn spellings(needle: &str) -> Vec<Vec<u8>> {
    let utf16 = |order: fn(u16) -> [u8; 2]| needle.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let hex: String = needle.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![
        needle.into(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        hex.to_uppercase().into(),
        hex.into(),
    ];
    for skip in 0..3 {
        // What base64 makes of the word depends on where it begins; the whole groups inside are what can be sought.
        let padded = [vec![0; skip], needle.as_bytes().to_vec()].concat();
        let whole = &padded[if skip == 0 { 0 } else { 3 }..padded.len() / 3 * 3];
        if whole.len() >= 6 {
            let url = opora::conversation::encoding::b64(whole);
            all.push(url.replace('-', "+").replace('_', "/").into_bytes());
            all.push(url.into_bytes());
        }
    }
    all
}
