// The page's seals against the vectors that both languages share.
import { test } from "node:test";
import assert from "node:assert/strict";
import { bytes, deriveKeyPair, hex, hpkeOpen, pairOf, vectors } from "./support.mjs";
import * as seal from "../../web/seal.js";

const { rfc9180, line, open, token, tab, card, work, strict } = vectors;
const ephemeral = () => pairOf(rfc9180.skEm, rfc9180.enc);

test("HPKE agrees with the RFC's vector for this suite", async () => {
  const pair = await ephemeral();
  const theirs = await seal.point(bytes(rfc9180.pkRm));
  const made = await seal.schedule(pair.privateKey, theirs, bytes(rfc9180.enc), bytes(rfc9180.pkRm), bytes(rfc9180.info));
  assert.equal(hex(made.shared), rfc9180.shared_secret);
  assert.equal(hex(made.key), rfc9180.key);
  assert.equal(hex(made.nonce), rfc9180.base_nonce);
  const sealed = await seal.hpkeSeal(bytes(rfc9180.pkRm), bytes(rfc9180.info), bytes(rfc9180.aad), bytes(rfc9180.pt), pair);
  assert.equal(hex(sealed.enc), rfc9180.enc);
  assert.equal(hex(sealed.ct), rfc9180.ct);
});

test("a line key's id is the hash of its point", async () => {
  const id = (await seal.sha256(seal.cat(seal.domain("line key"), bytes(line.pub)))).slice(0, 16);
  assert.equal(hex(id), line.key_id);
});

test("open seals K as the vector does", async () => {
  const keys = [{ id: bytes(line.key_id), pub: bytes(line.pub) }];
  assert.equal(hex(seal.openInfo(keys[0].id)), open.info);
  assert.equal(hex(seal.openAad(bytes(open.conv), open.lang)), open.aad);
  const [sealed] = await seal.sealOpen(bytes(open.K), bytes(open.conv), open.lang, keys, await ephemeral());
  assert.deepEqual(sealed, {
    key: seal.b64(bytes(line.key_id)),
    enc: seal.b64(bytes(open.enc)),
    ct: seal.b64(bytes(open.ct)),
  });
});

test("open with a fresh key pair opens again, each time to other bytes", async () => {
  const { skRm, pkRm } = rfc9180;
  const info = bytes(rfc9180.info);
  const first = await seal.hpkeSeal(bytes(pkRm), info, bytes("aa"), bytes(open.K));
  const second = await seal.hpkeSeal(bytes(pkRm), info, bytes("aa"), bytes(open.K));
  assert.notEqual(hex(first.enc), hex(second.enc));
  assert.equal(hex(await hpkeOpen(skRm, pkRm, first.enc, info, bytes("aa"), first.ct)), open.K);
});

test("the token's hash and the tab's value", async () => {
  assert.equal(hex(await seal.tokenHash(bytes(token.token))), token.token_hash);
  const kept = { conv: bytes(open.conv), token: bytes(token.token), K: bytes(open.K) };
  const stored = await seal.sealTab(kept, bytes(tab.half), bytes(tab.nonce));
  assert.equal(hex(stored), tab.stored);
  const read = seal.readTab(seal.b64(stored));
  assert.equal(hex(await seal.openTab(read, bytes(tab.half))), open.K);
  assert.equal(await seal.openTab(read, bytes(token.token)), null);
  assert.equal(seal.readTab(seal.b64(stored.slice(1))), null);
});

for (const [name, group, log, ikm, subject] of [
  ["said", vectors.said, "talk", open.K, open.conv],
  ["answer", vectors.answer, "talk", open.K, open.conv],
  ["told", vectors.told, "talk", open.K, open.conv],
  ["whispered", vectors.desk.whispered, "desk", vectors.desk.staff_key, open.conv],
  ["flagged", vectors.desk.flagged, "desk", vectors.desk.staff_key, open.conv],
  ["classified", vectors.desk.classified, "house", vectors.house.key, vectors.house.contact.id],
  ["agreed", vectors.house.agreed, "house", vectors.house.key, vectors.house.conv],
]) {
  test(`a sealed ${name} is byte for byte the vector's`, async () => {
    const kind = { answer: "said" }[name] || name;
    const entry = [...vectors.talk, ...vectors.desk.log, ...vectors.house.log].find(
      (e) => e.kind === kind && e.data.startsWith(group.A),
    );
    const where = { subject: bytes(subject), log: seal.LOGS[log], kind, id: bytes(entry.id) };
    assert.equal(hex(seal.bind(where.subject, where.log, kind, where.id, group.A)), group.bind);
    assert.equal(hex(await seal.hkdf(bytes(ikm), bytes(group.bind), 44)), group.okm);
    assert.equal(hex(seal.makeBody(group.type, group.name, group.text)), group.body);
    const fields = JSON.parse(group.A + "}");
    const data = await seal.sealData(bytes(ikm), { ...where, fields, body: bytes(group.body) });
    assert.equal(data, entry.data);
    const opened = await seal.openData(bytes(ikm), { ...where, data });
    assert.deepEqual(opened, { fields, type: group.type, name: group.name, text: group.text });
  });
}

