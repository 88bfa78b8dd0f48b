// The link: tables of inputs and effects, then thousands of faulty hours in a pretend network.
import { test } from "node:test";
import assert from "node:assert/strict";
import { Link, TIMES } from "../../web/link.js";

const CONV = "conv";
const HELLO = { t: "hello", v: 1, nonce: "n", now: 1, work: 0, card: {}, limits: { chars: 2000, bytes: 8000 }, line: { state: "open" } };
const names = (effects) => effects.map((effect) => (effect.do === "send" ? `send ${effect.frame.t}` : effect.do));

/** Drives a link by hand: keeps the time and the last effects. */
class Hand {
  constructor() {
    this.link = new Link();
    this.now = 1000;
    this.log = [];
  }
  in(is, fields = {}) {
    const dial = { dialled: 1, frame: 1, lost: 1, checked: 1, opening: 1 }[is] ? { dial: this.link.dials } : {};
    const effects = this.link.update({ is, now: this.now, random: 0.5, ...dial, ...fields });
    this.log.push(...effects);
    return names(effects);
  }
  frame(frame) {
    return this.in("frame", { frame });
  }
  later(ms) {
    this.now += ms;
    return this.in("time");
  }
  /** A conversation is open, entry 1 read, nothing waits. */
  talking(phase = "waiting") {
    this.in("words", { words: true });
    this.in("dialled");
    this.frame(HELLO);
    this.in("checked", { ok: true });
    this.in("say", { text: "a" });
    this.in("opening", { frame: { t: "open", conv: CONV }, token: "token", opened: "{}" });
    this.frame({ t: "welcome", conv: CONV, half: "half", after: "after", head: 1, phase });
    const opened = { t: "entry", conv: CONV, log: "talk", seq: 1, at: 1, by: "child", kind: "opened", id: CONV, data: "{}", h: "1" };
    this.frame(opened);
    this.in("read", { entry: opened, verdict: "shown" });
    return this;
  }
  seal(key, id) {
    return this.in("sealed", { key, id, data: `data ${key}` });
  }
  sent() {
    return this.log.filter((effect) => effect.do === "send").map((effect) => effect.frame);
  }
  /** Our first append is stored as `seq`. */
  acknowledge(seq) {
    const { id, data } = this.link.outbox[0];
    this.frame({ t: "appended", id, conv: CONV, log: "talk", seq, at: seq, h: String(seq) });
    return this.in("read", { entry: { conv: CONV, seq, at: seq, by: "child", kind: "said", id, data, h: String(seq) }, verdict: "shown" });
  }
}

test("a page looks once and then lets the socket go", () => {
  const hand = new Hand();
  assert.deepEqual(hand.in("look"), ["dial"]);
  hand.in("dialled");
  assert.deepEqual(hand.frame(HELLO), ["check"]);
  assert.deepEqual(hand.in("checked", { ok: true }), ["drop"]);
  assert.equal(hand.link.screen(), "start");
  assert.equal(hand.link.wakeAt(), null);
});

test("what the look finds is told before anything is typed", () => {
  for (const [state, screen] of [["open", "start"], ["busy", "start"], ["closed", "closed"], ["full", "full"]]) {
    const hand = new Hand();
    hand.in("look");
    hand.in("dialled");
    hand.frame({ ...HELLO, line: { state } });
    hand.in("checked", { ok: true });
    assert.equal(hand.link.screen(), screen);
  }
  const hand = new Hand();
  hand.in("look");
  hand.in("dialled");
  hand.frame(HELLO);
  hand.in("checked", { ok: false });
  assert.equal(hand.link.screen(), "refused");
});

test("the first key connects, Send opens on that socket, then the words go, then what was told", () => {
  const hand = new Hand();
  hand.in("tell", { facts: { feel: "bad" } });
  assert.deepEqual(hand.in("words", { words: true }), ["dial"]);
  hand.in("dialled");
  hand.frame(HELLO);
  assert.deepEqual(hand.in("checked", { ok: true }), []);
  assert.deepEqual(hand.in("say", { text: "a" }), ["open"]);
  assert.equal(hand.link.screen(), "waiting");
  assert.deepEqual(hand.link.outbox.map((item) => item.kind), ["said", "told"]);
  assert.deepEqual(hand.link.outbox[1].clear, { facts: { feel: "bad" } });
});

