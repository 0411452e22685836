import type { Child, Level, OrderTerm, SelectItem, Stretch } from "../plan/level.ts";
import { isCalled } from "../plan/level.ts";
import { refusals } from "../refusal.ts";
import type { Rows, SqlBuilder } from "./builder.ts";
import { outer, qualified, quote, tableRows, value } from "./builder.ts";
import { conditionSql } from "./condition.ts";
import { fieldSql } from "./field.ts";
import type { Output, Shape } from "./outputs.ts";
import { columnOutput, shapeOf, showsAsItIs, starOutputs } from "./outputs.ts";

/** What rows come from, and which of them. */
export interface Source {
  readonly rows: Rows;
  /** `"public"."orders" AS t1` */
  readonly from: string;
  /** What must hold besides the level's own conditions. */
  readonly where: readonly string[];
  /** Whether the level's own conditions hold already. */
  readonly chosen?: boolean;
}

/** What a query is made of. */
export interface Selecting extends Source {
  readonly page: Stretch;
  /** Whether every column is named, in place of an asterisk. */
  readonly named?: boolean;
  /** Whether the rows around put values together, not these. */
  readonly hoists?: boolean;
}

/** A query, with what its rows hold. */
export interface Select {
  readonly text: string;
  readonly shape: Shape;
}

/** The query of a level. @throws Refused */
export function selectSql(sql: SqlBuilder, level: Level, selecting: Selecting): Select {
  const { rows, from, page, named = false } = selecting;
  const joins = level.children.map((child) => joinSql(sql, rows, child));
  const outputs = outputsOf(sql, level, { rows, joins, named });
  const grouped = selecting.hoists ? undefined : groupedOf(outputs ?? []);
  const items = outputs === undefined ? `${rows.alias}.*` : itemsOf(outputs, grouped !== undefined);
  const where = whereSql(sql, level, { selecting, joins });
  const joined = joins.map(({ text }) => ` ${text}`).join("");
  const order = orderSql(sql, level, { rows, grouped: grouped ?? [] });
  const text = `SELECT ${items} FROM ${from}${joined}${where}${groupSql(grouped ?? [])}${order}${pageSql(sql, page)}`;
  return { text, shape: shapeOf(outputs ?? starOutputs(rows)) };
}

/** Outputs of rows that are put together; `undefined` where each row stands for itself. */
function groupedOf(outputs: readonly Output[]): readonly Output[] | undefined {
  return outputs.some(({ fold }) => fold !== undefined) ? outputs : undefined;
}

interface Choosing {
  readonly selecting: Selecting;
  readonly joins: readonly Join[];
}

function whereSql(sql: SqlBuilder, level: Level, { selecting, joins }: Choosing): string {
  const rows = {
    ...selecting.rows,
    embedded: (name: string) => joins.find(({ child }) => isCalled(child, name))?.alias,
  };
  const own = selecting.chosen ? [] : level.conditions.map((condition) => conditionSql(sql, rows, condition));
  const all = [...selecting.where, ...own];
  return all.length === 0 ? "" : ` WHERE ${all.join(" AND ")}`;
}

function itemsOf(outputs: readonly Output[], grouped: boolean): string {
  const { columns } = shapeOf(outputs);
  const textOf = ({ text, fold, json }: Output): string => fold?.(text) ?? (json ? `${text}::jsonb` : text);
  return outputs.map((output, index) => `${grouped ? textOf(output) : output.text} AS ${columns[index]}`).join(", ");
}

/** By place: a column that is an expression need not be written twice. */
function groupSql(outputs: readonly Output[]): string {
  const places = outputs.flatMap(({ fold }, index) => (fold ? [] : [index + 1]));
  return places.length > 0 ? ` GROUP BY ${places.join(", ")}` : "";
}

interface Outputting {
  readonly rows: Rows;
  readonly joins: readonly Join[];
  readonly named: boolean;
}

/** `undefined` for the row as it is. */
function outputsOf(sql: SqlBuilder, level: Level, { rows, joins, named }: Outputting): readonly Output[] | undefined {
  const onlyStar = level.select.length === 1 && level.select[0]?.kind === "star";
  if (onlyStar && !named && showsAsItIs(rows.table)) return undefined;
  let embed = 0;
  return level.select.flatMap((item): readonly Output[] => {
    if (item.kind === "star") return starOutputs(rows);
    if (item.kind === "column") return [columnOutput(sql, rows, item)];
    const join = joins[embed];
    embed += 1;
    return join === undefined ? [] : join.outputs;
  });
}

/** Related rows, joined to those around them. */
interface Join {
  readonly child: Child;
  readonly alias: string;
  readonly text: string;
  /** What they add to the row around them. */
  readonly outputs: readonly Output[];
}

function joinSql(sql: SqlBuilder, parent: Rows, child: Child): Join {
  const alias = sql.name("j");
  const { item, link, page } = child;
  const source = relatedSql(sql, parent, child);
  const hoists = item.spread && link.toOne;
  const select = selectSql(sql, child, { ...source, page, named: item.spread, hoists });
  const inner = item.join === "inner";
  const on = inner && !link.toOne ? `${alias}.${value} IS NOT NULL` : "TRUE";
  const text = `${inner ? "INNER" : "LEFT"} JOIN LATERAL (${valueSql(sql, child, select)}) AS ${alias} ON ${on}`;
  return { child, alias, text, outputs: joinOutputs(child, alias, select.shape) };
}

