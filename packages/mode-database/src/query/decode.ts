import type { JsonValue } from "@backworks/core";
import type { Row, ValueType } from "@backworks/core/query";
import { toJsonOf } from "../values/to-json.ts";
import { toText } from "./binds.ts";
import type { Reading } from "./reading.ts";

/** Makes a value of an answer of what a statement has at its place. */
export type Decode = (value: JsonValue, reading: Reading) => JsonValue;

/** Members of objects that are being made. */
export type Members = Record<string, JsonValue | undefined>;

/** Takes a place of a row and puts it into an object of the answer. */
export interface Member {
  add(object: Members, value: JsonValue, reading: Reading): void;
}

/** Makes an object of the list of values that a row is. */
export type DecodeRow = (values: readonly JsonValue[], reading: Reading) => Row;

export function decodeRow(members: readonly Member[]): DecodeRow {
  return (values, reading) => {
    const object: Members = {};
    for (let index = 0; index < members.length; index += 1) members[index]?.add(object, values[index] ?? null, reading);
    return object;
  };
}

export function namedMember(name: string, decode: Decode | undefined): Member {
  if (decode === undefined) return { add: (object, value) => void (object[name] = value) };
  return { add: (object, value, reading) => void (object[name] = decode(value, reading)) };
}

/** How values of a type are told; `undefined` where they are right as they are. Nothing stays nothing. */
export function decodeOf({ name, of }: ValueType, known?: (value: unknown) => unknown): Decode | undefined {
  if (name === "json" || name === "any") return undefined;
  if (name === "list") return decodeList({ name: of ?? "any" });
  const convert = known ?? toJsonOf(name === "bytes" ? "text" : name);
  if (convert === undefined) return name === "text" ? asText : undefined;
  // What it makes of JSON is JSON.
  return (value) => (value === null ? null : (convert(value) as JsonValue));
}

/** Steps that end in text give JSON as it is written. */
function asText(value: JsonValue): JsonValue {
  return value === null ? null : toText(value);
}

/** Bytes that came as hexadecimal digits. */
export function decodeHex(value: JsonValue): JsonValue {
  return value === null ? null : Buffer.from(toText(value), "hex").toString("base64");
}

function decodeList(element: ValueType): Decode | undefined {
  const decode = decodeOf(element);
  const items = (value: JsonValue): JsonValue => (typeof value === "string" ? (JSON.parse(value) as JsonValue) : value);
  return (value, reading) => {
    const list = items(value);
    if (!Array.isArray(list) || decode === undefined) return list;
    return list.map((item: JsonValue) => decode(item, reading));
  };
}
