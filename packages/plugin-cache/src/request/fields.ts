/** What becomes of a field of a request that is to be answered for many. */
export type FieldPlace = "key" | "send" | "ours" | "credential" | "withhold";

/** Answered by the cache itself, or about one connection. */
const ours = new Set([
  "cache-control",
  "connection",
  "content-length",
  "expect",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "pragma",
  "proxy-connection",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Fields that say who asks. */
const credential =
  /^(?:proxy-)?authorization$|^cookie2?$|(?:^|-)(?:api-?key|token|secret|session|signature|credential|auth|jwt)s?(?:-|$)/;

/** Fields by which some servers answer another request than the one that is stored: another method, another URL, another host. */
const rewriting =
  /^(?:forwarded|front-end-https|x-url-scheme|x-rewrite-url|x-original-(?:host|url|uri)|x-host|x-(?:http-)?method|x-(?:http-)?(?:method|host)-override|x-forwarded-(?!for$).+)$/;

/** Said by proxies before us; part of what is asked for when they are trusted. */
export const proxyFields: readonly string[] = ["x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"];

/**
 * Whose word it is what an answer depends on. `key`: nothing reaches the handler but what is part of the key. `source`: what HTTP and
 * applications know reaches it too, since it is named in `Vary` where it matters, but not what proxies and frameworks made up (`X-…`). `all`: so
 * does that.
 */
export type Trust = "key" | "source" | "all";

/** Which fields of requests to an endpoint count, in lower case. */
export interface FieldRules {
  /** Part of the key. */
  readonly vary: ReadonlySet<string>;
  /** Sent on though no part of the key. */
  readonly forward: ReadonlySet<string>;
  /** Left out though they say who asks. */
  readonly ignore: ReadonlySet<string>;
  readonly trust: Trust;
}

/** Names of the field that are remembered for an endpoint. */
const mostNames = 500;

/** Says of each name where it belongs. */
export function createPlaces(rules: FieldRules): (name: string) => FieldPlace {
  const known = new Map<string, FieldPlace>();
  return (name) => {
    const place = known.get(name);
    if (place !== undefined) return place;
    const found = placeOf(name, rules);
    if (known.size < mostNames) known.set(name, found);
    return found;
  };
}

function placeOf(name: string, { vary, forward, ignore, trust }: FieldRules): FieldPlace {
  if (ours.has(name)) return "ours";
  if (vary.has(name)) return "key";
  if (name === "host" || forward.has(name)) return "send";
  if (ignore.has(name)) return "withhold";
  // Many servers read an underscore as a hyphen.
  if (isCredential(name)) return "credential";
  return isTrusted(name.replaceAll("_", "-"), trust) ? "send" : "withhold";
}

/** Whether the answer names the field when it depends on it; what rewrites the request is never sent on. */
function isTrusted(name: string, trust: Trust): boolean {
  if (trust === "key" || rewriting.test(name)) return false;
  return trust === "all" || !name.startsWith("x-");
}

/** Set by whoever ends TLS or signs people in before us (RFC 9440). */
const identities = new Set(["client-cert", "client-cert-chain", "remote-user"]);

/** Whether a field says who asks. */
export function isCredential(name: string): boolean {
  const hyphened = name.replaceAll("_", "-");
  return credential.test(hyphened) || identities.has(hyphened);
}
