//! The stage on which the page is tried: a line and its relay, reached through a wire that can fail, a counsellor who
//! speaks the wire, and what a test asks a browser.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::http::Method;
use opora::client::address::Address;
use opora::client::desk::{Act, Command, DeskLink, Queue, Setup, Shown, Update, What, Who};
use opora::client::socket::{self, Door, Handle};
use opora::conversation::event::{ClosedReason, ShiftState, State};
use opora::conversation::queue::Phase;
use opora::conversation::{ConversationId, EntryId, Log};
use opora::vault::{self, Passphrase};
use serde_json::{Value, json};
use thirtyfour::common::command::{Command as Wire, ExtensionCommand};

use crate::support::browser::Browser;
use crate::support::proxy::Proxy;
use crate::support::{DEADLINE, PASSPHRASE, Relay, World};

/// Where "Leave this page" goes if the line did not choose: a weather page.
pub const EXIT: &str = "https://www.chmi.cz/";

/// A relay that is reached through a wire, and all its files.
pub struct Stage {
    pub wire: Proxy,
    pub relay: Relay,
    pub world: World,
}

impl Stage {
    pub async fn new() -> Self {
        Self::told(&[]).await
    }

    /// Sets the stage with settings of the relay, as `OPORA_…` variables.
    pub async fn told(settings: &[(&str, &str)]) -> Self {
        let world = World::new();
        world.found_line();
        let wire = Proxy::to(SocketAddr::from(([127, 0, 0, 1], 9))).await;
        let relay = world.relay_told(None, Some(wire.address), settings);
        wire.point_to(relay.address);
        Self { wire, relay, world }
    }

    pub fn page(&self) -> String {
        format!("http://{}/", self.wire.address)
    }

    /// Starts a child's browser on the page.
    pub async fn child(&self) -> Browser {
        let child = Browser::start(&self.world, 360, 640).await;
        child.window.goto(self.page()).await.expect("the page");
        child
    }

    /// Kills the relay in the middle of whatever it does, and starts it anew.
    pub fn kill_relay(&mut self) {
        let again = || self.world.relay(None, Some(self.wire.address));
        self.wire.point_to(SocketAddr::from(([127, 0, 0, 1], 9)));
        self.relay.end();
        self.relay = again();
        self.wire.point_to(self.relay.address);
    }

    pub async fn counsellor(&self, alias: &str) -> Counsellor {
        Counsellor::on_shift(&self.world, self.relay.address, alias).await
    }
}

/// The keeper at its desk, without a console: takes the next child and talks.
pub struct Counsellor {
    link: Handle<DeskLink>,
    queue: Option<Arc<Queue>>,
    conv: ConversationId,
    /// What was shown of the conversation it holds.
    pub lines: Vec<Shown>,
    stored: BTreeSet<[u8; 16]>,
    is_known: bool,
}

impl Counsellor {
    pub async fn on_shift(world: &World, relay: SocketAddr, alias: &str) -> Self {
        let vault = world.path("data/opora/vault");
        let (keys, _) = vault::open(&vault, &Passphrase::new(PASSPHRASE)).expect("the keeper's vault");
        let address = Address::parse(&format!("ws://{relay}")).expect("an address");
        let setup = Setup {
            address: address.clone(),
            identity: keys.identity,
            box_seed: keys.box_seed,
            line_seeds: keys.line_seeds,
            house_keys: keys.house_keys,
            root: keys.root_public,
            least_serial: keys.least_serial,
            alias: alias.to_owned(),
            outbox: Vec::new(),
            is_kept: false,
        };
        let mut counsellor = Self {
            link: socket::spawn(DeskLink::new(setup), Door::desk(address)),
            queue: None,
            conv: ConversationId::HOUSE,
            lines: Vec::new(),
            stored: BTreeSet::new(),
            is_known: false,
        };
        counsellor.until("the relay's welcome", |me| me.is_known.then_some(())).await;
        let state = State { state: ShiftState::Ready, until: None, places: 4 };
        counsellor.write(ConversationId::HOUSE, Act::State(state)).await;
        counsellor
    }

