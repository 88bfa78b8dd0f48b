// The child's page: the shell around `Link`. It performs effects (socket, keys, storage), feeds their results back as
// inputs, and shows the link's state.
//
// Names that tests may hold on to:
//   body[data-state]   start resuming waiting chat ended left · closed full refused old framed altered replaced gone
//                      forgotten broken
//   body[data-talk]    the talk fills the window (waiting, chat); body[data-info]: what we keep is shown instead of it
//   body[data-link]    on, connecting, lost ("no connection" is shown from 10 s on)
//   #leave #languages #info · #box #send #count · #status #news #trouble #countdown #retry · #writing
//   #lines li.line     the talk in its order, 50 lines a list; #outbox > li.line: written here, not yet on the relay's disk
//   li.line[data-by]   child, line;  [data-state] sending, sent, waiting, unsent;  .who .text .mark inside
//   #feel button[data-value], #age, #topic · #heard, #felt button[data-value] · #forget #forget-yes #restart #calm-again
import { unb64, utf8 } from "./seal.js";
import { Link } from "./link.js";
import { Keys } from "./keys.js";
import { Words, safe } from "./words.js";
import { countdown, moment, named, news, status } from "./sentences.js";
import { $, addLine, choices, group, helpList, languages, lastLine, makeLine, options, put, unhide, withLinks } from "./view.js";

const SETTINGS = "{{settings}}";
const WORDS = "{{words}}";

const FACES = ["very_bad", "bad", "so_so", "good"];
const PICTURES = ["😢", "🙁", "😐", "🙂"];
const ADULTS = ["a18", "a19_26", "over26"]; // who is not called "ty"
const SHIFT_PAUSE = 5000;
const RATING_PAUSE = 15000;

const storage = {
  get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* then a reload begins anew */ } },
  drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* nothing was kept */ } },
};

// ---- words ----

const words = new Words(WORDS, navigator.languages || [], () => ({ you: you(), phone: SETTINGS.phone, minutes: SETTINGS.absence_min }));
const say = (id, args) => words.say(id, args);
const you = () => (ADULTS.includes(link.facts.age) ? "vy" : "ty");

// ---- state: the link, and what only the shell may know ----

let link = new Link();
const keys = new Keys({
  storage,
  pinned: { root: unb64(SETTINGS.root), serial: SETTINGS.serial, built_at_ms: SETTINGS.built_at_ms },
  address: address(),
  absence_ms: SETTINGS.absence_min * 60000,
});
let socket = null;
let rating = {};
let ratingTimer = 0;
let chain = Promise.resolve();
let timer = 0;
let ticker = 0;
let clock = { last: 0, shift: 0 };
let restored = false; // a reload goes on in the language its conversation began in
let gone = false; // the document was blanked
let atEnd = true; // the newest line is in view, and stays there when a line comes or the keyboard opens
const addresses = SETTINGS.help.map((place) => place.url).filter(Boolean);
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
    case "forgetTab": keys.forget(); break;
    default: chain = chain.then(() => later(effect, at));
  }
}

async function later(effect, at) {
  if (at !== link || gone) return;
  const input = await keys.perform(Object.assign({ lang: words.lang }, effect));
  if (at === link) run(input);
}

// ---- the socket ----

function address() {
  return SETTINGS.relay ? SETTINGS.relay + "/ws/child" : location.origin.replace(/^http/, "ws") + "/ws/child";
}

