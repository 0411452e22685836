import type { JsonValue } from "@backworks/core";
import type { FieldMap } from "../options/transform.ts";

type JsonObject = Record<string, JsonValue | undefined>;

/** Gives fields new names. */
export type MapFields = (value: JsonValue) => JsonValue;

interface Move {
  /** Steps that both paths begin with: the object in which the field moves. */
  readonly common: readonly string[];
  /** From there. */
  readonly from: readonly string[];
  /** From there; `undefined` leaves the field out. */
  readonly to: readonly string[] | undefined;
}

/**
 * Compiles `map:`. A name alone as the new one stays in its object: `owner.id: owner_id` renames `id` of `owner`.
 *
 * All fields are taken out first and put in then, so that two may change places.
 */
export function compileFieldMap(map: FieldMap): MapFields {
  const moves = Object.entries(map).map(([from, to]) => toMove(from.split("."), to?.split(".")));
  return (value) => {
    const copy = structuredClone(value);
    const puts = moves.flatMap((move) => objectsAt(copy, move.common).map((object) => takeOut(object, move)));
    for (const put of puts) put();
    return copy;
  };
}

function toMove(from: readonly string[], to: readonly string[] | undefined): Move {
  const home = from.slice(0, -1);
  if (to === undefined || to.length === 1) return { common: home, from: from.slice(-1), to };
  let shared = 0;
  while (shared < home.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  return { common: from.slice(0, shared), from: from.slice(shared), to: to.slice(shared) };
}

/** Every object at a path; a list on the way stands for each of its items. */
function objectsAt(value: JsonValue | undefined, steps: readonly string[]): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((item) => objectsAt(item, steps));
  const object = toObject(value);
  if (object === undefined) return [];
  const [step, ...rest] = steps;
  return step === undefined ? [object] : objectsAt(own(object, step), rest);
}

/** Takes a field out of an object; what is returned puts it where it belongs. */
function takeOut(object: JsonObject, { from, to }: Move): () => void {
  const home = toObject(from.slice(0, -1).reduce<JsonValue | undefined>((value, step) => own(value, step), object));
  const name = from.at(-1) ?? "";
  if (home === undefined || !Object.hasOwn(home, name)) return () => {};
  const value = home[name];
  delete home[name];
  return () => {
    if (to !== undefined) putIn(object, to, value);
  };
}

function putIn(object: JsonObject, to: readonly string[], value: JsonValue | undefined): void {
  let home = object;
  for (const step of to.slice(0, -1)) {
    const next = toObject(own(home, step));
    const inner = next ?? {};
    if (next === undefined) define(home, step, inner);
    home = inner;
  }
  define(home, to.at(-1) ?? "", value);
}

/** A name such as `__proto__` is a field like any other. */
function define(object: JsonObject, name: string, value: JsonValue | undefined): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

function own(value: JsonValue | undefined, name: string): JsonValue | undefined {
  const object = toObject(value);
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The value as an object of our own copy, which may be written. */
function toObject(value: JsonValue | undefined): JsonObject | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}
