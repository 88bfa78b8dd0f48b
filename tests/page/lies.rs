//! A relay that lies, as the page meets it: the card is another's, is old or was altered, entries are not what was
//! written. The page stops, shows the number to call, and says nothing more to that relay.

use serde_json::{Value, json};

use crate::stage::{Stage, ask, lied_to, text};

/// Lies at the first look: what `hello` says of the line's keys. `turn` changes one letter of a value.
const TURN: &str =
    "const turn = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);";

#[tokio::test(flavor = "multi_thread")]
async fn a_lying_relay_is_refused_with_the_telephone_number() {
    let stage = Stage::new().await;
    let mut counsellor = stage.counsellor("Jana").await;
    let child = stage.child().await;
    let page = stage.page();

    for (case, lie) in [
        (
            "a signature that is none",
            "if (frame.t === 'hello') frame.card.sig = turn(frame.card.sig, 9); return frame;",
        ),
        (
            "a key put in",
            "if (frame.t === 'hello') { const key = JSON.parse(frame.card.card).keys[0].pub; frame.card.card = frame.card.card.replace(key, turn(key, 30)); } return frame;",
        ),
        (
            "an older serial",
            "if (frame.t === 'hello') frame.card.card = frame.card.card.replace(/\"serial\":\\d+/, '\"serial\":0'); return frame;",
        ),
        ("no card", "if (frame.t === 'hello') frame.card = null; return frame;"),
        ("a card that ran out", "if (frame.t === 'hello') frame.now += 100 * 86400000; return frame;"),
    ] {
        lied_to(&child, &page, &format!("{TURN} {lie}")).await;
        child.find("body[data-state=refused]").await;
        assert!(text(&child).await.contains("116\u{a0}111"), "{case}");
        let said = ask(&child, "return said", vec![]).await;
        assert_eq!(said, json!([]), "{case}: nothing was said to it");
        let can_write = ask(&child, "return document.getElementById('box').checkVisibility()", vec![]).await;
        assert_eq!(can_write, false, "{case}");
    }

    for (case, lie) in [
        (
            "other words",
            "if (frame.t === 'entry' && frame.by !== 'child') frame.data = turn(frame.data, frame.data.length - 9); return frame;",
        ),
        (
            "another's words",
            "if (frame.t === 'entry' && frame.by !== 'child') frame.by = 'child'; return frame;",
        ),
        ("another time", "if (frame.t === 'entry' && frame.by !== 'child') frame.at += 1; return frame;"),
        (
            "words called the child's own",
            "if (frame.t === 'appended') frame.h = turn(frame.h, 3); return frame;",
        ),
    ] {
        lied_to(&child, &page, &format!("{TURN} {lie}")).await;
        child.find("body[data-state=start]").await;
        child.send("jeste tajne").await;
        if !case.contains("own") {
            child.find("#lines li.line[data-state=sent]").await;
            counsellor.take().await;
            counsellor.say("odpoved").await;
        }
        child.find("body[data-state=altered]").await;
        assert!(text(&child).await.contains("116\u{a0}111"), "{case}");
        let shown =
            ask(&child, "return document.querySelectorAll('li.line[data-by=line]').length", vec![]).await;
        assert_eq!(shown, Value::from(0), "{case}: what was altered is not shown");
    }
}
