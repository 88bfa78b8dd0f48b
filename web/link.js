// The connection that survives (protocol.md, sections 1 and 2): outbox, cursor, backoff, and what the relay last said.
//
// A link does no I/O: `update(input)` changes it and returns effects as plain data; time and chance come in with every
// input. `page.js` performs the effects, in order, and feeds what comes of them back as inputs. Inputs: look restore
// near words say tell rate leave forget again hidden awake · dialled frame lost · checked opening sealed read unlocked ·
// time. Effects: dial send drop · check open seal read keep · show unsent forgetTab.

export const TIMES = {
  ping: 20000,
  silence: 45000, // nothing heard for so long: the socket is gone, whatever it says
  unanswered: 20000, // a request without its answer on a socket that may well live otherwise
  greet: 10000, // from dialling to `hello`
  probe: 8000, // after waking: one ping must be answered
  trouble: 10000, // from here on the page says "no connection"
  backoff: 500,
  backoffMost: 30000,
  restart: 5000,
  retry: 2000,
  typing: 3000, // the relay drops more than one signal in 2 s
  writing: 10000, // "is writing" without a word that it stopped
  stillThere: 480000,
};

const AGAIN = ["rate", "busy", "storage_full"]; // the same bytes after `retry_ms`
const ANSWERS = ["welcome", "appended", "refused", "ok", "goodbye"]; // to an open, resume, append or forget
const STUCK = ["abuse", "revoked"]; // no reconnect by itself
const EARLY_MOST = 3500; // of `data`: a frame before the proof has 4 KiB at most
const UNSEALED = { id: null, data: null, sealing: false, sentOn: 0, early: "" };

// Sockets go none -> dialling -> greeting (open, no hello yet) -> greeted -> proving -> proven.
// `over` says why nothing more happens here: left, forgotten, gone, altered, replaced, refused, broken.
export class Link {
  constructor() {
    this.now = 0;
    this.random = 0;
    this.effects = [];
    this.socket = "none";
    this.dials = 0;
    this.tries = 0;
    this.redialAt = null;
    this.stuck = false;
    this.since = null; // when what is wanted of the connection began to be missing
    this.looking = false;
    this.near = false; // the box was touched: whoever does that will write
    this.words = false; // words stand in the box
    this.hello = null;
    this.checked = false;
    this.line = null;
    this.limits = { chars: 2000, bytes: 8000 };
    this.talk = null; // {conv, token}
    this.opened = null; // the `data` that entry 1 must have
    this.renew = null; // what the next `open` must make anew: "seals" or "all"
    this.openAt = 0;
    this.openedOn = 0; // the dial on which `open` is under way
    this.phase = "start";
    this.over = null;
    this.facts = {};
    this.outbox = [];
    this.keys = 0;
    this.headSince = null;
    this.inbox = [];
    this.reading = false;
    this.asking = false;
    this.missed = false;
    this.head = 0;
    this.target = 0;
    this.name = null;
    this.place = null;
    this.writing = null; // since when the counsellor writes
    this.away = false;
    this.quiet = null; // since when nobody said anything
    this.typedAt = null;
    this.signalAt = -Infinity;
    this.forgetting = null; // "wanted", then "sent"
    this.farewell = {};
    this.heard = 0;
    this.pinged = 0;
    this.awaiting = null;
    this.probeAt = null;
    this.dialledAt = 0;
  }