test("an unproven socket that times out is opened again while words stand in the box, and only then", () => {
  for (const [words, effects] of [[true, ["dial"]], [false, []]]) {
    const hand = new Hand();
    hand.in("words", { words: true });
    hand.in("dialled");
    hand.frame(HELLO);
    hand.in("checked", { ok: true });
    if (words) {
      hand.frame({ t: "goodbye", code: "timeout" });
      assert.deepEqual(hand.in("lost"), effects);
    } else {
      assert.deepEqual(hand.in("words", { words: false }), ["drop"]);
      assert.equal(hand.link.wakeAt(), null);
    }
  }
});

test("the first words go right behind the opening, and again behind the welcome where they were refused", () => {
  const hand = new Hand();
  hand.in("near", { near: true });
  hand.in("dialled");
  hand.frame(HELLO);
  assert.deepEqual(hand.in("checked", { ok: true }), [], "whoever touched the box is waited for");
  assert.deepEqual(hand.in("say", { text: "a" }), ["open"]);
  const frame = { t: "open", conv: CONV };
  assert.deepEqual(hand.in("opening", { frame, token: "token", opened: "{}" }), ["send open", "seal"]);
  assert.deepEqual(hand.seal(1, "A"), ["send append"]);
  // An opening that must come again takes its words along.
  hand.frame({ t: "refused", re: "open", code: "line_key_retired" });
  assert.deepEqual(hand.frame(HELLO), ["check"]);
  assert.deepEqual(hand.frame({ t: "refused", re: "append", id: "B", code: "not_allowed" }), []);
  assert.deepEqual(hand.in("checked", { ok: true }), ["open"]);
  assert.deepEqual(hand.in("opening", { frame, token: "token", opened: "{}" }), ["send open", "send append"]);
  // A relay that takes nothing before the proof gets the same bytes after it.
  assert.deepEqual(hand.frame({ t: "refused", re: "append", id: "A", code: "not_allowed" }), []);
  assert.deepEqual(hand.frame({ t: "welcome", conv: CONV, half: "half", after: "after", head: 1, phase: "waiting" }), ["keep"]);
  const opened = { t: "entry", conv: CONV, log: "talk", seq: 1, at: 1, by: "child", kind: "opened", id: CONV, data: "{}", h: "1" };
  hand.frame(opened);
  assert.deepEqual(hand.in("read", { entry: opened, verdict: "shown" }), ["show", "send append"]);
  const appends = hand.sent().filter((sent) => sent.t === "append");
  assert.deepEqual(appends.map(({ id, data }) => [id, data]), Array(3).fill(["A", "data 1"]));
  assert.deepEqual(hand.acknowledge(2), ["show"]);
  assert.equal(hand.link.outbox.length, 0);
});

test("words too long for a socket without proof wait for the welcome, and another conversation seals anew", () => {
  const begun = () => {
    const hand = new Hand();
    hand.in("words", { words: true });
    hand.in("dialled");
    hand.frame(HELLO);
    hand.in("checked", { ok: true });
    hand.in("say", { text: "a" });
    hand.in("opening", { frame: { t: "open", conv: CONV }, token: "token", opened: "{}" });
    return hand;
  };
  assert.deepEqual(begun().in("sealed", { key: 1, id: "A", data: "x".repeat(3501) }), []);
  const hand = begun();
  hand.seal(1, "A");
  assert.deepEqual(hand.frame({ t: "refused", re: "open", code: "conv_taken" }), ["open"]);
  assert.equal(hand.log.at(-1).renew, "all");
  const again = hand.in("opening", { frame: { t: "open", conv: "other" }, token: "token", opened: "{}" });
  assert.deepEqual(again, ["send open", "seal"]);
});

test("who only touched the box holds a socket until the relay lets it go, and no second one", () => {
  for (const end of ["blur", "timeout"]) {
    const hand = new Hand();
    assert.deepEqual(hand.in("near", { near: true }), ["dial"]);
    hand.in("dialled");
    hand.frame(HELLO);
    hand.in("checked", { ok: true });
    if (end === "blur") assert.deepEqual(hand.in("near", { near: false }), ["drop"]);
    else {
      hand.frame({ t: "goodbye", code: "timeout" });
      assert.deepEqual(hand.in("lost"), []);
    }
    assert.equal(hand.link.wakeAt(), null);
    assert.deepEqual(hand.in("words", { words: true }), ["dial"]);
  }
});

