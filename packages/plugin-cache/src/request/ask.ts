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
  const { exchange, path, search } = look;
  const counting = new Set([...look.keyed, ...names]);
  const { flat, withheld } = sentFields(look, counting);
  // What counts goes on as it counts: two requests that share a key are told apart by nobody.
  if (!look.policy.trusting) flat.push(...countingFields(look, counting));
  if (stale?.etag !== undefined) flat.push("if-none-match", stale.etag);
  if (stale?.lastModified !== undefined) flat.push("if-modified-since", stale.lastModified);
  return { asking: new Asking(exchange, { path, search, rawHeaders: flat }), withheld };
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
    if (place === "send" || (policy.trusting && place === "key")) flat.push(name, raw[index + 1] ?? "");
    else if (place !== "ours" && !counting.has(name)) withheld = true;
  }
  return { flat, withheld };
}

function countingFields({ exchange, policy }: Look, counting: ReadonlySet<string>): string[] {
  return [...counting].flatMap((name) => {
    const place = policy.place(name);
    const value = normalField(name, exchange.request.headers[name]);
    return value === undefined || place === "ours" || place === "send" ? [] : [name, value];
  });
}
