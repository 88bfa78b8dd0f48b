//! The child's page as a child meets it: a real browser, a real relay, a counsellor's link that speaks the wire. That
//! everybody can use it, that it talks to one house and keeps nothing, that words stay words, and that leaving is final.
#![expect(clippy::panic, reason = "tests")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use aho_corasick::AhoCorasick;
use base64ct::{Base64, Encoding as _};
use opora::client::desk::{Shown, What};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stage::{Counsellor, EXIT, Stage, ask, fits_everybody, is_away, speak, tap, text};
use support::browser::Browser;
use support::{DEADLINE, World, files, spellings};
use thirtyfour::Key;

#[path = "page/firefox.rs"]
mod firefox;
#[path = "page/journey.rs"]
mod journey;
#[path = "page/lies.rs"]
mod lies;
#[path = "page/pictures.rs"]
mod pictures;
#[path = "page/stage.rs"]
mod stage;
mod support;
#[path = "page/traces.rs"]
mod traces;
#[path = "page/vectors.rs"]
mod vectors;
#[path = "page/weather.rs"]
mod weather;

/// Words that must be nowhere once the child has left: written, read, and begun.
const CANARIES: [&str; 3] = ["kanarekvolavtma", "sykorkaodpovida", "strizlikmlci"];

/// What tries to be more than text: markup, an address, a turned line, terminal commands, a hidden letter.
const HOSTILE: &str = "<img src=x onerror=\"document.title='hit'\"> javascript:alert(1) https://evil.example/ \
                       <b>x</b> &lt; \u{202e}fdp.exe\u{202c} \u{1b}[2J\u{1b}]0;hit\u{7}\u{9b}31m a\u{200b}b\u{2066}";

/// The same as it may be shown.
const HARMLESS: &str = "<img src=x onerror=\"document.title='hit'\"> javascript:alert(1) https://evil.example/ \
                        <b>x</b> &lt; ·fdp.exe· [2J]0;hit31m a·b·";

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
    child.find("body[data-state=waiting] #lines li.line[data-state=sent]").await;
    child.find("#ask:not([hidden])").await;
    fits_everybody(&child, "waiting").await;

    counsellor.take().await;
    counsellor.say("Ahoj, jsem tady pro tebe.").await;
    child.find("body[data-state=chat] #lines li.line[data-by=line]").await;
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
    child.find("#lines li.line[data-state=sent]").await;
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
        ("vary", "accept-encoding"),
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
}

/// Sends a request for the page with these headers more; returns the head of the answer and its body.
fn asked(address: SocketAddr, more: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("the relay");
    stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\n{more}\r\n").expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer.split_off(end))
}

#[test]
fn a_browser_that_unpacks_gets_the_same_page_in_fewer_bytes() {
    let world = World::new();
    world.found_line();
    let relay = world.relay(None, None);
    let (_, plain) = served(relay.address);
    for (more, packs) in [
        ("Accept-Encoding: gzip, deflate, br\r\n", true),
        ("Accept-Encoding: br;q=1.0, GZIP;q=0.8\r\n", true),
        ("Accept-Encoding: gzip;q=0\r\n", false),
        ("Accept-Encoding: br\r\n", false),
        ("", false),
    ] {
        let (head, body) = asked(relay.address, more);
        assert_eq!(head.contains("content-encoding: gzip"), packs, "{more}");
        assert!(
            !packs || body.len() <= 36 * 1024,
            "{} bytes packed leave no room for the first words",
            body.len()
        );
        let mut file = Vec::new();
        match packs {
            true => _ = flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut file).expect("gzip"),
            false => file = body,
        }
        assert!(file == plain.as_bytes(), "{more}: other bytes");
    }
}

/// Builds the page as `opora page build` does and returns its bytes.
fn built(world: &World, settings: &str) -> Result<String, String> {
    let (config, out) = (world.path("relay.toml"), world.path("page.html"));
    std::fs::write(&config, settings).expect("settings");
    let mut program = world.opora();
    program.args(["page", "build", "--line"]).arg(world.path("line.json"));
    let output = program.arg("--config").arg(config).arg("--out").arg(&out).output().expect("opora runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.success() {
        true => Ok(format!("{}{said}", std::fs::read_to_string(out).expect("a page"))),
        false => Err(said),
    }
}