test("sent is said only after appended, one at a time, in order", () => {
  const hand = new Hand().talking();
  hand.in("say", { text: "b" });
  assert.deepEqual(hand.seal(1, "A"), ["send append"]);
  assert.deepEqual(hand.link.outbox.map((item) => item.key), [1, 2]);
  assert.deepEqual(hand.acknowledge(2), ["show", "seal"]);
  assert.deepEqual(hand.log.filter((effect) => effect.do === "show").map((effect) => effect.own), [null, 1]);
  assert.deepEqual(hand.seal(2, "B"), ["send append"]);
});

test("after a lost socket the same bytes go again, but not before the replay is through", () => {
  const hand = new Hand().talking();
  hand.seal(1, "A");
  hand.in("lost");
  hand.later(TIMES.backoff);
  hand.in("dialled");
  assert.deepEqual(hand.frame(HELLO), ["send resume"]);
  const welcome = { t: "welcome", conv: CONV, half: "half", after: "after", head: 2, phase: "waiting" };
  assert.deepEqual(hand.frame(welcome), ["keep"]);
  const entry = { t: "entry", conv: CONV, log: "talk", seq: 2, at: 2, by: "child", kind: "said", id: "A", data: "data 1", h: "2" };
  assert.deepEqual(hand.frame(entry), ["read"]);
  assert.deepEqual(hand.in("read", { entry, verdict: "shown", text: "a" }), ["show"]);
  assert.equal(hand.link.outbox.length, 0);
  assert.equal(hand.sent().filter((frame) => frame.t === "append").length, 1);
});

test("what meddling shows stops the talk", () => {
  for (const [name, meddle] of [
    ["own bytes changed", (hand) => hand.frame({ t: "entry", conv: CONV, log: "talk", seq: 2, by: "child", kind: "said", id: "A", data: "other" })],
    ["own words by another", (hand) => hand.frame({ t: "entry", conv: CONV, log: "talk", seq: 2, by: "line", kind: "said", id: "A", data: "data 1" })],
    ["a head below what was read", (hand) => hand.frame({ t: "welcome", conv: CONV, half: "h", after: "a", head: 0, phase: "with" })],
    ["the reader stopped", (hand) => hand.in("read", { entry: { seq: 2 }, verdict: "stopped" })],
    ["opened twice", (hand) => hand.in("read", { entry: { seq: 2, kind: "opened", by: "child", id: CONV }, verdict: "shown" })],
  ]) {
    const hand = new Hand().talking();
    hand.seal(1, "A");
    meddle(hand);
    assert.equal(hand.link.screen(), "altered", name);
    assert.equal(hand.link.wakeAt(), null, name);
    assert.deepEqual(hand.in("say", { text: "b" }), [], name);
  }
});

test("an opening that is not what the page sent stops the talk", () => {
  const hand = new Hand();
  hand.in("say", { text: "a" });
  hand.in("dialled");
  hand.frame(HELLO);
  hand.in("checked", { ok: true });
  hand.in("opening", { frame: { t: "open", conv: CONV }, token: "t", opened: "mine" });
  hand.frame({ t: "welcome", conv: CONV, half: "half", after: "after", head: 1, phase: "waiting" });
  hand.in("read", { entry: { seq: 1, kind: "opened", by: "child", id: CONV, data: "theirs" }, verdict: "shown" });
  assert.equal(hand.link.screen(), "altered");
});

test("refusals of open", () => {
  for (const [code, then] of [
    ["work", { socket: "greeting", renew: null, outbox: 1 }],
    ["line_key_retired", { socket: "greeting", renew: "seals", outbox: 1 }],
    ["conv_taken", { socket: "proving", renew: "all", outbox: 1 }],
    ["rate", { socket: "greeted", outbox: 1 }],
    ["busy", { socket: "greeted", outbox: 1 }],
    ["storage_full", { socket: "greeted", outbox: 1 }],
    ["line_closed", { socket: "none", screen: "closed", outbox: 0 }],
    ["queue_full", { socket: "none", screen: "full", outbox: 0 }],
    ["not_allowed", { socket: "none", screen: "broken", outbox: 0 }],
  ]) {
    const hand = new Hand();
    hand.in("say", { text: "a" });
    hand.in("dialled");
    hand.frame(HELLO);
    hand.in("checked", { ok: true });
    hand.in("opening", { frame: { t: "open", conv: CONV }, token: "t", opened: "{}" });
    hand.frame({ t: "refused", re: "open", code, detail: "", retry_ms: 3000 });
    const { socket, renew, outbox } = hand.link;
    for (const [field, value] of Object.entries(then)) {
      assert.equal({ socket, renew, outbox: outbox.length, screen: hand.link.screen() }[field], value, `${code} ${field}`);
    }
    const back = hand.log.filter((effect) => effect.do === "unsent").flatMap((effect) => effect.items.map((item) => item.text));
    assert.deepEqual(back, then.outbox === 0 ? ["a"] : [], code);
  }
});

