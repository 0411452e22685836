import type { BuiltinFamily } from "../builtin.ts";
import { listOf, objectOf, textOf } from "../parameters.ts";
import { forbiddenNames } from "../values.ts";

export const objects: BuiltinFamily = {
  merge: {
    signature: "merge(object, …)",
    description: "One object with the keys of all; the last one wins, missing data is passed over.",
    arity: [1, Infinity],
    pure: true,
    call: (_, ...parts) => mergeObjects(parts),
  },
  pick_keys: {
    signature: "pick_keys(object, keys)",
    description: "Only these keys of an object; a list, or one parameter each.",
    arity: [2, Infinity],
    pure: true,
    call: (_, object, ...keys) => selectKeys(object, namesOf(keys), true),
  },
  omit_keys: {
    signature: "omit_keys(object, keys)",
    description: "An object without these keys; a list, or one parameter each.",
    arity: [2, Infinity],
    pure: true,
    call: (_, object, ...keys) => selectKeys(object, namesOf(keys), false),
  },
  keys: {
    signature: "keys(object)",
    description: "The keys of an object.",
    arity: [1, 1],
    pure: true,
    call: (_, object) => Object.keys(objectOf(object)),
  },
  values: {
    signature: "values(object)",
    description: "The values of an object.",
    arity: [1, 1],
    pure: true,
    call: (_, object) => Object.values(objectOf(object)),
  },
  coalesce: {
    signature: "coalesce(value, …)",
    description: "The first value that is there and not `null`.",
    arity: [1, Infinity],
    pure: true,
    call: (_, ...values) => values.find((value) => value !== undefined && value !== null),
  },
};

/** Keys that could change a prototype are left out. */
export function mergeObjects(parts: readonly unknown[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(objectOf(part))) if (!forbiddenNames.has(key)) merged[key] = value;
  }
  return merged;
}

function selectKeys(object: unknown, names: ReadonlySet<string>, wanted: boolean): Record<string, unknown> {
  const entries = Object.entries(objectOf(object)).filter(
    ([key]) => names.has(key) === wanted && !forbiddenNames.has(key),
  );
  return Object.fromEntries(entries);
}

function namesOf(keys: readonly unknown[]): ReadonlySet<string> {
  return new Set(keys.flatMap((key) => (Array.isArray(key) ? listOf(key) : [key])).map((key) => textOf(key)));
}
