// The page's seals: strict base64url, length prefixes, HPKE over WebCrypto, bodies, the line card, the work.
//
// Everything here is a function of its arguments (sealing draws one fresh key pair). What does not open, parse or
// verify is `null`, never a guess and never an exception with a reason: a false tag and a false point look alike.

const subtle = globalThis.crypto && globalThis.crypto.subtle;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
export const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export function cat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

// Numbers are big-endian; `size` is in bytes, at most 8, and the number below 2^53.
export function uint(number, size) {
  const out = new Uint8Array(size);
  for (let i = size - 1; i >= 0; i--) {
    out[i] = number % 256;
    number = Math.floor(number / 256);
  }
  return out;
}

export const lp = (bytes) => cat(uint(bytes.length, 4), bytes);
export const domain = (label) => lp(utf8("opora/1 " + label));

// ---- base64url without padding: one spelling per value ----

export function b64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

// Returns the bytes, or null for another alphabet, padding, bits that say nothing, or (if given) another length.
export function unb64(text, length) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return b64(bytes) === text && (length === undefined || bytes.length === length) ? bytes : null;
}

// ---- hashes, HMAC, HKDF ----

export const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));

export async function hmac(key, bytes) {
  // WebCrypto refuses an empty key; HMAC pads a key with zeros, so these are the same key.
  const raw = key.length ? key : new Uint8Array(32);
  const handle = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", handle, bytes));
}

export async function hkdf(ikm, info, length) {
  const handle = await subtle.importKey("raw", ikm, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint8Array(await subtle.deriveBits(how, handle, length * 8));
}

async function aes(use, key, nonce, aad, bytes) {
  const handle = await subtle.importKey("raw", key, "AES-GCM", false, [use]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: aad };
  return new Uint8Array(await subtle[use](how, handle, bytes));
}
export const encrypt = (key, nonce, aad, bytes) => aes("encrypt", key, nonce, aad, bytes);
export const decrypt = (key, nonce, aad, bytes) => aes("decrypt", key, nonce, aad, bytes).catch(() => null);

// ---- HPKE base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180) ----

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const KEM = cat(utf8("KEM"), uint(0x0010, 2));
const HPKE = cat(utf8("HPKE"), uint(0x0010, 2), uint(0x0001, 2), uint(0x0002, 2));
const EMPTY = new Uint8Array(0);

const extract = (suite, salt, label, ikm) => hmac(salt, cat(utf8("HPKE-v1"), suite, utf8(label), ikm));

// All that is asked for here is at most one block of SHA-256 long.
async function expand(suite, prk, label, info, length) {
  const block = await hmac(prk, cat(uint(length, 2), utf8("HPKE-v1"), suite, utf8(label), info, uint(1, 1)));
  return block.slice(0, length);
}

// Returns the public key as a handle, or null: 65 bytes, uncompressed, on the curve (importKey looks).
export async function point(bytes) {
  if (bytes.length !== 65 || bytes[0] !== 4) return null;
  return subtle.importKey("raw", bytes, CURVE, false, []).catch(() => null);
}

// The key and nonce of the first and only message under this encapsulation.
export async function schedule(secret, theirs, enc, pub, info) {
  const dh = new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: theirs }, secret, 256));
  const shared = await expand(KEM, await extract(KEM, EMPTY, "eae_prk", dh), "shared_secret", cat(enc, pub), 32);
  const context = cat(
    uint(0, 1),
    await extract(HPKE, EMPTY, "psk_id_hash", EMPTY),
    await extract(HPKE, EMPTY, "info_hash", info),
  );
  const prk = await extract(HPKE, shared, "secret", EMPTY);
  return { shared, key: await expand(HPKE, prk, "key", context, 32), nonce: await expand(HPKE, prk, "base_nonce", context, 12) };
}

