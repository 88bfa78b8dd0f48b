//! A child's browser: a real headless Chromium, driven over WebDriver.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};

use super::{DEADLINE, Process, World};

/// A driver process and its one browser window.
pub struct Browser {
    /// The window.
    pub window: WebDriver,
    profile: PathBuf,
    _driver: Process,
}

impl Browser {
    /// Starts a browser of a phone's width with an empty profile.
    pub async fn start(world: &World, width: u32, height: u32) -> Self {
        Self::start_with(world, "browser", (width, height), &[]).await
    }

    /// Starts another child's browser beside the first, with a profile of its own.
    pub async fn start_as(world: &World, name: &str) -> Self {
        Self::start_with(world, name, (360, 640), &[]).await
    }

    /// Starts it once more on the same profile, and lets it bring back what was open.
    pub async fn start_again(world: &World) -> Self {
        Self::start_with(world, "browser", (360, 640), &["--restore-last-session"]).await
    }

    async fn start_with(world: &World, profile: &str, (width, height): (u32, u32), more: &[&str]) -> Self {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        let driver = Process::start(command, &world.path("chromedriver.log"));
        let line = driver.line("started successfully on port");
        let port: u16 =
            line.trim_end_matches('.').rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        let mut wishes = ChromeCapabilities::new();
        let profile = world.path(profile);
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=cs",
            // Nobody but this computer is reached, whatever a page asks for.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            &format!("--user-data-dir={}", profile.display()),
            &format!("--window-size={width},{height}"),
        ] {
            wishes.add_arg(argument).expect("an argument");
        }
        for argument in more {
            wishes.add_arg(argument).expect("an argument");
        }
        wishes.set_logging_prefs("performance", LoggingPrefsLogLevel::All).expect("a wish");
        let window = WebDriver::new(format!("http://127.0.0.1:{port}"), wishes).await.expect("a browser");
        Self { window, profile, _driver: driver }
    }

    /// Waits until an element matches, and returns it.
    pub async fn find(&self, css: &str) -> WebElement {
        self.window.query(By::Css(css)).wait(DEADLINE, Duration::from_millis(50)).first().await.expect(css)
    }

    /// Waits until the text of the page satisfies a condition.
    pub async fn until(&self, what: &str, condition: impl Fn(&str) -> bool) {
        let until = Instant::now() + DEADLINE;
        loop {
            let text = match self.window.find(By::Css("body")).await {
                Ok(body) => body.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if condition(&text) {
                return;
            }
            assert!(Instant::now() < until, "never saw {what}; the page says: {text}");
            tokio::task::yield_now().await;
        }
    }

    /// Writes a line into the message box and presses Send.
    pub async fn send(&self, text: &str) {
        let field = self.find("#box").await;
        field.send_keys(text).await.expect("keys");
        self.find("#send").await.click().await.expect("a tap");
    }

    /// Ends the browser as a person does, so that it writes to its profile whatever it would keep.
    pub async fn quit(self) {
        self.window.quit().await.expect("an orderly end");
    }

    /// Kills the browser with SIGKILL, as a phone does that runs out of memory: all processes that name its profile.
    pub async fn kill(self) {
        let name = self.profile.display().to_string();
        let processes = std::fs::read_dir("/proc").expect("processes").flatten();
        let is_its = |folder: &Path| {
            let line = std::fs::read(folder.join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&format!("--user-data-dir={name}"))
        };
        let its = processes.map(|entry| entry.path()).filter(|path| is_its(path));
        let numbers: Vec<String> =
            its.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
        assert!(!numbers.is_empty(), "no browser has this profile");
        Command::new("kill").arg("-KILL").args(&numbers).status().expect("kill runs");
    }

    /// Saves what the window shows.
    pub async fn photograph(&self, path: &Path) {
        self.window.screenshot(path).await.expect("a picture");
    }
}
