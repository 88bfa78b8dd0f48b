// Sentences of the page: which one is said when.
import { test } from "node:test";
import assert from "node:assert/strict";
import { countdown, moment, named, news, range, status } from "../../web/sentences.js";
import { TIMES } from "../../web/link.js";

const say = (id, args) => (args ? `${id} ${JSON.stringify(args)}` : id);
const talk = { phase: "with", name: null, place: null, away: false, quiet: null, now: 0 };

test("a wait is a range in words, and over half an hour it says so", () => {
  for (const [minutes, sentence] of [
    [null, ""],
    [undefined, ""],
    [[5, 15], 'range {"low":5,"high":15}'],
    [[0, 4], 'about {"high":4}'],
    [[7, 7], 'about {"high":7}'],
    [[0.2, 0.4], 'about {"high":0}'],
    [[20, 31], "long"],
  ]) {
    assert.equal(range(minutes, say), sentence, JSON.stringify(minutes));
  }
});

test("what a talk says of itself", () => {
  for (const [state, link, sentences] of [
    ["resuming", {}, ["resuming"]],
    ["waiting", { phase: "start" }, ["sending"]],
    ["waiting", { phase: "waiting" }, ["in", "look-back"]],
    ["waiting", { phase: "waiting", place: { before: 2, range: [5, 15] } }, ['place {"before":2}', 'range {"low":5,"high":15} look-back']],
    ["waiting", { phase: "waiting", name: "Jana" }, ["again-soon", "look-back"]],
    ["chat", {}, ["here"]],
    ["chat", { name: "Ja\u202ena" }, ['here-name {"name":"Ja·na"}']],
    ["chat", { away: true, name: "Jana" }, ["away"]],
    ["chat", { quiet: 0, now: TIMES.stillThere - 1 }, ["here"]],
    ["chat", { quiet: 0, now: TIMES.stillThere }, ["quiet"]],
    ["ended", {}, [""]],
  ]) {
    assert.deepEqual(status({ ...talk, ...link }, state, say), sentences);
  }
});

test("the start tells only what matters", () => {
  for (const [line, trouble, sentence] of [
    [null, false, ""],
    [{ state: "open", wait_min: [1, 2] }, false, ""],
    [{ state: "busy" }, false, "start-busy"],
    [{ state: "busy", wait_min: [5, 15] }, false, 'start-busy range {"low":5,"high":15}'],
    [{ state: "busy" }, true, "start-far"],
  ]) {
    assert.equal(news({ line }, trouble, say), sentence);
  }
});

test("the countdown, names, moments", () => {
  assert.equal(countdown({ stuck: false, redialAt: 3500 }, 1000, say), 'trouble-next {"seconds":3}');
  assert.equal(countdown({ stuck: false, redialAt: null }, 1000, say), "trouble-now");
  assert.equal(countdown({ stuck: true, redialAt: null }, 1000, say), "trouble-stuck");
  assert.equal(named({ name: null }, say, "writing", "writing-nobody"), "writing-nobody");
  const noon = new Date(2026, 10, 24, 13, 5).getTime();
  assert.match(moment(noon, "cs", ["de-DE"]), /úterý 24\. listopadu.*13:05/);
  assert.match(moment(noon, "en", ["en-GB"]), /Tuesday.*24 November.*13:05/);
});
