import { createHash } from "node:crypto";
import { BackworksError } from "../errors.ts";
import { readIp } from "../ip-address.ts";
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
  const keyOf = keyMaker(limit.by, digest(JSON.stringify([parts.name, limit])));
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
    const verdict = parts.store.take(keyOf(live), rate);
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

/** Keys begin with what says which limit it is. */
function keyMaker(by: RateLimit["by"], limit: string): (exchange: LiveExchange) => string {
  if (by === "all") return () => limit;
  const byAddress = addressKeys(limit);
  if (by === "ip") return ({ request }) => byAddress(request.ip);
  const { header } = by;
  return ({ request }) => {
    const value = request.headers[header];
    // Who does not send the header is known by the address only.
    return value === undefined ? byAddress(request.ip) : limit + digest(value.toString());
  };
}

/**
 * Clients by their addresses: one client has one IPv4 address, or a whole IPv6 network of 64 bits.
 *
 * Keys are made of character codes in one go: they are short, and no longer text is kept alive by them.
 */
export function addressKeys(limit: string): (address: string) => string {
  const [x = 0, y = 0, z = 0] = [0, 1, 2].map((index) => limit.charCodeAt(index));
  const groups = new Uint16Array(8);
  return (address) => {
    if (!readIp(address, groups)) return limit + digest(address);
    return isMapped(groups)
      ? String.fromCharCode(x, y, z, groups[6] ?? 0, groups[7] ?? 0)
      : String.fromCharCode(x, y, z, groups[0] ?? 0, groups[1] ?? 0, groups[2] ?? 0, groups[3] ?? 0);
  };
}

/** Read by index: taking a typed array apart is slow. */
function isMapped(groups: Uint16Array): boolean {
  for (let index = 0; index < 5; index += 1) if (groups[index] !== 0) return false;
  return groups[5] === 0xffff;
}

/** 48 bits in three units: texts of any length as keys of one length, so that the table cannot be made to grow by long ones. */
function digest(text: string): string {
  const bytes = createHash("sha256").update(text).digest();
  return String.fromCharCode(bytes.readUInt16LE(0), bytes.readUInt16LE(2), bytes.readUInt16LE(4));
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
