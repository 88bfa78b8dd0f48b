// What the page's tests share: the vectors, hex, and the line's half of HPKE, which the page itself never needs.
import { createECDH, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import * as seal from "../../web/seal.js";

export const vectors = JSON.parse(
  readFileSync(new URL("../../src/sealing/vectors/protocol-vectors.json", import.meta.url), "utf8"),
);
export const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
export const hex = (bytes) => Buffer.from(bytes).toString("hex");

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
export function deriveKeyPair(seed) {
  const suite = Buffer.from([...Buffer.from("KEM"), 0x00, 0x10]);
  const hmac = (key, ...parts) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  const prk = hmac(Buffer.alloc(32), Buffer.from("HPKE-v1"), suite, Buffer.from("dkp_prk"), bytes(seed));
  const label = [Buffer.from([0, 32]), Buffer.from("HPKE-v1"), suite, Buffer.from("candidate"), Buffer.from([0, 1])];
  const secret = hmac(prk, ...label);
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(secret);
  return { secret: hex(secret), pub: curve.getPublicKey("hex") };
}
