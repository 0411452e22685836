import type { JsonValue } from "@backworks/core";
import type { DecodeRow } from "./decode.ts";
import { decodeRow } from "./decode.ts";
import { groupedEmbed } from "./grouped.ts";
import type { EmbedSelect, Level } from "./level.ts";
import { whereOf } from "./level.ts";
import { decodeListOf, parsed, stretchOf } from "./lists.ts";
import { orderOf } from "./order.ts";
import { isSingle, placesOf } from "./outputs.ts";
import type { Reading } from "./reading.ts";
import type { Sql } from "./sql.ts";
import { joinSql, sql, valueOf } from "./sql.ts";

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

function oneOf({ selection: { limit, offset }, scope: { dialect } }: Level): Sql {
  const least = limit === undefined ? sql`1` : dialect.whole(valueOf(limit));
  return dialect.limit(least, offset && dialect.whole(valueOf(offset)));
}
