// The child's page: the shell around `Link`. It performs effects (socket, seals, storage), feeds their results back as
// inputs, and shows the link's state. Text reaches the document only by `textContent`.
//
// Names that tests may hold on to:
//   body[data-state]   start resuming waiting chat ended left · closed full refused old framed altered replaced gone
//                      forgotten broken
//   body[data-talk]    the talk fills the window (waiting, chat); body[data-info]: what we keep is shown instead of it
//   body[data-link]    on, connecting, lost ("no connection" is shown from 10 s on)
//   #leave #languages #info · #box #send #count · #status #news #trouble #countdown #retry · #writing
//   #log li.line       the talk in its order; #outbox > li.line: written here, not yet on the relay's disk
//   li.line[data-by]   child, line;  [data-state] sending, sent, waiting, unsent;  .who .text .mark inside
//   #feel button[data-value], #age, #topic · #heard, #felt button[data-value] · #forget #forget-yes #restart #calm-again
import * as seal from "./seal.js";
import { openLog } from "./log.js";
import { Link, TIMES } from "./link.js";

const SETTINGS = "{{settings}}";
const WORDS = "{{words}}";

const TAB = "chat"; // the one value of a running chat
const TICKET = "after"; // opens nothing; 10 minutes from leaving
const FACES = ["very_bad", "bad", "so_so", "good"];
const PICTURES = ["😢", "🙁", "😐", "🙂"];
const ADULTS = ["a18", "a19_26", "over26"]; // who is not called "ty"
const SHIFT_PAUSE = 5000;

const $ = (id) => document.getElementById(id);
const storage = {
  get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* then a reload begins anew */ } },
  drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* nothing was kept */ } },
};

// ---- words ----

let lang = pickLanguage();
let plural = new Intl.PluralRules(lang);

function pickLanguage() {
  const known = Object.keys(WORDS);
  const wished = (navigator.languages || []).map((tag) => tag.toLowerCase().split("-")[0]);
  return wished.find((tag) => known.includes(tag)) || known[0];
}

function say(id, args) {
  const all = { you: you(), phone: SETTINGS.phone, minutes: SETTINGS.absence_min };
  return fill(WORDS[lang][id] || "", Object.assign(all, args));
}

const you = () => (ADULTS.includes(link.facts.age) ? "vy" : "ty");

// A pattern is a text, or a list of texts, [variable] and [variable, variants, default].
function fill(pattern, args) {
  if (typeof pattern === "string") return pattern;
  return pattern.map((part) => {
    if (typeof part === "string") return part;
    const [name, variants, other] = part;
    const value = args[name];
    if (!variants) return String(value);
    const key = [String(value), typeof value === "number" ? plural.select(value) : ""].find((k) => k in variants);
    return fill(variants[key === undefined ? other : key], args);
  }).join("");
}

// Untrusted words made fit to show: no control characters, nothing that turns or hides text, no towers of accents.
function safe(text) {
  return text
    .normalize("NFC")
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "")
    .replace(/(\p{Extended_Pictographic}\ufe0f?)\u200d(?=\p{Extended_Pictographic})/gu, "$1\u0000")
    .replace(/[\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu, "·")
    .replace(/\u0000/g, "\u200d")
    .replace(/(\p{M}{4})\p{M}+/gu, "$1");
}

// ---- state: the link, and what only the shell may know ----

let link = new Link();
let secret = null; // {conv, token, K, seals?, frame?}
let tab = null; // what the tab kept, until the relay's half opens it
let reader = null;
let pen = seal.random(8);
let ticket = null; // from `welcome`, kept for after leaving
let kept = null; // the half that the stored value was made with
let socket = null;
let rating = {};
let chain = Promise.resolve();
let timer = 0;
let ticker = 0;
let clock = { last: 0, shift: 0 };
let restored = false; // a reload goes on in the language its conversation began in
let gone = false; // the document was blanked
const lines = new Map(); // key of an outbox item -> its line

// Wall time, so that sleep counts, but never backwards.
function now() {
  const wall = Date.now();
  if (wall + clock.shift < clock.last) clock.shift = clock.last - wall;
  clock.last = wall + clock.shift;
  return clock.last;
}

function run(input) {
  if (gone) return;
  const at = link;
  const effects = link.update(Object.assign({ now: now(), random: Math.random() }, input));
  for (const effect of effects) perform(effect, at);
  show();
}

