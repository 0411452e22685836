import { parseDirectives, secondsOf } from "./directives.ts";

/** What a request wants of a cache; milliseconds. */
export interface Wishes {
  readonly noStore: boolean;
  readonly onlyIfCached: boolean;
  /** Whether its source is to be asked whatever is stored. */
  readonly validate: boolean;
  readonly maxAgeMs: number;
  readonly minFreshMs: number;
  /** How long past its time an answer may be. */
  readonly maxStaleMs: number;
  /** How long past its time an answer may stand in for a failure (RFC 5861, 4). */
  readonly staleIfErrorMs: number;
}

const nothing: Wishes = Object.freeze({
  noStore: false,
  onlyIfCached: false,
  validate: false,
  maxAgeMs: Infinity,
  minFreshMs: 0,
  maxStaleMs: 0,
  staleIfErrorMs: 0,
});

type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Source: RFC 9111, 5.2.1 and 5.4. */
export function wishesOf(headers: RequestHeaders): Wishes {
  const field = headers["cache-control"];
  if (field === undefined) return headers["pragma"] === undefined ? nothing : fromPragma(String(headers["pragma"]));
  const directives = parseDirectives(String(field));
  const msOf = (name: string): number | undefined => {
    const seconds = secondsOf(directives, name);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  const stale = directives.get("max-stale") === true ? Infinity : (msOf("max-stale") ?? 0);
  return {
    noStore: directives.has("no-store"),
    onlyIfCached: directives.has("only-if-cached"),
    validate: directives.has("no-cache"),
    maxAgeMs: msOf("max-age") ?? Infinity,
    minFreshMs: msOf("min-fresh") ?? 0,
    maxStaleMs: stale,
    staleIfErrorMs: msOf("stale-if-error") ?? 0,
  };
}

function fromPragma(pragma: string): Wishes {
  return parseDirectives(pragma).has("no-cache") ? { ...nothing, validate: true } : nothing;
}

/** What is asked for when clients have no say. */
export function noWishes(): Wishes {
  return nothing;
}
