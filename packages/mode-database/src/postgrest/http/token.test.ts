import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { createTokens } from "./token.ts";

const secret = "a secret of thirty-two characters";
const now = 1_700_000_000;
const clock = { now: () => now * 1000, monotonic: () => 0 };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function tokenOf(claims: unknown, head: unknown = { alg: "HS256", typ: "JWT" }, key: string = secret): string {
  const signed = `${encode(head)}.${encode(claims)}`;
  return `Bearer ${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

const none = { secret: undefined, secretBase64: undefined, publicKey: undefined, keys: undefined };
const read = createTokens({ ...none, secret, audience: "shop" }, clock);
const codeOf = (header: string): unknown => {
  try {
    return read(header);
  } catch (error) {
    return (error as { refusal: { code: string; message: string } }).refusal.message;
  }
};

const shared = { kty: "oct", kid: "old", k: Buffer.from(secret).toString("base64url") };
const noKey = "No suitable key or wrong key type";
const noAlgorithm = "Wrong or unsupported encoding algorithm";

describe("createTokens", () => {
  it("gives the claims of a token that is signed, and nothing without one", () => {
    expect(read(tokenOf({ role: "web", exp: now + 60 }))).toEqual({ role: "web", exp: now + 60 });
    expect(read(undefined)).toBeUndefined();
    expect(read("Basic abc")).toBeUndefined();
    expect(read("Bearers abc")).toBeUndefined();
  });

  it.each([
    ["another secret", tokenOf({ role: "web" }, undefined, "another"), noKey],
    ["no algorithm", tokenOf({ role: "web" }, { alg: "none" }), noAlgorithm],
    ["another algorithm", tokenOf({ role: "web" }, { alg: "RS256" }), noKey],
    ["no signature", tokenOf({ role: "web" }).replace(/\.[^.]*$/, "."), noKey],
    ["a head that is none", tokenOf({ role: "web" }, 7), noAlgorithm],
    ["claims that are none", tokenOf([]), "Parsing claims failed"],
    ["nothing", "Bearer ", "Empty JWT is sent in Authorization header"],
    ["no token", "Bearer abc", "Expected 3 parts in JWT; got 1"],
    ["a part too many", `${tokenOf({ role: "web" })}.x`, "Expected 3 parts in JWT; got 4"],
    ["what it must know and does not", tokenOf({}, { alg: "HS256", crit: ["x"] }), noAlgorithm],
    ["an audience that is none", tokenOf({ aud: [7] }), "The JWT 'aud' claim must be a string or an array of strings"],
    ["its end", tokenOf({ exp: now - 31 }), "JWT expired"],
    ["its beginning", tokenOf({ nbf: now + 31 }), "JWT not yet valid"],
    ["its making", tokenOf({ iat: now + 31 }), "JWT issued at future"],
    ["a time that is none", tokenOf({ exp: "soon" }), "The JWT 'exp' claim must be a number"],
    ["another audience", tokenOf({ aud: ["a", "b"] }), "JWT not in audience"],
  ])("refuses a token for %s", (_reason, header, message) => {
    expect(codeOf(header)).toBe(message);
  });

  it("allows for clocks that differ, and for an audience among others", () => {
    expect(read(tokenOf({ exp: now - 29, nbf: now + 29, aud: ["a", "shop"] }))).toBeDefined();
  });

  it("takes a secret that is written in base64", () => {
    const inBase64 = createTokens(
      { ...none, secretBase64: Buffer.from(secret).toString("base64"), audience: undefined },
      clock,
    );

    expect(inBase64(tokenOf({ role: "web" }))).toEqual({ role: "web" });
  });

  it.each([
    ["RS256", "rsa"],
    ["RS512", "rsa"],
    ["ES256", "P-256"],
    ["ES384", "P-384"],
  ])("takes what is signed by %s", (alg, kind) => {
    const { publicKey, privateKey } =
      kind === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: 2048 })
        : generateKeyPairSync("ec", { namedCurve: kind });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const byKey = createTokens({ ...none, publicKey: pem, audience: undefined }, clock);
    const signed = `${encode({ alg })}.${encode({ role: "web" })}`;
    const signature = sign(`sha${alg.slice(2)}`, Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
    const token = `Bearer ${signed}.${signature.toString("base64url")}`;

    expect(byKey(token)).toEqual({ role: "web" });
    // A public key is no secret: what is signed with it is signed by anybody.
    expect(() => byKey(tokenOf({ role: "web" }, undefined, pem))).toThrow(noKey);
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: "new" };
    const ofSet = createTokens({ ...none, keys: JSON.stringify({ keys: [shared, jwk] }), audience: undefined }, clock);
    expect(ofSet(token)).toEqual({ role: "web" });
    expect(ofSet(tokenOf({ role: "old" }, { alg: "HS256", kid: "old" }))).toEqual({ role: "old" });
    expect(() => ofSet(tokenOf({ role: "old" }, { alg: "HS256", kid: "new" }))).toThrow(noKey);
  });

  it.each([
    ["no kind", "{}", "kty"],
    ["no JSON", "keys", "JSON"],
    ["a short secret", JSON.stringify({ kty: "oct", k: "c2hvcnQ" }), "a secret needs 32 bytes"],
    ["no keys", JSON.stringify({ keys: [] }), "no key in the set"],
    [
      "another algorithm",
      JSON.stringify({ kty: "oct", k: Buffer.from(secret).toString("base64url"), alg: "RS256" }),
      "has no algorithm RS256",
    ],
  ])("refuses a set with %s", (_what, keys, message) => {
    expect(() => createTokens({ ...none, keys, audience: undefined }, clock)).toThrow(message);
  });
});
