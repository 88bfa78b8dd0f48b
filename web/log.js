// The reader of one log (protocol.md, "Receive", "Chain", "Seen"): checks the chain, opens what it may, and says of
// each entry whether it is shown, could not be read, is known, has a hole before it, or proves that somebody meddled.
import { LOGS, b64, cat, domain, lp, openData, sha256, uint, unb64, utf8 } from "./seal.js";

// Kinds whose `data` is sealed, so that a body must open before anything of it is believed or shown.
const SEALED = ["told", "said", "released", "transferred", "moved", "flagged", "whispered"];

export async function openLog(conv, log, key) {
  const h = await sha256(cat(domain("log"), conv, uint(LOGS[log], 1)));
  return new Reader(conv, log, key, b64(h));
}

export class Reader {
  constructor(conv, log, key, h) {
    this.conv = conv;
    this.log = log;
    this.key = key;
    this.hashes = [h]; // by seq; the first is that of the empty log
    this.ids = new Set();
    this.pens = new Map(); // pen -> the n of its last body that opened
    this.stopped = false;
  }

  get head() {
    return this.hashes.length - 1;
  }

  // What a body written now says it has seen.
  get seen() {
    return { seq: this.head, h: unb64(this.hashes[this.head]) };
  }

  next(pen) {
    return (this.pens.get(b64(pen)) || 0) + 1;
  }

  // Returns {verdict, name?, text?, fields?}; verdict is shown, unread, ignored, ask or stopped. One entry at a time.
  async take(entry) {
    const read = this.stopped ? { verdict: "stopped" } : await this.judge(entry);
    this.stopped = read.verdict === "stopped";
    return read;
  }

  async judge(entry) {
    const { seq, kind, data } = entry;
    const id = unb64(entry.id, 16);
    const words = [entry.by, kind, data, entry.h].every((field) => typeof field === "string");
    const numbers = Number.isSafeInteger(seq) && seq > 0 && Number.isSafeInteger(entry.at) && entry.at >= 0;
    if (!id || !words || !numbers) return { verdict: "stopped" };
    if (seq <= this.head) return { verdict: this.hashes[seq] === entry.h ? "ignored" : "stopped" };
    if (seq > this.head + 1) return { verdict: "ask" };
    if ((await this.hash(entry, id)) !== entry.h || this.ids.has(entry.id)) return { verdict: "stopped" };
    this.hashes.push(entry.h);
    this.ids.add(entry.id);
    if (!SEALED.includes(kind)) return { verdict: "shown" };
    const where = { subject: this.conv, log: LOGS[this.log], kind, id, data };
    const body = await openData(this.key, where);
    if (!body || !isWritten(body, entry.by)) return { verdict: "unread" };
    const { pen, n, seen } = body.fields;
    const last = this.pens.get(pen) || 0;
    if (n !== last + 1 || !(seen[0] < seq) || this.hashes[seen[0]] !== seen[1]) return { verdict: "stopped" };
    this.pens.set(pen, n);
    return { verdict: "shown", ...body };
  }

  async hash(entry, id) {
    const { seq, at, by, kind, data } = entry;
    const last = unb64(this.hashes[seq - 1]);
    const text = [by, kind].map((part) => lp(utf8(part)));
    return b64(await sha256(cat(domain("entry"), last, uint(seq, 8), uint(at, 8), ...text, id, lp(utf8(data)))));
  }
}

// A body as section 3 says: words, written by the side the entry names, and no alias on a child's.
function isWritten({ type, name, fields }, by) {
  const { s, pen, n, seen } = fields;
  const side = by.split(" ")[0];
  return (
    type === 1 &&
    s === side &&
    (side === "line" || name === "") &&
    !!unb64(pen, 8) &&
    Number.isSafeInteger(n) &&
    Array.isArray(seen) &&
    Number.isSafeInteger(seen[0]) &&
    seen[0] >= 0 &&
    !!unb64(seen[1], 32)
  );
}
