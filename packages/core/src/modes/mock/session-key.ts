import type { BackworksRequest } from "../../exchange.ts";

/** Where the key of a session stands in a request. */
export interface SessionKey {
  /** Name of the query parameter, when it stands in the query: a filter must not take it for a column. */
  readonly queryParameter: string | undefined;
  /** `undefined` when the request carries none. */
  read(request: BackworksRequest): string | undefined;
}

/**
 * Reads `header:X-Test-Session`, `cookie:sid`, `query:session` or `jwt:sub`; `undefined` when the text is none of these.
 *
 * A JWT is taken from `Authorization: Bearer`. Its signature is not checked: the claim only tells test sessions apart.
 */
export function parseSessionKey(text: string): SessionKey | undefined {
  const colon = text.indexOf(":");
  const name = text.slice(colon + 1).trim();
  const read = name === "" ? undefined : readers.get(text.slice(0, Math.max(colon, 0)).trim());
  if (read === undefined) return undefined;
  return {
    queryParameter: text.trimStart().startsWith("query") ? name : undefined,
    read: read(name),
  };
}

type Reader = SessionKey["read"];

const readers: ReadonlyMap<string, (name: string) => Reader> = new Map([
  [
    "header",
    (name: string): Reader =>
      (request) =>
        first(request.headers[name.toLowerCase()]),
  ],
  [
    "cookie",
    (name: string): Reader =>
      (request) =>
        first(request.cookies[name]),
  ],
  [
    "query",
    (name: string): Reader =>
      (request) =>
        first(request.query[name]),
  ],
  [
    "jwt",
    (name: string): Reader =>
      (request) =>
        claim(first(request.headers["authorization"]), name),
  ],
]);

function first(value: string | readonly string[] | undefined): string | undefined {
  const text = typeof value === "string" ? value : value?.[0];
  return text === "" ? undefined : text;
}

/** RFC 7519, 3: the second of three dot-separated parts is the claims, base64url of JSON. */
function claim(authorization: string | undefined, name: string): string | undefined {
  const [scheme, token = ""] = authorization?.split(" ") ?? [];
  if (scheme?.toLowerCase() !== "bearer") return undefined;
  const value = parseClaims(token.split(".")[1] ?? "").get(name);
  return typeof value === "string" || typeof value === "number" ? first(String(value)) : undefined;
}

function parseClaims(payload: string): ReadonlyMap<string, unknown> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return new Map(Object.entries(claims ?? {}));
  } catch {
    // Not a token we can read: the request has no session key.
    return new Map();
  }
}