#[test]
fn a_third_language_and_own_help_are_files_and_a_setting() {
    let world = World::new();
    world.found_line();
    let folder = world.path("texts");
    std::fs::create_dir(&folder).expect("a folder");
    let draft = concat!(env!("CARGO_MANIFEST_DIR"), "/locales/drafts/uk.ftl");
    std::fs::copy(draft, folder.join("uk.ftl")).expect("a copy");
    let help = "[[resource]]\nid = \"a\"\nname = { en = \"House Number Seven\" }\nfor = { en = \"a\" }\nphone = \"777 1\"\nlanguages = [\"en\"]\nhours = { en = \"always\" }\nchecked = 2026-11-01\n";
    std::fs::write(folder.join("resources.toml"), help).expect("help");
    let with =
        |languages: &str| format!("[page]\nlanguages = {languages}\nfolder = \"{}\"\n", folder.display());

    let off = built(&world, &with("[\"cs\", \"en\"]")).expect("a page");
    assert!(
        !off.contains("Українська")
            && off.contains("House Number Seven")
            && !off.contains("linkapsychickepomoci")
    );
    let on = built(&world, &with("[\"cs\", \"en\", \"uk\"]")).expect("a page");
    assert!(on.contains("Надіслати"));
    assert!(on.contains("draft"), "whoever builds it is told that nobody has read it");
    let unknown = built(&world, &with("[\"cs\", \"de\"]")).expect_err("no texts");
    assert!(unknown.contains("de"), "{unknown}");
    std::fs::write(folder.join("uk.ftl"), "page-send = x\nnonsense\n").expect("a text");
    let broken = built(&world, &with("[\"uk\"]")).expect_err("not understood");
    assert!(broken.contains("uk.ftl: line 2"), "{broken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_line_card_makes_a_new_page_without_a_restart() {
    let stage = Stage::new().await;
    let serial = |page: &str| -> u64 { between(page, "\"serial\":", ",").parse().expect("a number") };
    let (_, before) = served(stage.relay.address);
    let passphrase = stage.world.path("passphrase");
    let relay = format!("ws://{}", stage.relay.address);
    stage.world.run(&[
        "keys",
        "rotate-line",
        "--relay",
        &relay,
        "--passphrase-file",
        passphrase.to_str().expect("UTF-8"),
    ]);
    let until = std::time::Instant::now() + DEADLINE;
    let after = loop {
        let (_, page) = served(stage.relay.address);
        if page != before {
            break page;
        }
        assert!(std::time::Instant::now() < until, "the page never named the new card");
    };
    assert!(serial(&after) > serial(&before));
    // Whether somebody is on shift is another question; the page trusts the card.
    let child = stage.child().await;
    child.find("body[data-state=closed], body[data-state=start][data-link=on]").await;
}

// ---- words stay words ----

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_stay_words_on_both_sides() {
    const LINES: &str = r##"
        const lines = [...document.querySelectorAll("#lines li.line[data-by=" + arguments[0] + "]")];
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
    child.find("#lines li.line[data-by=child][data-state=sent]").await;

    counsellor.take().await;
    assert_eq!(counsellor.hears("<img").await, HARMLESS, "what a console draws");
    counsellor.say(HOSTILE).await;
    child.find("#lines li.line[data-by=line]").await;
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
    // One step forward lies the other page; and back again still nothing.
    child.window.forward().await.expect("forward");
    is_away(&child).await;
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
    child.find("body[data-state=chat] #lines li.line[data-state=sent]").await;
    let first = child.window.window().await.expect("a tab");

    // A tab that was opened out of another begins with a copy of its storage, as a duplicated one does.
    ask(&child, "window.open(location.href)", vec![]).await;
    let tabs = child.window.windows().await.expect("tabs");
    let second = tabs.into_iter().find(|tab| *tab != first).expect("a second tab");
    child.window.switch_to_window(second.clone()).await.expect("the second tab");
    child.find("body[data-state=chat] #lines li.line[data-by=child]").await;
    child.window.switch_to_window(first).await.expect("the first tab");
    child.find("body[data-state=replaced]").await;

    child.find("#calm-again").await.click().await.expect("a tap");
    child.find("body[data-state=chat]").await;
    child.send("druha veta").await;
    counsellor.hears("druha veta").await;
    child.find("#lines li.line:last-child[data-state=sent]").await;
    assert_eq!(ask(&child, "return document.querySelectorAll('li.line').length", vec![]).await, 2);
    child.window.switch_to_window(second).await.expect("the second tab");
    child.find("body[data-state=replaced]").await;
    assert_eq!(ask(&child, "return document.querySelectorAll('li.line').length", vec![]).await, 1);
}
