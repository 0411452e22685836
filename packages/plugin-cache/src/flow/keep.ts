import { createHash } from "node:crypto";
import type { HeaderList } from "@backworks/core";
import type { Collected } from "../answer/collect.ts";
import type { Head, Verdict } from "../rules/storable.ts";
import { storedFields } from "../rules/stored-fields.ts";
import type { StoredAnswer } from "../stored.ts";
import type { CacheContext } from "./context.ts";
import type { Filled, Received } from "./fill.ts";
import type { Look } from "./look.ts";
import { keyFor, passKey, urlTag } from "./look.ts";
import { fillTags, namedTag } from "./policy.ts";

/** How long an answer is kept past its time when its source can be asked whether it still holds. */
const keptForValidationMs = 3_600_000;

/** And when a request may want it all the same. */
const keptForWishesMs = 60_000;

/** Fields that an answer may depend on. */
export const mostNames = 16;

/** Tags that an answer may name: one that was left out could not be thrown away by. */
const mostTags = 128;

/** An answer that is whole and may be shared. */
export interface Keepable {
  readonly received: Pick<Received, "head" | "asOf">;
  readonly collected: Extract<Collected, { readonly kind: "whole" }>;
  readonly verdict: Verdict & { readonly storedMs: number };
  readonly names: readonly string[];
}

/** Stores an answer under what it depends on. */
export function keep({ received, collected, verdict, names }: Keepable, look: Look, context: CacheContext): Filled {
  const { head, asOf } = received;
  const headers = wholeFields(head, collected, look);
  const parts = { ...head, headers, body: collected.bytes, asOf: asOf ?? 0 };
  const answer = toStored(parts, verdict, tagsOf(look, headers, context));
  const key = keyFor(look, names);
  const isSmall = names.length <= mostNames && namedTags(headers, context).length <= mostTags;
  const stored = asOf !== undefined && isWhole(head.headers, collected.bytes) && isSmall;
  if (stored) put({ answer, key, names }, look, context);
  return { kind: "shared", answer, key, names, status: head.status, stored, own: ownFields(headers, verdict.without) };
}

/** What a failure says of its being used again. */
const never: Verdict = {
  ageMs: 0,
  lifetimeMs: 0,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  validatesAlways: true,
  strict: true,
  immutable: false,
  forAll: false,
  vary: [],
  without: [],
};

/** A failure that is for all who wait, and for nobody after them. */
export function failAll(
  { head, collected, storedMs }: Pick<Keepable, "collected"> & { readonly head: Head; readonly storedMs: number },
  look: Look,
  names: readonly string[],
): Filled {
  const headers = wholeFields(head, collected, look);
  const { status } = head;
  const answer = toStored({ status, headers, body: collected.bytes, asOf: 0 }, { ...never, storedMs }, []);
  return { kind: "shared", answer, key: keyFor(look, names), names, status, stored: false };
}

/** The fields that were sent, with what a body of this kind and mode gets. */
function wholeFields(head: Head, { bytes, type }: Keepable["collected"], { policy }: Look): HeaderList {
  const headers = head.headers.copy();
  if (type !== undefined && !headers.has("content-type")) headers.set("content-type", type);
  // The tag of a part would be that of the whole.
  if (policy.etag && head.status !== 206 && !headers.has("etag") && !headers.has("last-modified"))
    headers.set("etag", etagOf(bytes));
  return headers;
}

/** Whether as much came as was said. */
function isWhole(headers: HeaderList, bytes: Uint8Array): boolean {
  return !headers.has("content-length") || headers.get("content-length") === String(bytes.length);
}

/** Fields that only who asked may get. */
function ownFields(headers: HeaderList, without: readonly string[]): readonly string[] {
  if (without.length === 0) return noFields;
  return [...headers].flatMap(([name, value]) => (without.includes(name) ? [name, value] : []));
}

const noFields: readonly string[] = [];

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha1").update(bytes).digest("base64url")}"`;
}

interface AnswerParts {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  readonly asOf: number;
}

/** What is stored of an answer. */
export function toStored(
  { status, headers, body, asOf }: AnswerParts,
  { vary: _vary, forAll: _forAll, without, ...verdict }: Keepable["verdict"],
  tags: readonly string[],
): StoredAnswer {
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  const usefulMs = Math.max(
    verdict.staleWhileRevalidateMs,
    verdict.staleIfErrorMs,
    etag === undefined && lastModified === undefined ? keptForWishesMs : keptForValidationMs,
  );
  const untilMs = verdict.storedMs + Math.max(0, verdict.lifetimeMs - verdict.ageMs) + usefulMs;
  const fields = storedFields(headers, without);
  return { kind: "answer", status, headers: fields, body, ...verdict, etag, lastModified, tags, asOf, untilMs };
}

/** Puts an answer where it is found: with a mark on the way when it depends on more than always counts. */
export function put(
  { answer, key, names }: { readonly answer: StoredAnswer; readonly key: string; readonly names: readonly string[] },
  look: Look,
  { store, numbers, passes }: CacheContext,
): void {
  const { tags, asOf, untilMs } = answer;
  numbers.stored += 1;
  passes.delete(passKey(look));
  if (names.length > 0) store.set(look.baseKey, { kind: "vary", names, tags, asOf, untilMs });
  store.set(key, answer);
}

/** By what an answer may be thrown away. */
export function tagsOf(look: Look, headers: HeaderList, context: Pick<CacheContext, "tagFields">): string[] {
  const named = fillTags(look.policy.tags, look.exchange.request.params);
  return [...new Set([...plainTags(look), ...named, ...namedTags(headers, context)])];
}

/** Those that an answer has whatever it says, and that nobody has named. */
export function plainTags({ policy, path, search }: Look): string[] {
  return ["*", `endpoint:${policy.endpoint}`, urlTag(path, search)];
}

/** Tags that an answer names itself. */
function namedTags(headers: HeaderList, { tagFields }: Pick<CacheContext, "tagFields">): string[] {
  return tagFields.flatMap((name) => (headers.get(name) ?? "").split(/[\s,]+/).filter(Boolean)).map(namedTag);
}