test("after work and a retired key the second hello on the same socket opens again", () => {
  for (const code of ["work", "line_key_retired"]) {
    const hand = new Hand();
    hand.in("say", { text: "a" });
    hand.in("dialled");
    hand.frame(HELLO);
    hand.in("checked", { ok: true });
    hand.in("opening", { frame: { t: "open", conv: CONV }, token: "t", opened: "{}" });
    hand.frame({ t: "refused", re: "open", code, detail: "" });
    assert.deepEqual(hand.frame({ ...HELLO, work: 4 }), ["check"]);
    assert.deepEqual(hand.in("checked", { ok: true }), ["open"], code);
    const { work, renew } = hand.log[hand.log.length - 1];
    assert.deepEqual([work, renew], [4, code === "work" ? null : "seals"]);
  }
});

test("refusals of an append", () => {
  for (const code of ["rate", "busy", "storage_full"]) {
    const hand = new Hand().talking();
    hand.seal(1, "A");
    hand.frame({ t: "refused", re: "append", id: "A", code, retry_ms: 3000 });
    assert.deepEqual(hand.later(2999), [], code);
    assert.deepEqual(hand.later(1), ["send append"], code);
    const [first, again] = hand.sent().filter((frame) => frame.t === "append");
    assert.deepEqual(again, first, code);
  }
  const hand = new Hand().talking();
  hand.seal(1, "A");
  assert.deepEqual(hand.frame({ t: "refused", re: "append", id: "A", code: "bad_seen" }), ["seal"]);
  hand.seal(1, "B");
  assert.deepEqual(hand.frame({ t: "refused", re: "append", id: "B", code: "bad_seen" }), ["unsent"]);
  assert.equal(hand.link.outbox.length, 0);
});

test("a token that opens nothing any more", () => {
  const fresh = new Hand();
  fresh.in("restore", { conv: CONV, token: "token" });
  assert.equal(fresh.link.screen(), "resuming");
  fresh.in("dialled");
  fresh.frame(HELLO);
  assert.deepEqual(fresh.frame({ t: "refused", re: "resume", code: "resume_gone" }), ["forgetTab", "check"]);
  assert.equal(fresh.link.screen(), "start");
  const shown = new Hand().talking();
  shown.seal(1, "A");
  shown.in("lost");
  shown.later(TIMES.backoff);
  shown.in("dialled");
  shown.frame(HELLO);
  shown.frame({ t: "refused", re: "resume", code: "resume_gone" });
  assert.equal(shown.link.screen(), "gone");
  assert.equal(shown.log.find((effect) => effect.do === "unsent").items[0].text, "a");
});

test("goodbyes and when to come back", () => {
  for (const [code, after] of [
    [undefined, TIMES.backoff / 2],
    ["slow", TIMES.backoff / 2],
    ["timeout", TIMES.backoff / 2],
    ["restart", TIMES.restart / 2],
    ["abuse", null],
  ]) {
    const hand = new Hand().talking();
    if (code) hand.frame({ t: "goodbye", code });
    hand.in("lost");
    assert.equal(hand.link.redialAt, after === null ? null : hand.now + after, code);
    assert.equal(hand.link.stuck, code === "abuse");
  }
  const spread = [0, 0.1, 0.2].map((random) => {
    const hand = new Hand().talking();
    hand.frame({ t: "goodbye", code: "restart", retry_ms: 1000 });
    hand.in("lost", { random });
    return hand.link.redialAt - hand.now;
  });
  assert.deepEqual(spread, [1000, 1000 + TIMES.restart * 0.1, 1000 + TIMES.restart * 0.2]);
  const hand = new Hand().talking();
  hand.frame({ t: "goodbye", code: "replaced" });
  hand.in("lost");
  assert.equal(hand.link.screen(), "replaced");
  assert.deepEqual(hand.in("again"), ["dial"]);
});

