import type { JsonValue } from "@backworks/core";
import type { Selection } from "@backworks/core/query";
import type { Decode, DecodeRow } from "./decode.ts";
import { decodeRow } from "./decode.ts";
import { groupedEmbed } from "./grouped.ts";
import type { Level } from "./level.ts";
import { whereOf } from "./level.ts";
import { orderOf } from "./order.ts";
import { isSingle, placesOf } from "./outputs.ts";
import type { Reading } from "./reading.ts";
import type { Sql } from "./sql.ts";
import { joinSql, sql, valueOf } from "./sql.ts";

/** An embed as a part of the row around it. */
export interface EmbedSelect {
  readonly select: Sql;
  readonly decode: Decode;
}

/** Related rows as one JSON value: a row, or a list of rows. */
export function embedSelect(around: Level, index: number): EmbedSelect {
  const level = around.embed(index);
  if (level.selection.grouped) return groupedEmbed(level);
  const places = placesOf(level);
  const { dialect } = level.scope;
  const row = dialect.row(places.map(({ leaf }) => leaf));
  const read = decodeRow(places.map(({ member }) => member));
  const from = sql`FROM ${level.source}${whereOf(level)}`;
  const order = orderOf(level);
  if (isSingle(around.selection, index)) {
    const by = order.length === 0 ? [] : sql` ORDER BY ${joinSql(order, ", ")}`;
    const select = dialect.fromSelect(sql`SELECT ${row} ${from}${by}${oneOf(level)}`);
    return { select, decode: (value, reading) => (value === null ? null : readOne(read, value, reading)) };
  }
  const select = dialect.list({ row, from, order, stretch: stretchOf(level), single: false });
  return { select, decode: decodeListOf(level, read, true) };
}

function readOne(read: DecodeRow, value: JsonValue, reading: Reading): JsonValue {
  reading.count(1);
  // A row is a list of its values.
  return read(parsed(value) as readonly JsonValue[], reading);
}

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

function oneOf({ selection: { limit, offset }, scope: { dialect } }: Level): Sql {
  const least = limit === undefined ? sql`1` : dialect.whole(valueOf(limit));
  return dialect.limit(least, offset && dialect.whole(valueOf(offset)));
}
