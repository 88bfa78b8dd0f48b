//! The child's page as a child meets it: a real browser, a real relay, a counsellor's link that speaks the wire. That
//! everybody can use it, that it talks to one house and keeps nothing, that words stay words, and that leaving is final.
#![expect(clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command as Program, Stdio};
use std::sync::Arc;
use std::time::Instant;

use aho_corasick::AhoCorasick;
use axum::http::Method;
use base64ct::{Base64, Encoding as _};
use opora::client::address::Address;
use opora::client::desk::{Act, Command, DeskLink, Queue, Setup, Shown, Update, What, Who};
use opora::client::socket::{self, Door, Handle};
use opora::conversation::event::{ClosedReason, ShiftState, State};
use opora::conversation::queue::Phase;
use opora::conversation::{ConversationId, EntryId, Log};
use opora::vault::{self, Passphrase};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::browser::Browser;
use support::proxy::Proxy;
use support::{DEADLINE, PASSPHRASE, Relay, World, files, spellings};
use thirtyfour::Key;
use thirtyfour::common::command::{Command as Wire, ExtensionCommand};

mod support;

/// Where "Leave this page" goes if the line did not choose: a weather page.
const EXIT: &str = "https://www.chmi.cz/";

/// Words that must be nowhere once the child has left: written, read, and begun.
const CANARIES: [&str; 3] = ["kanarekvolavtma", "sykorkaodpovida", "strizlikmlci"];

/// What tries to be more than text: markup, an address, a turned line, terminal commands, a hidden letter.
const HOSTILE: &str = "<img src=x onerror=\"document.title='hit'\"> javascript:alert(1) https://evil.example/ \
                       <b>x</b> &lt; \u{202e}fdp.exe\u{202c} \u{1b}[2J\u{1b}]0;hit\u{7}\u{9b}31m a\u{200b}b\u{2066}";

/// The same as it may be shown.
const HARMLESS: &str = "<img src=x onerror=\"document.title='hit'\"> javascript:alert(1) https://evil.example/ \
                        <b>x</b> &lt; ·fdp.exe· [2J]0;hit31m a·b·";

/// A relay that is reached through a wire, and all its files.
struct Stage {
    wire: Proxy,
    relay: Relay,
    world: World,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new();
        world.found_line();
        let wire = Proxy::to(SocketAddr::from(([127, 0, 0, 1], 9))).await;
        let relay = world.relay(None, Some(wire.address));
        wire.point_to(relay.address);
        Self { wire, relay, world }
    }

    fn page(&self) -> String {
        format!("http://{}/", self.wire.address)
    }

    /// Starts a child's browser on the page.
    async fn child(&self) -> Browser {
        let child = Browser::start(&self.world, 360, 640).await;
        child.window.goto(self.page()).await.expect("the page");
        child
    }

    async fn counsellor(&self, alias: &str) -> Counsellor {
        Counsellor::on_shift(&self.world, self.relay.address, alias).await
    }
}

/// The keeper at its desk, without a console: takes the next child and talks.
struct Counsellor {
    link: Handle<DeskLink>,
    queue: Option<Arc<Queue>>,
    conv: ConversationId,
    /// What was shown of the conversation it holds.
    lines: Vec<Shown>,
    stored: BTreeSet<[u8; 16]>,
    is_known: bool,
}