    /// Listens until something is there.
    pub async fn until<T>(&mut self, what: &str, found: impl Fn(&Self) -> Option<T>) -> T {
        let deadline = tokio::time::Instant::now() + DEADLINE;
        loop {
            if let Some(found) = found(self) {
                return found;
            }
            let update = tokio::time::timeout_at(deadline, self.link.updates.recv()).await;
            match update.unwrap_or_else(|_| panic!("never saw {what}")).expect("the link goes on") {
                Update::Welcome(_) => self.is_known = true,
                Update::Queue(queue) => self.queue = Some(queue),
                Update::Line(shown) => self.lines.push(shown),
                Update::Stored { id, .. } => _ = self.stored.insert(id.0),
                Update::Refused { why, .. } => panic!("refused: {why:?}"),
                Update::Altered { why, .. } => panic!("altered: {why:?}"),
                _ => {}
            }
        }
    }

    pub async fn write(&mut self, conv: ConversationId, act: Act) {
        let id = EntryId(rand::random());
        let name = act.name();
        self.link.commands.send(Command::Write { id, conv, act }).await.expect("the link goes on");
        self.until(name, |me| me.stored.contains(&id.0).then_some(())).await;
    }

    /// Takes the child who waits.
    pub async fn take(&mut self) {
        let waiting = |me: &Self| {
            me.queue.as_ref()?.rows.iter().find(|row| row.phase == Phase::Waiting).map(|row| row.conv)
        };
        self.conv = self.until("a child who waits", waiting).await;
        self.write(self.conv, Act::Claim).await;
    }

    /// Goes on with the talk it held before it came anew.
    pub async fn resume(&mut self) {
        let mine = |me: &Self| {
            me.queue.as_ref()?.rows.iter().find(|row| row.phase == Phase::With).map(|row| row.conv)
        };
        self.conv = self.until("the child it holds", mine).await;
    }

    /// Waits for something in the talk.
    pub async fn sees<T>(&mut self, what: &str, found: impl Fn(&Shown) -> Option<T>) -> T {
        let conv = self.conv;
        let talk = |line: &&Shown| line.conv == conv && line.log == Log::Talk;
        self.until(what, |me| me.lines.iter().filter(talk).find_map(&found)).await
    }

    /// Waits until the child has written this, and returns the whole text.
    pub async fn hears(&mut self, part: &str) -> String {
        let part = part.to_owned();
        let said = |line: &Shown| match (&line.who, &line.what) {
            (Who::Child, What::Said(words)) if words.text.as_str().contains(&part) => {
                Some(words.text.to_string())
            }
            _ => None,
        };
        self.sees(&part.clone(), said).await
    }

    pub async fn say(&mut self, text: &str) {
        self.write(self.conv, Act::Say { text: text.to_owned() }).await;
    }

    pub async fn close(&mut self) {
        let talk = self.lines.iter().filter(|line| line.conv == self.conv && line.log == Log::Talk);
        let read = talk.map(|line| line.seq).max().expect("a talk");
        self.write(self.conv, Act::Close { reason: ClosedReason::Ended, read }).await;
    }
}

/// Runs a script in the page and returns what it returns.
pub async fn ask(child: &Browser, script: &str, arguments: Vec<Value>) -> Value {
    child.window.execute(script, arguments).await.expect(script).json().clone()
}

/// Taps what a script finds, also where another view hides it.
pub async fn tap(child: &Browser, css: &str) {
    child.find(css).await;
    ask(child, "document.querySelector(arguments[0]).click()", vec![css.into()]).await;
}

pub async fn text(child: &Browser) -> String {
    ask(child, "return document.body.textContent", vec![]).await.as_str().expect("text").to_owned()
}

/// Waits until the browser is where "Leave this page" leads.
pub async fn is_away(child: &Browser) {
    let until = Instant::now() + DEADLINE;
    while child.window.current_url().await.map(|url| url.to_string()).unwrap_or_default() != EXIT {
        assert!(Instant::now() < until, "the page was never left");
        tokio::task::yield_now().await;
    }
}

// ---- for everybody ----

