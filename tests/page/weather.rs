//! Bad networks: whatever is held, gathered, cut, killed or put to sleep, nothing that was acknowledged is lost, nothing
//! comes twice, and no line says "sent" before the relay said so.

use std::time::Duration;

use opora::client::desk::{What, Who};
use serde_json::{Value, json};

use crate::stage::{Counsellor, Stage, ask, tap, text, tool};
use crate::support::browser::Browser;
use crate::support::proxy::Flow;

/// Returns what a counsellor was shown of a child's words, in its order.
fn heard(counsellor: &Counsellor) -> Vec<String> {
    let said = counsellor.lines.iter().filter_map(|line| match (&line.who, &line.what) {
        (Who::Child, What::Said(words)) => Some(words.text.to_string()),
        _ => None,
    });
    said.collect()
}

/// Returns what the page shows of the talk: whose, what it says of it, and the words.
async fn shown(child: &Browser) -> Value {
    let script = "return [...document.querySelectorAll('li.line')].map((line) => [line.dataset.by, line.dataset.state ?? '', line.querySelector('.text').textContent])";
    ask(child, script, vec![]).await
}

/// Notes every mark a line ever had.
async fn watch_marks(child: &Browser) {
    let script = r#"
        window.marks = [];
        const note = (all) => { for (const { target } of all) if (target.dataset?.state) marks.push(target.lastChild.textContent); };
        new MutationObserver(note).observe(document.getElementById("main"), { subtree: true, attributes: true, attributeFilter: ["data-state"] });
    "#;
    ask(child, script, vec![]).await;
}

async fn marks(child: &Browser) -> Vec<String> {
    serde_json::from_value(ask(child, "return marks.splice(0)", vec![]).await).expect("marks")
}

/// What says "sent" in either language.
fn is_sent(mark: &str) -> bool {
    mark.contains('✓')
}