test("what was on its way through the cipher when another window took over is not lost", () => {
  const hand = new Hand().talking();
  const entry = { t: "entry", conv: CONV, log: "talk", seq: 2, at: 2, by: "line", kind: "said", id: "L", data: "", h: "2" };
  hand.frame(entry);
  hand.frame({ t: "goodbye", code: "replaced" });
  hand.in("lost");
  assert.deepEqual(hand.in("read", { entry, verdict: "shown", name: "Jana", text: "x" }), ["show"]);
  assert.deepEqual(hand.seal(1, "A"), []);
  hand.in("again");
  hand.in("dialled");
  hand.frame(HELLO);
  assert.equal(hand.sent().pop().have, 2);
  hand.frame({ t: "welcome", conv: CONV, half: "half", after: "a", head: 2, phase: "with" });
  assert.deepEqual(hand.sent().pop().id, "A");
});

test("where it is over nothing brings it back", () => {
  const hand = new Hand().talking();
  hand.in("forget");
  hand.frame({ t: "ok", re: "forget", conv: CONV });
  for (const [is, fields] of [["unlocked", { ok: false }], ["say", { text: "b" }], ["awake"], ["time"], ["words", { words: true }]]) {
    assert.deepEqual(hand.in(is, fields), [], is);
    assert.equal(hand.link.screen(), "forgotten", is);
  }
});