/// A command of the browser's own tools, which WebDriver does not know.
#[derive(Debug)]
struct Tool(&'static str, Value);

impl ExtensionCommand for Tool {
    fn parameters_json(&self) -> Option<Value> {
        Some(json!({ "cmd": self.0, "params": self.1 }))
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/goog/cdp/execute".into()
    }
}

/// Has the browser's own tools do something.
pub async fn tool(child: &Browser, command: &'static str, parameters: Value) -> Value {
    let done = child.window.cmd(Wire::ExtensionCommand(Box::new(Tool(command, parameters)))).await;
    done.expect(command).body["value"].clone()
}

/// Sets what the system says of colours, and that nothing shall move: axe must not measure half a transition.
pub async fn scheme(child: &Browser, scheme: &'static str) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    tool(child, "Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

/// Has axe look at what is shown now: in Czech by day and in English by night, for language and colours are apart.
pub async fn fits_everybody(child: &Browser, what: &str) {
    for (lang, colours) in [("cs", "light"), ("en", "dark")] {
        speak(child, lang).await;
        fits(child, &format!("{what}, {lang}"), colours).await;
    }
}

/// Has axe look at what is shown now in these colours, and measures what a thumb must hit.
pub async fn fits(child: &Browser, what: &str, colours: &'static str) {
    const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page/node_modules/axe-core/axe.min.js");
    const LOOK: &str = r#"
        const done = arguments[arguments.length - 1];
        const options = {
            runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
            rules: { "target-size": { enabled: true } },
            resultTypes: ["violations", "passes"],
        };
        const say = ({ id, help, nodes }) => id + ": " + help + " " + nodes.map((node) => node.html + " " + node.failureSummary).join(" ");
        axe.run(document, options).then(
            ({ violations, passes }) => done([passes.map(({ id }) => id), violations.map(say)]),
            (error) => done([[], [String(error)]]),
        );
    "#;
    if ask(child, "return typeof axe", vec![]).await == "undefined" {
        let axe = std::fs::read_to_string(AXE).unwrap_or_else(|_| {
            panic!("axe-core is not installed: run `npm ci` in tests/page, or tests/run")
        });
        ask(child, &axe, vec![]).await;
    }
    scheme(child, colours).await;
    let is_so = "return matchMedia(`(prefers-color-scheme: ${arguments[0]})`).matches";
    assert_eq!(ask(child, is_so, vec![colours.into()]).await, true);
    let found = child.window.execute_async(LOOK, vec![]).await.expect("axe").json().clone();
    assert_eq!(found[1], json!([]), "{what}, {colours}");
    let passed = found[0].as_array().expect("rules");
    for rule in ["color-contrast", "button-name", "html-has-lang", "document-title"] {
        assert!(passed.contains(&rule.into()), "{what}: axe looked at nothing of {rule}: {passed:?}");
    }
    assert_eq!(ask(child, SMALL, vec![]).await, json!([]), "{what}: too small for a thumb");
}

/// What can be tapped and is not 48 px wide and high. An address within a sentence is as high as its line.
const SMALL: &str = r#"
    const taps = document.querySelectorAll("button, a, select, textarea, summary, input");
    const seen = [...taps].filter((one) => one.getClientRects().length && !one.closest(".text"));
    return seen.map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 47.5 || height < 47.5)
        .map(([html, { width, height }]) => `${html} ${width}x${height}`);
"#;

/// Goes over to a language, if the page speaks another.
pub async fn speak(child: &Browser, lang: &str) {
    let script = "const other = document.querySelector(`#languages button[lang=${arguments[0]}]`); if (other) other.click()";
    ask(child, script, vec![lang.into()]).await;
    assert_eq!(ask(child, "return document.documentElement.lang", vec![]).await, lang);
}

/// Between the page and its relay a liar: what the relay says goes through `lie`, and what the page says is noted.
const LIAR: &str = r#"
    window.said = [];
    const Honest = WebSocket;
    window.WebSocket = class extends Honest {
        send(text) { said.push(JSON.parse(text)); super.send(text); }
        set onmessage(listen) {
            super.onmessage = ({ data }) => {
                for (const frame of [].concat(lie(JSON.parse(data)) ?? [])) listen({ data: JSON.stringify(frame) });
            };
        }
    };
"#;

/// Opens the page anew with a liar in between; `lie` is the body of a function of `frame`.
pub async fn lied_to(child: &Browser, page: &str, lie: &str) {
    tool(child, "Page.enable", json!({})).await;
    let source = format!("{LIAR} window.lie = (frame) => {{ {lie} }};");
    let added = tool(child, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    ask(child, "sessionStorage.clear()", vec![]).await;
    child.window.goto("about:blank").await.expect("nothing");
    child.window.goto(page).await.expect("the page");
    child.find("#leave").await;
    tool(child, "Page.removeScriptToEvaluateOnNewDocument", json!({ "identifier": added["identifier"] }))
        .await;
}
