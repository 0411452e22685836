import type { JsonValue } from "@backworks/core";
import { isObject, readValue, textOf } from "@backworks/core/query";
import type { Column, ScalarName, ValueType } from "@backworks/core/query";
import type { DialectName } from "../../dialect.ts";
import { toTimestamp } from "../../values/to-json.ts";

/** A value of a body as its column takes it, or what is wrong with it. */
export type Fitted =
  | {
      /** As JSON has it, when it is read again. */
      readonly value: JsonValue;
      /** As the driver takes it. */
      readonly bind: unknown;
      readonly problem?: undefined;
    }
  | { readonly problem: string };

const nothing: Fitted = { value: null, bind: null };

/** Makes a value ready to be stored; the same for every database, so that none stores what another refuses. */
export function fitValue(value: JsonValue | undefined, { type, nullable }: Column, dialect: DialectName): Fitted {
  if (value === null || value === undefined) return nullable ? nothing : { problem: "is required" };
  if (type.name === "json") return fitJson(value);
  if (type.name === "list") return fitList(value, type, dialect);
  if (type.name === "any") return fitAny(value);
  if (typeof value === "object") return { problem: `must be ${words[type.name]}` };
  return fitScalar(value, type, dialect);
}

/** What a database alone understands, it is given as it is. */
function fitAny(value: JsonValue): Fitted {
  return { value, bind: typeof value === "object" ? JSON.stringify(value) : value };
}

function fitScalar(value: JsonValue, type: ValueType, dialect: DialectName): Fitted {
  const wrong: Fitted = { problem: `must be ${words[type.name]}` };
  if (type.name === "bytes") return fitBytes(value);
  if (isText(type)) return typeof value === "string" ? { value, bind: value } : wrong;
  const lost = lossOf(value, type, dialect);
  return lost === undefined ? fitRead(value, type, dialect) : { problem: lost };
}

function fitRead(value: JsonValue, type: ValueType, dialect: DialectName): Fitted {
  if (type.name === "decimal" && typeof value === "number") return { value: String(value), bind: String(value) };
  const read = isSpelled(value, type) ? readValue(textOf(value), type) : undefined;
  if (read === undefined || read.problem !== undefined) return { problem: `must be ${words[type.name]}` };
  return { value: read.value, bind: type.name === "timestamp" ? timestampFor(read.value, dialect) : read.value };
}

/** Why another number would be stored than was sent; `undefined` when the same would. */
function lossOf(value: JsonValue, { name }: ValueType, dialect: DialectName): string | undefined {
  if (name !== "integer" && name !== "decimal") return undefined;
  // What JSON said is not known any more.
  if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return "must be a text of digits beyond 2^53, where JSON's numbers lose some";
  if (dialect !== "sqlite") return undefined;
  if (name === "integer") return isWide(textOf(value)) ? "must be a whole number of 64 bits" : undefined;
  const digits = textOf(value).replace(/^[+-]?0*(?:\.0*)?|\.|0+$/g, "");
  return digits.length > 15 ? "must have 15 digits at most, which is what SQLite keeps of a decimal number" : undefined;
}

/** Whether it is a whole number that SQLite would make a float of, without a word. */
function isWide(text: string): boolean {
  return /^[+-]?\d{19,}$/.test(text) && BigInt.asIntN(64, BigInt(text)) !== BigInt(text);
}

function isText({ name }: ValueType): boolean {
  return name === "text" || name === "search";
}

/** Numbers may be texts, as those are that JSON cannot hold; nothing else is a number. */
function isSpelled(value: JsonValue, { name }: ValueType): boolean {
  if (typeof value === "string") return true;
  if (typeof value === "boolean") return name === "boolean";
  return name === "integer" || name === "number";
}

/** One spelling of a time, so that those stored as texts can be compared; MySQL knows neither `T` nor zone. */
function timestampFor(value: JsonValue, dialect: DialectName): string {
  const text = String(toTimestamp(value));
  return dialect === "mysql" ? text.replace("T", " ").replace(/Z$/, "") : text;
}

function fitBytes(value: JsonValue): Fitted {
  if (
    typeof value !== "string" ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(value)
  )
    return { problem: `must be ${words.bytes}` };
  return { value, bind: Buffer.from(value, "base64") };
}

function fitList(value: JsonValue, type: ValueType, dialect: DialectName): Fitted {
  const { of = "any" } = type;
  const wrong = { problem: `must be a list of ${of === "any" ? "values" : of}` };
  const read = readValue(typeof value === "string" ? value : JSON.stringify(value), type);
  if (read.problem !== undefined || isObject(value)) return wrong;
  if (dialect !== "postgresql" || !(of === "bytes" || of === "json")) return { value: read.value, bind: read.value };
  // What was read as a list is one.
  const items = (read.value as readonly JsonValue[]).map((item) =>
    of === "json" ? fitJson(item) : item === null ? nothing : fitBytes(item),
  );
  const binds = items.map((item) => (item.problem === undefined ? item.bind : undefined));
  return binds.includes(undefined) ? wrong : { value: read.value, bind: binds };
}

/** JSON has its own word for nothing. */
function fitJson(value: JsonValue): Fitted {
  return { value, bind: JSON.stringify(value) };
}

const words: Readonly<Record<ScalarName | "list" | "range" | "search", string>> = {
  any: "a value",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  decimal: "a decimal number",
  text: "a text",
  uuid: "a UUID",
  date: "a date such as 2024-02-29",
  time: "a time such as 23:59:59",
  timestamp: "a time such as 2024-02-29T12:00:00Z",
  json: "JSON",
  bytes: "bytes in base64",
  list: "a list",
  range: "a range such as [1,5)",
  search: "a text",
};