test("backoff doubles to half a minute and begins anew after a welcome", () => {
  const hand = new Hand().talking();
  const waits = [];
  for (let i = 0; i < 9; i++) {
    hand.in("lost");
    waits.push((hand.link.redialAt - hand.now) * 2);
    hand.now = hand.link.redialAt;
    hand.in("time");
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  hand.in("dialled");
  hand.frame(HELLO);
  hand.frame({ t: "welcome", conv: CONV, half: "half", after: "a", head: 1, phase: "waiting" });
  hand.in("lost");
  assert.equal(hand.link.redialAt - hand.now, 250);
});

test("a silent socket is given up, a living one is pinged", () => {
  const hand = new Hand().talking();
  hand.seal(1, "A");
  hand.acknowledge(2);
  assert.deepEqual(hand.later(TIMES.ping - 1), []);
  assert.deepEqual(hand.later(1), ["send ping"]);
  hand.frame({ t: "pong" });
  hand.later(TIMES.ping);
  assert.deepEqual(hand.later(TIMES.silence - TIMES.ping), ["drop"]);
  assert.equal(hand.link.socket, "none");
});

test("a request without an answer is asked again on a new socket, though the old one still talks", () => {
  const hand = new Hand().talking();
  hand.seal(1, "A");
  hand.later(TIMES.unanswered - 1);
  hand.frame({ t: "pong" });
  assert.deepEqual(hand.later(1), ["drop"]);
  hand.later(TIMES.backoff);
  hand.in("dialled");
  assert.deepEqual(hand.frame(HELLO), ["send resume"]);
});

test("waking asks the socket whether it lives", () => {
  const hand = new Hand().talking();
  assert.deepEqual(hand.in("awake"), ["send ping", "send signal"]);
  assert.deepEqual(hand.later(TIMES.probe), ["drop"]);
  const slept = new Hand().talking();
  slept.now += TIMES.silence + 1;
  assert.deepEqual(slept.in("awake"), ["drop"]);
});

test("no connection is said after ten seconds, and while the talk is whole it is not", () => {
  const hand = new Hand().talking();
  hand.seal(1, "A");
  hand.later(TIMES.trouble - 1);
  assert.equal(hand.link.trouble(), false);
  hand.later(1);
  assert.equal(hand.link.trouble(), true, "not acknowledged");
  hand.acknowledge(2);
  assert.equal(hand.link.trouble(), false);
  hand.in("lost");
  hand.now += TIMES.trouble;
  hand.in("time");
  assert.equal(hand.link.trouble(), true, "no socket");
});

test("typing is signalled at most once in three seconds, never without a talk", () => {
  const hand = new Hand();
  hand.in("words", { words: true });
  assert.equal(hand.sent().length, 0);
  const talking = new Hand().talking("with");
  assert.deepEqual(talking.in("words", { words: true }), ["send signal"]);
  talking.now += 100;
  assert.deepEqual(talking.in("words", { words: true }), []);
  assert.deepEqual(talking.later(2 * TIMES.typing), ["send signal"]);
  assert.deepEqual(talking.sent().slice(-2).map((frame) => frame.kind), ["typing", "idle"]);
});

test("the end takes ratings and deletion, and gives unsent words back", () => {
  const hand = new Hand().talking("with");
  const closed = { conv: CONV, log: "talk", seq: 2, by: "line", kind: "closed", id: "X", data: '{"reason":"ended"}', h: "2" };
  hand.frame({ t: "entry", ...closed });
  assert.deepEqual(hand.in("read", { entry: closed, verdict: "shown" }), ["unsent", "show"]);
  assert.equal(hand.link.screen(), "ended");
  assert.deepEqual(hand.in("rate", { rating: { felt: 4 } }), ["seal"]);
  assert.deepEqual(hand.in("forget"), ["send forget"]);
  assert.deepEqual(hand.frame({ t: "ok", re: "forget", conv: CONV }), ["forgetTab", "drop"]);
  assert.equal(hand.link.screen(), "forgotten");
});

test("leaving says so at once and hears nothing more", () => {
  const hand = new Hand().talking();
  assert.deepEqual(hand.in("leave"), ["send leave", "forgetTab", "drop"]);
  assert.deepEqual(hand.frame({ t: "signal", conv: CONV, kind: "typing" }), []);
});

test("a hole asks again from the head, once", () => {
  const hand = new Hand().talking();
  hand.seal(1, "A");
  const far = { t: "entry", conv: CONV, log: "talk", seq: 5, at: 1, by: "line", kind: "said", id: "Z", data: "", h: "5" };
  hand.frame(far);
  assert.deepEqual(hand.in("read", { entry: far, verdict: "ask" }), ["send resume"]);
  assert.equal(hand.sent().pop().have, 1);
  hand.frame(far);
  assert.deepEqual(hand.in("read", { entry: far, verdict: "ask" }), []);
});

// ---- a pretend network: delays, losses, repeats, kills; every word once and in order ----

function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One child, one honest relay without ciphers, one network that does what the seed says. */
class World {
  constructor(seed) {
    this.chance = generator(seed);
    this.now = 0;
    this.events = [];
    this.link = new Link();
    this.talk = [null];
    this.socket = 0; // the relay's idea of the live socket
    this.proven = 0;
    this.cut = 0;
    this.shown = [];
    this.head = 0;
    this.ids = 0;
    this.down = false;
    this.strict = seed % 2 === 0; // takes nothing before the proof
    this.opening = 0;
  }
  at(delay, what) {
    this.events.push({ time: this.now + delay, order: this.ids++, what });
  }
  delay() {
    return Math.floor(this.chance() * 800);
  }
  input(input) {
    for (const effect of this.link.update({ now: this.now, random: this.chance(), ...input })) this.perform(effect);
  }
  perform(effect) {
    switch (effect.do) {
      case "dial": {
        const dial = effect.dial;
        if (this.down) return this.at(this.delay(), () => this.input({ is: "lost", dial }));
        return this.at(this.delay(), () => {
          this.socket = dial;
          this.input({ is: "dialled", dial });
          this.toClient(dial, HELLO);
        });
      }
      case "drop": this.socket = 0; return;
      case "send": return this.toRelay(this.link.dials, effect.frame);
      case "check": return this.at(5, () => this.input({ is: "checked", dial: effect.dial, ok: true }));
      case "open": return this.at(20, () => this.input({ is: "opening", dial: effect.dial, frame: { t: "open", conv: CONV }, token: "t", opened: "{}" }));
      case "seal": return this.at(5, () => this.input({ is: "sealed", key: effect.key, id: `id${++this.ids}`, data: effect.text }));
      case "read": return this.at(5, () => this.read(effect.entry));
      case "show": if (effect.kind === "said") this.shown.push(effect.text); return;
    }
  }
  read(entry) {
    const verdict = entry.seq <= this.head ? "ignored" : entry.seq > this.head + 1 ? "ask" : "shown";
    if (verdict === "shown") this.head += 1;
    this.input({ is: "read", entry, verdict, text: entry.data });
  }
  // In order, like TCP; after a cut nothing arrives in either direction, and the client hears of it late or never.
  toRelay(dial, frame) {
    if (dial !== this.socket || this.chance() < 0.02) return this.lose(dial);
    this.at(100, () => dial === this.socket && this.relay(dial, frame));
  }
  toClient(dial, frame) {
    if (dial !== this.socket || this.chance() < 0.02) return this.lose(dial);
    this.at(100, () => this.input({ is: "frame", dial, frame }));
  }
  lose(dial) {
    if (this.socket === dial) this.socket = this.proven = 0;
    if (this.chance() < 0.7) this.at(this.delay(), () => this.input({ is: "lost", dial }));
  }
  entry(seq) {
    return { t: "entry", conv: CONV, log: "talk", seq, at: seq, h: String(seq), ...this.talk[seq] };
  }
  welcome(dial, have) {
    this.proven = dial;
    this.toClient(dial, { t: "welcome", conv: CONV, half: "h", after: "a", head: this.talk.length - 1, phase: "with" });
    for (let seq = have + 1; seq < this.talk.length; seq++) this.toClient(dial, this.entry(seq));
  }
  relay(dial, frame) {
    if (frame.t === "ping") return this.toClient(dial, { t: "pong" });
    if (frame.t === "open") {
      // The journal takes its time; what the same socket sends behind waits for it, or is refused by an older relay.
      this.opening = dial;
      return this.at(this.chance() * 30, () => {
        this.opening = 0;
        if (this.chance() < 0.2) return this.toClient(dial, { t: "refused", re: "open", code: "busy", retry_ms: 300 });
        if (this.talk.length === 1) this.talk.push({ by: "child", kind: "opened", id: CONV, data: "{}" });
        this.welcome(dial, 0);
      });
    }
    if (frame.t === "resume") return this.welcome(dial, frame.have);
    if (frame.t !== "append") return;
    if (this.opening === dial && !this.strict) return this.at(30, () => dial === this.socket && this.relay(dial, frame));
    if (this.proven !== dial) return this.toClient(dial, { t: "refused", re: "append", id: frame.id, code: "not_allowed" });
    if (this.chance() < 0.05) return this.toClient(dial, { t: "refused", re: "append", id: frame.id, code: "rate", retry_ms: 500 });
    let seq = this.talk.findIndex((entry) => entry && entry.id === frame.id);
    if (seq < 0) seq = this.talk.push({ by: "child", kind: frame.kind, id: frame.id, data: frame.data }) - 1;
    this.toClient(dial, { t: "appended", id: frame.id, conv: CONV, log: "talk", seq, at: seq, h: String(seq) });
    if (this.chance() < 0.3) {
      const answer = this.talk.push({ by: "line", kind: "said", id: `line${this.talk.length}`, data: `re ${frame.data}` }) - 1;
      this.toClient(dial, this.entry(answer));
    }
  }
  run(limit) {
    while (this.now < limit) {
      const wake = this.link.wakeAt();
      this.events.sort((a, b) => a.time - b.time || a.order - b.order);
      const next = this.events[0];
      if (next && (wake === null || next.time <= wake)) {
        this.events.shift();
        this.now = Math.max(this.now, next.time);
        next.what();
      } else if (wake !== null) {
        this.now = wake;
        this.input({ is: "time" });
      } else return;
      if (this.done()) return;
    }
  }
  done() {
    const said = this.talk.filter((entry) => entry && entry.kind === "said").length;
    return this.asked && this.asked === this.talk.filter((e) => e && e.kind === "said" && e.by === "child").length && this.shown.length === said;
  }
}

test("through any network every word arrives once, in order, and is shown once", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const world = new World(seed);
    const words = Array.from({ length: 12 }, (_, i) => `word ${i}`);
    const said = [];
    const say = (text) => {
      said.push(text);
      world.input({ is: "say", text });
    };
    words.forEach((text, i) => world.at(1000 + i * 3000 * world.chance(), () => say(text)));
    for (let i = 0; i < 3; i++) {
      const begin = 40000 * world.chance();
      world.at(begin, () => { world.down = true; world.lose(world.socket); });
      world.at(begin + 10000 * world.chance(), () => { world.down = false; });
    }
    world.asked = words.length;
    world.run(3600000);
    const mine = world.talk.filter((entry) => entry && entry.kind === "said" && entry.by === "child").map((entry) => entry.data);
    assert.deepEqual(mine, said, `seed ${seed}`);
    assert.deepEqual(world.shown, world.talk.filter((entry) => entry && entry.kind === "said").map((entry) => entry.data), `seed ${seed}`);
    assert.equal(world.link.over, null, `seed ${seed}`);
  }
});