// `pair` is only given by the vectors; the page always draws a fresh one.
export async function hpkeSeal(pub, info, aad, bytes, pair) {
  const theirs = await point(pub);
  if (!theirs) return null;
  const ours = pair || (await subtle.generateKey(CURVE, true, ["deriveBits"]));
  const enc = new Uint8Array(await subtle.exportKey("raw", ours.publicKey));
  const { key, nonce } = await schedule(ours.privateKey, theirs, enc, pub, info);
  return { enc, ct: await encrypt(key, nonce, aad, bytes) };
}

export const openInfo = (keyId) => cat(domain("open key"), keyId);
export const openAad = (conv, lang) => cat(domain("open"), conv, lp(utf8(lang)));

// Seals the conversation's key to each of the card's keys, as `open` carries it.
export async function sealOpen(K, conv, lang, keys, pair) {
  const seals = [];
  for (const { id, pub } of keys) {
    const { enc, ct } = await hpkeSeal(pub, openInfo(id), openAad(conv, lang), K, pair);
    seals.push({ key: b64(id), enc: b64(enc), ct: b64(ct) });
  }
  return seals;
}

// ---- bodies ----

const BUCKETS = [256, 1024, 4096, 8192];
const TEXT = 1;

export function makeBody(type, name, text) {
  const words = utf8(text);
  const alias = utf8(name);
  const body = cat(uint(type, 1), uint(alias.length, 2), alias, uint(words.length, 4), words);
  const bucket = BUCKETS.find((size) => size >= body.length);
  return bucket && alias.length <= 64 ? cat(body, new Uint8Array(bucket - body.length)) : null;
}

// Returns {type, name, text}, or null for anything that `makeBody` would not have made.
export function readBody(body) {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  if (!BUCKETS.includes(body.length)) return null;
  const type = body[0];
  const nameEnd = 3 + view.getUint16(1);
  if ((type !== 1 && type !== 4) || nameEnd + 4 > body.length) return null;
  const textEnd = nameEnd + 4 + view.getUint32(nameEnd);
  if (textEnd > body.length) return null;
  try {
    const name = decoder.decode(body.subarray(3, nameEnd));
    const text = decoder.decode(body.subarray(nameEnd + 4, textEnd));
    const again = makeBody(type, name, text);
    return again && same(again, body) ? { type, name, text } : null;
  } catch {
    return null;
  }
}

// ---- sealed entries: `data` = A ‖ ,"ct":"…"} with all of A authenticated ----

export const LOGS = { talk: 0, desk: 1, house: 2 };

export const bind = (subject, log, kind, id, A) =>
  cat(domain("msg"), subject, uint(log, 1), lp(utf8(kind)), id, lp(utf8(A)));

async function keyOf(ikm, bound) {
  const okm = await hkdf(ikm, bound, 44);
  return [okm.slice(0, 32), okm.slice(32)];
}

// `fields` is what stands in clear, in order; A is its JSON without the last brace.
export async function sealData(ikm, { subject, log, kind, id, fields, body }) {
  const A = JSON.stringify(fields).slice(0, -1);
  const bound = bind(subject, log, kind, id, A);
  const [key, nonce] = await keyOf(ikm, bound);
  return `${A},"ct":"${b64(await encrypt(key, nonce, bound, body))}"}`;
}

// Returns {fields, type, name, text} or null.
export async function openData(ikm, { subject, log, kind, id, data }) {
  const parts = /^(\{.*),"ct":"([A-Za-z0-9_-]+)"\}$/s.exec(data);
  const ct = parts && unb64(parts[2]);
  if (!ct) return null;
  const bound = bind(subject, log, kind, id, parts[1]);
  const [key, nonce] = await keyOf(ikm, bound);
  const bytes = await decrypt(key, nonce, bound, ct);
  const body = bytes && readBody(bytes);
  if (!body) return null;
  try {
    return { fields: JSON.parse(parts[1] + "}"), ...body };
  } catch {
    return null;
  }
}