  update(input) {
    this.now = Math.max(this.now, input.now);
    this.random = input.random;
    this.effects = [];
    // Where it is over, nothing happens any more; what goes on in another window may come back here.
    if (this.over && this.over !== "replaced" && input.is !== "leave") return this.effects;
    switch (input.is) {
      case "look": this.looking = true; this.redialAt = null; break;
      case "restore": this.talk = { conv: input.conv, token: input.token }; break;
      case "near": this.near = input.near; break;
      case "words": this.onWords(input.words); break;
      case "say": this.onSay(input.text); break;
      case "tell": this.onTell(input.facts); break;
      case "rate": this.put({ kind: "rated", clear: input.rating }); break;
      case "leave": this.onLeave(); break;
      case "forget": this.forgetting = this.forgetting || "wanted"; this.redialAt = null; break;
      case "again": this.onAgain(); break;
      case "hidden": this.signal("hidden"); break;
      case "awake": this.onAwake(); break;
      case "dialled": if (input.dial === this.dials) this.onDialled(); break;
      case "frame": if (input.dial === this.dials) this.onFrame(input.frame); break;
      case "lost": if (input.dial === this.dials) this.onLost(); break;
      case "checked": if (input.dial === this.dials) this.onChecked(input.ok); break;
      case "opening": this.onOpening(input); break;
      case "unlocked": if (!input.ok) this.onGone(); break;
      case "failed": if (this.socket !== "none") this.hangUp(); break;
      case "sealed": this.onSealed(input); break;
      case "read": this.onRead(input); break;
      case "time": this.onTime(); break;
    }
    if (!this.over) this.settle();
    return this.effects;
  }

  // Which screen this is; the names are those of `body[data-state]`.
  screen() {
    if (this.over) return this.over;
    if (this.phase === "with") return "chat";
    if (this.phase === "ended") return "ended";
    if (this.phase === "waiting" || this.outbox.length) return "waiting";
    if (this.talk) return "resuming";
    const state = this.line && this.line.state;
    return state === "closed" || state === "full" ? state : "start";
  }

  // Whether "no connection, your words are kept" is the truth now.
  trouble() {
    const late = (time) => time !== null && this.now - time >= TIMES.trouble;
    return !this.over && (this.stuck || late(this.since) || (this.outbox.length > 0 && late(this.headSince)));
  }

  // When `time` should come next, or null. Only what lies ahead, so that a shell cannot spin.
  wakeAt() {
    const after = (time, span) => (time === null ? Infinity : time + span);
    const live = this.isLive();
    const item = this.outbox[0];
    const times = [
      live ? after(this.heard, TIMES.silence) : Infinity,
      live ? after(this.pinged, TIMES.ping) : Infinity,
      live ? after(this.awaiting, TIMES.unanswered) : Infinity,
      this.isGreeting() ? after(this.dialledAt, TIMES.greet) : Infinity,
      after(this.probeAt, 0),
      after(this.redialAt, 0),
      after(this.since, TIMES.trouble),
      item ? after(this.headSince, TIMES.trouble) : Infinity,
      item && item.retryAt ? item.retryAt : Infinity,
      this.openAt || Infinity,
      after(this.writing, TIMES.writing),
      after(this.typedAt, 2 * TIMES.typing),
      after(this.quiet, TIMES.stillThere),
    ];
    const next = Math.min(...times.filter((time) => time > this.now));
    return this.over || next === Infinity ? null : next;
  }

  // ---- what the child does ----

  onWords(words) {
    this.words = words;
    if (this.quiet !== null) this.quiet = this.now;
    if (words) {
      this.typedAt = this.now;
      this.signal("typing");
    } else if (this.typedAt !== null) {
      this.typedAt = null;
      this.signal("idle");
    }
  }

  onSay(text) {
    this.put({ kind: "said", text, clear: {} });
    this.words = false;
    this.typedAt = null;
    if (!this.talk && this.outbox.length === 1 && Object.keys(this.facts).length) this.onTell({});
  }

  // Facts are told once there is a conversation; the newest counts, so all of them go again each time.
  onTell(facts) {
    Object.assign(this.facts, facts);
    const clear = { facts: {} };
    for (const name of ["age", "topic", "feel"]) if (this.facts[name]) clear.facts[name] = this.facts[name];
    const last = this.outbox[this.outbox.length - 1];
    if (last && last.kind === "told" && !last.sealing) last.clear = clear;
    else if (this.talk || this.outbox.length) this.put({ kind: "told", text: "", clear });
  }

  put(item) {
    this.outbox.push({ key: ++this.keys, ...UNSEALED, retryAt: 0, failed: 0, ...item });
    if (this.outbox.length === 1) this.headSince = this.now;
    if (this.redialAt !== null) this.redialAt = this.now;
  }

