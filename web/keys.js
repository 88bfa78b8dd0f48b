// The keys of one conversation and what is done with them: the effects of a link that need the cipher. What a tab keeps
// is one value that opens nothing without the relay's half; the keys themselves are only here.
import * as seal from "./seal.js";
import { openLog } from "./log.js";

const TAB = "chat"; // the one value of a running chat
const TICKET = "after"; // opens nothing; counts a while from leaving

export class Keys {
  // `storage` has get, set, drop; `pinned` is {root, serial, built_at_ms}; `address` is the one dialled.
  constructor({ storage, pinned, address, absence_ms }) {
    Object.assign(this, { storage, pinned, address, absence_ms });
    this.secret = null; // {conv, token, K}, and what `open` said of them
    this.reader = null;
    this.tab = null; // what the tab kept, until the relay's half opens it
    this.half = null; // the half that the stored value was made with
    this.after = null; // the ticket of this conversation
    this.line = null; // the line's keys
    this.pen = seal.random(8);
  }

  // Returns {conv, token} of a chat that a reload goes on with, or null.
  restore() {
    this.tab = seal.readTab(this.storage.get(TAB));
    if (!this.tab) this.storage.drop(TAB);
    return this.tab && { conv: seal.b64(this.tab.conv), token: seal.b64(this.tab.token) };
  }

  // Returns the input that comes of an effect. A cipher that fails where it must not is an entry that was meddled with,
  // a card that is false, else a lost connection.
  async perform(effect) {
    const dial = effect.dial;
    try {
      return await this[effect.do](effect);
    } catch {
      if (effect.do === "read") return { is: "read", entry: effect.entry, verdict: "stopped" };
      return effect.do === "check" ? { is: "checked", dial, ok: false } : { is: "failed" };
    }
  }

  async check({ dial, card, now }) {
    const { root, serial, built_at_ms } = this.pinned;
    this.line = await seal.checkCard(card, { root, serial }, Math.max(now, built_at_ms), this.address);
    return { is: "checked", dial, ok: this.line !== null };
  }

  // Draws and seals once; the same frame goes again, until the relay wants other seals or another conversation.
  async open({ dial, nonce, work, renew, lang }) {
    if (!this.secret || renew === "all") this.secret = { conv: seal.random(16), token: seal.random(32), K: seal.random(32) };
    const { conv, token, K } = this.secret;
    if (!this.secret.frame || renew === "seals") {
      const after = this.ticket();
      const opened = Object.assign({ lang, seals: await seal.sealOpen(K, conv, lang, this.line) }, after ? { after } : null);
      const token_hash = seal.b64(await seal.tokenHash(token));
      this.secret.frame = Object.assign({ t: "open", conv: seal.b64(conv), token_hash }, opened);
      this.secret.opened = JSON.stringify(opened);
      this.reader = await openLog(conv, "talk", K);
    }
    const frame = Object.assign({}, this.secret.frame);
    if (work > 0) frame.work = await seal.work(seal.unb64(nonce), conv, work);
    return { is: "opening", dial, frame, token: seal.b64(token), opened: this.secret.opened };
  }

  // The relay gave its half: the tab's value is made, or after a reload opened. What was forgotten meanwhile stays so.
  async keep({ half, after }) {
    const { tab, secret } = this;
    const bytes = seal.unb64(half, 32);
    if (tab) {
      const K = bytes && (await seal.openTab(tab, bytes));
      const reader = K && (await openLog(tab.conv, "talk", K));
      if (!K || this.tab !== tab) return { is: "unlocked", ok: false };
      Object.assign(this, { tab: null, reader, secret: { conv: tab.conv, token: tab.token, K } });
    } else if (bytes && half !== this.half) {
      const value = seal.b64(await seal.sealTab(secret, bytes, seal.random(12)));
      if (this.secret !== secret) return { is: "unlocked", ok: false };
      this.storage.set(TAB, value);
    }
    this.storage.drop(TICKET);
    this.half = half;
    this.after = after;
    return { is: "unlocked", ok: true };
  }

  async read({ entry }) {
    return Object.assign({ is: "read", entry }, await this.reader.take(entry));
  }

  async seal({ key, kind, text, clear }) {
    const id = seal.random(16);
    const sealed = { is: "sealed", key, id: seal.b64(id) };
    if (kind === "rated") return Object.assign(sealed, { data: JSON.stringify(clear) });
    const { conv, K } = this.secret;
    const { seen } = this.reader;
    const data = await seal.sealTalk(K, { conv, kind, id, clear, pen: this.pen, n: this.reader.next(this.pen), seen, text });
    return Object.assign(sealed, { data });
  }

  // Nothing of the conversation can be opened here any more.
  forget() {
    this.storage.drop(TAB);
    if (this.secret) this.secret.K.fill(0);
    this.secret = this.reader = this.tab = this.half = this.after = null;
    this.pen = seal.random(8);
  }

  keepTicket(after) {
    if (seal.unb64(after, 16)) this.storage.set(TICKET, after + "." + Date.now());
  }

  // Returns the ticket if it still counts.
  ticket() {
    const [after, time] = (this.storage.get(TICKET) || "").split(".");
    const age = Date.now() - Number(time);
    if (seal.unb64(after, 16) && age >= 0 && age < this.absence_ms) return after;
    this.storage.drop(TICKET);
    return null;
  }
}
