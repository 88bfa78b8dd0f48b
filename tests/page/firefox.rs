//! The main journey in Firefox, where it is installed: over WebDriver BiDi, which it speaks without a driver. Only
//! `tests/run --long` has the time; elsewhere a line says that it was left out.

use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::stage::Stage;
use crate::support::{DEADLINE, Process, World, files, holds};

/// Nobody but this computer is reached, and nothing is asked on a first start.
const SETTINGS: &str = r#"
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("network.proxy.no_proxies_on", "127.0.0.1");
user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("intl.accept_languages", "cs");
"#;

const SAID: &str = "ahoj z lisky vlastovka";
const HEARD: &str = "jsem tady cvrcek";

struct Firefox {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    calls: u64,
    context: String,
    process: Process,
}

impl Firefox {
    async fn start(world: &World) -> Self {
        let profile = world.path("firefox");
        std::fs::create_dir(&profile).expect("a profile");
        std::fs::write(profile.join("user.js"), SETTINGS).expect("settings");
        let mut command = Command::new(program().expect("Firefox"));
        command.args(["--headless", "--no-remote", "--remote-debugging-port=0", "--profile"]).arg(&profile);
        command.env("HOME", world.path("."));
        let log = world.path("firefox.log");
        let process = Process::start(command, &log);
        process.error("WebDriver BiDi listening on ");
        let text = std::fs::read_to_string(&log).expect("its log");
        let address =
            text.split("WebDriver BiDi listening on ").nth(1).and_then(|rest| rest.split_whitespace().next());
        let (socket, _) =
            connect_async(format!("{}/session", address.expect("an address"))).await.expect("BiDi");
        let mut fox = Self { socket, calls: 0, context: String::new(), process };
        fox.call("session.new", json!({ "capabilities": {} })).await;
        let tree = fox.call("browsingContext.getTree", json!({})).await;
        tree["contexts"][0]["context"].as_str().expect("a tab").clone_into(&mut fox.context);
        fox
    }

    async fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.calls += 1;
        let call = json!({ "id": self.calls, "method": method, "params": parameters });
        self.socket.send(Message::text(call.to_string())).await.expect("it listens");
        loop {
            let message = tokio::time::timeout(DEADLINE, self.socket.next()).await.expect(method);
            let Message::Text(text) = message.expect("it goes on").expect("a message") else { continue };
            let answer: Value = serde_json::from_str(&text).expect("JSON");
            if answer["id"] == self.calls {
                return answer["result"].clone();
            }
        }
    }

    async fn open(&mut self, url: &str) {
        let parameters = json!({ "context": self.context, "url": url, "wait": "none" });
        self.call("browsingContext.navigate", parameters).await;
    }

    /// Evaluates what returns a string.
    async fn ask(&mut self, expression: &str) -> String {
        let target = json!({ "context": self.context });
        let parameters =
            json!({ "expression": format!("String({expression})"), "target": target, "awaitPromise": true });
        let found = self.call("script.evaluate", parameters).await;
        // A page that is just going has no answer.
        found["result"]["value"].as_str().unwrap_or_default().to_owned()
    }

    async fn until(&mut self, expression: &str) {
        let until = Instant::now() + DEADLINE;
        while self.ask(expression).await != "true" {
            assert!(Instant::now() < until, "never so: {expression}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn keys(&mut self, keys: &str) {
        let pairs = keys.chars().flat_map(|key| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
        });
        let actions = json!([{ "type": "key", "id": "keys", "actions": pairs.collect::<Vec<_>>() }]);
        self.call("input.performActions", json!({ "context": self.context, "actions": actions })).await;
    }
}

fn program() -> Option<&'static str> {
    ["firefox", "firefox-esr"].into_iter().find(|name| Command::new(name).arg("--version").output().is_ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_journey_goes_in_firefox_too() {
    if std::env::var_os("OPORA_LONG").is_none() {
        return;
    }
    if program().is_none() {
        eprintln!("left out: Firefox is not installed (Debian's package firefox-esr)");
        return;
    }
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    let mut fox = Firefox::start(&stage.world).await;
    fox.open(&stage.page()).await;
    fox.until("document.body.dataset.state === 'start' && document.body.dataset.link === 'on'").await;
    assert_eq!(fox.ask("document.documentElement.lang").await, "cs");
    fox.ask("document.getElementById('box').focus()").await;
    fox.keys(&format!("{SAID}\u{e007}")).await;
    fox.until("!!document.querySelector('#lines li.line[data-state=sent]')").await;
    counsellor.take().await;
    counsellor.hears(SAID).await;
    counsellor.say(HEARD).await;
    fox.until("document.body.dataset.state === 'chat' && !!document.querySelector('li.line[data-by=line]')")
        .await;

    // A reload goes on where it was; no connection is said, and mended.
    fox.open(&stage.page()).await;
    fox.until("document.querySelectorAll('#lines li.line').length === 2").await;
    stage.wire.cut();
    fox.ask("document.getElementById('box').focus()").await;
    fox.keys("bez site\u{e007}").await;
    fox.until("!document.getElementById('trouble').hidden").await;
    stage.wire.mend();
    fox.ask("document.getElementById('retry').click()").await;
    counsellor.hears("bez site").await;

    // Shift three times: away, and neither back nor the address brings a word.
    fox.ask("document.getElementById('box').focus()").await;
    fox.keys("\u{e008}\u{e008}\u{e008}").await;
    counsellor
        .sees("that the child left", |line| {
            matches!(line.what, opora::client::desk::What::Left(_)).then_some(())
        })
        .await;
    fox.open(&stage.page()).await;
    fox.until("document.body.dataset.state === 'start'").await;
    let all = fox.ask("document.documentElement.textContent + document.getElementById('box').value").await;
    assert!(!all.contains(SAID) && !all.contains(HEARD));
    fox.call("browser.close", json!({})).await;
    drop(fox.process);
    let profile = files(&stage.world.path("firefox"));
    assert!(profile.len() > 20, "a profile");
    for word in ["vlastovka", "cvrcek"] {
        let found = profile.iter().find(|file| holds(file, word));
        assert!(found.is_none(), "{word} in {found:?}");
    }
}