// A child's `told` or `said`: no name, and the words padded to a bucket.
export const sealTalk = (K, { conv, kind, id, clear, pen, n, seen, text }) =>
  sealData(K, {
    subject: conv,
    log: LOGS.talk,
    kind,
    id,
    fields: { ...clear, s: "child", pen: b64(pen), n, seen: [seen.seq, b64(seen.h)] },
    body: makeBody(TEXT, "", text),
  });

// ---- the line card ----

const DAY = 24 * 60 * 60 * 1000;
const isTime = (value) => Number.isSafeInteger(value) && value >= 0;
const isLoopback = (url) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);

export async function verifies(root, signed, sig) {
  const how = { name: "ECDSA", namedCurve: "P-256" };
  const key = await subtle.importKey("raw", root, how, false, ["verify"]).catch(() => null);
  return !!key && subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, sig, signed);
}

// Returns the keys to seal to (one or two, the newest first), or null: then the page shows the telephone.
// `pinned` is what the page was built with: {root, serial}; `dialled` is the address of the socket.
export async function checkCard(frame, pinned, now, dialled) {
  const sig = frame && unb64(frame.sig, 64);
  if (!sig || typeof frame.card !== "string" || !isTime(now)) return null;
  if (!(await verifies(pinned.root, cat(domain("card"), utf8(frame.card)), sig))) return null;
  try {
    const card = JSON.parse(frame.card);
    const lives = isTime(card.issued) && isTime(card.expires) && card.expires - card.issued <= 90 * DAY;
    if (card.v !== 1 || !lives || now >= card.expires || !(card.serial >= pinned.serial)) return null;
    const at = new URL(dialled);
    const named = (relay) => {
      const url = new URL(relay);
      return url.protocol === at.protocol && url.host === at.host;
    };
    if (!isLoopback(at) && !card.relays.some(named)) return null;
    const valid = [];
    for (const { id, pub, from, until } of card.keys) {
      const bytes = unb64(pub, 65);
      if (!bytes || !isTime(from) || !isTime(until) || from > now || now >= until || card.revoked.includes(id)) continue;
      const hash = (await sha256(cat(domain("line key"), bytes))).slice(0, 16);
      if (b64(hash) === id && (await point(bytes))) valid.push({ id: hash, pub: bytes, from });
    }
    valid.sort((a, b) => b.from - a.from);
    return valid.length ? valid.slice(0, 2) : null;
  } catch {
    return null;
  }
}

// ---- the tab: conv ‖ token ‖ nonce ‖ AES-GCM(half, nonce, aad conv, K) ----

export const tokenHash = (token) => sha256(cat(domain("token"), token));

export async function sealTab({ conv, token, K }, half, nonce) {
  return cat(conv, token, nonce, await encrypt(half, nonce, conv, K));
}

// What a tab kept, as far as it can be read without the relay's half.
export function readTab(text) {
  const bytes = unb64(text, 16 + 32 + 12 + 48);
  return bytes && { conv: bytes.slice(0, 16), token: bytes.slice(16, 48), nonce: bytes.slice(48, 60), sealed: bytes.slice(60) };
}
export const openTab = (tab, half) => decrypt(half, tab.nonce, tab.conv, tab.sealed);

// ---- the work a crowded relay asks for ----

export const workBytes = (nonce, conv, w) => cat(domain("work"), nonce, conv, uint(w, 8));

export function zeroBits(hash) {
  let bits = 0;
  for (const byte of hash) {
    if (byte) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}

// Tries in batches: one promise at a time would cost more than the hashes.
export async function work(nonce, conv, bits) {
  for (let from = 0; ; from += 256) {
    const tries = Array.from({ length: 256 }, (_, i) => sha256(workBytes(nonce, conv, from + i)));
    const found = (await Promise.all(tries)).findIndex((hash) => zeroBits(hash) >= bits);
    if (found >= 0) return from + found;
  }
}
