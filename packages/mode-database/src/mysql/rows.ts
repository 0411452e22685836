import type { ScalarName } from "@backworks/core/query";
import type { FieldPacket } from "mysql2";
import type { Row } from "../engine.ts";
import { toJsonOf } from "../values/to-json.ts";
import type { ToJson } from "../values/to-json.ts";

/** Source: MySQL internals, Protocol::ColumnType. */
const types: ReadonlyMap<number, ScalarName> = new Map([
  [0, "decimal"],
  [4, "number"],
  [5, "number"],
  [7, "timestamp"],
  [8, "integer"],
  [10, "date"],
  [12, "timestamp"],
  [16, "boolean"],
  [245, "json"],
  [246, "decimal"],
]);

const tiny = 1;
/** Character set of bytes. */
const binary = 63;
/** Types that are texts in a character set and bytes without. */
const texts: ReadonlySet<number> = new Set([15, 249, 250, 251, 252, 253, 254]);

/** The type that a column of an answer has. */
function typeOf({ columnType = -1, columnLength = 0, characterSet = 0 }: FieldPacket): ScalarName {
  if (columnType === tiny) return columnLength === 1 ? "boolean" : "text";
  if (texts.has(columnType)) return characterSet === binary ? "bytes" : "text";
  return types.get(columnType) ?? "text";
}

/** Rows made of JSON. */
export function toRows(rows: readonly Row[], fields: readonly FieldPacket[]): readonly Row[] {
  const changes = fields.flatMap((field): readonly (readonly [string, ToJson])[] => {
    const toJson = toJsonOf(typeOf(field));
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
