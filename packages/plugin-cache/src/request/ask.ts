import { setIdentity } from "@backworks/core";
import { normalField } from "../rules/normal-field.ts";
import type { StoredAnswer } from "../stored.ts";
import { hostOf } from "../flow/look.ts";
import type { Look } from "../flow/look.ts";
import { Asking } from "./asking.ts";
import type { FieldPlace, Trust } from "./fields.ts";

/** A request to the handler, and whether the client said more than it is told. */
export interface Asked {
  readonly asking: Asking;
  readonly withheld: boolean;
}

/** How a request is asked for many. */
export interface AskingTerms {
  /** That of the client says nothing of it: what a HEAD has renewed is what GETs get. */
  readonly method: "GET" | "HEAD";
  /** What its source may say still holds. */
  readonly stale?: StoredAnswer | undefined;
}

/** The request that is asked for many: `names` count besides what always does. */
export function toAsking(look: Look, names: readonly string[], { method, stale }: AskingTerms): Asked {
  const { exchange, path, search } = look;
  const counting = new Set([...look.keyed, ...names]);
  const { flat, withheld } = sentFields(look, counting);
  // What counts goes on as it counts: two requests that share a key are told apart by nobody.
  if (look.policy.trust !== "all") flat.push(...countingFields(look, counting));
  if (look.part !== undefined) flat.push("range", look.part.range);
  if (stale?.etag !== undefined) flat.push("if-none-match", stale.etag);
  if (stale?.lastModified !== undefined) flat.push("if-modified-since", stale.lastModified);
  const asking = new Asking(exchange, { method, path, search, rawHeaders: flat });
  if (look.identity !== undefined) setIdentity(asking, look.identity);
  return { asking, withheld };
}

interface SentFields {
  readonly flat: string[];
  readonly withheld: boolean;
}

/** Fields that go on as they came. */
function sentFields({ exchange, policy }: Look, counting: ReadonlySet<string>): SentFields {
  const { rawHeaders: raw } = exchange.request;
  const flat: string[] = [];
  let withheld = false;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const place = policy.place(name);
    const value = raw[index + 1] ?? "";
    // One spelling here too: an answer may repeat it.
    if (name === "host") flat.push(name, hostOf(value));
    else if (isSent(place, policy.trust, counting.has(name))) flat.push(name, value);
    else if (place !== "ours" && !counting.has(name)) withheld = true;
  }
  return { flat, withheld };
}

/** Where the answers name all they depend on, everything goes on as it came but what rewrites the request. */
function isSent(place: FieldPlace, trust: Trust, counts: boolean): boolean {
  if (place === "send") return true;
  return trust === "all" && (place === "key" || place === "credential" || (place === "withhold" && counts));
}

function countingFields({ exchange, policy }: Look, counting: ReadonlySet<string>): string[] {
  return [...counting].flatMap((name) => {
    const place = policy.place(name);
    const value = normalField(name, exchange.request.headers[name]);
    return value === undefined || place === "ours" || place === "send" ? [] : [name, value];
  });
}