// Effects on the socket happen at once; what needs the cipher goes through one chain, so that order is kept.
function perform(effect, at) {
  switch (effect.do) {
    case "dial": dial(effect.dial); break;
    case "send": if (socket && socket.readyState === 1) socket.send(JSON.stringify(effect.frame)); break;
    case "drop": hangUp(); break;
    case "show": showEntry(effect); break;
    case "unsent": showUnsent(effect.items); break;
    case "forgetTab": forgetTab(); break;
    default:
      chain = chain.then(async () => {
        const input = at === link && !gone ? await later(effect).catch(() => failed(effect)) : null;
        if (input && at === link) run(input);
      });
  }
}

// A cipher that fails where it must not: an entry counts as meddled with, a card as false.
function failed(effect) {
  if (effect.do === "read") return { is: "read", entry: effect.entry, verdict: "stopped" };
  if (effect.do === "check") return { is: "checked", dial: effect.dial, ok: false };
  return { is: "lost", dial: link.dials };
}

async function later(effect) {
  switch (effect.do) {
    case "check": return check(effect);
    case "open": return open(effect);
    case "keep": return keep(effect);
    case "read": return { is: "read", entry: effect.entry, ...(await reader.take(effect.entry)) };
    case "seal": return sealItem(effect);
  }
}

// ---- the socket ----

function address() {
  return SETTINGS.relay ? SETTINGS.relay + "/ws/child" : location.origin.replace(/^http/, "ws") + "/ws/child";
}

function dial(number) {
  hangUp();
  try {
    socket = new WebSocket(address(), "opora.v1");
  } catch {
    setTimeout(() => run({ is: "lost", dial: number }));
    return;
  }
  socket.onopen = () => run({ is: "dialled", dial: number });
  socket.onmessage = ({ data }) => {
    let frame = null;
    try { frame = JSON.parse(data); } catch { return; }
    if (frame && typeof frame === "object") run({ is: "frame", dial: number, frame });
  };
  socket.onclose = () => run({ is: "lost", dial: number });
}

function hangUp() {
  if (!socket) return;
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
  socket = null;
}

// ---- seals ----

const root = seal.unb64(SETTINGS.root);
let lineKeys = null;

async function check({ dial, card, now }) {
  const time = Math.max(now, SETTINGS.built_at_ms);
  lineKeys = await seal.checkCard(card, { root, serial: SETTINGS.serial }, time, address());
  return { is: "checked", dial, ok: lineKeys !== null };
}

async function open({ dial, nonce, work, renew }) {
  if (!secret || renew === "all") secret = { conv: seal.random(16), token: seal.random(32), K: seal.random(32) };
  if (!secret.frame || renew === "seals") {
    const after = freshTicket();
    const seals = await seal.sealOpen(secret.K, secret.conv, lang, lineKeys);
    const opened = Object.assign({ lang, seals }, after ? { after } : null);
    secret.opened = JSON.stringify(opened);
    secret.frame = Object.assign({ t: "open", conv: seal.b64(secret.conv), token_hash: seal.b64(await seal.tokenHash(secret.token)) }, opened);
    reader = await openLog(secret.conv, "talk", secret.K);
  }
  const frame = Object.assign({}, secret.frame);
  if (work > 0) frame.work = await seal.work(seal.unb64(nonce), secret.conv, work);
  return { is: "opening", dial, frame, token: seal.b64(secret.token), opened: secret.opened };
}

// The relay gave its half: the tab's value is made, or after a reload opened.
async function keep({ half, after }) {
  const bytes = seal.unb64(half, 32);
  if (tab) {
    const K = bytes && (await seal.openTab(tab, bytes));
    if (!K) return { is: "unlocked", ok: false };
    secret = { conv: tab.conv, token: tab.token, K };
    reader = await openLog(secret.conv, "talk", K);
    tab = null;
    kept = half;
  } else if (bytes && half !== kept) {
    storage.set(TAB, seal.b64(await seal.sealTab(secret, bytes, seal.random(12))));
    kept = half;
  }
  storage.drop(TICKET);
  ticket = after;
  return { is: "unlocked", ok: true };
}

async function sealItem({ key, kind, text, clear }) {
  const id = seal.random(16);
  if (kind === "rated") return { is: "sealed", key, id: seal.b64(id), data: JSON.stringify(clear) };
  const { conv, K } = secret;
  const data = await seal.sealTalk(K, { conv, kind, id, clear, pen, n: reader.next(pen), seen: reader.seen, text });
  return { is: "sealed", key, id: seal.b64(id), data };
}