  onLeave() {
    if (this.socket === "proven") this.send({ t: "leave", conv: this.talk.conv });
    this.stop("left");
  }

  onAgain() {
    this.stuck = false;
    this.redialAt = null;
    this.tries = 0;
    if (this.over === "replaced") this.over = null;
  }

  // The tab is looked at again, or the network is back: a socket that slept is asked whether it lives.
  onAwake() {
    if (this.redialAt !== null) this.redialAt = this.now;
    if (!this.isLive()) return;
    if (this.now - this.heard > TIMES.silence) return this.hangUp();
    this.probeAt = this.now + TIMES.probe;
    this.ping();
    if (this.typedAt === null) this.signal("idle");
  }

  // ---- the socket ----

  isLive() {
    return this.socket !== "none" && this.socket !== "dialling";
  }
  isGreeting() {
    return this.socket === "dialling" || this.socket === "greeting";
  }

  wanted() {
    const talks = this.talk && this.phase !== "ended";
    return !this.stuck && (this.looking || (this.near && !this.talk) || this.words || talks || this.outbox.length > 0 || this.forgetting !== null);
  }

  dial() {
    this.socket = "dialling";
    this.dials += 1;
    this.dialledAt = this.now;
    this.redialAt = null;
    this.farewell = {};
    this.effects.push({ do: "dial", dial: this.dials });
  }

  send(frame) {
    this.effects.push({ do: "send", frame });
    if (frame.t !== "signal" && frame.t !== "ping") this.awaiting = this.now;
  }

  ping() {
    this.pinged = this.now;
    this.send({ t: "ping", n: this.dials });
  }

  signal(kind) {
    const open = this.phase === "waiting" || this.phase === "with";
    const soon = kind === "typing" && this.now - this.signalAt < TIMES.typing;
    if (this.socket !== "proven" || !open || soon) return;
    this.signalAt = this.now;
    this.send({ t: "signal", conv: this.talk.conv, kind });
  }

  // Gives the socket up without waiting for the browser to notice.
  hangUp() {
    this.effects.push({ do: "drop" });
    this.onLost();
  }

  onDialled() {
    this.socket = "greeting";
    this.heard = this.pinged = this.now;
  }

  onLost() {
    const { code, retry_ms } = this.farewell;
    const proven = this.socket === "proven" || !!this.talk;
    this.socket = "none";
    this.dials += 1; // whatever that socket still brings is no longer heard
    this.farewell = {};
    this.near = false;
    this.inbox = [];
    this.asking = this.missed = this.checked = false;
    this.awaiting = this.probeAt = this.writing = null;
    if (this.forgetting === "sent") this.forgetting = "wanted";
    if (code === "replaced") this.stop("replaced");
    if (STUCK.includes(code)) this.stuck = true;
    if (this.over || !this.wanted()) return;
    let delay = 0; // an unproven socket that timed out with words in the box is simply opened again
    if (code === "restart") delay = this.random * TIMES.restart;
    else if (code !== "timeout" || proven) {
      delay = this.random * Math.min(TIMES.backoffMost, TIMES.backoff * 2 ** this.tries);
      this.tries += 1;
    }
    this.redialAt = this.now + (retry_ms || 0) + delay; // added, so that not all who drew little come at once
  }

  onTime() {
    const { now } = this;
    const late = (time, span) => time !== null && now - time >= span;
    if (late(this.writing, TIMES.writing)) this.writing = null;
    if (late(this.typedAt, 2 * TIMES.typing)) this.onWordsRest();
    if (this.isGreeting() && late(this.dialledAt, TIMES.greet)) return this.hangUp();
    if (!this.isLive()) return;
    const silent = late(this.heard, TIMES.silence) || late(this.awaiting, TIMES.unanswered) || late(this.probeAt, 0);
    if (silent) this.hangUp();
    else if (late(this.pinged, TIMES.ping)) this.ping();
  }

  onWordsRest() {
    this.typedAt = null;
    this.signal("idle");
  }

  // ---- what the relay says ----

