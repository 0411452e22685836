import { toJson, toNumber, toText } from "./values.ts";

/** Says that a parameter is not what a function takes. */
export function wrong(value: unknown, wanted: string): Error {
  const shown = toJson(value);
  return new Error(`${shown.length > 40 ? `${shown.slice(0, 39)}…` : shown} is not ${wanted}`);
}

/** A number, or a text that spells one; `fallback` when there is no value. */
export function numberOf(value: unknown, fallback?: number): number {
  if ((value === undefined || value === null) && fallback !== undefined) return fallback;
  const number = toNumber(value);
  if (number === undefined) throw wrong(value, "a number");
  return number;
}

/** A whole number from `least` on; `fallback` when there is no value. */
export function countOf(value: unknown, fallback?: number, least = 0): number {
  const count = numberOf(value, fallback);
  if (!Number.isSafeInteger(count) || count < least) throw wrong(value, `a whole number from ${least} on`);
  return count;
}

/** Text of any value; nothing for missing data. */
export function textOf(value: unknown, fallback = ""): string {
  return value === undefined || value === null ? fallback : toText(value);
}

/** A list; missing data is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(value, "a list");
  return value;
}

/** An object that is no list; missing data is an empty one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw wrong(value, "an object");
  // Narrowed to an object that is no list on the line above.
  return value as Readonly<Record<string, unknown>>;
}

/** The parameters themselves, or the elements of the only one when it is a list: `max(1, 2)` and `max([1, 2])`. */
export function spreadOf(parameters: readonly unknown[]): readonly unknown[] {
  const [only] = parameters;
  return parameters.length === 1 && (Array.isArray(only) || only === undefined || only === null)
    ? listOf(only)
    : parameters;
}