/** Related rows as one value: an object, or a list that is null when it is empty; spread ones as their columns. */
function valueSql(sql: SqlBuilder, { item, link, select: wanted }: Child, { text, shape }: Select): string {
  const from = `FROM (${text}) AS ${outer}`;
  if (wanted.every(showsNothing)) return `SELECT ${link.toOne ? "1" : "nullif(count(*), 0)"} AS ${value} ${from}`;
  if (item.spread && link.toOne) return `SELECT ${outer}.*, 1 AS ${value} ${from}`;
  if (item.spread) {
    const lists = shape.columns.map((column) => `json_agg(${outer}.${column}) AS ${column}`);
    return `SELECT ${lists.join(", ")}, nullif(count(*), 0) AS ${value} ${from}`;
  }
  const row = shape.json(sql, outer);
  return `SELECT ${link.toOne ? row : `json_agg(${row})`} AS ${value} ${from}`;
}

/** An embed of no columns only filters, and so does one of such embeds. */
function showsNothing(item: SelectItem): boolean {
  return item.kind === "embed" && item.select.every(showsNothing);
}

function joinOutputs({ name, item, link, select }: Child, alias: string, shape: Shape): readonly Output[] {
  if (select.every(showsNothing)) return [];
  const toText = (column: string): string => (link.toOne ? `${alias}.${column}` : `coalesce(${alias}.${column}, '[]')`);
  if (item.spread)
    return shape.outputs.map((output, index) => {
      if (output.fold !== undefined && !link.toOne) throw refusals.spreadAggregates();
      const text = toText(shape.columns[index] ?? "");
      const field = output.spread === undefined ? output.field : undefined;
      return { ...output, text, json: output.json || !link.toOne, field, spread: name };
    });
  const made = { fold: undefined, json: true, field: undefined, spread: undefined };
  return [{ key: item.alias ?? item.relation, known: item.alias === undefined, text: toText(value), ...made }];
}

/** Rows that are related to those around them. */
function relatedSql(sql: SqlBuilder, parent: Rows, { table, link, depth }: Child): Source {
  const alias = sql.name("t");
  const rows = tableRows(table, alias, `${table.name}_${depth}`);
  const own = (name: string): string => `${parent.alias}.${quote(name)}`;
  if (link.routine !== undefined)
    return { rows, from: `${qualified(link.routine)}(${parent.whole}) AS ${alias}`, where: [] };
  const from = `${qualified(table)} AS ${alias}`;
  if (link.junction === undefined)
    return { rows, from, where: link.columns.map(([one, other]) => `${own(one)} = ${alias}.${quote(other)}`) };
  const between = sql.name("x");
  const on = link.junction.columns.map(([one, other]) => `${between}.${quote(one)} = ${alias}.${quote(other)}`);
  return {
    rows,
    from: `${from} INNER JOIN ${qualified(link.junction)} AS ${between} ON ${on.join(" AND ")}`,
    where: link.columns.map(([one, other]) => `${own(one)} = ${between}.${quote(other)}`),
  };
}

interface Ordering {
  readonly rows: Rows;
  /** What rows were put together by; empty where they were not. */
  readonly grouped: readonly Output[];
}

function orderSql(sql: SqlBuilder, level: Level, ordering: Ordering): string {
  if (level.order.length === 0) return "";
  const terms = level.order.map((term) => {
    const words = `${term.descending ? " DESC" : ""}${term.nulls === undefined ? "" : ` NULLS ${term.nulls.toUpperCase()}`}`;
    return `${placeOf(ordering.grouped, level, term) ?? termSql(sql, level, { ...ordering, term })}${words}`;
  });
  return ` ORDER BY ${terms.join(", ")}`;
}

interface Term extends Ordering {
  readonly term: OrderTerm;
}

function termSql(sql: SqlBuilder, level: Level, { rows, term }: Term): string {
  if (term.relation === undefined) return fieldSql(sql, rows, term.field);
  const child = childOf(level, term.relation);
  if (child === undefined) throw refusals.notEmbedded(term.relation);
  if (!child.link.toOne) throw refusals.relatedOrder(term.relation, level.table.name);
  const source = relatedSql(sql, rows, child);
  const field = fieldSql(sql, source.rows, term.field);
  const none = { ...source.rows, embedded: () => undefined };
  const where = [...source.where, ...child.conditions.map((condition) => conditionSql(sql, none, condition))];
  return `(SELECT ${field} FROM ${source.from}${where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`} LIMIT 1)`;
}

function childOf({ children }: Level, relation: string): Child | undefined {
  return children.find((child) => isCalled(child, relation));
}

/** What rows were put together by may be ordered by its place: an expression with binds is not known again. Of a spread column the alias will do. */
function placeOf(grouped: readonly Output[], level: Level, { relation, field }: OrderTerm): string | undefined {
  const spread = relation === undefined ? undefined : childOf(level, relation)?.name;
  if (relation !== undefined && spread === undefined) return undefined;
  const wanted = JSON.stringify(field);
  const place = grouped.findIndex(
    (output) =>
      output.spread === spread &&
      output.fold === undefined &&
      (JSON.stringify(output.field) === wanted || (spread !== undefined && output.key === field.column)),
  );
  return place < 0 ? undefined : String(place + 1);
}

export function pageSql(sql: SqlBuilder, page: Stretch): string {
  const { limit, offset } = page;
  const most = limit === undefined ? "" : ` LIMIT ${sql.bind(String(limit), page)}::bigint`;
  return offset === 0 ? most : `${most} OFFSET ${sql.bind(String(offset), page, 1)}::bigint`;
}