  onFrame(frame) {
    this.heard = this.now;
    this.probeAt = null;
    if (ANSWERS.includes(frame.t)) this.awaiting = null;
    const ours = this.talk && frame.conv === this.talk.conv;
    switch (frame.t) {
      case "hello": this.onHello(frame); break;
      case "welcome": this.onWelcome(frame); break;
      case "entry": if (ours && frame.log === "talk") this.onEntry(frame); break;
      case "appended": if (ours) this.onAppended(frame); break;
      case "refused": this.onRefused(frame); break;
      case "signal": if (ours) this.onSignal(frame); break;
      case "ok": if (frame.re === "forget") this.onForgotten(); break;
      case "goodbye": this.farewell = frame; break;
    }
  }

  onHello(frame) {
    this.hello = frame;
    this.line = frame.line || null;
    if (frame.limits) this.limits = frame.limits;
    if (this.socket === "proven") return;
    this.socket = "greeted";
    if (this.talk) {
      this.resume();
    } else {
      this.check();
    }
  }

  check() {
    this.checked = false;
    this.effects.push({ do: "check", dial: this.dials, card: this.hello.card, now: this.hello.now });
  }

  onChecked(ok) {
    if (!ok) return this.stop("refused");
    this.checked = true;
    this.looking = false;
    if (!this.outbox.length) this.tries = 0;
  }

  resume() {
    if (this.socket === "greeted") this.socket = "proving";
    this.asking = true;
    this.send({ t: "resume", conv: this.talk.conv, token: this.talk.token, have: this.head });
  }

  // The shell has drawn, sealed and worked. A frame made for another socket is made again for this one.
  onOpening({ dial, frame, token, opened }) {
    if (dial !== this.dials || this.socket !== "proving") return;
    if (this.renew === "all" && this.outbox.length) Object.assign(this.outbox[0], UNSEALED);
    this.opened = opened;
    this.opening = { conv: frame.conv, token };
    this.openedOn = dial;
    this.renew = null;
    this.send(frame);
  }

  onWelcome(frame) {
    if (!this.talk && this.opening && frame.conv === this.opening.conv) this.talk = this.opening;
    if (!this.talk || frame.conv !== this.talk.conv) return;
    if (frame.head < this.head) return this.stop("altered");
    this.socket = "proven";
    this.tries = 0;
    this.asking = false;
    this.target = frame.head;
    this.place = null;
    this.headSince = this.now;
    if (this.phase !== "ended" && frame.phase !== "ended") this.setPhase(frame.phase);
    this.effects.push({ do: "keep", half: frame.half, after: frame.after });
  }

  onEntry(frame) {
    const own = this.outbox[0];
    const changed = own && own.id === frame.id && (frame.by !== "child" || frame.kind !== own.kind || frame.data !== own.data);
    if (changed) this.stop("altered");
    else this.inbox.push(frame);
  }

  // `appended` stands in the place of the entry, which is built from the bytes that were sent.
  onAppended({ conv, id, seq, at, h }) {
    const own = this.outbox[0];
    if (own && own.id === id) this.inbox.push({ conv, log: "talk", seq, at, by: "child", kind: own.kind, id, data: own.data, h });
  }

  onSealed({ key, id, data }) {
    const own = this.outbox[0];
    if (own && own.key === key && !own.data) Object.assign(own, { id, data });
  }

  onRead({ entry, verdict, name, text }) {
    this.reading = false;
    if (verdict === "stopped") return this.stop("altered");
    if (verdict === "ask") this.missed = true;
    if (verdict === "shown" || verdict === "unread") this.onTaken(entry, verdict, name, text);
  }

  onTaken(entry, verdict, name, text) {
    const { seq, kind, by } = entry;
    this.head = seq;
    const isOpened = by === "child" && kind === "opened" && entry.id === this.talk.conv;
    if ((seq === 1) !== isOpened || (seq === 1 && this.opened && entry.data !== this.opened)) return this.stop("altered");
    let own = null;
    if (this.outbox.length && this.outbox[0].id === entry.id) {
      own = this.outbox.shift().key;
      this.awaiting = null;
      this.headSince = this.now;
    }
    if (kind === "said") this.onSaid(by, verdict, name, seq > this.target);
    if (kind === "closed" || kind === "left") this.onEnd(kind, entry.data);
    this.effects.push({ do: "show", own, kind, by, name, text, unread: verdict === "unread", lang: langOf(entry) });
  }

