//! The suites of `tests/page/*.test.mjs` in a real browser: the vectors and golden logs that both languages share, by the
//! very modules and the very WebCrypto of a child's phone, where node only resembles it.

use std::path::Path;

use axum::Router;
use axum::extract::Path as Asked;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::stage::ask;
use crate::support::World;
use crate::support::browser::Browser;

/// What node brings and a browser does not: a list of tests, and four ways to be sure.
const TEST: &str = "export const all = []; export const test = (name, run) => all.push([name, run]);";
const ASSERT: &str = r#"
    const plain = (value) => {
        if (ArrayBuffer.isView(value)) return [value.constructor.name, ...value];
        if (Array.isArray(value)) return value.map(plain);
        if (!value || typeof value !== "object") return Number.isFinite(value) || typeof value !== "number" ? value : String(value);
        return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key]) === undefined ? "undefined" : plain(value[key])]));
    };
    const say = (value) => JSON.stringify(plain(value)) ?? String(value);
    const hold = (is, what) => { if (!is) throw new Error(what); };
    export default {
        ok: (value, why) => hold(value, why || "not so"),
        equal: (a, b, why) => hold(Object.is(a, b), (why || "") + " " + say(a) + " is not " + say(b)),
        notEqual: (a, b) => hold(!Object.is(a, b), say(a) + " twice"),
        deepEqual: (a, b, why) => hold(say(a) === say(b), (why || "") + " " + say(a) + " is not " + say(b)),
        match: (text, pattern) => hold(pattern.test(text), text + " does not match"),
    };
"#;
const FRAME: &str = r#"<!doctype html><script type="importmap">{"imports":{"node:test":"/test.js","node:assert/strict":"/assert.js"}}</script>"#;
const RUN: &str = r#"
    const done = arguments[arguments.length - 1];
    (async () => {
        const { all } = await import("/test.js");
        for (const suite of arguments[0]) await import("/tests/page/" + suite);
        const failed = [];
        for (const [name, run] of all) {
            try { await run(); } catch (error) { failed.push(name + ": " + error); }
        }
        return [all.length, failed];
    })().then(done, (error) => done([0, [String(error)]]));
"#;

async fn file(Asked(path): Asked<String>) -> Response {
    let script = |text: String| ([(CONTENT_TYPE, "text/javascript")], text).into_response();
    let shared =
        ["web/", "tests/page/", "src/sealing/vectors/"].iter().any(|folder| path.starts_with(folder));
    match path.as_str() {
        "test.js" => script(TEST.to_owned()),
        "assert.js" => script(ASSERT.to_owned()),
        _ if shared && !path.contains("..") => {
            let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path));
            text.map_or_else(|_| StatusCode::NOT_FOUND.into_response(), script)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn vectors_and_golden_logs_hold_in_a_browser() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let routes = Router::new().route("/", get(async || Html(FRAME))).route("/{*path}", get(file));
    tokio::spawn(async move { axum::serve(listener, routes).await });

    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page")).expect("the suites");
    let names = folder.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned());
    let mut suites: Vec<Value> = names.filter(|name| name.ends_with(".test.mjs")).map(Value::from).collect();
    suites.sort_by_key(ToString::to_string);
    assert!(suites.len() >= 6, "{suites:?}");

    let world = World::new();
    let browser = Browser::start(&world, 360, 640).await;
    browser.window.goto(format!("http://{address}/")).await.expect("the frame");
    assert_eq!(ask(&browser, "return isSecureContext", vec![]).await, true, "else there is no cipher");
    let found = browser.window.execute_async(RUN, vec![json!(suites)]).await.expect("the suites run");
    let found = found.json();
    assert_eq!(found[1], json!([]));
    assert!(found[0].as_u64() >= Some(90), "{found}");
}
