// The keys of a conversation: what `open` carries, what a tab keeps, and what of it opens again.
import { test } from "node:test";
import assert from "node:assert/strict";
import { bytes, deriveKeyPair, hex, hpkeOpen, vectors } from "./support.mjs";
import { b64, openAad, openInfo, random, tokenHash, unb64, workBytes, sha256, zeroBits } from "../../web/seal.js";
import { Keys } from "../../web/keys.js";

class Storage extends Map {
  drop(key) {
    this.delete(key);
  }
}

const MINUTE = 60000;
const pinned = { root: bytes(vectors.card.root_pub), serial: 1, built_at_ms: 1700000000000 };
const card = { card: vectors.card.card, sig: b64(bytes(vectors.card.sig)) };
const keysOn = (storage) => new Keys({ storage, pinned, address: "wss://relay.example.org/ws/child", absence_ms: 10 * MINUTE });

async function opened(storage) {
  const keys = keysOn(storage);
  assert.deepEqual(await keys.perform({ do: "check", dial: 1, card, now: 1700000000010 }), { is: "checked", dial: 1, ok: true });
  const open = { do: "open", dial: 1, nonce: b64(random(32)), work: 0, renew: null, lang: "cs" };
  return { keys, open, input: await keys.perform(open) };
}

test("open seals K to the line, and the same frame goes again until it must not", async () => {
  const { keys, open, input } = await opened(new Storage());
  const { frame } = input;
  const { secret, pub } = await deriveKeyPair(vectors.line.seed);
  const [{ key, enc, ct }] = frame.seals;
  const K = await hpkeOpen(secret, pub, unb64(enc), openInfo(unb64(key)), openAad(unb64(frame.conv), "cs"), unb64(ct));
  assert.equal(hex(K), hex(keys.secret.K));
  assert.equal(b64(await tokenHash(unb64(input.token))), frame.token_hash);
  assert.equal(input.opened, JSON.stringify({ lang: "cs", seals: frame.seals }));
  assert.deepEqual((await keys.perform(open)).frame, frame);
  const sealed = (await keys.perform({ ...open, renew: "seals" })).frame;
  assert.equal(sealed.conv, frame.conv);
  assert.notEqual(sealed.seals[0].enc, enc);
  assert.notEqual((await keys.perform({ ...open, renew: "all" })).frame.conv, frame.conv);
});

test("the work is done for this socket's nonce", async () => {
  const { keys, open } = await opened(new Storage());
  const { frame } = await keys.perform({ ...open, work: 6 });
  const hash = await sha256(workBytes(unb64(open.nonce), unb64(frame.conv), frame.work));
  assert.ok(zeroBits(hash) >= 6);
});

test("a false card, an old clock, a false clock", async () => {
  const keys = keysOn(new Storage());
  for (const [now, ok] of [[1600000000000, true], [1702592000000, false], ["x", false], [NaN, false], [undefined, false]]) {
    assert.equal((await keys.perform({ do: "check", dial: 2, card, now })).ok, ok, String(now));
  }
  assert.equal((await keys.perform({ do: "check", dial: 2, card: null, now: 1700000000010 })).ok, false);
});

test("a tab keeps one value, which only the relay's half opens", async () => {
  const storage = new Storage();
  const { keys, input } = await opened(storage);
  const half = b64(random(32));
  assert.deepEqual(await keys.perform({ do: "keep", half, after: b64(random(16)) }), { is: "unlocked", ok: true });
  assert.deepEqual([...storage.keys()], ["chat"]);
  assert.equal(unb64(storage.get("chat")).length, 108);

  const reloaded = keysOn(storage);
  assert.deepEqual(reloaded.restore(), { conv: input.frame.conv, token: input.token });
  assert.notEqual(hex(reloaded.pen), hex(keys.pen));
  assert.equal((await reloaded.perform({ do: "keep", half, after: "" })).ok, true);
  assert.equal(hex(reloaded.secret.K), hex(keys.secret.K));

  const stranger = keysOn(storage);
  stranger.restore();
  assert.equal((await stranger.perform({ do: "keep", half: b64(random(32)), after: "" })).ok, false);
  stranger.forget();
  assert.equal(storage.size, 0);
});

test("what is forgotten while it is being kept stays forgotten", async () => {
  const storage = new Storage();
  const { keys } = await opened(storage);
  const keeping = keys.perform({ do: "keep", half: b64(random(32)), after: b64(random(16)) });
  keys.forget();
  assert.equal((await keeping).ok, false);
  assert.equal(storage.size, 0);
});

test("what somebody else left in the tab is no chat", () => {
  for (const value of ["", "x", b64(random(107)), b64(random(108)) + "="]) {
    const storage = new Storage([["chat", value]]);
    assert.equal(keysOn(storage).restore(), null);
    assert.equal(storage.size, 0);
  }
});

test("the ticket counts ten minutes, and one welcome spends it", async () => {
  const after = b64(random(16));
  for (const [age, found] of [[0, after], [10 * MINUTE - 1000, after], [10 * MINUTE + 1000, null], [-MINUTE, null]]) {
    const storage = new Storage([["after", `${after}.${Date.now() - age}`]]);
    assert.equal(keysOn(storage).ticket(), found);
    assert.equal(storage.has("after"), found !== null);
  }
  const storage = new Storage();
  keysOn(storage).keepTicket(after);
  const { keys, input } = await opened(storage);
  assert.equal(input.frame.after, after);
  assert.deepEqual(Object.keys(JSON.parse(input.opened)), ["lang", "seals", "after"]);
  await keys.perform({ do: "keep", half: b64(random(32)), after: b64(random(16)) });
  assert.equal(storage.has("after"), false);
});

test("an entry that breaks the cipher counts as meddled with", async () => {
  const { keys } = await opened(new Storage());
  assert.equal((await keys.perform({ do: "read", entry: null })).verdict, "stopped");
});
