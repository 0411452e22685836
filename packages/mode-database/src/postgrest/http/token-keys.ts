import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";

/** What a token is signed with. */
export interface TokenKeys {
  /** Shared secret of HS256, as it is. */
  readonly secret: string | undefined;
  /** The same as base64. */
  readonly secretBase64: string | undefined;
  /** Public key as PEM. */
  readonly publicKey: string | undefined;
  /** JSON of a key or a set of them (RFC 7517). */
  readonly keys: string | undefined;
}

/** A token that was taken apart. */
export interface Signed {
  readonly algorithm: string;
  /** Name of the key, where the token says it. */
  readonly keyId: string | undefined;
  readonly signed: string;
  readonly signature: Buffer;
}

/** A key says which algorithms there are, never the token (RFC 8725, 3.1). */
export interface TokenKey {
  readonly id: string | undefined;
  readonly algorithms: readonly string[];
  isSigned(token: Signed): boolean;
}

/** Keys of a configuration. @throws what `node:crypto` says of a key that is none */
export function readKeys({ secret, secretBase64, publicKey, keys }: TokenKeys): readonly TokenKey[] {
  if (secret !== undefined) return [sharedKey(Buffer.from(secret), { alg: "HS256" })];
  if (secretBase64 !== undefined) return [sharedKey(Buffer.from(secretBase64, "base64"), { alg: "HS256" })];
  if (publicKey !== undefined) return [openKey(createPublicKey(publicKey), {})];
  return setOf(JSON.parse(keys ?? "")).map(keyOf);
}

function keyOf(key: JsonWebKey): TokenKey {
  if (typeof key.kty !== "string") throw new TypeError("a key says what it is by kty");
  if (key.kty === "oct") return sharedKey(Buffer.from(key.k ?? "", "base64url"), key);
  return openKey(createPublicKey({ key, format: "jwk" }), key);
}

function setOf(value: unknown): readonly JsonWebKey[] {
  // Members of a key are looked at one by one.
  const found = value as JsonWebKey & { readonly keys?: readonly JsonWebKey[] };
  const keys = found.keys ?? [found];
  if (keys.length === 0) throw new TypeError("no key in the set");
  return keys;
}

const digests: Readonly<Record<string, string>> = { 256: "sha256", 384: "sha384", 512: "sha512" };

function digestOf(algorithm: string): string {
  return digests[algorithm.slice(2)] ?? "sha256";
}

/** Bytes that a secret has at least (RFC 7518, 3.2). */
const leastBytes = 32;

function sharedKey(secret: Buffer, { alg, kid }: JsonWebKey): TokenKey {
  if (secret.length < leastBytes) throw new TypeError(`a secret needs ${leastBytes} bytes`);
  return {
    id: textOf(kid),
    algorithms: algorithmsOf(alg, ["HS256", "HS384", "HS512"]),
    isSigned: ({ algorithm, signed, signature }) => {
      const expected = createHmac(digestOf(algorithm), secret).update(signed).digest();
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}

const curves: Readonly<Record<string, string>> = { prime256v1: "ES256", secp384r1: "ES384", secp521r1: "ES512" };

function openKey(key: KeyObject, { alg, kid }: JsonWebKey): TokenKey {
  const isCurve = key.asymmetricKeyType === "ec";
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ""];
  const known = isCurve ? [curve].filter((name) => name !== undefined) : ["RS256", "RS384", "RS512"];
  if (known.length === 0 || (!isCurve && key.asymmetricKeyType !== "rsa"))
    throw new TypeError("no key of RSA or a curve of NIST");
  return {
    id: textOf(kid),
    algorithms: algorithmsOf(alg, known),
    isSigned: ({ algorithm, signed, signature }) =>
      verify(digestOf(algorithm), Buffer.from(signed), isCurve ? { key, dsaEncoding: "ieee-p1363" } : key, signature),
  };
}

/** What a key says of itself leaves fewer. */
function algorithmsOf(said: unknown, known: readonly string[]): readonly string[] {
  const algorithms = said === undefined ? known : known.filter((name) => name === said);
  if (algorithms.length === 0) throw new TypeError(`a key of this kind has no algorithm ${String(said)}`);
  return algorithms;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
