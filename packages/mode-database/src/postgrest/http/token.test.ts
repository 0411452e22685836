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

const read = createTokens({ secret, publicKey: undefined, audience: "shop" }, clock);
const codeOf = (header: string): unknown => {
  try {
    return read(header);
  } catch (error) {
    return (error as { refusal: { code: string; message: string } }).refusal.message;
  }
};

describe("createTokens", () => {
  it("gives the claims of a token that is signed, and nothing without one", () => {
    expect(read(tokenOf({ role: "web", exp: now + 60 }))).toEqual({ role: "web", exp: now + 60 });
    expect(read(undefined)).toBeUndefined();
    expect(read("Basic abc")).toBeUndefined();
  });

  it.each([
    ["another secret", tokenOf({ role: "web" }, undefined, "another"), "JWT cryptographic operation failed"],
    ["no algorithm", tokenOf({ role: "web" }, { alg: "none" }), "JWT cryptographic operation failed"],
    ["another algorithm", tokenOf({ role: "web" }, { alg: "RS256" }), "JWT cryptographic operation failed"],
    ["no signature", tokenOf({ role: "web" }).replace(/\.[^.]*$/, "."), "JWT cryptographic operation failed"],
    ["no token", "Bearer abc", "Expected 3 parts in JWT; got something else"],
    ["a part too many", `${tokenOf({ role: "web" })}.x`, "Expected 3 parts in JWT; got something else"],
    [
      "what it must know and does not",
      tokenOf({}, { alg: "HS256", crit: ["x"] }),
      "Expected 3 parts in JWT; got something else",
    ],
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

  it.each(["rsa", "ec"] as const)("takes what a key of %s has signed", (kind) => {
    const { publicKey, privateKey } =
      kind === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: 2048 })
        : generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const byKey = createTokens({ secret: undefined, publicKey: pem, audience: undefined }, clock);
    const signed = `${encode({ alg: kind === "rsa" ? "RS256" : "ES256" })}.${encode({ role: "web" })}`;
    const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });

    expect(byKey(`Bearer ${signed}.${signature.toString("base64url")}`)).toEqual({ role: "web" });
    // A public key is no secret: what is signed with it is signed by anybody.
    expect(() => byKey(tokenOf({ role: "web" }, undefined, pem))).toThrow("JWT cryptographic operation failed");
  });
});
