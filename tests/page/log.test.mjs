// The reader against the shared vectors: chains, and what must be stopped, unread, ignored or asked for again.
import { test } from "node:test";
import assert from "node:assert/strict";
import { bytes, vectors } from "./support.mjs";
import { b64 } from "../../web/seal.js";
import { openLog } from "../../web/log.js";

const wire = (entry) => ({ ...entry, id: b64(bytes(entry.id)), h: b64(bytes(entry.h)) });
const logs = {
  talk: { entries: vectors.talk, conv: vectors.open.conv, key: vectors.open.K },
  desk: { entries: vectors.desk.log, conv: vectors.open.conv, key: vectors.desk.staff_key },
};

async function readerAfter(log, after) {
  const { entries, conv, key } = logs[log];
  const reader = await openLog(bytes(conv), log, bytes(key));
  assert.equal(reader.hashes[0], b64(bytes(entries[0].h)));
  for (const entry of entries.slice(1, after + 1)) assert.equal((await reader.take(wire(entry))).verdict, "shown");
  return reader;
}

test("the talk of the vectors reads from the first entry to the last", async () => {
  const reader = await readerAfter("talk", 1);
  const said = await reader.take(wire(vectors.talk[2]));
  assert.equal(said.text, vectors.said.text);
  const answer = await reader.take(wire(vectors.talk[3]));
  assert.deepEqual([answer.name, answer.text], [vectors.answer.name, vectors.answer.text]);
  const told = await reader.take(wire(vectors.talk[4]));
  assert.deepEqual(told.fields.facts, { age: "a12_14", feel: "very_bad" });
  assert.equal(reader.next(bytes("0505050505050505")), 3);
  assert.equal(reader.next(bytes("1515151515151515")), 2);
  assert.equal(reader.next(bytes("ffffffffffffffff")), 1);
  assert.equal(b64(reader.seen.h), b64(bytes(vectors.talk[4].h)));
});

for (const { name, log, after, entries, expect } of vectors.reader) {
  test(`reader: ${name}`, async () => {
    const reader = await readerAfter(log, after);
    const verdicts = [];
    for (const entry of entries) verdicts.push((await reader.take(wire(entry))).verdict);
    assert.deepEqual(verdicts, expect);
  });
}

test("after a stop nothing is read any more", async () => {
  const reader = await readerAfter("talk", 3);
  await reader.take({ ...wire(vectors.talk[4]), at: 1 });
  assert.equal((await reader.take(wire(vectors.talk[4]))).verdict, "stopped");
});

test("an entry out of shape stops, whatever is wrong with it", async () => {
  for (const [field, value] of [["id", "AA"], ["id", null], ["seq", "4"], ["seq", 0], ["seq", 1.5], ["h", "x"]]) {
    const reader = await readerAfter("talk", 3);
    const { verdict } = await reader.take({ ...wire(vectors.talk[4]), [field]: value });
    assert.equal(verdict, "stopped", `${field} ${value}`);
  }
});
