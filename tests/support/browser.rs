//! A child's browser: a real headless Chromium, driven over WebDriver.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use thirtyfour::prelude::*;
use thirtyfour::ChromeCapabilities;

use super::{DEADLINE, Process, World};

/// A driver process and its one browser window.
pub struct Browser {
    /// The window.
    pub window: WebDriver,
    _driver: Process,
}

impl Browser {
    /// Starts a browser of a phone's width with an empty profile.
    pub async fn start(world: &World, width: u32, height: u32) -> Self {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        let driver = Process::start(command, &world.path("chromedriver.log"));
        let line = driver.line("started successfully on port");
        let port: u16 =
            line.trim_end_matches('.').rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        let mut wishes = ChromeCapabilities::new();
        let profile = world.path("browser");
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
            &format!("--user-data-dir={}", profile.display()),
            &format!("--window-size={width},{height}"),
        ] {
            wishes.add_arg(argument).expect("an argument");
        }
        let window = WebDriver::new(format!("http://127.0.0.1:{port}"), wishes).await.expect("a browser");
        Self { window, _driver: driver }
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

    /// Saves what the window shows.
    pub async fn photograph(&self, path: &Path) {
        self.window.screenshot(path).await.expect("a picture");
    }
}
