import type { Clock } from "@backworks/core";
import { refusals } from "../refusal.ts";
import { readKeys } from "./token-keys.ts";
import type { Signed, TokenKey, TokenKeys } from "./token-keys.ts";

/** What a token says of who has it. */
export type Claims = Readonly<Record<string, unknown>>;

/** How tokens are checked. */
export interface TokenRules extends TokenKeys {
  readonly audience: string | undefined;
}

/** Makes the check of `Authorization: Bearer …`; it gives the claims, or `undefined` without a token. */
export function createTokens(rules: TokenRules, clock: Clock): (header: string | undefined) => Claims | undefined {
  const keys = readKeys(rules);
  return (header) => {
    const token = /^bearer(?:\s+(.*))?$/i.exec(header?.trim() ?? "");
    if (token === null) return undefined;
    const { claims, ...signed } = takeApart(token[1] ?? "");
    checkSignature(keys, signed);
    checkTimes(claims, clock.now() / 1000);
    checkAudience(claims["aud"], rules.audience);
    return claims;
  };
}

/** @throws Refused with PGRST301 */
function takeApart(token: string): Signed & { readonly claims: Claims } {
  if (token === "") throw refusals.token("Empty JWT is sent in Authorization header");
  const parts = token.split(".");
  const [head = "", body = "", signature = ""] = parts;
  if (parts.length !== 3) throw refusals.token(`Expected 3 parts in JWT; got ${parts.length}`);
  const said = readHeader(head);
  const claims = readPart(body);
  if (claims === undefined) throw refusals.claims("Parsing claims failed");
  return {
    claims,
    ...said,
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** @throws Refused with PGRST301 */
function readHeader(head: string): Pick<Signed, "algorithm" | "keyId"> {
  const { alg: algorithm, kid: keyId, crit } = readPart(head) ?? {};
  // What a token says must be understood is not (RFC 7515, 4.1.11).
  if (typeof algorithm !== "string" || crit !== undefined) throw wrongAlgorithm();
  return { algorithm, keyId: typeof keyId === "string" ? keyId : undefined };
}

/** @throws Refused with PGRST301 */
function checkSignature(keys: readonly TokenKey[], token: Signed): void {
  const { algorithm, keyId } = token;
  if (!/^(?:HS|RS|ES)(?:256|384|512)$/.test(algorithm)) throw wrongAlgorithm();
  const fitting = keys.filter(
    ({ id, algorithms }) => algorithms.includes(algorithm) && (id === undefined || keyId === undefined || id === keyId),
  );
  if (!fitting.some((key) => key.isSigned(token)))
    throw refusals.token("No suitable key or wrong key type", "None of the keys was able to decode the JWT");
}

function wrongAlgorithm(): Error {
  return refusals.token("Wrong or unsupported encoding algorithm");
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
function checkAudience(said: unknown, wanted: string | undefined): void {
  const all: readonly unknown[] = Array.isArray(said) ? said : [said ?? ""];
  if (!all.every((one) => typeof one === "string"))
    throw refusals.claims("The JWT 'aud' claim must be a string or an array of strings");
  const forAll = said === undefined || said === null || all.length === 0;
  if (wanted !== undefined && !forAll && !all.includes(wanted)) throw refusals.claims("JWT not in audience");
}