test("the child's own sealing writes the vector's said", async () => {
  const entry = vectors.talk[2];
  const data = await seal.sealTalk(bytes(open.K), {
    conv: bytes(open.conv),
    kind: "said",
    id: bytes(entry.id),
    clear: {},
    pen: bytes("0505050505050505"),
    n: 1,
    seen: { seq: 1, h: bytes(vectors.talk[1].h) },
    text: vectors.said.text,
  });
  assert.equal(data, entry.data);
});

test("the staff key comes from the seed", async () => {
  const info = seal.cat(seal.domain("staff"), bytes(open.conv));
  assert.equal(hex(await seal.hkdf(bytes(line.seed), info, 32)), vectors.desk.staff_key);
});

test("bodies have the vector's sizes and bytes", async () => {
  for (const { x, name, size, sha256 } of vectors.bodies) {
    const body = seal.makeBody(1, name, "x".repeat(x));
    assert.equal(body.length, size);
    assert.equal(hex(await seal.sha256(body)), sha256);
    assert.deepEqual(seal.readBody(body), { type: 1, name, text: "x".repeat(x) });
  }
  assert.equal(seal.makeBody(1, "", "x".repeat(8192)), null);
});

test("strict: base64 has one spelling", () => {
  for (const { text, bytes: expected } of strict.b64) {
    const read = seal.unb64(text);
    assert.equal(read && hex(read), expected, JSON.stringify(text));
  }
});

test("strict: bodies that nobody wrote are refused", () => {
  for (const { name, body } of strict.body) assert.equal(seal.readBody(bytes(body)), null, name);
});

test("strict: points that are none are refused, as keys and as encapsulations", async () => {
  for (const { name, enc } of strict.enc) {
    assert.equal(await seal.point(bytes(enc)), null, name);
    assert.equal(await seal.hpkeSeal(bytes(enc), bytes(open.info), bytes(open.aad), bytes(open.K)), null, name);
    const opened = await hpkeOpen(rfc9180.skRm, rfc9180.pkRm, bytes(enc), bytes(open.info), bytes(open.aad), bytes(open.ct));
    assert.equal(opened, null, name);
  }
});

test("strict: an open that was moved or changed does not open", async () => {
  const { secret, pub } = await deriveKeyPair(line.seed);
  assert.equal(pub, line.pub);
  const opens = (lang, conv, ct) =>
    hpkeOpen(secret, pub, bytes(open.enc), bytes(open.info), seal.openAad(bytes(conv), lang), bytes(ct));
  assert.equal(hex(await opens(open.lang, open.conv, open.ct)), open.K);
  for (const { name, lang = open.lang, conv = open.conv, ct = open.ct } of strict.open) {
    assert.equal(await opens(lang, conv, ct), null, name);
  }
});

test("strict: cards, and how many keys the page seals to", async () => {
  for (const { name, card: text, sig, now, serial, expect } of strict.card) {
    const pinned = { root: bytes(card.root_pub), serial };
    const frame = { card: text, sig: seal.b64(bytes(sig)) };
    const keys = await seal.checkCard(frame, pinned, now, "wss://relay.example.org/ws/child");
    assert.equal(keys ? keys.length : "refused", expect, name);
  }
});

test("a card names its relays, and only loopback needs no name", async () => {
  const pinned = { root: bytes(card.root_pub), serial: 0 };
  const frame = { card: card.card, sig: seal.b64(bytes(card.sig)) };
  const check = (address) => seal.checkCard(frame, pinned, 1700000000010, address);
  assert.ok(await check("wss://relay.example.org:443/ws/child"));
  assert.ok(await check("ws://127.0.0.1:8787/ws/child"));
  for (const address of [
    "wss://relay.example.org:8443/ws/child",
    "ws://relay.example.org/ws/child",
    "wss://relay.example.org.evil.example/ws/child",
    "ws://127.0.0.1.evil.example/ws/child",
  ]) {
    assert.equal(await check(address), null, address);
  }
  assert.equal(await seal.checkCard(undefined, pinned, 1700000000010, "ws://127.0.0.1/"), null);
});

test("the newest key of two comes first", async () => {
  const { card: text, sig, now } = strict.card.find((c) => c.expect === 2);
  const frame = { card: text, sig: seal.b64(bytes(sig)) };
  const keys = await seal.checkCard(frame, { root: bytes(card.root_pub), serial: 0 }, now, "ws://localhost/");
  assert.equal(hex(keys[1].id), line.key_id);
});

test("the work is found where the vector found it", async () => {
  const w = await seal.work(bytes(work.nonce), bytes(work.conv), work.bits);
  assert.equal(w, work.w);
  assert.equal(hex(await seal.sha256(seal.workBytes(bytes(work.nonce), bytes(work.conv), w))), work.hash);
  assert.equal(seal.zeroBits(bytes(work.hash)), 12);
});

test("the interval's id and the agreed tag", async () => {
  const { interval, agreed, key } = vectors.house;
  const id = (await seal.sha256(seal.cat(seal.domain("interval"), seal.uint(interval.start, 8)))).slice(0, 16);
  assert.equal(hex(id), interval.id);
  const tag = await seal.hmac(bytes(key), seal.cat(seal.domain("agreed"), seal.lp(seal.utf8(agreed.folded))));
  assert.equal(hex(tag.slice(0, 16)), agreed.tag);
});
