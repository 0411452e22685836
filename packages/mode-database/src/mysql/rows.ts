import type { ScalarName } from "@backworks/core/query";
import type { FieldPacket } from "mysql2";
import type { Row } from "../engine.ts";
import { toJsonOf, toSingle } from "../values/to-json.ts";
import type { ToJson } from "../values/to-json.ts";

/** Source: MySQL internals, Protocol::ColumnType. */
const types: ReadonlyMap<number, ScalarName> = new Map([
  [0, "decimal"],
  [5, "number"],
  [7, "timestamp"],
  [8, "integer"],
  [10, "date"],
  [11, "time"],
  [12, "timestamp"],
  [245, "json"],
  [246, "decimal"],
]);

const single = 4;
const tiny = 1;
const bits = 16;
/** Character set of bytes. */
const binary = 63;
/** Types that are texts in a character set and bytes without. */
const texts: ReadonlySet<number> = new Set([15, 249, 250, 251, 252, 253, 254]);

/** The type that a column of an answer has. */
function typeOf({ columnType = -1, columnLength, characterSet }: FieldPacket): ScalarName {
  const isOne = columnLength === 1;
  if (columnType === tiny) return isOne ? "boolean" : "text";
  if (columnType === bits) return isOne ? "boolean" : "bytes";
  if (texts.has(columnType)) return characterSet === binary ? "bytes" : "text";
  return types.get(columnType) ?? "text";
}

/** Rows made of JSON. */
export function toRows(rows: readonly Row[], fields: readonly FieldPacket[]): readonly Row[] {
  const changes = fields.flatMap((field): readonly (readonly [string, ToJson])[] => {
    const toJson = field.columnType === single ? toSingle : toJsonOf(typeOf(field));
    return toJson === undefined ? [] : [[field.name, toJson]];
  });
  return rows.map((row) => toRow(row, changes));
}

function toRow(row: Row, changes: readonly (readonly [string, ToJson])[]): Row {
  const own: Record<string, unknown> = { ...row };
  for (const [name, toJson] of changes) {
    const value = own[name];
    if (value !== null && value !== undefined) own[name] = toJson(value);
  }
  return own;
}
