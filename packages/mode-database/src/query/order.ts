import type { Order, Parameter } from "@backworks/core/query";
import type { Level } from "./level.ts";
import { whereOf } from "./level.ts";
import type { Cell } from "./query-dialect.ts";
import type { Sql } from "./sql.ts";
import { joinSql, sql } from "./sql.ts";

/** What a level is ordered by: what is asked, then the primary key, so that no two rows are alike. */
export function orderOf(level: Level): readonly Sql[] {
  const { table, selection, scope } = level;
  const asked = selection.order.flatMap((order) => termOf(level, order));
  const plain = selection.order.filter(({ embed, field }) => embed === undefined && field.json.length === 0);
  const rest = table.primaryKey.filter((name) => plain.every(({ field }) => field.column !== name));
  const keys = rest.flatMap((name) => scope.dialect.sortKeys(keyCell(level, name)));
  return [
    ...asked,
    ...keys.map((key) => scope.dialect.orderTerm(key, { descending: false, nulls: "last", nullable: false })),
  ];
}

/** A column of the primary key, which a client may not be allowed to see. */
export function keyCell(level: Level, name: string): Cell {
  return level.cell({ column: name, json: [], type: level.table.columns.get(name)?.type ?? { name: "any" } });
}

function termOf(level: Level, { embed, field, descending, nulls }: Order): readonly Sql[] {
  const { dialect } = level.scope;
  if (embed === undefined) {
    const cell = level.cell(field);
    const nullable = isNullable(cell);
    return dialect.sortKeys(cell).map((key) => dialect.orderTerm(key, { descending, nulls, nullable }));
  }
  const inner = level.embed(embed);
  const from = sql`FROM ${inner.source}${whereOf(inner)} LIMIT 1`;
  return dialect
    .sortKeys(inner.cell(field))
    .map((key) => dialect.orderTerm(sql`(SELECT ${key} ${from})`, { descending, nulls, nullable: true }));
}

export function isNullable({ known, steps }: Cell): boolean {
  return known === undefined || known.nullable || steps.length > 0;
}

/** Whether a row comes after the one a keyset page ended with. */
export function afterOf(level: Level): readonly Sql[] {
  const { order, after } = level.selection;
  if (after === undefined) return [];
  const terms = order.flatMap((term, index) => {
    const value = after[index];
    return value === undefined ? [] : [{ ...term, cell: level.cell(term.field), value }];
  });
  const branches = terms.map((term, index) =>
    joinSql([...terms.slice(0, index).map((before) => sameAs(level, before)), beyond(level, term)], " AND "),
  );
  const further = joinSql(
    branches.map((branch) => sql`(${branch})`),
    " OR ",
  );
  const [first] = terms;
  if (first === undefined || terms.length === 1 || isNullable(first.cell)) return [further];
  // Says nothing more, but an index of the first term begins there.
  return [level.scope.dialect.compare(first.cell, first.descending ? "lte" : "gte", first.value), further];
}

interface AfterTerm extends Order {
  readonly cell: Cell;
  readonly value: Parameter;
}

function sameAs({ scope: { dialect } }: Level, { cell, value }: AfterTerm): Sql {
  if (!isNullable(cell)) return dialect.compare(cell, "eq", value);
  return sql`NOT (${dialect.compare(cell, "isdistinct", value)})`;
}

/** Nothing stands before or behind all values; whether the last row had a value is only known when it runs. */
function beyond({ scope: { dialect } }: Level, { cell, value, descending, nulls }: AfterTerm): Sql {
  const further = dialect.compare(cell, descending ? "lt" : "gt", value);
  if (!isNullable(cell)) return further;
  const present = dialect.present(cell);
  const lastIsNothing = dialect.isNothing(value);
  if (nulls === "last") return sql`(NOT ${lastIsNothing} AND (${further} OR NOT (${present})))`;
  return sql`(${further} OR (${lastIsNothing} AND ${present}))`;
}