  onSaid(by, verdict, name, live) {
    this.quiet = by === "child" ? null : this.now;
    if (by === "child") return;
    this.writing = null;
    if (verdict === "shown") this.name = name;
    if (live) this.setPhase("with");
  }

  onEnd(kind) {
    this.phase = "ended";
    this.writing = this.quiet = null;
    this.away = false;
    this.giveBack();
    if (kind === "left") this.stop("gone");
  }

  setPhase(phase) {
    if (this.phase === "ended" || phase === this.phase) return;
    this.phase = phase;
    this.writing = null;
    this.away = false;
  }

  onSignal({ kind, value, before, wait_min }) {
    switch (kind) {
      case "typing": this.writing = this.now; break;
      case "idle": case "hidden": this.writing = null; break;
      case "away": this.away = value === true; break;
      case "phase": if (value === "waiting" || value === "with") this.setPhase(value); break;
      case "place": this.place = placeOf(value || { before, wait_min }); break;
    }
  }

  onForgotten() {
    this.stop("forgotten");
  }

  // ---- refusals ----

  onRefused(frame) {
    const { code, re } = frame;
    const retryAt = this.now + Math.max(frame.retry_ms || TIMES.retry, 250);
    if (code === "log_damaged") this.stop("broken");
    else if (re === "open") this.onOpenRefused(code, retryAt);
    else if (re === "resume") this.onResumeRefused(code, frame);
    else if (re === "forget") AGAIN.includes(code) ? this.hangUp() : this.onGone();
    else if (re === "append" || frame.id) this.onAppendRefused(frame, retryAt);
  }

  onOpenRefused(code, retryAt) {
    if (this.socket !== "proving") return;
    this.socket = "greeted";
    if (this.outbox.length) this.outbox[0].sentOn = 0; // refused with the opening it was sent behind
    if (code === "work" || code === "line_key_retired") {
      this.socket = "greeting"; // another hello follows on this socket
      this.dialledAt = this.now;
      if (code === "line_key_retired") this.renew = "seals";
    } else if (AGAIN.includes(code)) {
      this.openAt = retryAt;
    } else if (code === "conv_taken") {
      this.renew = "all";
    } else if (code === "line_closed" || code === "queue_full") {
      this.line = { ...this.line, state: code === "line_closed" ? "closed" : "full" };
      this.giveBack();
    } else {
      this.giveBack();
      this.stop("broken");
    }
  }

  onResumeRefused(code, frame) {
    if (!AGAIN.includes(code)) return this.onGone();
    this.farewell = { retry_ms: frame.retry_ms || TIMES.retry };
    this.hangUp();
  }

  onAppendRefused({ id, code }, retryAt) {
    const own = this.outbox[0];
    if (!own || own.id !== id) return;
    if (own.early === "sent" && code === "not_allowed") {
      // Sent behind an opening that was not taken, or to a relay that wants the proof first: after it, the same bytes.
      Object.assign(own, { sentOn: 0, early: "refused" });
    } else if (AGAIN.includes(code)) {
      Object.assign(own, { sentOn: 0, retryAt });
      if (code === "rate") this.headSince = retryAt;
    } else if (code !== "closed" && !own.failed) {
      // Final for this id, and not stored: sealed anew it cannot be there twice.
      Object.assign(own, UNSEALED, { failed: 1 });
    } else {
      this.outbox.shift();
      this.headSince = this.now;
      this.effects.push({ do: "unsent", items: [own] });
    }
  }

  // The relay's half is gone. A page that shows nothing yet begins again as if nothing had been.
  onGone() {
    if (this.head > 0) {
      this.giveBack();
      return this.stop("gone");
    }
    this.effects.push({ do: "forgetTab" });
    if (this.outbox.length) Object.assign(this.outbox[0], UNSEALED);
    Object.assign(this, { talk: null, opened: null, phase: "start", looking: true, forgetting: null });
    this.socket = "greeted";
    this.check();
  }

