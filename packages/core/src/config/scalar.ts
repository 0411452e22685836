import type { Scalar } from "./node.ts";

const words = new Map<string, Scalar>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, -Infinity] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, NaN] as const),
]);

const decimal = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const radix = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;

/** The value of a scalar written without quotes. Source: YAML 1.2.2, 10.3.2 (core schema). */
export function resolveScalar(text: string): Scalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  return decimal.test(text) || radix.test(text) ? Number(text) : text;
}

/** Whether a number says what its text says, or is sent as that: digits beyond 2^53 and powers beyond 10^308 may be lost, and JSON has no `.inf` and no `.nan`. */
export function isExact(value: number, text: string): boolean {
  if (Number.isSafeInteger(value) || String(value) === text) return true;
  return Number.isFinite(value) && isSameInteger(value, text);
}

/** Fractions are as near as a number comes. */
function isSameInteger(value: number, text: string): boolean {
  return !/^[-+]?\d+$/.test(text) || BigInt(value) === BigInt(text.replace("+", ""));
}

/** The same for a value from outside, which has no type of its own: what a number cannot hold stays text. */
export function resolveExact(text: string): Scalar {
  const value = resolveScalar(text);
  return typeof value !== "number" || isExact(value, text) ? value : text;
}
