//! The way of a child through the page: by the keyboard alone, on a small screen and one that is zoomed, with few bytes.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::{Key, TypingData};

use crate::stage::{Stage, ask, is_away, scheme, speak, tap, tool};
use crate::support::browser::Browser;
use crate::support::proxy::Flow;

/// Presses keys wherever the focus is.
async fn press(child: &Browser, keys: impl Into<TypingData>) {
    child.window.action_chain().send_keys(keys).perform().await.expect("keys");
}

/// Tabs until something has the focus, and asserts that one sees that it has.
async fn tab_to(child: &Browser, css: &str) {
    const ON: &str = "const on = document.activeElement; return on.matches(arguments[0]) && getComputedStyle(on).outlineStyle";
    let mut way = Vec::new();
    for _ in 0..60 {
        press(child, Key::Tab).await;
        let seen = ask(child, ON, vec![css.into()]).await;
        if seen != false {
            assert_ne!(seen, "none", "{css} has the focus, and nobody sees it");
            return;
        }
        way.push(
            ask(child, "return document.activeElement.id || document.activeElement.tagName", vec![]).await,
        );
    }
    panic!("no Tab leads to {css}: {way:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_journey_goes_by_the_keyboard_alone() {
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    let child = stage.child().await;
    child.find("body[data-state=start][data-link=on]").await;
    press(&child, Key::Tab).await;
    let first = ask(&child, "return document.activeElement.id", vec![]).await;
    assert_eq!(first, "leave", "the way out comes first");

    tab_to(&child, "#box").await;
    press(&child, "ahoj, muzu se zeptat").await;
    tab_to(&child, "#feel button[data-value=bad]").await;
    press(&child, " ").await;
    child.find("#feel button[data-value=bad][aria-pressed=true]").await;
    tab_to(&child, "#leave").await;
    tab_to(&child, "#send").await;
    press(&child, Key::Enter).await;
    child.find("body[data-state=waiting] #lines li.line[data-state=sent]").await;

    tab_to(&child, "#age").await;
    press(&child, Key::Down + Key::Down).await;
    let age = ask(&child, "return document.getElementById('age').value", vec![]).await;
    assert_eq!(age, "a12_14");
    counsellor.take().await;
    counsellor.hears("zeptat").await;
    counsellor.say("Ptej se.").await;
    child.find("body[data-state=chat] li.line[data-by=line]").await;

    // Lines that scroll are reached too, and what we keep can be read and left again.
    tab_to(&child, "#info").await;
    press(&child, Key::Enter).await;
    child.find("body[data-info]").await;
    tab_to(&child, "#safe summary").await;
    press(&child, Key::Enter).await;
    child.find("#safe[open]").await;
    tab_to(&child, "#info").await;
    press(&child, Key::Enter).await;
    child.find("body[data-talk]").await;
    tab_to(&child, "#main").await;

    stage.wire.cut();
    tab_to(&child, "#box").await;
    press(&child, "bez site" + Key::Enter).await;
    child.find("#trouble:not([hidden])").await;
    stage.wire.mend();
    tab_to(&child, "#retry").await;
    press(&child, Key::Enter).await;
    counsellor.hears("bez site").await;
    child.find("#lines li.line:last-child[data-state=sent]").await;

    tab_to(&child, "#box").await;
    counsellor.close().await;
    child.find("body[data-state=ended]").await;
    let on = ask(&child, "return document.activeElement.id", vec![]).await;
    assert_eq!(on, "ended-title", "the focus is not lost with the box");
    tab_to(&child, "#heard button[data-value='2']").await;
    press(&child, Key::Enter).await;
    tab_to(&child, "#felt button[data-value='3']").await;
    press(&child, Key::Enter).await;
    child.find("#thanks:not([hidden])").await;
    tab_to(&child, "#forget").await;
    press(&child, Key::Enter).await;
    tab_to(&child, "#forget-no").await;
    press(&child, Key::Enter).await;
    tab_to(&child, "#restart").await;
    press(&child, Key::Enter).await;
    child.find("body[data-state=start]").await;
    tab_to(&child, "#leave").await;
    press(&child, Key::Enter).await;
    is_away(&child).await;
}

/// What sticks out of the window or is cut off within it. `.unseen` is for ears alone; a choice shortens its own words.
const CUT: &str = r##"
    const width = document.documentElement.clientWidth;
    const shown = (one) => one.getClientRects().length && !one.closest(".unseen, select") && getComputedStyle(one).visibility === "visible";
    const name = (one) => (one.id ? "#" + one.id : one.tagName + "." + one.className) + " " + one.textContent.slice(0, 30);
    const found = [];
    if (document.scrollingElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    for (const one of document.querySelectorAll("body *")) {
        if (!shown(one)) continue;
        const { left, right } = one.getBoundingClientRect();
        if (left < -1 || right > width + 1) found.push(name(one) + " from " + left + " to " + right);
        if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible" && one.tagName !== "TEXTAREA") {
            found.push(name(one) + " is cut off: " + one.scrollWidth + " in " + one.clientWidth);
        }
    }
    const out = document.getElementById("leave").getBoundingClientRect();
    if (out.top < 0 || out.bottom > innerHeight || out.height < 48) found.push("the way out is not whole in view");
    return found;
"##;

/// Looks at the page in a window of 320 px, and in one of 1280x1024 at 400 %.
async fn nothing_is_cut(child: &Browser, what: &str) {
    for lang in ["cs", "en"] {
        speak(child, lang).await;
        for (height, scale) in [(640, 2), (256, 4)] {
            let size = json!({ "width": 320, "height": height, "deviceScaleFactor": scale, "mobile": false });
            tool(child, "Emulation.setDeviceMetricsOverride", size).await;
            assert_eq!(ask(child, "return innerWidth", vec![]).await, 320);
            let cut = ask(child, CUT, vec![]).await;
            assert_eq!(cut, json!([]), "{what}, {lang}, 320x{height}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_320_px_and_at_400_percent_nothing_is_cut_off_or_scrolls_sideways() {
    let stage = Stage::new().await;
    let child = stage.child().await;
    child.find("body[data-state=closed]").await;
    nothing_is_cut(&child, "closed").await;
    let mut counsellor = stage.counsellor("Nejkrásnějšíjménonacelémsvětě").await;
    tap(&child, "#calm-again").await;
    child.find("body[data-state=start]").await;
    ask(&child, "for (const one of document.querySelectorAll('details')) one.open = true", vec![]).await;
    nothing_is_cut(&child, "start, with all it can tell").await;

    // Long words, an address, joined emoji, and a line from right to left.
    let long = "nejneobhospodařovávatelnějšímu".repeat(4);
    let said = format!("{long} https://example.org/{long} 👩‍👩‍👧‍👦👍🏽 مرحبا، كيف حالك؟");
    let script = "const box = document.getElementById('box'); box.value = arguments[0]; box.dispatchEvent(new Event('input'))";
    ask(&child, script, vec![said.clone().into()]).await;
    tap(&child, "#send").await;
    child.find("body[data-state=waiting] #lines li.line[data-state=sent]").await;
    child.find("#ask:not([hidden])").await;
    nothing_is_cut(&child, "waiting").await;
    counsellor.take().await;
    counsellor.say(&said).await;
    counsellor.say("مرحبا").await;
    child.find("body[data-state=chat] #lines li.line:nth-child(3)").await;
    nothing_is_cut(&child, "chat").await;
    let right = "const text = document.querySelector('#lines li:last-child .text'); return getComputedStyle(text).direction";
    assert_eq!(ask(&child, right, vec![]).await, "rtl", "a line has the direction of its first letter");
    tap(&child, "#info").await;
    nothing_is_cut(&child, "what we keep, in a chat").await;
    tap(&child, "#info").await;
    counsellor.close().await;
    child.find("body[data-state=ended]").await;
    tap(&child, "#forget").await;
    nothing_is_cut(&child, "ended").await;

    // Who asks for less motion gets none.
    scheme(&child, "light").await;
    let moves = "return [document.getAnimations().length, ...new Set([...document.querySelectorAll('*')].map((one) => getComputedStyle(one).transitionDuration))]";
    assert_eq!(ask(&child, moves, vec![]).await, json!([0, "0s"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_words_are_sent_with_few_taps_requests_and_bytes() {
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    let tape = stage.wire.tape();
    let child = stage.child().await;
    child.find("body[data-state=start][data-link=on]").await;
    // One tap into the box, the words, one tap on Send: there is nothing else between.
    child.find("#box").await.click().await.expect("a tap");
    press(&child, "ahoj").await;
    child.find("#send").await.click().await.expect("a tap");
    child.find("#lines li.line[data-state=sent]").await;
    counsellor.take().await;
    counsellor.hears("ahoj").await;
    let (bytes, requests) = tape.sums();
    eprintln!("to the first message: {bytes} bytes in {requests} requests");
    assert!(bytes <= 40 * 1024, "{bytes} bytes");
    assert!(requests <= 3, "{requests} requests");
}

/// Slow 3G: 400 kbit/s, and 400 ms there and back.
const SLOW: Flow = Flow::Slow { rate: 50_000, late: Duration::from_millis(200) };

/// Notes when the page is painted first, and for each line when the relay's answer came, when it was in the document and
/// when it was on the screen.
const CLOCK: &str = r##"
    window.times = { ready: 0, heard: [], painted: [] };
    const Real = WebSocket;
    window.WebSocket = class extends Real {
        set onmessage(listen) {
            super.onmessage = (event) => {
                if (event.data.includes('"t":"entry"')) times.heard.push(performance.now());
                listen(event);
            };
        }
    };
    addEventListener("DOMContentLoaded", () => {
        const ready = () => { if (!times.ready && !document.getElementById("send").disabled) times.ready = performance.now(); };
        new MutationObserver(ready).observe(document.getElementById("send"), { attributes: true });
        ready();
        const painted = () => requestAnimationFrame(() => { const port = new MessageChannel(); port.port1.onmessage = () => times.painted.push(performance.now()); port.port2.postMessage(0); });
        new MutationObserver(painted).observe(document.getElementById("lines"), { childList: true, subtree: true });
    });
"##;

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Speed depends on the machine, so only `tests/run --long` holds it against the budgets.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_slow_network_and_a_slow_phone_the_page_keeps_its_budgets() {
    if std::env::var_os("OPORA_LONG").is_none() {
        return;
    }
    let stage = Stage::told(&[("OPORA_LIMITS_DESK_APPENDS", "1000/s, burst 1000")]).await;
    let mut counsellor = stage.counsellor("Jana").await;
    stage.wire.flow(SLOW, SLOW);
    let child = Browser::start(&stage.world, 360, 640).await;
    tool(&child, "Page.enable", json!({})).await;
    tool(&child, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": CLOCK })).await;
    child.window.goto(stage.page()).await.expect("the page");
    child.find("body[data-state=start][data-link=on]").await;
    let paint = "return performance.getEntriesByName('first-contentful-paint')[0].startTime";
    let paint = number(&ask(&child, paint, vec![]).await);
    let ready = number(&ask(&child, "return times.ready", vec![]).await);
    // The words stand in the box at the first touch of it, and go at once: nobody gives the page less time to connect.
    let script = r##"
        const done = arguments[arguments.length - 1];
        const box = document.getElementById("box");
        const began = performance.now();
        box.focus();
        box.value = "ahoj";
        box.dispatchEvent(new Event("input"));
        new MutationObserver((_, all) => {
            if (document.querySelector("#lines li[data-state=sent]")) { all.disconnect(); done(performance.now() - began); }
        }).observe(document.body, { subtree: true, attributes: true, childList: true });
        document.getElementById("send").click();
    "##;
    let sent = number(child.window.execute_async(script, vec![]).await.expect("it is sent").json());
    eprintln!("slow 3G: first paint {paint:.0} ms, ready to send {ready:.0} ms, Send to sent {sent:.0} ms");

    stage.wire.flow(Flow::Free, Flow::Free);
    counsellor.take().await;
    for line in 0..500 {
        counsellor.say(&format!("Řádek číslo {line}, a v něm několik slov, jak to v rozhovoru bývá.")).await;
    }
    // Fifty lines a list: the 501st begins the eleventh.
    child.find("#lines > .part:nth-child(11) > li.line").await;
    // A reload that brings all of them at once ends at the newest.
    child.window.refresh().await.expect("the page anew");
    child.find("#lines > .part:nth-child(11) > li.line").await;
    let is_at_end = "const main = document.getElementById('main'); return main.scrollHeight - main.scrollTop - main.clientHeight < 2";
    let until = std::time::Instant::now() + crate::support::DEADLINE;
    while ask(&child, is_at_end, vec![]).await != true {
        assert!(std::time::Instant::now() < until, "the newest line is out of view");
    }
    tool(&child, "Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await;
    ask(&child, "times.heard = []; times.painted = []", vec![]).await;
    let mut took_all = Vec::new();
    for line in 0..20 {
        counsellor.say(&format!("další řádek {line}")).await;
        child.find(&format!("#lines > .part:nth-child(11) > li.line:nth-child({})", 2 + line)).await;
        let both = "const { heard, painted } = times; return heard.length === painted.length && painted.length > 0 && painted.at(-1) - heard.at(-1)";
        let until = std::time::Instant::now() + crate::support::DEADLINE;
        let took = loop {
            let took = ask(&child, both, vec![]).await;
            if took != false {
                break number(&took);
            }
            assert!(std::time::Instant::now() < until, "line {line} was never painted");
        };
        took_all.push(took);
    }
    took_all.sort_by(f64::total_cmp);
    let (half, slowest) = (took_all[took_all.len() / 2], took_all[took_all.len() - 1]);
    eprintln!(
        "500 lines, processor 4 times slower: a new line is painted within {half:.0} ms, the slowest of 20 {slowest:.0}"
    );
    assert!(paint <= 2500.0 && ready <= 5000.0 && sent <= 1500.0, "{paint} {ready} {sent}");
    assert!(slowest <= 100.0, "{took_all:?} ms");
}
