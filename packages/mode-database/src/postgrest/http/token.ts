import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Clock } from "@backworks/core";
import { refusals } from "../refusal.ts";

/** What a token says of who has it. */
export type Claims = Readonly<Record<string, unknown>>;

/** How tokens are checked. */
export interface TokenRules {
  /** Shared secret of HS256. */
  readonly secret: string | undefined;
  /** PEM of RS256 or ES256. */
  readonly publicKey: string | undefined;
  readonly audience: string | undefined;
}

/** Makes the check of `Authorization: Bearer …`; it gives the claims, or `undefined` without a token. */
export function createTokens(rules: TokenRules, clock: Clock): (header: string | undefined) => Claims | undefined {
  const isSigned = rules.secret === undefined ? byKey(createPublicKey(rules.publicKey ?? "")) : bySecret(rules.secret);
  return (header) => {
    const token = /^bearer\s+(\S.*)$/i.exec(header ?? "")?.[1]?.trim();
    if (token === undefined) return undefined;
    const { claims, ...signed } = takeApart(token);
    if (!isSigned(signed)) throw refusals.token("JWT cryptographic operation failed");
    checkTimes(claims, clock.now() / 1000);
    if (rules.audience !== undefined) checkAudience(claims["aud"], rules.audience);
    return claims;
  };
}

/** @throws Refused with PGRST301 */
function takeApart(token: string): Signed & { readonly claims: Claims } {
  const [head = "", body = "", signature = "", ...rest] = token.split(".");
  const said = readPart(head);
  const claims = readPart(body);
  // What a token says must be understood is not (RFC 7515, 4.1.11).
  if (said === undefined || claims === undefined || rest.length > 0 || "crit" in said)
    throw refusals.token("Expected 3 parts in JWT; got something else");
  return {
    claims,
    algorithm: said["alg"],
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

interface Signed {
  readonly algorithm: unknown;
  readonly signed: string;
  readonly signature: Buffer;
}

type IsSigned = (token: Signed) => boolean;

/** The key says which algorithm there is, never the token (RFC 8725, 3.1). */
function bySecret(secret: string): IsSigned {
  return ({ algorithm, signed, signature }) => {
    const expected = createHmac("sha256", secret).update(signed).digest();
    return algorithm === "HS256" && signature.length === expected.length && timingSafeEqual(signature, expected);
  };
}

function byKey(key: KeyObject): IsSigned {
  const isCurve = key.asymmetricKeyType === "ec";
  const wanted = isCurve ? "ES256" : "RS256";
  return ({ algorithm, signed, signature }) =>
    algorithm === wanted &&
    verify("sha256", Buffer.from(signed), isCurve ? { key, dsaEncoding: "ieee-p1363" } : key, signature);
}

function readPart(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    // An object; its members are looked at one by one.
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Whoever sent it is told.
    return undefined;
  }
}

/** What clocks may differ by, in seconds. */
const leeway = 30;

/** Source: RFC 7519, 4.1. @throws Refused with PGRST303 */
function checkTimes(claims: Claims, now: number): void {
  if (timeIn(claims, "exp", Infinity) + leeway < now) throw refusals.claims("JWT expired");
  if (timeIn(claims, "nbf", 0) - leeway > now) throw refusals.claims("JWT not yet valid");
  if (timeIn(claims, "iat", 0) - leeway > now) throw refusals.claims("JWT issued at future");
}

function timeIn(claims: Claims, name: string, missing: number): number {
  const value = claims[name] ?? missing;
  if (typeof value === "number") return value;
  throw refusals.claims(`The JWT '${name}' claim must be a number`);
}

/** A token for nobody in particular is for us too. @throws Refused with PGRST303 */
function checkAudience(said: unknown, wanted: string): void {
  const all: readonly unknown[] = Array.isArray(said) ? said : [said ?? wanted];
  if (!all.includes(wanted)) throw refusals.claims("JWT not in audience");
}
