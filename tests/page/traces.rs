//! What is left on the device of a child who did not leave by the button: the browser was killed, or the tab just closed.
//! After the time of absence nobody finds a word or a key: not in the profile, not by bringing the tab back.

use aho_corasick::AhoCorasick;
use opora::client::desk::What;
use serde_json::json;

use crate::stage::{Stage, ask, tool};
use crate::support::browser::Browser;
use crate::support::{files, spellings};

const WORDS: [&str; 3] = ["kosnapisvecer", "sojkaodpovida", "rehekrozepsal"];

/// Notes what the page draws: the second draw of 32 bytes is the conversation's key (the first its token).
const DRAWS: &str = r#"
    window.draws = [];
    const real = crypto.getRandomValues.bind(crypto);
    crypto.getRandomValues = (bytes) => { real(bytes); draws.push([...bytes]); return bytes; };
"#;

/// Returns the ways in which bytes could stand in a file.
fn of_bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let b64 = opora::conversation::encoding::b64(bytes);
    let list = bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
    vec![
        bytes.to_vec(),
        hex.to_uppercase().into(),
        hex.into(),
        b64.replace('-', "+").replace('_', "/").into(),
        b64.into(),
        list.into(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_browser_and_a_closed_tab_leave_no_word_and_no_key() {
    let stage = Stage::told(&[("OPORA_KEEP_ABSENCE", "2s")]).await;
    let mut counsellor = stage.counsellor("Jana").await;
    let child = Browser::start(&stage.world, 360, 640).await;
    tool(&child, "Page.enable", json!({})).await;
    tool(&child, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": DRAWS })).await;
    child.window.goto(stage.page()).await.expect("the page");
    child.find("body[data-state=start]").await;
    child.send(WORDS[0]).await;
    counsellor.take().await;
    counsellor.hears(WORDS[0]).await;
    counsellor.say(WORDS[1]).await;
    child.until("the answer", |text| text.contains(WORDS[1])).await;
    child.find("#box").await.send_keys(WORDS[2]).await.expect("keys");
    let draws: Vec<Vec<u8>> =
        serde_json::from_value(ask(&child, "return draws", vec![]).await).expect("draws");
    let secrets: Vec<&Vec<u8>> = draws.iter().filter(|draw| draw.len() == 32).collect();
    assert_eq!(secrets.len(), 2, "a token and a key");
    let patterns: Vec<_> =
        WORDS.iter().flat_map(|word| spellings(word)).chain(of_bytes(secrets[1])).collect();
    let sought = AhoCorasick::new(&patterns).expect("patterns");
    let profile = stage.world.path("browser");
    let clean = |when: &str| {
        let all = files(&profile);
        assert!(all.len() > 20, "a profile");
        for file in all {
            assert!(
                !sought.is_match(&std::fs::read(&file).unwrap_or_default()),
                "{when}: {}",
                file.display()
            );
        }
    };

    // A second tab stays, so that the browser lives when the first is closed, and what it would bring back is on disk.
    ask(&child, "window.open('about:blank')", vec![]).await;
    child.window.close_window().await.expect("the tab closes");
    let left = |line: &opora::client::desk::Shown| matches!(line.what, What::Left(_)).then_some(());
    counsellor.sees("that the child is gone", left).await;
    let tabs = child.window.windows().await.expect("tabs");
    child.window.switch_to_window(tabs[0].clone()).await.expect("the other tab");

    // In it the page is opened and a new talk begun; then the browser is killed in the middle of it.
    child.window.goto(stage.page()).await.expect("the page");
    child.find("body[data-state=start]").await;
    let nothing = ask(&child, "return [document.querySelectorAll('li.line').length, document.getElementById('box').value, Object.keys(sessionStorage)]", vec![]).await;
    assert_eq!(nothing, json!([0, "", []]), "another tab knows nothing");
    child.send(WORDS[0]).await;
    counsellor.take().await;
    counsellor.hears(WORDS[0]).await;
    child.find("body[data-state=chat] #lines li.line[data-state=sent]").await;
    child.find("#box").await.send_keys(WORDS[2]).await.expect("keys");
    // Only what the browser has on disk can be brought back, and it takes its time to write there.
    let stored = profile.join("Default/Session Storage");
    let until = std::time::Instant::now() + crate::support::DEADLINE;
    let key: Vec<u8> = "chat".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let is_stored = |file: &std::path::PathBuf| {
        let bytes = std::fs::read(file).unwrap_or_default();
        [&b"chat"[..], &key].iter().any(|key| bytes.windows(key.len()).any(|part| part == *key))
    };
    while !files(&stored).iter().any(is_stored) {
        assert!(std::time::Instant::now() < until, "the tab's value never came to the disk");
        tokio::task::yield_now().await;
    }
    child.kill().await;
    counsellor.sees("that the child is gone", left).await;
    clean("killed");

    // Whoever brings the tabs back gets a page that can open nothing any more, and says so.
    let next = Browser::start_again(&stage.world).await;
    let until = std::time::Instant::now() + crate::support::DEADLINE;
    let mut seen = Vec::new();
    while seen.is_empty() {
        assert!(std::time::Instant::now() < until, "the tab with the talk was never brought back");
        for tab in next.window.windows().await.expect("tabs") {
            next.window.switch_to_window(tab).await.expect("a tab");
            let url = next.window.current_url().await.map(|url| url.to_string()).unwrap_or_default();
            if url == stage.page() {
                next.find("body[data-state=gone], body[data-state=start]").await;
                let script = "return [document.body.dataset.state, document.documentElement.textContent + document.getElementById('box').value, Object.keys(sessionStorage)]";
                let shown = ask(&next, script, vec![]).await;
                assert!(!WORDS.iter().any(|word| shown[1].as_str().expect("text").contains(word)), "{shown}");
                assert_eq!(shown[2], json!([]), "nothing is kept any more");
                seen.push(shown[0].clone());
            }
        }
    }
    next.quit().await;
    clean("brought back");
}