function forgetTab() {
  storage.drop(TAB);
  if (secret) secret.K.fill(0);
  secret = reader = tab = kept = null;
}

function freshTicket() {
  const [after, time] = (storage.get(TICKET) || "").split(".");
  const age = Date.now() - Number(time);
  if (seal.unb64(after, 16) && age >= 0 && age < SETTINGS.absence_min * 60000) return after;
  storage.drop(TICKET);
  return null;
}

// ---- leaving: protocol.md, section 8, in this order ----

function blank() {
  gone = true;
  clearTimeout(timer);
  clearInterval(ticker);
  $("box").value = "";
  while (document.body.firstChild) document.body.removeChild(document.body.firstChild);
}

function leave() {
  if (gone) return;
  const word = say("leaving");
  const effects = link.update({ is: "leave", now: now(), random: 0 });
  blank();
  document.body.dataset.state = "left";
  document.body.appendChild(document.createElement("p")).textContent = word;
  const after = ticket;
  forgetTab();
  ticket = null;
  lines.clear();
  link = new Link();
  if (after) storage.set(TICKET, after + "." + Date.now());
  for (const effect of effects) if (effect.do === "send") perform(effect);
  hangUp(); // after what was sent
  location.replace(SETTINGS.exit);
}

// Shift pressed alone three times, at most 5 s apart. Not Escape, which stops a page from loading.
const shift = { count: 0, last: 0, alone: false };

function onKeyDown(event) {
  if (event.key !== "Shift") {
    shift.alone = false;
    countShift(0);
  } else if (!event.repeat) {
    shift.alone = true;
  }
}

function onKeyUp(event) {
  if (event.key !== "Shift" || !shift.alone) return;
  shift.alone = false;
  const time = now();
  countShift(time - shift.last > SHIFT_PAUSE ? 1 : shift.count + 1);
  shift.last = time;
  if (shift.count >= 3) leave();
}

function countShift(count) {
  if (shift.count === count || gone) return;
  shift.count = count;
  const dots = $("dots");
  dots.classList.toggle("some", count > 0);
  Array.from(dots.children).forEach((dot, i) => dot.classList.toggle("on", i < count));
  put($("steps"), count ? say("leave-steps", { n: count }) : "");
}

// ---- what is shown ----

const CALM = ["closed", "full", "refused", "old", "framed", "altered", "replaced", "gone", "forgotten", "broken"];
const WITH_AGAIN = { closed: "again", full: "again", broken: "restart", replaced: "replaced-again", gone: "restart", forgotten: "restart", altered: "restart" };
let state = "start";
let dead = null; // old or framed: nothing runs at all

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
const unhide = (id, visible) => { $(id).hidden = !visible; };

function show() {
  if (gone) return;
  const before = state;
  state = dead || link.screen();
  const trouble = !dead && link.trouble();
  document.body.dataset.state = state;
  document.body.toggleAttribute("data-talk", talks() && !info());
  document.body.dataset.link = trouble ? "lost" : link.since === null ? "on" : "connecting";
  if (state !== before) enter(before);
  showCalm();
  showTalk(trouble);
  showTrouble(trouble);
  showEnd();
  showMarks(trouble);
  put($("news"), state === "start" ? news(trouble) : "");
  unhide("practice", link.hello && link.hello.drill === true);
  wake(trouble);
}

// A state begins: what belonged to the last one goes, and the focus is not lost with the box.
function enter(before) {
  const hadFocus = document.activeElement === $("box") || document.activeElement === $("send");
  if (!talks()) {
    showInfo(false);
    $("page").scrollTop = 0;
  }
  // Lines that scroll must be reachable by the keyboard.
  if (talks()) $("main").tabIndex = 0;
  else $("main").removeAttribute("tabindex");
  if (state === "gone" || state === "forgotten") clearLines();
  if (state === "forgotten") $("box").value = "";
  hint();
  grow();
  if (state === "waiting" && before === "start") toEnd();
  if (hadFocus && CALM.includes(state)) $("calm-title").focus();
  if (hadFocus && state === "ended") $("ended-title").focus();
}

function hint() {
  const id = link.trouble() ? "box-keep" : state === "start" ? "box-hint" : "box-more";
  $("box").placeholder = say(id);
}

