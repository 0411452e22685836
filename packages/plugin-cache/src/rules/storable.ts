import type { HeaderList } from "@backworks/core";
import { fieldsOf, isWhole, secondsOf, splitList } from "./directives.ts";
import type { Control, Trip } from "./freshness.ts";
import { controlOf, explicitLifetimeMs, heuristicLifetimeMs, initialAgeMs } from "./freshness.ts";

/** What the configuration says of answers that say nothing themselves; milliseconds. */
export interface StorableDefaults {
  readonly ttlMs: number;
  readonly negativeTtlMs: number | undefined;
  readonly heuristic: boolean;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** Fields that count before `Cache-Control`, most particular first; in lower case (RFC 9213, 2.2). */
  readonly targeted: readonly string[];
}

/** The head of an answer. */
export interface Head {
  readonly status: number;
  readonly headers: HeaderList;
  /** Whether a part was asked for by itself, so that a 206 may be stored. */
  readonly isAskedPart?: boolean;
}

/** What becomes of an answer that may be stored; milliseconds. */
export interface Verdict {
  readonly ageMs: number;
  readonly lifetimeMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** Whether its source is asked before each use. */
  readonly validatesAlways: boolean;
  /** Whether it must not be used past its time, whoever asks for that. */
  readonly strict: boolean;
  /** Whether it never changes while it holds (RFC 8246). */
  readonly immutable: boolean;
  /** Whether it says that it is for everybody, whoever asked (RFC 9111, 3.5). */
  readonly forAll: boolean;
  /** Names in lower case that it depends on. */
  readonly vary: readonly string[];
  /** Names of fields that must not be stored. */
  readonly without: readonly string[];
}

/** Why an answer is not stored. */
export type Refusal = "status" | "no-store" | "private" | "vary" | "set-cookie" | "error" | "freshness" | "partial";

/** Statuses whose meaning for a cache is known; 304 is no answer of its own. */
const understood = new Set([
  200, 203, 204, 206, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 413, 414, 415, 422, 429,
  451, 500, 501, 502, 503, 504,
]);

/** May be stored without a word of their own (RFC 9110, 15.1). */
const byDefault = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

/** Each of them says that an answer is for everybody, also where the request said who asks (RFC 9111, 3.5). */
const words = ["public", "s-maxage", "must-revalidate"];

/**
 * Whether and how an answer to a GET may be stored by a cache that many share.
 *
 * Source: RFC 9111, 3. Stricter: none that sets a cookie, no error unless `negativeTtlMs` asks for it.
 */
export function judgeAnswer(head: Head, defaults: StorableDefaults, trip: Trip): Verdict | Refusal {
  const { status, headers } = head;
  const control = controlOf(headers, defaults.targeted);
  const { directives } = control;
  const refusal = refusalOf(head, control, defaults);
  if (refusal !== undefined) return refusal;
  const without = ["no-cache", "private"].flatMap((name) => fieldsOf(directives, name) ?? []);
  if (headers.has("set-cookie") && !without.includes("set-cookie")) return "set-cookie";
  const vary = varyOf(headers);
  if (vary.includes("*")) return "vary";
  const validatesAlways = isWhole(directives, "no-cache");
  const lifetimeMs = validatesAlways ? 0 : lifetimeOf(head, control, { defaults, trip });
  const stale = staleTimes(control, defaults);
  if (lifetimeMs === undefined || !isUseful(lifetimeMs, headers, stale)) return status >= 400 ? "error" : "freshness";
  const forAll = words.some((name) => directives.has(name));
  const immutable = directives.has("immutable");
  return {
    ageMs: initialAgeMs(headers, trip),
    lifetimeMs,
    ...stale,
    validatesAlways,
    immutable,
    forAll,
    vary,
    without,
  };
}

/** Whether it can ever be used: while it is fresh, past that, or when its source says that it still holds. */
function isUseful(lifetimeMs: number, headers: HeaderList, stale: StaleTimes): boolean {
  if (lifetimeMs > 0 || stale.staleWhileRevalidateMs > 0 || stale.staleIfErrorMs > 0) return true;
  return headers.has("etag") || headers.has("last-modified");
}

type StaleTimes = Pick<Verdict, "staleWhileRevalidateMs" | "staleIfErrorMs" | "strict">;

function refusalOf(head: Head, { directives }: Control, { negativeTtlMs }: StorableDefaults): Refusal | undefined {
  const { status } = head;
  if (!isWholeOrAsked(head)) return "partial";
  if (directives.has("must-understand")) {
    // Who understands the status need not heed no-store then (RFC 9111, 5.2.2.3).
    if (!understood.has(status)) return "status";
  } else if (directives.has("no-store")) return "no-store";
  if (isWhole(directives, "private")) return "private";
  return status >= 400 && negativeTtlMs === undefined ? "error" : undefined;
}

/**
 * Several parts come in a body of their own making; of another unit is not known what it is (RFC 9111, 3.3). That a part is refused says
 * nothing of the whole.
 */
function isWholeOrAsked({ status, headers, isAskedPart = false }: Head): boolean {
  if (status !== 206) return status >= 200 && status !== 304 && status !== 416 && !(isAskedPart && status >= 400);
  return isAskedPart && /^bytes \d+-\d+\/(?:\d+|\*)$/i.test(headers.get("content-range") ?? "");
}

function lifetimeOf(
  { status, headers }: Head,
  control: Control,
  { defaults, trip }: { readonly defaults: StorableDefaults; readonly trip: Trip },
): number | undefined {
  const explicit = explicitLifetimeMs(headers, control, trip.responseMs);
  if (explicit !== undefined) return explicit;
  // "public" allows it for any status (RFC 9111, 4.2.2).
  if (!byDefault.has(status) && !isWhole(control.directives, "public")) return undefined;
  const given = status >= 400 ? (defaults.negativeTtlMs ?? 0) : defaults.ttlMs;
  if (given > 0) return given;
  const guessed = defaults.heuristic ? heuristicLifetimeMs(headers, trip.responseMs) : 0;
  return guessed > 0 ? guessed : undefined;
}

/** For how long past its time it may be used (RFC 5861, RFC 9111, 4.2.4). */
function staleTimes({ directives }: Control, defaults: StorableDefaults): StaleTimes {
  const strict =
    directives.has("must-revalidate") || directives.has("proxy-revalidate") || isWhole(directives, "no-cache");
  if (strict) return { staleWhileRevalidateMs: 0, staleIfErrorMs: 0, strict };
  const shared = directives.has("s-maxage");
  const timeOf = (name: string, fallback: number): number => {
    const seconds = secondsOf(directives, name);
    // s-maxage asks for validation unless the answer itself allows more (RFC 9111, 5.2.2.10).
    if (seconds === undefined) return shared ? 0 : fallback;
    return seconds * 1000;
  };
  return {
    staleWhileRevalidateMs: timeOf("stale-while-revalidate", defaults.staleWhileRevalidateMs),
    staleIfErrorMs: timeOf("stale-if-error", defaults.staleIfErrorMs),
    strict: shared,
  };
}

/**
 * Names of `Vary`, in lower case and in order, each once. An encoded answer depends on the codings that its client takes also where it does not
 * say so: who takes none could not read it.
 */
export function varyOf(headers: HeaderList): string[] {
  const isEncoded = !/^(?:identity)?$/i.test(headers.get("content-encoding") ?? "");
  if (!headers.has("vary")) return isEncoded ? ["accept-encoding"] : [];
  const names = splitList((headers.get("vary") ?? "").toLowerCase());
  return [...new Set(isEncoded ? [...names, "accept-encoding"] : names)].sort();
}
