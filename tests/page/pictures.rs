//! Every state of the page in both languages, by day and by night, on a phone and on a desk: looked at by axe, measured for
//! thumbs, and photographed for a person into `target/tmp/page-pictures`. Only `tests/run --long` has the time.

use std::path::PathBuf;

use serde_json::json;

use crate::stage::{Stage, ask, fits, lied_to, scheme, speak, tap, tool};
use crate::support::browser::Browser;

struct Album(PathBuf);

impl Album {
    /// Photographs what is shown now in all its looks.
    async fn take(&self, child: &Browser, state: &str) {
        for lang in ["cs", "en"] {
            speak(child, lang).await;
            for colours in ["light", "dark"] {
                for (name, width, height) in [("phone", 360, 640), ("desk", 1280, 800)] {
                    let is_phone = name == "phone";
                    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone });
                    tool(child, "Emulation.setDeviceMetricsOverride", size).await;
                    fits(child, &format!("{state}, {lang}, {name}"), colours).await;
                    child.photograph(&self.0.join(format!("{state}-{name}-{lang}-{colours}.png"))).await;
                }
            }
        }
        tool(child, "Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    /// The same where no script can change the language and axe cannot look.
    async fn take_mute(&self, child: &Browser, state: &str) {
        for colours in ["light", "dark"] {
            scheme(child, colours).await;
            child.photograph(&self.0.join(format!("{state}-phone-{colours}.png"))).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_photographed_in_every_look() {
    if std::env::var_os("OPORA_LONG").is_none() {
        return;
    }
    let album = Album(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page-pictures"));
    _ = std::fs::remove_dir_all(&album.0);
    std::fs::create_dir_all(&album.0).expect("a folder");
    let settings = [("OPORA_LIMITS_WAITING", "1"), ("OPORA_QUEUE_PLACES", "1")];
    let stage = Stage::told(&settings).await;
    let page = stage.page();
    let child = stage.child().await;
    child.find("body[data-state=closed]").await;
    album.take(&child, "closed").await;

    let mut counsellor = stage.counsellor("Jana").await;
    tap(&child, "#calm-again").await;
    child.find("body[data-state=start]").await;
    album.take(&child, "start").await;
    ask(&child, "document.getElementById('page').scrollTop = 1e6", vec![]).await;
    album.take(&child, "start-below").await;
    ask(&child, "for (const one of document.querySelectorAll('details')) one.open = true", vec![]).await;
    ask(&child, "document.getElementById('keep').scrollIntoView()", vec![]).await;
    album.take(&child, "start-keep").await;
    ask(&child, "document.getElementById('safe').scrollIntoView()", vec![]).await;
    album.take(&child, "start-safe").await;
    ask(&child, "document.getElementById('help').scrollIntoView()", vec![]).await;
    album.take(&child, "start-help").await;
    child.window.goto(&page).await.expect("the page");
    child.find("body[data-state=start]").await;

    child.send("Ahoj, můžu se na něco zeptat?").await;
    child.find("body[data-state=waiting] #lines li.line[data-state=sent]").await;
    child.find("#ask:not([hidden])").await;
    album.take(&child, "waiting").await;

    // The one place to wait is taken: whoever comes now finds the queue full.
    let other = Browser::start_as(&stage.world, "other").await;
    other.window.goto(&page).await.expect("the page");
    other.find("body[data-state=full]").await;
    album.take(&other, "full").await;

    counsellor.take().await;
    tap(&other, "#calm-again").await;
    other.find("body[data-state=start]").await;
    album.take(&other, "start-busy").await;

    album.take(&child, "chat-claimed").await;
    counsellor.say("Ahoj, jsem tady pro tebe. Ptej se, na co potřebuješ. https://www.stoponline.cz").await;
    child.find("body[data-state=chat] li.line[data-by=line]").await;
    child.send("spolužáci si udělali skupinu, kde si ze mě dělají srandu, a dávají tam moje fotky").await;
    child.send("nevím, co mám dělat").await;
    child.find("#lines li.line:nth-child(4)[data-state=sent]").await;
    counsellor.say("To je mi líto, to muselo být těžké.").await;
    child.find("#lines li.line:nth-child(5)").await;
    album.take(&child, "chat").await;
    tap(&child, "#info").await;
    album.take(&child, "chat-info").await;
    tap(&child, "#info").await;

    stage.wire.cut();
    child.send("máma to nesmí vědět").await;
    child.find("#trouble:not([hidden])").await;
    child.find("#outbox > li.line[data-state=waiting]").await;
    album.take(&child, "no-connection").await;
    stage.wire.mend();
    tap(&child, "#retry").await;
    counsellor.hears("máma").await;

    // A second window takes the talk over, and gives it back.
    ask(&child, "window.open(location.href)", vec![]).await;
    child.find("body[data-state=replaced]").await;
    album.take(&child, "replaced").await;
    tap(&child, "#calm-again").await;
    child.find("body[data-state=chat]").await;

    counsellor.close().await;
    child.find("body[data-state=ended]").await;
    album.take(&child, "ended").await;
    tap(&child, "#heard button[data-value='2']").await;
    tap(&child, "#felt button[data-value='3']").await;
    child.find("#thanks:not([hidden])").await;
    tap(&child, "#forget").await;
    album.take(&child, "ended-rated-forget").await;
    tap(&child, "#forget-yes").await;
    child.find("body[data-state=forgotten]").await;
    album.take(&child, "forgotten").await;

    // With liars in between, at a line with places enough for all whom they strand.
    let stage = Stage::new().await;
    let _counsellor = stage.counsellor("Jana").await;
    let page = stage.page();
    for (state, lie) in [
        ("refused", "if (frame.t === 'hello') frame.card.sig = 'A' + frame.card.sig.slice(1); return frame;"),
        (
            "altered",
            "if (frame.t === 'appended') frame.h = frame.h.split('').reverse().join(''); return frame;",
        ),
        (
            "broken",
            "return frame.t === 'welcome' ? { t: 'refused', code: 'log_damaged', re: 'open' } : frame;",
        ),
        (
            "gone",
            "return frame.t === 'appended' ? { t: 'refused', code: 'resume_gone', re: 'resume' } : frame;",
        ),
        (
            "long-wait",
            "if (frame.t === 'signal' && frame.kind === 'place') frame.value = { before: 4, wait_min: [20, 45] }; return frame;",
        ),
        ("practice", "if (frame.t === 'hello') frame.drill = true; return frame;"),
    ] {
        lied_to(&child, &page, lie).await;
        match state {
            "refused" => _ = child.find("body[data-state=refused]").await,
            "practice" => _ = child.find("#practice:not([hidden])").await,
            _ => {
                child.find("body[data-state=start]").await;
                child.send("ahoj").await;
                let css = if state == "long-wait" { "waiting" } else { state };
                child.find(&format!("body[data-state={css}]")).await;
                if state == "long-wait" {
                    child.until("the place", |text| text.contains('4')).await;
                }
            }
        }
        album.take(&child, state).await;
    }

    let old = "Object.defineProperty(crypto, 'subtle', { value: undefined })";
    let added = tool(&child, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": old })).await;
    ask(&child, "sessionStorage.clear()", vec![]).await;
    child.window.goto(&page).await.expect("the page");
    child.find("body[data-state=old]").await;
    album.take(&child, "old").await;
    tool(&child, "Page.removeScriptToEvaluateOnNewDocument", json!({ "identifier": added["identifier"] }))
        .await;

    // Inside another page: no header forbids it where the page is a file of somebody else's.
    _ = crate::built(&stage.world, "").expect("a page");
    let frame = "<!doctype html><style>html,body,iframe{margin:0;border:0;width:100%;height:100vh}</style><iframe src=page.html></iframe>";
    let outside = stage.world.path("frame.html");
    std::fs::write(&outside, frame).expect("a page around it");
    child.window.goto(format!("file://{}", outside.display())).await.expect("the page around it");
    child.find("iframe").await.enter_frame().await.expect("the frame");
    child.find("body[data-state=framed]").await;
    album.take(&child, "framed").await;

    child.window.goto(&page).await.expect("the page");
    child.find("body[data-state=start]").await;
    let blank = "document.getElementById('leave').click()";
    tool(&child, "Network.enable", json!({})).await;
    ask(&child, blank, vec![]).await;
    album.take_mute(&child, "left").await;

    tool(&other, "Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    other.window.goto(&page).await.expect("the page");
    album.take_mute(&other, "no-script").await;
}
