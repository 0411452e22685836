import type { JsonValue } from "@backworks/core";
import { isObject, readValue, textOf } from "@backworks/core/query";
import type { ScalarName, ValueType } from "@backworks/core/query";
import type { DialectName } from "../../dialect.ts";
import type { DatabaseColumn, NumberRoom } from "../../schema/schema.ts";
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

/** What a column says of its values. */
export type Fitting = Pick<DatabaseColumn, "type" | "nullable" | "room" | "length">;

const nothing: Fitted = { value: null, bind: null };

/** Makes a value ready to be stored; the same for every database, so that none stores what another refuses. */
export function fitValue(value: JsonValue | undefined, column: Fitting, dialect: DialectName): Fitted {
  const { type, nullable } = column;
  if (value === null || value === undefined) return nullable ? nothing : { problem: "is required" };
  if (type.name === "json") return fitJson(value);
  if (type.name === "list") return fitList(value, type, dialect);
  if (type.name === "any") return fitAny(value);
  if (typeof value === "object") return { problem: `must be ${words[type.name]}` };
  return fitScalar(value, column, dialect);
}

/** What a database alone understands, it is given as it is. */
function fitAny(value: JsonValue): Fitted {
  return { value, bind: typeof value === "object" ? JSON.stringify(value) : value };
}

function fitScalar(value: JsonValue, column: Fitting, dialect: DialectName): Fitted {
  const { type, length } = column;
  const wrong: Fitted = { problem: `must be ${words[type.name]}` };
  if (type.name === "bytes") return fitBytes(value);
  if (isText(type)) return typeof value === "string" ? fitText(value, length) : wrong;
  const lost = lossOf(value, column, dialect);
  return lost === undefined ? fitRead(value, type, dialect) : { problem: lost };
}

/** Whether spaces at the end are left out where there is no room for them is the database's to say. */
function fitText(value: string, length: number = Infinity): Fitted {
  // What has few code units has few characters.
  const fits = value.length <= length || Array.from(value.replace(/ +$/, "")).length <= length;
  return fits ? { value, bind: value } : { problem: `must have ${length} characters at most` };
}

function fitRead(value: JsonValue, type: ValueType, dialect: DialectName): Fitted {
  if (type.name === "decimal" && typeof value === "number") return { value: String(value), bind: String(value) };
  const read = isSpelled(value, type) ? readValue(textOf(value), type) : undefined;
  if (read === undefined || read.problem !== undefined) return { problem: `must be ${words[type.name]}` };
  return { value: read.value, bind: type.name === "timestamp" ? timestampFor(read.value, dialect) : read.value };
}

/** Why another number would be stored than was sent; `undefined` when the same would. */
function lossOf(value: JsonValue, { type: { name }, room }: Fitting, dialect: DialectName): string | undefined {
  if (name !== "integer" && name !== "decimal") return undefined;
  // What JSON said is not known any more.
  if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return "must be a text of digits beyond 2^53, where JSON's numbers lose some";
  if (name === "integer") return roomProblem(textOf(value), room ?? widest);
  if (dialect !== "sqlite") return undefined;
  const digits = textOf(value).replace(/^[+-]?0*(?:\.0*)?|\.|0+$/g, "");
  return digits.length > 15 ? "must have 15 digits at most, which is what SQLite keeps of a decimal number" : undefined;
}

/** Beyond it SQLite would make a float of a whole number, without a word. */
const widest: NumberRoom = { bits: 64, signed: true };

/** What is no whole number is told elsewhere. */
function roomProblem(text: string, { bits, signed }: NumberRoom): string | undefined {
  // Nine digits always fit.
  if (text.length <= 9 && bits >= 32 && signed) return undefined;
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = BigInt(text.replace("+", ""));
  const kept = signed ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits, number);
  if (kept === number) return undefined;
  return `must be a whole number of ${bits} bits${signed ? "" : ", and not below 0"}`;
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
