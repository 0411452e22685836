import type { JsonValue } from "@backworks/core";
import type { Row, ValueType } from "@backworks/core/query";
import { toJsonOf } from "../values/to-json.ts";
import type { ToJson } from "../values/to-json.ts";
import { toText } from "./binds.ts";
import type { Reading } from "./reading.ts";

/** Makes a value of an answer of what a statement has at its place. */
export type Decode = (value: JsonValue, reading: Reading) => JsonValue;

/** Members of objects that are being made. */
export type Members = Record<string, JsonValue | undefined>;

/** What a place of a row becomes: a member of the object, or several that are spread. */
export type Member =
  | { readonly name: string; readonly decode: Decode | undefined }
  | { readonly name: undefined; spread(object: Members, value: JsonValue, reading: Reading): void };

/** Makes an object of the list of values that a row is. */
export type DecodeRow = (values: readonly JsonValue[], reading: Reading) => Row;

/** Which member is how was decided when the shape was compiled: one loop runs through the values. */
export function decodeRow(members: readonly Member[]): DecodeRow {
  return (values, reading) => {
    const object: Members = {};
    for (let index = 0; index < members.length; index += 1) {
      const member = members[index];
      const value = values[index] ?? null;
      if (member === undefined) continue;
      if (member.name === undefined) member.spread(object, value, reading);
      else object[member.name] = member.decode === undefined ? value : member.decode(value, reading);
    }
    return object;
  };
}

export function namedMember(name: string, decode: Decode | undefined): Member {
  return { name, decode };
}

/** How values of a type are told; `undefined` where they are right as they are. Nothing stays nothing. */
export function decodeOf({ name, of }: ValueType, known?: (value: unknown) => unknown): Decode | undefined {
  if (name === "json" || name === "any") return undefined;
  if (name === "list") return decodeItems(decodeOf({ name: of ?? "any" }));
  return decodeBy(known ?? toJsonOf(name === "bytes" ? "text" : name), name, known === undefined);
}

function decodeBy(convert: ToJson | undefined, name: ValueType["name"], isUsual: boolean): Decode | undefined {
  if (convert === undefined) return name === "text" ? asText : undefined;
  const isDone = (isUsual ? doneBefore[name] : undefined) ?? never;
  // What it makes of JSON is JSON.
  return (value) => (value === null || isDone(value) ? value : (convert(value) as JsonValue));
}

/** Values that are told as they are, which most are. */
const doneBefore: Partial<Record<ValueType["name"], (value: JsonValue) => boolean>> = {
  integer: (value) => typeof value === "number",
  number: (value) => typeof value === "number" && value - value === 0,
  boolean: (value) => typeof value === "boolean",
};

function never(): boolean {
  return false;
}

/** Steps that end in text give JSON as it is written. */
function asText(value: JsonValue): JsonValue {
  return value === null ? null : toText(value);
}

/** Bytes that came as hexadecimal digits. */
export function decodeHex(value: JsonValue): JsonValue {
  return value === null ? null : Buffer.from(toText(value), "hex").toString("base64");
}

/** Lists whose items are told in one way; those of several dimensions hold lists. */
export function decodeItems(decode: Decode | undefined): Decode {
  const items = (value: JsonValue): JsonValue => (typeof value === "string" ? (JSON.parse(value) as JsonValue) : value);
  const decodeItem = (item: JsonValue, reading: Reading): JsonValue => {
    if (decode === undefined) return item;
    // A list of JSON holds JSON.
    if (Array.isArray(item)) return (item as readonly JsonValue[]).map((inner) => decodeItem(inner, reading));
    return decode(item, reading);
  };
  return (value, reading) => {
    const list = items(value);
    return Array.isArray(list) ? decodeItem(list as JsonValue, reading) : list;
  };
}
