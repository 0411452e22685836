import type { JsonValue } from "@backworks/core";
import type { ValueType } from "@backworks/core/query";
import { toTimestamp } from "../values/to-json.ts";

/** Bounds of whole numbers that databases have. */
const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

/** Digits of a whole number; what lies beyond 64 bits becomes the last that lies within. */
export function toDigits(value: JsonValue): string {
  const text = toText(value);
  // What is no number (a cursor may hold anything) is the database's to refuse.
  if (text.length < 18 || !/^[+-]?\d+$/.test(text)) return text;
  const number = BigInt(text);
  if (number > most) return String(most);
  return String(number < least ? least : number);
}

/** `2024-01-31T12:00:00.25Z`: UTC, whatever zone it was told in. */
export function toUtc(value: JsonValue): string {
  return String(toTimestamp(value));
}

/** `2024-01-31 12:00:00.250000` with so many digits of a fraction. */
export function toUtcText(value: JsonValue, digits: number): string {
  const [, day, time = "", fraction = ""] = /^(.+)T(.{8})(?:\.(\d+))?Z$/.exec(toUtc(value)) ?? [];
  if (day === undefined) return toText(value);
  return `${day} ${time}.${fraction.slice(0, digits).padEnd(digits, "0")}`;
}

export function toBytes(value: JsonValue): Uint8Array {
  return Buffer.from(toText(value), "base64");
}

export function toJsonText(value: JsonValue): string {
  return JSON.stringify(value);
}

/** How values are given to a database that has types for these, and none for lists. */
export const usualChanges: Partial<Record<ValueType["name"], (value: JsonValue) => unknown>> = {
  boolean: Number,
  text: toText,
  json: toJsonText,
  list: toJsonText,
  bytes: toBytes,
};

/** A list as one bind; `change` makes of each value what JSON can hold. */
export function toJsonList(values: JsonValue, change: (value: JsonValue) => unknown): string {
  // A parameter of a list is one.
  return JSON.stringify((values as readonly JsonValue[]).map((value) => (value === null ? null : change(value))));
}

/** A pattern with `%` and `_` only, in which `escape` takes the next character as it is. */
export function toLike(value: JsonValue, escape: string): string {
  return translate(toText(value), {
    anyText: "%",
    anyCharacter: "_",
    plain: (character) =>
      character === "%" || character === "_" || character === escape ? escape + character : character,
  });
}

/** A pattern of GLOB. */
export function toGlob(value: JsonValue): string {
  return translate(toText(value), {
    anyText: "*",
    anyCharacter: "?",
    plain: (character) => (/[*?[]/.test(character) ? `[${character}]` : character),
  });
}

interface Wildcards {
  readonly anyText: string;
  readonly anyCharacter: string;
  plain(character: string): string;
}

/** The pattern of a query (`%` and `*`, `_`, `\`) in other words. */
function translate(pattern: string, { anyText, anyCharacter, plain }: Wildcards): string {
  let text = "";
  let escaped = false;
  for (const character of pattern) {
    if (!escaped && character === "\\") escaped = true;
    else {
      if (escaped) text += plain(character);
      else if (character === "%" || character === "*") text += anyText;
      else text += character === "_" ? anyCharacter : plain(character);
      escaped = false;
    }
  }
  return text;
}

/** Text as it is, anything else as JSON. */
export function toText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