function news(trouble) {
  if (trouble) return say("start-far");
  if (!link.line || link.line.state !== "busy") return "";
  return [say("start-busy"), range(link.line.wait_min)].filter(Boolean).join(" ");
}

// A range in words, from what really happened in the last hour.
function range(minutes) {
  if (!minutes) return "";
  const [low, high] = minutes.map((m) => Math.max(0, Math.round(m)));
  if (high > 30) return say("long");
  return low < high && low > 0 ? say("range", { low, high }) : say("about", { high });
}

function showCalm() {
  const calm = CALM.includes(state);
  unhide("calm", calm);
  if (!calm) return;
  const next = state === "closed" && link.line && link.line.next;
  put($("calm-title"), say(state + "-title"));
  put($("calm-text"), say(state + "-text"));
  put($("calm-more"), next ? say("closed-next", { when: moment(next) }) : "");
  put($("calm-again"), say(WITH_AGAIN[state] || "again"));
  unhide("calm-again", state in WITH_AGAIN);
}

const moment = (time) =>
  new Intl.DateTimeFormat((navigator.languages || []).find((tag) => tag.split("-")[0] === lang) || lang, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" }).format(new Date(time));

const talks = () => state === "waiting" || state === "chat";

function showTalk(trouble) {
  const talking = talks() || state === "resuming";
  unhide("status", talking && !trouble);
  unhide("talk-title", talking);
  unhide("ask", state === "waiting" && (SETTINGS.ages.length > 0 || SETTINGS.topics.length > 0));
  const writing = state === "chat" && link.writing !== null && !trouble;
  if (writing && $("writing").hidden && isNearEnd()) toEnd();
  unhide("writing", writing);
  if (writing) put($("writing"), link.name ? say("writing", { name: safe(link.name) }) : say("writing-nobody"));
  unhide("log", talks() || state === "ended");
  unhide("outbox", talks() || state === "ended");
  const [first, more] = status();
  put($("status-first"), first);
  put($("status-more"), more || "");
}

// What is so, and what follows from it.
function status() {
  if (state === "resuming") return [say("resuming")];
  if (state === "waiting") return waiting();
  if (state !== "chat") return [""];
  if (link.away) return [say("away")];
  if (link.quiet !== null && link.now - link.quiet >= TIMES.stillThere) return [say("quiet")];
  return [link.name ? say("here-name", { name: safe(link.name) }) : say("here")];
}

function waiting() {
  if (link.phase !== "waiting") return [say("sending")];
  if (link.name) return [say("again-soon"), say("look-back")];
  if (!link.place) return [say("in"), say("look-back")];
  const { before, range: minutes } = link.place;
  return [say("place", { before }), [range(minutes), say("look-back")].filter(Boolean).join(" ")];
}

function showTrouble(trouble) {
  const visible = trouble && (talks() || state === "resuming" || state === "ended");
  unhide("trouble", visible);
  if (!visible) return;
  const seconds = link.redialAt === null ? 0 : Math.ceil((link.redialAt - now()) / 1000);
  put($("trouble-text"), say("trouble"));
  put($("countdown"), link.stuck ? say("trouble-stuck") : seconds > 0 ? say("trouble-next", { seconds }) : say("trouble-now"));
  put($("trouble-call"), say("trouble-call"));
}

function showEnd() {
  const ended = state === "ended";
  unhide("ended", ended);
  unhide("erase", ended || (talks() && link.talk !== null));
  if (ended) put($("ended-title"), link.name ? say("ended-name", { name: safe(link.name) }) : say("ended"));
  put($("forgetting"), link.forgetting ? say("forgetting") : "");
  const home = ended ? $("home") : $("more");
  if ($("erase").parentNode !== home) home.insertBefore($("erase"), home.firstChild);
}

// ---- lines ----

function makeLine(by, name, text) {
  const line = document.createElement("li");
  line.className = "line";
  line.dataset.by = by;
  for (const [tag, kind, content] of [["span", "who", name], ["p", "text", text], ["span", "mark", ""]]) {
    const part = line.appendChild(document.createElement(tag));
    part.className = kind;
    part.textContent = content;
  }
  const words = line.querySelector(".text");
  words.dir = "auto";
  words.setAttribute("translate", "no");
  return line;
}

function mark(line, how) {
  if (line.dataset.state === how) return;
  line.dataset.state = how;
  line.lastChild.textContent = say("mark-" + how);
}

// A name is shown once for lines in a row; whoever hears the page hears it each time.
function group(line, before) {
  const again = before && before.dataset.by === line.dataset.by && before.firstChild.textContent === line.firstChild.textContent;
  line.firstChild.classList.toggle("unseen", !!again);
}

// An entry is on disk: an own line moves from the outbox to the end of the log, which only ever grows.
function showEntry({ own, kind, by, name, text, unread, lang: opened }) {
  if (restored && opened !== lang && Object.keys(WORDS).includes(opened)) setLanguage(opened);
  if (kind !== "said") return;
  const child = by === "child";
  const near = isNearEnd();
  const line = lines.get(own) || makeLine(child ? "child" : "line", "", "");
  lines.delete(own);
  put(line.querySelector(".who"), child ? say("you") : safe(name || "") || say("line"));
  const words = line.querySelector(".text");
  if (unread) {
    line.classList.add("unread");
    put(words, say("unread"));
  } else {
    words.textContent = "";
    withLinks(words, safe(text));
  }
  if (child) mark(line, "sent");
  group(line, $("lines").lastElementChild);
  $("lines").appendChild(line);
  if (near || own !== null) toEnd();
}

// Only an address of the page's own list of help becomes a link.
function withLinks(element, text) {
  const known = SETTINGS.help.map((place) => place.url).filter(Boolean).sort((a, b) => b.length - a.length);
  let rest = text;
  while (rest) {
    const hits = known.map((url) => [rest.indexOf(url), url]).filter(([at, url]) => at >= 0 && !/^[\w/?#=&%.-]*[\w/]/.test(rest.slice(at + url.length)));
    if (!hits.length) break;
    const [at, url] = hits.reduce((a, b) => (b[0] < a[0] ? b : a));
    element.appendChild(document.createTextNode(rest.slice(0, at)));
    element.appendChild(outside(url, url));
    rest = rest.slice(at + url.length);
  }
  element.appendChild(document.createTextNode(rest));
}

function outside(url, text) {
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  anchor.textContent = text;
  return anchor;
}

function showMarks(trouble) {
  for (const line of lines.values()) if (line.dataset.state !== "unsent") mark(line, trouble ? "waiting" : "sending");
}

// Words that cannot be sent any more: back into the box where one can still write, else they say so in their place.
function showUnsent(items) {
  const said = items.filter((item) => item.kind === "said");
  if (link.talk === null || link.over === "gone") {
    for (const { key } of said) {
      const line = lines.get(key);
      if (line && line.parentNode) line.parentNode.removeChild(line);
      lines.delete(key);
    }
    $("box").value = said.map((item) => item.text).concat($("box").value || []).join("\n");
    count();
    grow();
  } else {
    for (const { key } of said) if (lines.has(key)) mark(lines.get(key), "unsent");
  }
}

const isNearEnd = () => $("main").scrollHeight - $("main").scrollTop - $("main").clientHeight < 120;

function toEnd() {
  requestAnimationFrame(() => {
    if (gone) return;
    const last = $("outbox").lastElementChild || $("lines").lastElementChild;
    if (state === "chat") $("main").scrollTop = $("main").scrollHeight;
    else if (last) last.scrollIntoView({ block: "nearest" });
  });
}

// ---- the box ----

const length = (text) => Array.from(text).length;
const over = (text) => Math.max(length(text) - link.limits.chars, seal.utf8(text).length > link.limits.bytes ? 1 : 0);

function send() {
  const text = $("box").value.replace(/\u0000/g, "").trim();
  if (!text || over(text) > 0) return;
  $("box").value = "";
  count();
  grow();
  const line = makeLine("child", say("you"), safe(text));
  lines.set(link.keys + 1, line);
  group(line, $("outbox").lastElementChild || $("lines").lastElementChild);
  $("outbox").appendChild(line);
  mark(line, "sending");
  run({ is: "say", text });
  toEnd();
}

function count() {
  const text = $("box").value;
  const beyond = over(text);
  const left = link.limits.chars - length(text);
  $("count").classList.toggle("over", beyond > 0);
  put($("count"), beyond > 0 ? say("too-long", { over: beyond }) : left <= 200 ? say("left-chars", { left }) : "");
}

// The box grows with its words; by script, as few browsers do it by themselves.
function grow() {
  const box = $("box");
  box.rows = talks() ? 1 : 3;
  box.style.height = "auto";
  if (box.value) box.style.height = box.scrollHeight + 4 + "px";
}

function onInput() {
  grow();
  count();
  run({ is: "words", words: $("box").value.trim() !== "" });
}

// Enter sends on keyboards; on phones it makes a line, for there Send is under the thumb.
function onBoxKey(event) {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey) return;
  const phone = window.matchMedia("(pointer: coarse)").matches;
  if (phone && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  send();
}

// ---- choices ----

function choice(value, text, picture) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.value = value;
  button.setAttribute("aria-pressed", "false");
  if (picture) {
    const face = button.appendChild(document.createElement("span"));
    face.className = "face";
    face.textContent = picture;
    face.setAttribute("aria-hidden", "true");
  }
  button.appendChild(document.createElement("span")).textContent = text;
  return button;
}

// Fills a group of which one or none is pressed; `done` hears the value, or null when it was taken back.
function choices(id, list, done) {
  const group = $(id).querySelector(".choices");
  const pressed = Array.from(group.children).findIndex((button) => button.getAttribute("aria-pressed") === "true");
  group.textContent = "";
  list.forEach(([value, text, picture], i) => {
    const button = group.appendChild(choice(value, text, picture));
    if (i === pressed) button.setAttribute("aria-pressed", "true");
    button.onclick = () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      for (const other of group.children) other.setAttribute("aria-pressed", String(on && other === button));
      done(on ? value : null);
    };
  });
}

function options(id, codes, prefix) {
  const select = $(id);
  const chosen = select.value;
  select.textContent = "";
  for (const code of [""].concat(codes)) {
    const option = select.appendChild(document.createElement("option"));
    option.value = code;
    option.textContent = code ? say(prefix + code) : say("ask-none");
  }
  select.value = chosen;
  select.hidden = codes.length === 0;
  select.previousElementSibling.hidden = codes.length === 0;
}

function rate(part, value) {
  rating[part] = value;
  if (!("heard" in rating) || !("felt" in rating)) return;
  const clear = {};
  if (rating.felt > 0) clear.felt = rating.felt;
  if (rating.heard >= 0) clear.heard = rating.heard;
  unhide("rating", false);
  unhide("thanks", true);
  $("thanks").focus();
  if (Object.keys(clear).length) run({ is: "rate", rating: clear });
}

// ---- languages ----

function setLanguage(next) {
  lang = next;
  plural = new Intl.PluralRules(lang);
  document.documentElement.lang = lang;
  label();
  for (const line of document.querySelectorAll(".line")) {
    if (line.dataset.by === "child") put(line.firstChild, say("you"));
    if (line.dataset.state) put(line.lastChild, say("mark-" + line.dataset.state));
    if (line.classList.contains("unread")) put(line.querySelector(".text"), say("unread"));
  }
}

function label() {
  for (const element of document.querySelectorAll("[data-text]")) put(element, say(element.dataset.text));
  for (const element of document.querySelectorAll("[data-late]")) put(element, say(element.dataset.late));
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  const nav = $("languages");
  nav.textContent = "";
  for (const other of Object.keys(WORDS).filter((code) => code !== lang)) {
    const button = nav.appendChild(document.createElement("button"));
    button.type = "button";
    button.lang = other;
    button.textContent = WORDS[other].language;
    button.onclick = () => { setLanguage(other); show(); $("leave").focus(); };
  }
  const faces = FACES.map((code, i) => [code, say("feel-" + code), PICTURES[i]]);
  choices("feel", faces, (feel) => run({ is: "tell", facts: { feel } }));
  choices("heard", [2, 1, 0].map((n) => [n, say("heard-" + n)]).concat([[-1, say("skip")]]), (value) => rate("heard", value));
  choices("felt", faces.map(([, text, picture], i) => [i + 1, text, picture]).concat([[0, say("skip")]]), (value) => rate("felt", value));
  options("age", SETTINGS.ages, "age-");
  options("topic", SETTINGS.topics, "topic-");
  helpList();
  hint();
  count();
}

function helpList() {
  const list = $("help").querySelector("ul");
  list.textContent = "";
  for (const place of SETTINGS.help) {
    const item = list.appendChild(document.createElement("li"));
    item.appendChild(place.url ? outside(place.url, place.name) : document.createTextNode(place.name));
    const what = [place.what[lang] || "", place.phone || ""].filter(Boolean).join(" · ");
    if (what) item.appendChild(document.createTextNode(" – " + what));
  }
  unhide("help", SETTINGS.help.length > 0);
}

// ---- time, waking, the keyboard of phones ----

function wake(trouble) {
  clearTimeout(timer);
  const at = dead ? null : link.wakeAt();
  if (at !== null) timer = setTimeout(() => run({ is: "time" }), Math.max(20, at - now()));
  if (trouble && !ticker) ticker = setInterval(() => { if (!gone) showTrouble(link.trouble()); }, 1000);
  if (!trouble && ticker) ticker = clearInterval(ticker) || 0;
}

function fit() {
  const view = window.visualViewport;
  if (!view || view.scale > 1.01) return; // zoomed by hand: the page must not shrink after it
  document.documentElement.style.setProperty("--h", Math.round(view.height) + "px");
  window.scrollTo(0, 0);
}

const info = () => document.body.hasAttribute("data-info");

function showInfo(opens) {
  if (opens === info()) return;
  document.body.toggleAttribute("data-info", opens);
  $("info").dataset.label = opens ? "info-back" : "info";
  $("info").setAttribute("aria-label", say($("info").dataset.label));
  $("info").setAttribute("aria-expanded", String(opens));
  put($("info").firstChild, opens ? "←" : "?");
  $("keep").open = opens;
}

function onInfo() {
  showInfo(!info());
  show();
  $("page").scrollTop = 0;
  toEnd();
}

function clearLines() {
  lines.clear();
  for (const id of ["lines", "outbox"]) $(id).textContent = "";
}

function restart() {
  hangUp();
  forgetTab();
  link = new Link();
  pen = seal.random(8);
  ticket = null;
  rating = {};
  restored = false;
  clearLines();
  for (const id of ["age", "topic"]) $(id).value = "";
  for (const button of document.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", "false");
  unhide("rating", true);
  unhide("thanks", false);
  unhide("forget-sure", false);
  setLanguage(lang);
  run({ is: "look" });
  $("box").focus();
}

function again() {
  if (link.over === "replaced") run({ is: "again" });
  else if (link.over) restart();
  else run({ is: "look" });
}

// ---- begin ----

function listen() {
  $("leave").onclick = leave;
  document.addEventListener("keydown", onKeyDown, true);
  document.addEventListener("keyup", onKeyUp, true);
  addEventListener("pagehide", () => { hangUp(); blank(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if (window.visualViewport) visualViewport.addEventListener("resize", fit);
  fit();
}

function listenToTalk() {
  document.addEventListener("visibilitychange", () => run({ is: document.hidden ? "hidden" : "awake" }));
  addEventListener("online", () => run({ is: "awake" }));
  $("compose").onsubmit = (event) => { event.preventDefault(); send(); $("box").focus(); };
  $("box").oninput = onInput;
  $("box").onkeydown = onBoxKey;
  $("age").onchange = onAge;
  $("topic").onchange = () => run({ is: "tell", facts: { topic: $("topic").value } });
  $("info").onclick = onInfo;
  $("retry").onclick = () => run({ is: "again" });
  $("calm-again").onclick = again;
  $("restart").onclick = restart;
  $("forget").onclick = () => sure(true);
  $("forget-no").onclick = () => sure(false);
  $("forget-yes").onclick = () => { sure(false); run({ is: "forget" }); };
}

// Who is grown up is called "vy" from here on.
function onAge() {
  const before = you();
  run({ is: "tell", facts: { age: $("age").value } });
  if (you() === before) return;
  label();
  show();
}

function sure(opens) {
  unhide("forget-sure", opens);
  $("forget").setAttribute("aria-expanded", String(opens));
  (opens ? $("forget-yes") : $("forget")).focus();
}

function begin() {
  document.documentElement.lang = lang;
  label();
  listen();
  if (window.top !== window) dead = "framed";
  else if (!window.WebSocket || !window.crypto || !crypto.subtle) dead = "old";
  if (dead) return show();
  listenToTalk();
  $("send").disabled = false;
  freshTicket();
  tab = seal.readTab(storage.get(TAB));
  restored = tab !== null;
  if (tab) run({ is: "restore", conv: seal.b64(tab.conv), token: seal.b64(tab.token) });
  else {
    storage.drop(TAB);
    run({ is: "look" });
  }
  if ($("box").value) onInput();
}

begin();