/// Brings a child into a talk.
async fn begin(stage: &Stage) -> (Browser, Counsellor) {
    let mut counsellor = stage.counsellor("Jana").await;
    let child = stage.child().await;
    child.find("body[data-state=start]").await;
    child.send("ahoj").await;
    counsellor.take().await;
    counsellor.hears("ahoj").await;
    child.find("body[data-state=chat] #lines li.line[data-state=sent]").await;
    watch_marks(&child).await;
    (child, counsellor)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_direction_loses_comes_once_and_is_not_called_sent_before() {
    let stage = Stage::new().await;
    let (child, mut counsellor) = begin(&stage).await;

    // The answer is lost: the counsellor reads the words, the page may not say so.
    stage.wire.flow(Flow::Free, Flow::Held);
    child.send("odpoved se ztrati").await;
    counsellor.hears("se ztrati").await;
    child.find("#outbox > li.line[data-state=waiting]").await;
    child.find("#trouble:not([hidden])").await;
    assert!(text(&child).await.contains("116\u{a0}111"), "with the number to call");
    let before = marks(&child).await;
    assert!(!before.iter().any(|mark| is_sent(mark)), "{before:?}");
    stage.wire.flow(Flow::Free, Flow::Free);
    child.find("#lines li.line:nth-child(2)[data-state=sent]").await;

    // The words are lost, and the counsellor's still come.
    stage.wire.flow(Flow::Held, Flow::Free);
    child.send("slova se ztrati").await;
    counsellor.say("Jsem tady.").await;
    child.find("#lines li.line[data-by=line]").await;
    child.find("#outbox > li.line[data-state=waiting]").await;
    let before = marks(&child).await;
    assert!(!before.iter().any(|mark| is_sent(mark) && *mark != before[0]), "{before:?}");
    assert!(!heard(&counsellor).iter().any(|words| words.contains("slova")));
    stage.wire.flow(Flow::Free, Flow::Free);
    counsellor.hears("slova se ztrati").await;
    child.find("#lines li.line:nth-child(4)[data-state=sent]").await;

    assert_eq!(heard(&counsellor), ["ahoj", "odpoved se ztrati", "slova se ztrati"]);
    let all = json!([
        ["child", "sent", "ahoj"],
        ["child", "sent", "odpoved se ztrati"],
        ["line", "", "Jsem tady."],
        ["child", "sent", "slova se ztrati"],
    ]);
    assert_eq!(shown(&child).await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_that_gathers_the_page_says_so_and_sends_once_it_can() {
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    // An answer comes only when its connection ends: the page does, a websocket never.
    stage.wire.flow(Flow::Free, Flow::Gathered);
    let child = stage.child().await;
    child.find("body[data-state=start]").await;
    watch_marks(&child).await;
    child.send("slysi me nekdo").await;
    child.find("body[data-state=waiting] #trouble:not([hidden])").await;
    child.find("#outbox > li.line[data-state=waiting]").await;
    assert!(text(&child).await.contains("116\u{a0}111"));
    let before = marks(&child).await;
    assert!(!before.iter().any(|mark| is_sent(mark)), "{before:?}");
    stage.wire.flow(Flow::Free, Flow::Free);
    tap(&child, "#retry").await;
    child.find("#lines li.line[data-state=sent]").await;
    counsellor.take().await;
    counsellor.hears("slysi me nekdo").await;
    assert_eq!(heard(&counsellor), ["slysi me nekdo"]);
    assert_eq!(shown(&child).await, json!([["child", "sent", "slysi me nekdo"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_relay_and_a_phone_that_slept_lose_and_double_nothing() {
    let mut stage = Stage::new().await;
    let (child, mut counsellor) = begin(&stage).await;

    // Killed between the words and its answer; what it had on disk it still has.
    stage.wire.flow(Flow::Free, Flow::Held);
    child.send("relay zemre").await;
    counsellor.hears("relay zemre").await;
    child.find("#box").await.send_keys("a jeste").await.expect("keys");
    drop(counsellor);
    stage.kill_relay();
    stage.wire.flow(Flow::Free, Flow::Free);
    let mut counsellor = stage.counsellor("Jana").await;
    child.find("#lines li.line:nth-child(2)[data-state=sent]").await;
    assert_eq!(shown(&child).await, json!([["child", "sent", "ahoj"], ["child", "sent", "relay zemre"]]));
    let box_now = ask(&child, "return document.getElementById('box').value", vec![]).await;
    assert_eq!(box_now, "a jeste", "what was begun stands where it was");
    child.find("#send").await.click().await.expect("a tap");
    child.find("#lines li.line:nth-child(3)[data-state=sent]").await;

    // The phone sleeps, its network goes, the counsellor writes. It wakes, and all is there once.
    counsellor.resume().await;
    counsellor.hears("a jeste").await;
    tool(&child, "Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
    stage.wire.cut();
    counsellor.say("Spi klidne.").await;
    stage.wire.mend();
    tool(&child, "Page.setWebLifecycleState", json!({ "state": "active" })).await;
    child.find("#lines li.line[data-by=line]").await;
    child.send("uz jsem vzhuru").await;
    counsellor.hears("vzhuru").await;
    child.find("#lines li.line:nth-child(5)[data-state=sent]").await;
    assert_eq!(heard(&counsellor), ["ahoj", "relay zemre", "a jeste", "uz jsem vzhuru"]);
    let all = json!([
        ["child", "sent", "ahoj"],
        ["child", "sent", "relay zemre"],
        ["child", "sent", "a jeste"],
        ["line", "", "Spi klidne."],
        ["child", "sent", "uz jsem vzhuru"],
    ]);
    assert_eq!(shown(&child).await, all);
}

/// Half a minute without a network, three times, with words in each: only `tests/run --long` has the time.
#[tokio::test(flavor = "multi_thread")]
async fn half_a_minute_without_a_network_is_outlived() {
    if std::env::var_os("OPORA_LONG").is_none() {
        return;
    }
    let stage = Stage::new().await;
    let (child, mut counsellor) = begin(&stage).await;
    let mut said = vec!["ahoj".to_owned()];
    for outage in 1..=3 {
        stage.wire.cut();
        for part in ["prvni", "druhe"] {
            said.push(format!("{part} slovo {outage}"));
            child.send(&said[said.len() - 1]).await;
        }
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(heard(&counsellor).len(), said.len() - 2);
        stage.wire.mend();
        counsellor.hears(&said[said.len() - 1]).await;
        child.find(&format!("#lines li.line:nth-child({})[data-state=sent]", said.len())).await;
        assert_eq!(heard(&counsellor), said);
    }
    assert_eq!(shown(&child).await.as_array().map(Vec::len), Some(said.len()));
}