function dial(number) {
  hangUp();
  try {
    socket = new WebSocket(keys.address, "opora.v1");
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
  const { after } = keys;
  keys.forget();
  lines.clear();
  link = new Link();
  keys.keepTicket(after);
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

function show() {
  if (gone) return;
  const before = state;
  state = dead || link.screen();
  const trouble = !dead && link.trouble();
  document.body.dataset.state = state;
  document.body.toggleAttribute("data-talk", talks() && !info());
  document.body.dataset.link = trouble ? "lost" : link.since === null ? "on" : "connecting";
  const hadFocus = [$("box"), $("send")].includes(document.activeElement);
  if (state !== before) enter(before);
  showCalm();
  showTalk(trouble);
  showTrouble(trouble);
  showEnd();
  showMarks(trouble);
  put($("news"), state === "start" ? news(link, trouble, say) : "");
  hint(trouble);
  if (state !== before && hadFocus) keepFocus();
  unhide("practice", link.hello && link.hello.drill === true);
  wake(trouble);
}

// A state begins: what belonged to the last one goes.
function enter(before) {
  if (!talks()) {
    showInfo(false);
    $("page").scrollTop = 0;
  }
  // Lines that scroll must be reachable by the keyboard.
  if (talks()) $("main").tabIndex = 0;
  else $("main").removeAttribute("tabindex");
  if (state === "gone" || state === "forgotten") clearLines();
  if (state === "forgotten") $("box").value = "";
  grow();
  if (state === "waiting" && before === "start") toEnd();
}

// The focus is not lost with the box: once it is there, the title of what came instead has it.
function keepFocus() {
  if (CALM.includes(state)) $("calm-title").focus();
  if (state === "ended") $("ended-title").focus();
}

function hint(trouble) {
  const text = say(trouble ? "box-keep" : state === "start" ? "box-hint" : "box-more");
  if ($("box").placeholder !== text) $("box").placeholder = text;
}

function showCalm() {
  const calm = CALM.includes(state);
  unhide("calm", calm);
  if (!calm) return;
  const next = state === "closed" && link.line && link.line.next;
  put($("calm-title"), say(state + "-title"));
  put($("calm-text"), say(state + "-text"));
  put($("calm-more"), next ? say("closed-next", { when: moment(next, words.lang, navigator.languages || []) }) : "");
  put($("calm-again"), say(WITH_AGAIN[state] || "again"));
  unhide("calm-again", state in WITH_AGAIN);
}

const talks = () => state === "waiting" || state === "chat";

function showTalk(trouble) {
  const talking = talks() || state === "resuming";
  unhide("status", talking && !trouble);
  unhide("talk-title", talking);
  unhide("ask", state === "waiting" && (SETTINGS.ages.length > 0 || SETTINGS.topics.length > 0));
  const writing = state === "chat" && link.writing !== null && !trouble;
  if (writing && $("writing").hidden && atEnd) toEnd();
  unhide("writing", writing);
  if (writing) put($("writing"), named(link, say, "writing", "writing-nobody"));
  unhide("log", talks() || state === "ended");
  unhide("outbox", talks() || state === "ended");
  const [first, more] = status(link, state, say);
  put($("status-first"), first);
  put($("status-more"), more || "");
}

function showTrouble(trouble) {
  const visible = trouble && (talks() || state === "resuming" || state === "ended");
  unhide("trouble", visible);
  if (!visible) return;
  put($("trouble-text"), say("trouble"));
  put($("countdown"), countdown(link, now(), say));
  put($("trouble-call"), say("trouble-call"));
}

function showEnd() {
  const ended = state === "ended";
  unhide("ended", ended);
  unhide("erase", ended || (talks() && link.talk !== null));
  if (ended) put($("ended-title"), named(link, say, "ended-name", "ended"));
  put($("forgetting"), link.forgetting ? say("forgetting") : "");
  const home = ended ? $("home") : $("more");
  if ($("erase").parentNode !== home) home.insertBefore($("erase"), home.firstChild);
}

// ---- lines ----

function mark(line, how) {
  if (line.dataset.state === how) return;
  line.dataset.state = how;
  line.lastChild.textContent = say("mark-" + how);
}

// An entry is on disk: an own line moves from the outbox to the end of the log, which only ever grows.
function showEntry({ own, kind, by, name, text, unread, lang: opened }) {
  if (restored && opened !== words.lang && words.has(opened)) setLanguage(opened);
  if (kind !== "said") return;
  const child = by === "child";
  const line = lines.get(own) || makeLine(child ? "child" : "line", "", "");
  lines.delete(own);
  put(line.querySelector(".who"), child ? say("you") : safe(name || "") || say("line"));
  line.classList.toggle("unread", unread);
  if (unread) put(line.querySelector(".text"), say("unread"));
  else withLinks(line.querySelector(".text"), safe(text), addresses);
  if (child) mark(line, "sent");
  group(line, lastLine($("lines")));
  addLine($("lines"), line);
  if (atEnd || own !== null) toEnd();
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

// Only who scrolls up leaves the end; lines that come faster than they are scrolled to do not.
let scrolled = 0;

function onScroll() {
  if (gone) return;
  const top = $("main").scrollTop;
  atEnd = isNearEnd() || (atEnd && top >= scrolled);
  scrolled = top;
}

function toEnd() {
  requestAnimationFrame(() => {
    if (gone) return;
    const last = $("outbox").lastElementChild || lastLine($("lines"));
    if (state === "chat") $("main").scrollTop = $("main").scrollHeight;
    else if (last) last.scrollIntoView({ block: "nearest" });
  });
}

// ---- the box ----

const length = (text) => Array.from(text).length;
const over = (text) => Math.max(length(text) - link.limits.chars, utf8(text).length > link.limits.bytes ? 1 : 0);

function send() {
  const text = $("box").value.replace(/\u0000/g, "").trim();
  if (!text || over(text) > 0) return;
  $("box").value = "";
  count();
  grow();
  const line = makeLine("child", say("you"), safe(text));
  lines.set(link.keys + 1, line);
  group(line, $("outbox").lastElementChild || lastLine($("lines")));
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
  $("count").setAttribute("aria-live", beyond > 0 ? "polite" : "off");
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

// ---- choices and languages ----

// Both answers go together, or one alone if the other does not come.
function rate(part, value) {
  clearTimeout(ratingTimer);
  if (value === null) delete rating[part];
  else rating[part] = value;
  const answers = Object.keys(rating).length;
  if (answers === 2) sendRating();
  else if (answers === 1) ratingTimer = setTimeout(sendRating, RATING_PAUSE);
}

function sendRating() {
  if (gone || state !== "ended") return;
  const clear = {};
  if (rating.felt > 0) clear.felt = rating.felt;
  if (rating.heard >= 0) clear.heard = rating.heard;
  const focused = $("rating").contains(document.activeElement);
  unhide("rating", false);
  unhide("thanks", true);
  if (focused) $("thanks").focus();
  if (Object.keys(clear).length) run({ is: "rate", rating: clear });
}

function setLanguage(next) {
  words.use(next);
  document.documentElement.lang = next;
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
  languages($("languages"), WORDS, words.lang, (other) => { setLanguage(other); show(); $("leave").focus(); });
  const faces = FACES.map((code, i) => [code, say("feel-" + code), PICTURES[i]]);
  const felt = faces.map(([, text, picture], i) => [i + 1, text, picture]).concat([[0, say("skip")]]);
  const heard = [2, 1, 0].map((n) => [n, say("heard-" + n)]).concat([[-1, say("skip")]]);
  const buttons = (id) => $(id).querySelector(".choices");
  choices(buttons("feel"), faces, (feel) => run({ is: "tell", facts: { feel } }));
  choices(buttons("heard"), heard, (value) => rate("heard", value));
  choices(buttons("felt"), felt, (value) => rate("felt", value));
  const codes = (prefix, list) => [["", say("ask-none")]].concat(list.map((code) => [code, say(prefix + code)]));
  options($("age"), codes("age-", SETTINGS.ages));
  options($("topic"), codes("topic-", SETTINGS.topics));
  helpList($("help").querySelector("ul"), SETTINGS.help, words.lang);
  unhide("help", SETTINGS.help.length > 0);
  unhide("feel", true);
  count();
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
  if (talks() && atEnd) toEnd();
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
  atEnd = true;
  for (const id of ["lines", "outbox"]) $(id).textContent = "";
}

function restart() {
  hangUp();
  keys.forget();
  link = new Link();
  rating = {};
  clearTimeout(ratingTimer);
  restored = false;
  clearLines();
  for (const id of ["age", "topic"]) $(id).value = "";
  for (const button of document.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", "false");
  unhide("rating", true);
  unhide("thanks", false);
  unhide("forget-sure", false);
  label();
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
  $("main").onscroll = onScroll;
  $("compose").onsubmit = (event) => { event.preventDefault(); send(); $("box").focus(); };
  $("box").oninput = onInput;
  $("box").onfocus = () => run({ is: "near", near: true });
  $("box").onblur = () => run({ is: "near", near: false });
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
  document.documentElement.lang = words.lang;
  label();
  listen();
  if (window.top !== window) dead = "framed";
  else if (!window.WebSocket || !window.crypto || !crypto.subtle) dead = "old";
  if (dead) return show();
  listenToTalk();
  $("send").disabled = false;
  keys.ticket();
  const tab = keys.restore();
  restored = tab !== null;
  run(tab ? Object.assign({ is: "restore" }, tab) : { is: "look" });
  if ($("box").value) onInput();
}

begin();
