import { createHash } from "node:crypto";
import { BackworksError } from "../errors.ts";
import { isIpv4, parseIp } from "../ip-address.ts";
import type { Logger } from "../logger.ts";
import type { Check, RateLimit } from "../model/app.ts";
import type { LiveExchange } from "./exchange.ts";
import type { Rate, RateStore, Verdict } from "./rate-table.ts";

/** What a limit is made with. */
export interface LimitParts {
  /** Which limit it is: `rate_limit`, or that of an endpoint. */
  readonly name: string;
  readonly store: RateStore;
  readonly logger: Logger;
  /** Whether answers that were admitted say how their client stands. */
  readonly tells: boolean;
  /** What to do about a limit that is not wanted; for the log. */
  readonly hint?: string | undefined;
}

const minuteMs = 60_000;

/** Refuses who asks too often. Counters go by the name of the limit and what it says, so they outlive a reload that leaves it as it is. */
export function limitRequests(limit: RateLimit, parts: LimitParts): Check {
  const rate: Rate = { intervalMs: minuteMs / limit.requestsPerMinute, burst: limit.burst };
  const prefix = shorten(JSON.stringify([parts.name, limit]));
  const keyOf = keyMaker(limit.by);
  const policy = `"default";q=${limit.burst};w=${Math.ceil((limit.burst * rate.intervalMs) / 1000)}`;
  const note = createNote(limit, parts);
  const settle = (exchange: LiveExchange, verdict: Verdict): void => {
    if (parts.tells || !verdict.admitted) exchange.standing = [policyName, policy, standingName, describe(verdict)];
    if (verdict.admitted) return;
    note(exchange);
    throw refusalOf(limit, verdict);
  };
  return (exchange) => {
    // Routes of an App get the exchanges of a server.
    const live = exchange as LiveExchange;
    const verdict = parts.store.take(prefix + keyOf(live), rate);
    return verdict instanceof Promise ? verdict.then((given) => settle(live, given)) : settle(live, verdict);
  };
}

/** Source: draft-ietf-httpapi-ratelimit-headers-10, 3 and 4. The quota is the burst, the window what it takes to fill it again. */
const policyName = "ratelimit-policy";
const standingName = "ratelimit";

function describe({ remaining, resetMs }: Verdict): string {
  return `"default";r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
}

function refusalOf({ requestsPerMinute, burst }: RateLimit, { retryMs }: Verdict): BackworksError {
  const seconds = Math.max(1, Math.ceil(retryMs / 1000));
  const headers = { "retry-after": String(seconds) };
  return new BackworksError("BW_RATE_LIMITED", { requests: requestsPerMinute, burst }, { headers });
}

function keyMaker(by: RateLimit["by"]): (exchange: LiveExchange) => string {
  if (by === "all") return () => "";
  if (by === "ip") return ({ request }) => addressKey(request.ip);
  const { header } = by;
  return ({ request }) => {
    const value = request.headers[header];
    // Who does not send the header is known by the address only.
    return value === undefined ? addressKey(request.ip) : shorten(`${header}\n${value.toString()}`);
  };
}

/**
 * A client by its address, in two or four units of text: one client has one IPv4 address, or a whole IPv6 network of 64 bits.
 *
 * Made anew so that no longer text is kept alive by it.
 */
export function addressKey(text: string): string {
  const address = parseIp(text);
  if (address === undefined) return shorten(text);
  const [a = 0, b = 0, c = 0, d = 0, , , high = 0, low = 0] = address;
  return isIpv4(address) ? String.fromCharCode(high, low) : String.fromCharCode(a, b, c, d);
}

/** Texts of any length as keys of one length, so that the table cannot be made to grow by long ones. */
function shorten(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

/** How often the log tells of refusals. */
const noteEveryMs = 60_000;

/** Says that clients are held back: at once, then with the number of refusals once a minute at most. */
function createNote(limit: RateLimit, { name, logger, hint }: LimitParts): (exchange: LiveExchange) => void {
  let refused = 0;
  let notedAt = -Infinity;
  return ({ id, request, startedMonotonic }) => {
    refused += 1;
    if (startedMonotonic - notedAt < noteEveryMs) return;
    notedAt = startedMonotonic;
    logger.warn("too many requests of one client", {
      requestId: id,
      client: request.ip,
      limit: name,
      requestsPerMinute: limit.requestsPerMinute,
      burst: limit.burst,
      refused,
      hint,
    });
    refused = 0;
  };
}
