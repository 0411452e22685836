import type { ScalarName, ValueType } from "@backworks/core/query";
import { toBase64, toJsonOf } from "../values/to-json.ts";
import type { ToJson } from "../values/to-json.ts";
import { toScalarBind } from "../values/to-bind.ts";

/** In this order: the first that is found in a declared type says what it is. Source: https://www.sqlite.org/datatype3.html, 3.1, and beyond it. */
const words: readonly (readonly [RegExp, ScalarName])[] = [
  [/BOOL/i, "boolean"],
  [/DATETIME|TIMESTAMP/i, "timestamp"],
  [/DATE/i, "date"],
  [/TIME/i, "time"],
  [/JSON/i, "json"],
  [/UUID/i, "uuid"],
  [/INT/i, "integer"],
  [/CHAR|CLOB|TEXT/i, "text"],
  [/BLOB|BINARY/i, "bytes"],
  [/REAL|FLOA|DOUB/i, "number"],
  [/DEC|NUMERIC/i, "decimal"],
];

/** The type that a column was declared with, `text[]` for a list of texts as JSON; `any` for one that is computed. */
export function declaredType(declared: string = ""): ValueType {
  const scalar = words.find(([word]) => word.test(declared))?.[1] ?? "any";
  return declared.endsWith("[]") ? { name: "list", of: scalar } : { name: scalar };
}

/** How the values of a column are told. */
export function toJsonOfColumn(declared: string | undefined): ToJson {
  const { name } = declaredType(declared);
  if (name === "decimal") return decimalOf(declared ?? "");
  const convert = toJsonOf(name);
  return convert === undefined ? plain : (value) => convert(typeof value === "bigint" ? toNumber(value) : value);
}

/** `DECIMAL(10,2)`: SQLite has only doubles, which lose zeros at the end. */
function decimalOf(declared: string): ToJson {
  const [, scale] = /\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(declared) ?? [];
  return (value) => {
    if (scale === undefined || typeof value === "string") return String(value);
    return typeof value === "bigint" && scale === "0" ? String(value) : Number(value).toFixed(Number(scale));
  };
}

/** A value of which nothing is known but what it is. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return value;
  return typeof value === "bigint" ? toNumber(value) : toBase64(value);
}

function toNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A value as SQLite takes it: whole numbers as big integers, or they would be stored as floats. */
export function toSqlite(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "bigint") return value;
  const bind = toScalarBind(value);
  if (typeof bind === "boolean") return bind ? 1n : 0n;
  return typeof bind === "number" && Number.isSafeInteger(bind) ? BigInt(bind) : bind;
}
