// Words of the page: patterns as src/relay/page/words.rs writes them, and foreign text made fit to show.
import { test } from "node:test";
import assert from "node:assert/strict";
import { Words, safe } from "../../web/words.js";

const place = [["n", { 0: "nobody", one: [["n"], " child"], few: [["n"], " few"], other: [["n"], " of ", ["you", { vy: "yours", ty: "thine" }, "ty"]] }, "other"]];
const ALL = { cs: { language: "Čeština", place }, en: { language: "English", place } };
const words = (wished) => new Words(ALL, wished, () => ({ you: "ty" }));

test("the language is the first wished one that is there, else the first of the page", () => {
  for (const [wished, lang] of [[["de-AT", "en-GB", "cs"], "en"], [["CS-cz"], "cs"], [["de"], "cs"], [[], "cs"], [["constructor"], "cs"]]) {
    assert.equal(words(wished).lang, lang);
  }
});

test("a choice takes the exact value, then the plural category, then the star", () => {
  const czech = words(["cs"]);
  const said = [0, 1, 2, 5, 1.5].map((n) => czech.say("place", { n }));
  assert.deepEqual(said, ["nobody", "1 child", "2 few", "5 of thine", "1.5 of thine"]);
  assert.equal(czech.say("place", { n: 7, you: "vy" }), "7 of yours");
  assert.equal(czech.say("place", { n: 7, you: "constructor" }), "7 of thine");
  assert.equal(words(["en"]).say("place", { n: 2 }), "2 of thine");
  assert.equal(czech.say("nothing"), "");
});

test("foreign words are made fit to show", () => {
  for (const [given, shown] of [
    ["řádek\nnový\ttab", "řádek\nnovýtab"],
    ["e\u0301", "é"],
    ["a\u0000b\u001b[31mc\u0085d\u007f", "ab[31mcd"],
    ["\u202eabc\u2066x\u200e\u061c", "·abc·x··"],
    ["a\u200bb\u200dc\ufeff\u{e0041}", "a·b·c··"],
    ["👩\u200d👩\u200d👧 👍🏽 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈", "👩\u200d👩\u200d👧 👍🏽 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈"],
    ["👩🏽\u200d🚀", "👩🏽\u200d🚀"],
    ["x" + "\u0323".repeat(9), "x" + "\u0323".repeat(4)],
    ["مرحبا שלום", "مرحبا שלום"],
  ]) {
    assert.equal(safe(given), shown, JSON.stringify(given));
  }
});
