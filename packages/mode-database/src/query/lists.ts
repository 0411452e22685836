import type { JsonValue } from "@backworks/core";
import type { Selection } from "@backworks/core/query";
import type { Decode, DecodeRow } from "./decode.ts";
import type { Level } from "./level.ts";
import type { Reading } from "./reading.ts";
import type { Sql } from "./sql.ts";
import { valueOf } from "./sql.ts";

/** Some databases give JSON within JSON as text. */
export function parsed(value: JsonValue): JsonValue {
  return typeof value === "string" ? (JSON.parse(value) as JsonValue) : value;
}

/** Reads a list of rows, and takes the page of it where the database left that to us. */
export function decodeListOf({ selection, scope }: Level, read: DecodeRow, counts: boolean): Decode {
  const slice = scope.dialect.correlates ? undefined : sliceOf(selection);
  return (value, reading) => {
    const all = (value === null ? [] : parsed(value)) as readonly (readonly JsonValue[])[];
    const rows = slice === undefined ? all : slice(all, reading);
    if (counts) reading.count(rows.length);
    return rows.map((row) => read(row, reading));
  };
}

type Rows = readonly (readonly JsonValue[])[];

function sliceOf({ limit, offset }: Selection): ((rows: Rows, reading: Reading) => Rows) | undefined {
  if (limit === undefined && offset === undefined) return undefined;
  return (rows, { values }) => {
    const from = offset === undefined ? 0 : Number(values[offset.parameter]);
    return rows.slice(from, limit === undefined ? undefined : from + Number(values[limit.parameter]));
  };
}

/** ` LIMIT … OFFSET …` of a list; nothing where whoever reads it takes its page. */
export function stretchOf({ selection: { limit, offset }, scope: { dialect } }: Level): Sql {
  if (!dialect.correlates) return [];
  return dialect.limit(limit && dialect.whole(valueOf(limit)), offset && dialect.whole(valueOf(offset)));
}
