import { normalField } from "../rules/normal-field.ts";
import type { StoredAnswer } from "../stored.ts";
import type { Look } from "../flow/look.ts";
import { Asking } from "./asking.ts";

/** A request to the handler, and whether the client said more than it is told. */
export interface Asked {
  readonly asking: Asking;
  readonly withheld: boolean;
}

/** The request that is asked for many: `names` count besides what always does, `stale` is what its source may say still holds. */
export function toAsking(look: Look, names: readonly string[], stale: StoredAnswer | undefined): Asked {
  const { exchange, policy, keyed, path, search } = look;
  const { rawHeaders: raw, headers } = exchange.request;
  const counting = new Set([...keyed, ...names]);
  const flat: string[] = [];
  let withheld = false;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const place = policy.place(name);
    if (place === "ours" || (counting.has(name) && !policy.trusting)) continue;
    if (place === "send" || counting.has(name)) flat.push(name, raw[index + 1] ?? "");
    else withheld = true;
  }
  // What counts goes on as it counts: two requests that share a key are told apart by nobody.
  for (const name of policy.trusting ? [] : counting) {
    const value = policy.place(name) === "ours" ? undefined : normalField(name, headers[name]);
    if (value !== undefined) flat.push(name, value);
  }
  if (stale?.etag !== undefined) flat.push("if-none-match", stale.etag);
  if (stale?.lastModified !== undefined) flat.push("if-modified-since", stale.lastModified);
  return { asking: new Asking(exchange, { path, search, rawHeaders: flat }), withheld };
}
