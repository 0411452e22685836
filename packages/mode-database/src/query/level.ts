import { BackworksError } from "@backworks/core";
import type { Condition, Embed, Field, Selection } from "@backworks/core/query";
import type { DatabaseSchema, DatabaseTable } from "../schema/schema.ts";
import { writeCondition } from "./condition.ts";
import type { Decode } from "./decode.ts";
import type { Cell, QueryDialect } from "./query-dialect.ts";
import type { Sql } from "./sql.ts";
import { joinSql, sql } from "./sql.ts";

/** What one statement shares. */
export interface StatementScope {
  readonly dialect: QueryDialect;
  readonly schema: DatabaseSchema;
  /** A name for a table that no other has in the statement. */
  alias(): string;
  /** Related rows as one JSON value. */
  embed(around: Level, index: number): EmbedSelect;
}

/** An embed as a part of the row around it. */
export interface EmbedSelect {
  readonly select: Sql;
  readonly decode: Decode;
}

export function createScope(parts: Pick<StatementScope, "dialect" | "schema" | "embed">): StatementScope {
  let number = 0;
  return { ...parts, alias: () => `t${number++}` };
}

/** A selection at its place in a statement. */
export interface Level {
  readonly scope: StatementScope;
  readonly selection: Selection;
  readonly table: DatabaseTable;
  readonly alias: string;
  /** What stands behind FROM. */
  readonly source: Sql;
  /** What joins it to the level around it: columns that are the same; none for the outermost. */
  readonly pairs: readonly (readonly [inner: Sql, outer: Sql])[];
  cell(field: Pick<Field, "column" | "json" | "type">): Cell;
  /** The level of one of its embeds. */
  embed(index: number): Level;
}

/** How a level hangs on the one around it. */
interface Around extends Pick<Embed, "relation" | "between"> {
  readonly alias: string;
}

export function createLevel(scope: StatementScope, selection: Selection, around?: Around): Level {
  const { dialect, schema } = scope;
  const table = tableOf(schema, selection.table);
  const alias = scope.alias();
  const own = sql`${dialect.quote(table.name)} ${alias}`;
  const level: Level = {
    scope,
    selection,
    table,
    alias,
    ...(around === undefined ? { source: own, pairs: [] } : joined(scope, around, { alias, own })),
    cell: cellsOf(scope, table, alias),
    embed(index) {
      const embed = selection.embeds[index];
      if (embed === undefined) throw new TypeError(`${table.name} embeds no ${index}`);
      return createLevel(scope, embed.selection, { ...embed, alias });
    },
  };
  return level;
}

/** @throws BW_QUERY_UNKNOWN_RELATION */
function tableOf(schema: DatabaseSchema, name: string): DatabaseTable {
  const table = schema.table(name);
  if (table === undefined) throw new BackworksError("BW_QUERY_UNKNOWN_RELATION", { relation: name, collection: name });
  return table;
}

function cellsOf({ dialect }: StatementScope, { columns }: DatabaseTable, alias: string): Level["cell"] {
  return ({ column, json, type }) => ({
    column: columnOf(dialect, alias, column),
    known: columns.get(column),
    steps: json,
    type,
  });
}

function columnOf({ quote }: QueryDialect, alias: string, name: string): Sql {
  return sql`${alias}.${quote(name)}`;
}

function joined(
  scope: StatementScope,
  { alias: outer, relation, between: rule }: Around,
  { alias, own }: { readonly alias: string; readonly own: Sql },
): Pick<Level, "source" | "pairs"> {
  const { dialect } = scope;
  const { columns, junction } = relation;
  const pairsWith = (inner: string): Level["pairs"] =>
    columns.map(([one, other]) => [columnOf(dialect, inner, other), columnOf(dialect, outer, one)] as const);
  if (junction === undefined) return { source: own, pairs: pairsWith(alias) };
  const between = scope.alias();
  const on = [
    ...junction.columns.map(
      ([one, other]) => sql`${columnOf(dialect, between, one)} = ${columnOf(dialect, alias, other)}`,
    ),
    ...(rule === undefined ? [] : [joiningBy(scope, { table: junction.table, alias: between, rule })]),
  ];
  return {
    source: sql`${own} JOIN ${dialect.quote(junction.table)} ${between} ON ${joinSql(on, " AND ")}`,
    pairs: pairsWith(between),
  };
}

interface Joining {
  readonly table: string;
  readonly alias: string;
  readonly rule: Condition;
}

/** Which rows of a table between two others join them. */
function joiningBy(scope: StatementScope, { table, alias, rule }: Joining): Sql {
  const cell = cellsOf(scope, tableOf(scope.schema, table), alias);
  const exists = (): never => {
    throw new TypeError(`${table} embeds nothing`);
  };
  return sql`(${writeCondition({ dialect: scope.dialect, cell, exists }, rule)})`;
}

/** ` WHERE …`: what joins it, what is asked, and what must be there for it; nothing when nothing is asked. */
export function whereOf(
  level: Level,
  { correlated = true, more = [] }: { readonly correlated?: boolean; readonly more?: readonly Sql[] } = {},
): Sql {
  const { scope, selection, pairs } = level;
  const asked = selection.where;
  const parts = [
    ...(correlated ? pairs.map(([inner, outer]) => sql`${inner} = ${outer}`) : []),
    ...(asked.kind === "and" ? asked.of : [asked]).map((condition) =>
      writeCondition(
        { dialect: scope.dialect, cell: level.cell, exists: (index) => existsIn(level, index) },
        condition,
      ),
    ),
    ...selection.embeds.flatMap(({ inner }, index) => (inner ? [existsIn(level, index)] : [])),
    ...more,
  ];
  if (parts.length === 0) return [];
  if (parts.length === 1 && parts[0] !== undefined) return sql` WHERE ${parts[0]}`;
  return sql` WHERE ${joinSql(
    parts.map((part) => sql`(${part})`),
    " AND ",
  )}`;
}

/** Whether an embed has rows, whatever its page. */
function existsIn(level: Level, index: number): Sql {
  const inner = level.embed(index);
  return sql`EXISTS (SELECT 1 FROM ${inner.source}${whereOf(inner)})`;
}