impl Counsellor {
    async fn on_shift(world: &World, relay: SocketAddr, alias: &str) -> Self {
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
    async fn until<T>(&mut self, what: &str, found: impl Fn(&Self) -> Option<T>) -> T {
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

    async fn write(&mut self, conv: ConversationId, act: Act) {
        let id = EntryId(rand::random());
        let name = act.name();
        self.link.commands.send(Command::Write { id, conv, act }).await.expect("the link goes on");
        self.until(name, |me| me.stored.contains(&id.0).then_some(())).await;
    }

    /// Takes the child who waits.
    async fn take(&mut self) {
        let waiting = |me: &Self| {
            me.queue.as_ref()?.rows.iter().find(|row| row.phase == Phase::Waiting).map(|row| row.conv)
        };
        self.conv = self.until("a child who waits", waiting).await;
        self.write(self.conv, Act::Claim).await;
    }

    /// Waits for something in the talk.
    async fn sees<T>(&mut self, what: &str, found: impl Fn(&Shown) -> Option<T>) -> T {
        let conv = self.conv;
        let talk = |line: &&Shown| line.conv == conv && line.log == Log::Talk;
        self.until(what, |me| me.lines.iter().filter(talk).find_map(&found)).await
    }

    /// Waits until the child has written this, and returns the whole text.
    async fn hears(&mut self, part: &str) -> String {
        let part = part.to_owned();
        let said = |line: &Shown| match (&line.who, &line.what) {
            (Who::Child, What::Said(words)) if words.text.as_str().contains(&part) => {
                Some(words.text.to_string())
            }
            _ => None,
        };
        self.sees(&part.clone(), said).await
    }

    async fn say(&mut self, text: &str) {
        self.write(self.conv, Act::Say { text: text.to_owned() }).await;
    }

    async fn close(&mut self) {
        let talk = self.lines.iter().filter(|line| line.conv == self.conv && line.log == Log::Talk);
        let read = talk.map(|line| line.seq).max().expect("a talk");
        self.write(self.conv, Act::Close { reason: ClosedReason::Ended, read }).await;
    }
}

/// Runs a script in the page and returns what it returns.
async fn ask(child: &Browser, script: &str, arguments: Vec<Value>) -> Value {
    child.window.execute(script, arguments).await.expect(script).json().clone()
}

/// Taps what a script finds, also where another view hides it.
async fn tap(child: &Browser, css: &str) {
    child.find(css).await;
    ask(child, "document.querySelector(arguments[0]).click()", vec![css.into()]).await;
}

async fn text(child: &Browser) -> String {
    ask(child, "return document.body.textContent", vec![]).await.as_str().expect("text").to_owned()
}

/// Waits until the browser is where "Leave this page" leads.
async fn is_away(child: &Browser) {
    let until = Instant::now() + DEADLINE;
    while child.window.current_url().await.map(|url| url.to_string()).unwrap_or_default() != EXIT {
        assert!(Instant::now() < until, "the page was never left");
        tokio::task::yield_now().await;
    }
}

// ---- for everybody ----

/// Sets what the system says of colours, and that nothing shall move: axe must not measure half a transition.
#[derive(Debug)]
struct Scheme(&'static str);

impl ExtensionCommand for Scheme {
    fn parameters_json(&self) -> Option<Value> {
        let features = json!([
            { "name": "prefers-color-scheme", "value": self.0 },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        Some(json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": features } }))
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/goog/cdp/execute".into()
    }
}

async fn scheme(child: &Browser, scheme: &'static str) {
    child.window.cmd(Wire::ExtensionCommand(Box::new(Scheme(scheme)))).await.expect("a scheme of colours");
}

/// Has axe look at what is shown now: in Czech by day and in English by night, for language and colours are apart.
async fn fits_everybody(child: &Browser, what: &str) {
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
    for (lang, colours) in [("cs", "light"), ("en", "dark")] {
        speak(child, lang).await;
        scheme(child, colours).await;
        let is_so = "return matchMedia(`(prefers-color-scheme: ${arguments[0]})`).matches";
        assert_eq!(ask(child, is_so, vec![colours.into()]).await, true);
        let found = child.window.execute_async(LOOK, vec![]).await.expect("axe").json().clone();
        assert_eq!(found[1], json!([]), "{what}, {lang}, {colours}");
        let passed = found[0].as_array().expect("rules");
        for rule in ["color-contrast", "button-name", "html-has-lang", "document-title"] {
            assert!(passed.contains(&rule.into()), "{what}: axe looked at nothing of {rule}: {passed:?}");
        }
    }
}

/// Goes over to a language, if the page speaks another.
async fn speak(child: &Browser, lang: &str) {
    let script = "const other = document.querySelector(`#languages button[lang=${arguments[0]}]`); if (other) other.click()";
    ask(child, script, vec![lang.into()]).await;
    assert_eq!(ask(child, "return document.documentElement.lang", vec![]).await, lang);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_for_everybody_in_both_languages() {
    let stage = Stage::new().await;
    let child = stage.child().await;
    child.find("body[data-state=closed]").await;
    fits_everybody(&child, "closed").await;

    let mut counsellor = stage.counsellor("Jana").await;
    tap(&child, "#calm-again").await;
    child.find("body[data-state=start]").await;
    ask(&child, "for (const one of document.querySelectorAll('details')) one.open = true", vec![]).await;
    fits_everybody(&child, "start, with all it can tell").await;

    child.send("Ahoj, je tam nekdo?").await;
    child.find("body[data-state=waiting] #lines > li.line[data-state=sent]").await;
    child.find("#ask:not([hidden])").await;
    fits_everybody(&child, "waiting").await;

    counsellor.take().await;
    counsellor.say("Ahoj, jsem tady pro tebe.").await;
    child.find("body[data-state=chat] #lines > li.line[data-by=line]").await;
    fits_everybody(&child, "chat").await;
    tap(&child, "#info").await;
    fits_everybody(&child, "what we keep, in a chat").await;
    tap(&child, "#info").await;

    stage.wire.cut();
    child.send("tohle pisu bez site").await;
    child.find("#trouble:not([hidden])").await;
    child.find("#outbox > li.line[data-state=waiting]").await;
    fits_everybody(&child, "no connection").await;
    stage.wire.mend();
    tap(&child, "#retry").await;
    counsellor.hears("bez site").await;

    counsellor.close().await;
    child.find("body[data-state=ended]").await;
    tap(&child, "#forget").await;
    fits_everybody(&child, "ended").await;
    tap(&child, "#forget-no").await;

    tap(&child, "#restart").await;
    child.find("body[data-state=start]").await;
    child.send("jeste neco").await;
    child.find("#lines > li.line[data-state=sent]").await;
    child.find("#leave").await.click().await.expect("a tap");
    is_away(&child).await;
    child.window.goto(stage.page()).await.expect("the page");
    child.find("body[data-state=start]").await;
    assert!(!text(&child).await.contains("jeste neco"));
    fits_everybody(&child, "left and back").await;
}

// ---- one house, and nothing kept ----

/// Returns what the page asked for since the last time, as its addresses.
async fn requests(child: &Browser) -> Vec<String> {
    let mut addresses = Vec::new();
    for entry in child.window.get_log("performance").await.expect("what the browser asked for") {
        let entry: Value = serde_json::from_str(&entry.message).expect("JSON");
        let (method, about) = (&entry["message"]["method"], &entry["message"]["params"]);
        let address = match method.as_str() {
            Some("Network.requestWillBeSent") => &about["request"]["url"],
            Some("Network.webSocketCreated") => &about["url"],
            _ => continue,
        };
        let address = address.as_str().expect("an address").to_owned();
        if !["data:", "chrome:", "about:"].iter().any(|own| address.starts_with(own)) {
            let from = about["request"]["headers"]["Referer"].as_str().unwrap_or_default();
            assert_eq!(from, "", "{address} was told where from");
            addresses.push(address);
        }
    }
    addresses
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_talks_to_one_house_and_keeps_nothing_else() {
    const KEPT: &str = r#"
        const done = arguments[arguments.length - 1];
        const all = [indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()];
        Promise.all(all).then((all) => done({
            cookie: document.cookie,
            local: Object.keys(localStorage),
            session: Object.keys(sessionStorage),
            others: all.flat().length,
        }));
    "#;
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    let child = stage.child().await;
    let page = stage.page();
    let socket = page.replace("http:", "ws:") + "ws/child";
    child.find("body[data-state=start][data-link=on]").await;
    let kept = |session: Value| json!({ "cookie": "", "local": [], "session": session, "others": 0 });
    let keeps = async || child.window.execute_async(KEPT, vec![]).await.expect("a script").json().clone();
    assert_eq!(keeps().await, kept(json!([])), "before the first word");

    child.send("ahoj").await;
    counsellor.take().await;
    counsellor.hears("ahoj").await;
    counsellor.say("Ahoj!").await;
    child.find("body[data-state=chat] li.line[data-by=line]").await;
    assert_eq!(keeps().await, kept(json!(["chat"])), "in a chat");
    assert!(child.window.get_all_cookies().await.expect("cookies").is_empty());

    let asked = requests(&child).await;
    let (sockets, files): (Vec<&String>, Vec<&String>) =
        asked.iter().partition(|&address| *address == socket);
    assert!((1..=2).contains(&sockets.len()), "{asked:?}");
    assert_eq!(files.iter().filter(|&&address| *address == page).count(), 1, "{asked:?}");
    // The browser may look for an icon by itself.
    assert!(
        files.iter().all(|&address| *address == page || *address == format!("{page}favicon.ico")),
        "{asked:?}"
    );

    child.find("#leave").await.click().await.expect("a tap");
    is_away(&child).await;
    let asked = requests(&child).await;
    assert!(asked.iter().all(|address| address == EXIT || *address == socket), "{asked:?}");
}

/// Returns the headers of `/`, sorted, and the file.
fn served(address: SocketAddr) -> (Vec<(String, String)>, String) {
    let mut stream = TcpStream::connect(address).expect("the relay");
    stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, file) = answer.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("HTTP/1.1 200 OK"));
    let headers = lines.map(|line| line.split_once(':').expect("a header"));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    (headers, file.to_owned())
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).expect(from).0
}

#[test]
fn the_served_file_is_small_and_its_headers_are_exactly_these() {
    let world = World::new();
    world.found_line();
    let relay = world.relay(None, None);
    let (headers, file) = served(relay.address);

    let hash = |text: &str| Base64::encode_string(&Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hash(between(&file, "<script>", "</script>")),
        hash(between(&file, "<style>", "</style>")),
    );
    let length = file.len().to_string();
    let expected = [
        ("cache-control", "no-store"),
        ("connection", "close"),
        ("content-length", &length),
        ("content-security-policy", &policy),
        ("content-type", "text/html; charset=utf-8"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", ""),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers: Vec<_> = headers.into_iter().filter(|(name, _)| *name != "date").collect();
    assert_eq!(headers, expected);

    for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
        assert!(!file.contains(word), "{word} in the page");
    }

    let before = file.split("<script>").next().expect("a beginning").len();
    assert!(before <= 14 * 1024, "{before} bytes before the script");
    let mut gzip = Program::new("gzip");
    let mut gzip = gzip.arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("gzip");
    let mut input = gzip.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || input.write_all(file.as_bytes()));
    let packed = gzip.wait_with_output().expect("gzip").stdout.len();
    writer.join().expect("a thread").expect("all of the page");
    assert!((1..=40 * 1024).contains(&packed), "{packed} bytes packed");
}

// ---- words stay words ----

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_stay_words_on_both_sides() {
    const LINES: &str = r##"
        const lines = [...document.querySelectorAll("#lines > li.line[data-by=" + arguments[0] + "]")];
        return lines.map((line) => [
            line.querySelector(".who").textContent,
            line.querySelector(".text").textContent,
            line.querySelectorAll(".who *, .text *").length,
        ]);
    "##;
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("<i>Jana\u{202e}</i>\u{1b}[1m").await;
    let child = stage.child().await;
    speak(&child, "en").await;
    child.find("body[data-state=start]").await;
    let script = "const box = document.getElementById('box'); box.value = arguments[0]; box.dispatchEvent(new Event('input'))";
    ask(&child, script, vec![HOSTILE.into()]).await;
    child.find("#send").await.click().await.expect("a tap");
    child.find("#lines > li.line[data-by=child][data-state=sent]").await;

    counsellor.take().await;
    assert_eq!(counsellor.hears("<img").await, HARMLESS, "what a console draws");
    counsellor.say(HOSTILE).await;
    child.find("#lines > li.line[data-by=line]").await;
    let own = ask(&child, LINES, vec!["child".into()]).await;
    assert_eq!(own, json!([["you", HARMLESS, 0]]), "what the child wrote");
    let theirs = ask(&child, LINES, vec!["line".into()]).await;
    assert_eq!(theirs, json!([["<i>Jana·</i>[1m", HARMLESS, 0]]), "what the child reads");
    let harmed = "return [document.title, document.images.length, document.querySelectorAll('#log a, i, b, body script').length]";
    // The three dots of Shift are the page's own <i>, and its script stands in the body.
    assert_eq!(ask(&child, harmed, vec![]).await, json!(["Chat", 0, 4]));
}

// ---- leaving ----

/// Asserts that the page shows the start and that neither it nor its storage holds a word or a key.
async fn begins_anew(child: &Browser) {
    child.find("body[data-state=start]").await;
    let script = "return document.documentElement.textContent + document.getElementById('box').value";
    let page = ask(child, script, vec![]).await;
    for canary in CANARIES {
        assert!(!page.as_str().expect("text").contains(canary), "{canary} is still there");
    }
    assert_eq!(ask(child, "return document.querySelectorAll('li.line').length", vec![]).await, 0);
    assert_only_a_ticket(&ask(child, "return Object.entries(sessionStorage)", vec![]).await);
}

/// Asserts that storage holds nothing but the ticket: 16 bytes and a time.
fn assert_only_a_ticket(storage: &Value) {
    let entries = storage.as_array().expect("entries");
    assert_eq!(entries.len(), 1, "{storage}");
    assert_eq!(entries[0][0], "after");
    let (ticket, time) = entries[0][1].as_str().and_then(|value| value.split_once('.')).expect("a ticket");
    assert_eq!(ticket.len(), 22, "{storage}");
    assert!(time.len() == 13 && time.bytes().all(|byte| byte.is_ascii_digit()), "{storage}");
}

/// Talks in both directions and begins one more line.
async fn talk(child: &Browser, counsellor: &mut Counsellor) {
    let [written, read, begun] = CANARIES;
    child.find("body[data-state=start]").await;
    child.send(written).await;
    counsellor.take().await;
    counsellor.hears(written).await;
    counsellor.say(read).await;
    child.until("the answer", |text| text.contains(read)).await;
    child.find("#box").await.send_keys(begun).await.expect("keys");
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_is_at_once_and_for_good() {
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    let child = stage.child().await;
    child.window.goto(format!("{}?first", stage.page())).await.expect("the page");
    child.window.goto(stage.page()).await.expect("the page");
    talk(&child, &mut counsellor).await;

    // One tap. Before the browser has gone anywhere the document is blank and the storage empty.
    let script = "document.getElementById('leave').click(); \
                  return [document.body.innerText, document.querySelectorAll('body *').length, Object.entries(sessionStorage)]";
    let left = ask(&child, script, vec![]).await;
    assert!(["Načítá se…", "Loading…"].contains(&left[0].as_str().expect("text")), "{left}");
    assert_eq!(left[1], 1, "{left}");
    assert_only_a_ticket(&left[2]);
    is_away(&child).await;
    counsellor.sees("that the child left", |line| matches!(line.what, What::Left(_)).then_some(())).await;
    child.window.back().await.expect("back");
    begins_anew(&child).await;
    child.window.goto(stage.page()).await.expect("the page");
    begins_anew(&child).await;

    // Shift three times, alone, from within the box. The ticket brought the child back to the same counsellor.
    talk(&child, &mut counsellor).await;
    let after = |line: &Shown| match line.what {
        What::Opened { after, .. } => Some(after),
        _ => None,
    };
    assert!(counsellor.sees("the opening", after).await.is_some(), "the ticket came along");
    let shift = child.window.action_chain();
    let shift = (0..2).fold(shift, |keys, _| keys.key_down(Key::Shift).key_up(Key::Shift));
    shift.perform().await.expect("keys");
    child.find("#dots.some").await;
    child.until("the talk, after two", |text| text.contains(CANARIES[1])).await;
    let shift = child.window.action_chain().key_down(Key::Shift).key_up(Key::Shift);
    shift.perform().await.expect("keys");
    is_away(&child).await;
    counsellor.sees("that the child left", |line| matches!(line.what, What::Left(_)).then_some(())).await;
    child.window.back().await.expect("back");
    begins_anew(&child).await;

    // Nor did the browser write a word to its disk. It does keep its history, so there is something to read.
    child.quit().await;
    let patterns: Vec<_> = CANARIES.iter().flat_map(|canary| spellings(canary)).collect();
    let words = AhoCorasick::new(&patterns).expect("patterns");
    let address = AhoCorasick::new([stage.page()]).expect("patterns");
    let mut has_history = false;
    for file in files(&stage.world.path("browser")) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(!words.is_match(&bytes), "words in {}", file.display());
        has_history |= address.is_match(&bytes);
    }
    assert!(has_history, "a browser that keeps nothing at all proves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_takes_over_and_the_first_can_take_it_back() {
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    let child = stage.child().await;
    child.find("body[data-state=start]").await;
    child.send("prvni veta").await;
    counsellor.take().await;
    counsellor.hears("prvni veta").await;
    child.find("body[data-state=chat] #lines > li.line[data-state=sent]").await;
    let first = child.window.window().await.expect("a tab");

    // A tab that was opened out of another begins with a copy of its storage, as a duplicated one does.
    ask(&child, "window.open(location.href)", vec![]).await;
    let tabs = child.window.windows().await.expect("tabs");
    let second = tabs.into_iter().find(|tab| *tab != first).expect("a second tab");
    child.window.switch_to_window(second.clone()).await.expect("the second tab");
    child.find("body[data-state=chat] #lines > li.line[data-by=child]").await;
    child.window.switch_to_window(first).await.expect("the first tab");
    child.find("body[data-state=replaced]").await;

    child.find("#calm-again").await.click().await.expect("a tap");
    child.find("body[data-state=chat]").await;
    child.send("druha veta").await;
    counsellor.hears("druha veta").await;
    child.find("#lines > li.line:last-child[data-state=sent]").await;
    assert_eq!(ask(&child, "return document.querySelectorAll('li.line').length", vec![]).await, 2);
    child.window.switch_to_window(second).await.expect("the second tab");
    child.find("body[data-state=replaced]").await;
    assert_eq!(ask(&child, "return document.querySelectorAll('li.line').length", vec![]).await, 1);
}
