// What the page's tests share: the vectors, hex, and the line's half of HPKE, which the page itself never needs.
// Nothing here is node's alone: tests/page/vectors.rs runs the same files in a browser.
import * as seal from "../../web/seal.js";

const at = new URL("../../src/sealing/vectors/protocol-vectors.json", import.meta.url);
const read = async () => (await import("node:fs")).readFileSync(at, "utf8");
export const vectors = JSON.parse(globalThis.process ? await read() : await (await fetch(at)).text());
export const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (two) => parseInt(two, 16));
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const CURVE = { name: "ECDH", namedCurve: "P-256" };

export async function pairOf(secret, pub) {
  const at = bytes(pub);
  const jwk = { kty: "EC", crv: "P-256", d: seal.b64(bytes(secret)), x: seal.b64(at.slice(1, 33)), y: seal.b64(at.slice(33)) };
  return {
    privateKey: await crypto.subtle.importKey("jwk", jwk, CURVE, false, ["deriveBits"]),
    publicKey: await crypto.subtle.importKey("raw", at, CURVE, true, []),
  };
}

export async function hpkeOpen(secret, pub, enc, info, aad, ct) {
  const theirs = await seal.point(enc);
  if (!theirs) return null;
  const { privateKey } = await pairOf(secret, pub);
  const { key, nonce } = await seal.schedule(privateKey, theirs, enc, bytes(pub), info);
  return seal.decrypt(key, nonce, aad, ct);
}

// RFC 9180 DeriveKeyPair for P-256: the line's secret and public key, in hex.
export async function deriveKeyPair(seed) {
  const text = (words) => new TextEncoder().encode(words);
  const suite = seal.cat(text("KEM"), Uint8Array.of(0x00, 0x10));
  const hmac = async (key, ...parts) => {
    const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", made, seal.cat(...parts)));
  };
  const prk = await hmac(new Uint8Array(32), text("HPKE-v1"), suite, text("dkp_prk"), bytes(seed));
  const label = [Uint8Array.of(0, 32), text("HPKE-v1"), suite, text("candidate"), Uint8Array.of(0, 1)];
  const secret = hex(await hmac(prk, ...label));
  // A private key without its point: whoever reads it computes the point.
  const wrapped = bytes("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420" + secret);
  const key = await crypto.subtle.importKey("pkcs8", wrapped, CURVE, true, ["deriveBits"]);
  const { x, y } = await crypto.subtle.exportKey("jwk", key);
  return { secret, pub: "04" + hex(seal.unb64(x)) + hex(seal.unb64(y)) };
}