  // Words that can no longer be sent stay the child's: the shell puts them into the box again.
  giveBack() {
    const items = this.outbox.filter((item) => item.kind !== "rated");
    this.outbox = this.outbox.filter((item) => item.kind === "rated");
    if (items.length) this.effects.push({ do: "unsent", items });
  }

  stop(why) {
    this.over = why;
    if (why === "forgotten" || why === "gone" || why === "left") this.effects.push({ do: "forgetTab" });
    if (this.socket !== "none" && why !== "replaced") this.effects.push({ do: "drop" });
    this.socket = "none";
    this.dials += 1;
    this.inbox = [];
  }

  // ---- what follows from the state, after every input ----

  settle() {
    this.readNext();
    this.sendNext();
    const wanted = this.wanted();
    if (this.socket === "greeted" && this.checked && !wanted) {
      this.effects.push({ do: "drop" });
      this.socket = "none";
      this.dials += 1;
    }
    const due = this.redialAt === null || this.now >= this.redialAt;
    if (wanted && this.socket === "none" && due) this.dial();
    this.mark(wanted);
  }

  mark(wanted) {
    const needsProof = this.talk || this.outbox.length > 0;
    const works = this.socket === "proving" && !this.talk && this.hello.work > 0;
    const there = needsProof ? this.socket === "proven" || works : this.socket === "greeted";
    if (!wanted || there) this.since = null;
    else if (this.since === null) this.since = this.now;
  }

  readNext() {
    if (this.socket === "proven" && this.missed && !this.asking && !this.reading && !this.inbox.length && this.head >= this.target) {
      this.missed = false;
      this.resume();
    }
    if (this.reading || !this.inbox.length) return;
    this.reading = true;
    this.effects.push({ do: "read", entry: this.inbox.shift() });
  }

  sendNext() {
    const own = this.outbox[0];
    if (this.socket === "greeted" && this.checked && own && !this.talk && this.now >= this.openAt) return this.open();
    const early = own && this.isEarly(own);
    if (this.socket !== "proven" && !early) return;
    if (this.forgetting === "wanted" && this.talk) {
      this.forgetting = "sent";
      this.send({ t: "forget", conv: this.talk.conv });
    }
    const idle = !this.asking && !this.reading && !this.inbox.length && this.head >= Math.max(1, this.target);
    if (!own || !(idle || early) || this.forgetting) return;
    if (!own.sealing) {
      own.sealing = true;
      this.effects.push({ do: "seal", key: own.key, kind: own.kind, text: own.text, clear: own.clear });
    } else if (own.data && own.sentOn !== this.dials && this.now >= own.retryAt) {
      own.sentOn = this.dials;
      if (early) own.early = "sent";
      const { id, kind, data } = own;
      this.send({ t: "append", id, conv: (this.talk || this.opening).conv, log: "talk", kind, data });
    }
  }

  // The first words go right behind `open`, a round trip earlier than behind `welcome`: on a slow network half of the wait.
  isEarly({ data, early }) {
    const opens = this.socket === "proving" && !this.talk && this.openedOn === this.dials;
    return opens && early !== "refused" && !(data && data.length > EARLY_MOST);
  }

  open() {
    this.socket = "proving";
    this.openAt = 0;
    const { nonce, work } = this.hello;
    this.effects.push({ do: "open", dial: this.dials, nonce, work: work || 0, renew: this.renew });
  }
}

function placeOf({ before, wait_min }) {
  if (!Number.isSafeInteger(before)) return null;
  const range = Array.isArray(wait_min) && wait_min.length === 2 && wait_min.every(Number.isFinite) ? wait_min : null;
  return { before, range };
}

// The language a conversation was opened in, which a reloaded page goes on in.
function langOf({ kind, data }) {
  if (kind !== "opened") return null;
  try {
    return JSON.parse(data).lang;
  } catch {
    return null;
  }
}
