import type { Selection } from "@backworks/core/query";
import { isToOne } from "@backworks/core/query";
import type { Statement } from "../engine.ts";
import type { DecodeRow } from "./decode.ts";
import { decodeRow } from "./decode.ts";
import { embedSelect } from "./embed.ts";
import { groupedParts } from "./grouped.ts";
import type { Level } from "./level.ts";
import { createLevel, createScope, whereOf } from "./level.ts";
import { afterOf, orderOf } from "./order.ts";
import { placesOf } from "./outputs.ts";
import type { QueryDialect } from "./query-dialect.ts";
import type { Bind, Sql } from "./sql.ts";
import { joinSql, sql, valueOf, writeSql } from "./sql.ts";
import type { DatabaseSchema } from "../schema/schema.ts";

/** A statement with what is bound to it. */
export interface BoundStatement {
  readonly statement: Statement;
  readonly binds: readonly Bind[];
}

/** Everything a selection may ask its database. */
export interface SelectionStatements {
  /** Rows of a page, one or several as each `j`, and one more where there is one. */
  readonly page: BoundStatement;
  readonly read: DecodeRow;
  /** Members of the objects that a cursor is made of; the last ones of the row where they are no members. */
  readonly cursor: readonly Hidden[] | undefined;
  /** Rows, or groups, that fit, as `n`; `undefined` where there is always one. */
  readonly count: BoundStatement | undefined;
  /** What the database expects of that. */
  readonly planned: BoundStatement | undefined;
}

/** A value of a row that is not shown. */
export interface Hidden {
  /** Place in the row. */
  readonly place: number;
  readonly decode: ReturnType<QueryDialect["decode"]>;
}

/** How statements get their names. */
export type NameStatement = (text: string) => Statement;

export interface StatementSource {
  readonly dialect: QueryDialect;
  readonly schema: DatabaseSchema;
  readonly nameStatement: NameStatement;
}

/** @throws BW_QUERY_UNSUPPORTED for what the database has no words for */
export function writeStatements(selection: Selection, source: StatementSource): SelectionStatements {
  const bound = (parts: Sql, { conditions, byKey }: Pick<Page, "conditions" | "byKey"> = {}): BoundStatement => {
    const { text, binds } = writeSql(parts, source.dialect);
    const statement = source.nameStatement(text);
    if (byKey === true) return { statement: { ...statement, byKey }, binds };
    if (conditions === undefined) return { statement, binds };
    // Limit and offset stand at its end.
    const sizes = selection.offset === undefined ? [binds.length - 1] : [binds.length - 2, binds.length - 1];
    return { statement: { ...statement, page: { conditions, sizes } }, binds };
  };
  const level = (): Level => createLevel(createScope({ ...source, embed: embedSelect }), selection);
  const page = selection.grouped ? groupedPage(level()) : plainPage(level());
  const count = countOf(level());
  const { planned } = source.dialect;
  const select = plannedOf(level());
  return {
    page: bound(isOne(selection) ? page.select : source.dialect.page(page.select), page),
    read: page.read,
    cursor: page.cursor,
    count: count && bound(count),
    planned: planned && select && bound(sql`${planned.prefix}${select}`),
  };
}

/** A statement that is not about several rows. */
function isOne({ limit, grouped, where }: Selection): boolean {
  return limit === undefined && !grouped && where.kind === "compare" && where.operator === "eq";
}

interface Page {
  readonly select: Sql;
  readonly read: DecodeRow;
  readonly cursor: readonly Hidden[] | undefined;
  /** Conditions on its rows, where an index may have them all and in their order. */
  readonly conditions?: number | undefined;
  /** Whether it is one row, found by its key. */
  readonly byKey?: boolean;
}

function plainPage(level: Level): Page {
  const { dialect } = level.scope;
  const places = placesOf(level);
  const hidden = hiddenOf(level);
  const leaves = [...places, ...(hidden ?? [])].map(({ leaf }) => leaf);
  const where = whereOf(level, { more: afterOf(level) });
  return {
    select: sql`SELECT ${dialect.rowText(leaves)} AS j FROM ${level.source}${where}${by(orderOf(level))}${stretchOf(level)}`,
    read: decodeRow(places.map(({ member }) => member)),
    cursor: hidden?.map(({ decode }, index) => ({ place: places.length + index, decode })),
    conditions: conditionsOf(level),
    byKey: isByKey(level),
  };
}

function isByKey({ selection, table: { primaryKey } }: Level): boolean {
  const { where } = selection;
  if (!isOne(selection) || where.kind !== "compare" || where.quantifier !== undefined) return false;
  const { column, json } = where.field;
  return primaryKey.length === 1 && primaryKey[0] === column && json.length === 0;
}

/** `undefined` for a page that may read more rows than it has. */
function conditionsOf({ selection, table }: Level): number | undefined {
  const { where, embeds, limit, after, order } = selection;
  if (limit === undefined || embeds.some(({ inner, relation }) => inner || !isToOne(relation))) return undefined;
  const conditions = where.kind === "and" ? where.of : [where];
  const isPlain = conditions.every(({ kind }) => kind === "compare");
  if (!isPlain) return undefined;
  if (after === undefined) return conditions.length;
  const [only] = order;
  const isKey = order.length === 1 && only?.field.column === table.primaryKey[0] && table.primaryKey.length === 1;
  return isKey ? conditions.length + 1 : undefined;
}

/** What a cursor holds: where the order tells any two rows apart, and nothing else can. */
function hiddenOf(level: Level): readonly { readonly leaf: Sql; readonly decode: Hidden["decode"] }[] | undefined {
  const { order } = level.selection;
  const { primaryKey } = level.table;
  const plain = order.every(({ embed, field }) => embed === undefined && field.json.length === 0);
  const isWhole = primaryKey.length > 0 && primaryKey.every((name) => order.some(({ field }) => field.column === name));
  if (!plain || !isWhole) return undefined;
  const { dialect } = level.scope;
  return order.map(({ field }) => {
    const cell = level.cell(field);
    return { leaf: dialect.leaf(cell), decode: dialect.decode(cell) };
  });
}

function groupedPage(level: Level): Page {
  const { dialect } = level.scope;
  const { leaves, members, from, order } = groupedParts(level);
  return {
    select: sql`SELECT ${dialect.rowText(leaves)} AS j ${from}${by(order)}${stretchOf(level)}`,
    read: decodeRow(members),
    cursor: undefined,
  };
}

function by(order: readonly Sql[]): Sql {
  return order.length === 0 ? [] : sql` ORDER BY ${joinSql(order, ", ")}`;
}

/** One row more than the page has tells whether there is another page. */
function stretchOf({ selection: { limit, offset }, scope: { dialect } }: Level): Sql {
  return dialect.limit(
    limit && dialect.whole(valueOf(limit, (value) => Number(value) + 1)),
    offset && dialect.whole(valueOf(offset)),
  );
}

function countOf(level: Level): Sql | undefined {
  if (!level.selection.grouped) return sql`SELECT count(*) AS n FROM ${level.source}${whereOf(level)}`;
  const { from, single } = groupedParts(level);
  return single ? undefined : sql`SELECT count(*) AS n FROM (SELECT 1 AS one ${from}) c`;
}

function plannedOf(level: Level): Sql | undefined {
  return level.selection.grouped ? undefined : sql`SELECT 1 FROM ${level.source}${whereOf(level)}`;
}
