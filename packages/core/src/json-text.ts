import { describeThrown } from "./thrown.ts";

/** What has no JSON form, as its message; and what to give instead, when that is known. */
export class NoJsonForm extends TypeError {
  readonly hint: string | undefined;

  constructor(problem: string, { hint, cause }: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(problem, { cause });
    this.hint = hint;
  }
}

/** Levels that are looked at for what JSON has nothing of. */
const deepest = 100;

/**
 * The JSON of what is to be sent. `what` it is says the message: `the answer`.
 *
 * What JSON makes `{}` of although something is there, a Map, a Promise that nobody awaited, is refused, wherever in the value it stands.
 *
 * @throws NoJsonForm
 */
export function toJsonText(value: unknown, what: string): string {
  let text: string | undefined;
  let emptied: Emptied | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
    if (isBare(value) && kindOf(value) === "Error") emptied = { kind: "Error", path: [] };
    // Looking at every member takes longer than JSON does: only where there may be such a part.
    else if (text?.includes("{}") === true) emptied = findEmptied(value, 0);
  } catch (error) {
    // A circle, a BigInt, or code of whoever made the value; the first line says which, the others draw it.
    const [reason] = describeThrown(error).message.split("\n", 1);
    throw new NoJsonForm(`${what} has no JSON form: ${reason}`, { cause: error });
  }
  if (emptied !== undefined) throw refusalOf(emptied, what);
  if (text === undefined) throw new NoJsonForm(`${what} has no JSON form: it is a ${typeof value}`);
  return text;
}

/** A part of a value of which nothing would be left. */
interface Emptied {
  readonly kind: string;
  /** Where it stands in the value; empty for all of it. */
  readonly path: readonly string[];
}

function findEmptied(value: unknown, depth: number): Emptied | undefined {
  if (!isBare(value) || depth > deepest) return undefined;
  const members = Array.isArray(value) ? value.entries() : Object.entries(value);
  let isEmpty = !Array.isArray(value);
  for (const [key, member] of members) {
    isEmpty = false;
    const found = findEmptied(member, depth + 1);
    if (found !== undefined) return { kind: found.kind, path: [String(key), ...found.path] };
  }
  return isEmpty && holdsSomething(value) ? { kind: kindOf(value), path: [] } : undefined;
}

/** An object that says nothing itself of its JSON. */
function isBare(value: unknown): value is object {
  return typeof value === "object" && value !== null && typeof (value as { toJSON?: unknown }).toJSON !== "function";
}

/** What it holds is no member of it: `{}` and objects of classes without members are as empty as they look. */
function holdsSomething(value: object): boolean {
  return kindOf(value) !== "Object" || Symbol.iterator in value || Symbol.asyncIterator in value;
}

/** `Map`, `Promise`, `Error`, …, in any realm; `Object` for what has no kind of its own. */
export function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

const stream = "give Readable.from() of it, with Readable of node:stream, as the whole body";

const instead: Readonly<Record<string, string>> = {
  ArrayBuffer: "give new Uint8Array() of it",
  AsyncGenerator: stream,
  Error: "throw it, or give what clients may know of it",
  Map: "give Object.fromEntries() or [...] of it",
  Promise: "await it",
  ReadableStream: stream,
  Set: "give [...] of it",
};

function refusalOf({ kind, path }: Emptied, what: string): NoJsonForm {
  const part = path.length === 0 ? what : `${path.join(".").slice(0, 100)} of ${what}`;
  const hint = instead[kind] ?? "give the data of it";
  return new NoJsonForm(`${part} is of the kind ${kind}, of which JSON has nothing`, { hint });
}
