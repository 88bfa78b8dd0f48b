//! Programs that a test kills at any moment: the shipped one, or this test's own binary run again as one of its parts.
#![allow(dead_code, clippy::panic, reason = "each suite uses its part; a test says no by panicking")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(60);

/// The variable that makes a part of this binary run; without it, as a test, a part does nothing.
const PART: &str = "OPORA_TEST_PART";

/// Returns the value a part was started with, if this process was started as that part.
pub fn part(name: &str) -> Option<String> {
    let (wanted, with) =
        std::env::var(PART).ok()?.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    (wanted == name).then_some(with)
}

/// Says a line to the process that started this part; when it returns, a SIGKILL cannot take it back.
pub fn tell(line: &str) {
    // Not `println!`, which the test harness may keep for itself.
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n@{line}\n").as_bytes()).and_then(|()| out.flush()).expect("the test listens");
}

/// A running program; killed when dropped.
pub struct Program {
    child: Child,
    lines: mpsc::Receiver<String>,
    stdin: Option<ChildStdin>,
    what: String,
}

impl Program {
    /// Runs this binary again as the part of this name, which is a test that asks [`part`] first.
    pub fn part(name: &str, with: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args([name, "--exact", "--nocapture", "--test-threads=1"])
            .env(PART, format!("{name} {with}"));
        Self::start(&mut command)
    }

    /// Starts a command.
    pub fn start(command: &mut Command) -> Self {
        let what = format!("{command:?}");
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let (out, stdin) = (child.stdout.take().expect("piped"), child.stdin.take());
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, stdin, what }
    }

    /// Returns its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Says a line to it; it may be dead.
    pub fn say(&mut self, line: &str) {
        if let Some(stdin) = &mut self.stdin {
            _ = writeln!(stdin, "{line}");
        }
    }

    /// Waits for a line that contains `wanted`.
    pub fn hear(&self, wanted: &str) -> String {
        self.try_hear(wanted)
            .unwrap_or_else(|seen| panic!("{} never said {wanted:?} but {seen:#?}", self.what))
    }

    /// Waits for a line that contains `wanted`, or for the end of the program: then all that it said.
    pub fn try_hear(&self, wanted: &str) -> Result<String, Vec<String>> {
        let until = Instant::now() + DEADLINE;
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) if line.contains(wanted) => return Ok(line),
                Ok(line) => seen.push(line),
                Err(_) => return Err(seen),
            }
        }
    }

    /// Returns what it said since the last call.
    pub fn heard(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Sends SIGKILL and does not wait: a system call that has begun goes on, and none returns to the program.
    pub fn shoot(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }

    /// Kills it with SIGKILL and returns what it had said.
    pub fn kill(mut self) -> Vec<String> {
        _ = self.child.kill();
        _ = self.child.wait();
        self.lines.iter().collect()
    }

    /// Waits for its end and returns what it said.
    pub fn end(mut self) -> (ExitStatus, Vec<String>) {
        let until = Instant::now() + DEADLINE;
        let mut lines = Vec::new();
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => lines.push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("{} never ended: {lines:#?}", self.what),
            }
        }
        (self.child.wait().expect("an end"), lines)
    }

    /// Whether it ends by itself within a time.
    pub fn dies_within(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(10)),
                ended => return matches!(ended, Ok(Some(_))),
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Starts the shipped relay on `home/relay` with these settings and arguments, and waits until it listens.
pub fn shipped_relay(home: &Path, settings: &str, arguments: &[&str]) -> (Program, SocketAddr) {
    let config = home.join("relay.toml");
    std::fs::write(&config, settings).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_opora"));
    command.env_clear().env("HOME", home).env("LANG", "en_GB.UTF-8");
    command.arg("--config").arg(&config).args(["relay", "--data"]).arg(home.join("relay")).args(arguments);
    let log = std::fs::OpenOptions::new().create(true).append(true).open(home.join("relay.log"));
    let relay = Program::start(command.stderr(log.expect("a log")));
    let heard = relay.hear("listening on ");
    let address = heard.split("listening on ").nth(1).and_then(|rest| rest.split_whitespace().next());
    (relay, address.and_then(|address| address.parse().ok()).expect("an address"))
}

/// How often a suite does what it does often: `tests/run --long` asks for more.
pub fn count(short: usize, long: usize) -> usize {
    if std::env::var_os("OPORA_LONG").is_some() { long } else { short }
}

/// Whether this process may mount and the like; says so if not, for a test that then has nothing to do.
pub fn is_root(what: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        eprintln!("skipped, not root: {what}");
    }
    is_root
}
