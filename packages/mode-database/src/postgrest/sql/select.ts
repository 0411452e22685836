import type { Child, Level, OrderTerm, Stretch } from "../plan/level.ts";
import { refusals } from "../refusal.ts";
import type { Rows, SqlBuilder } from "./builder.ts";
import { outer, qualified, quote, tableRows, value } from "./builder.ts";
import { conditionSql } from "./condition.ts";
import { fieldSql } from "./field.ts";
import type { Output, Shape } from "./outputs.ts";
import { columnOutput, isGrouped, shapeOf, starOutputs } from "./outputs.ts";

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
}

/** A query, with what its rows hold. */
export interface Select {
  readonly text: string;
  readonly shape: Shape;
}

/** The query of a level. @throws Refused */
export function selectSql(sql: SqlBuilder, level: Level, selecting: Selecting): Select {
  const { rows, from, where } = selecting;
  const joins = level.children.map((child) => joinSql(sql, rows, child));
  const outputs = outputsOf(sql, level, { rows, joins, named: selecting.named === true });
  const grouped = isGrouped(level);
  const items = outputs === undefined ? `${rows.alias}.*` : itemsOf(outputs, grouped);
  const shape = shapeOf(outputs ?? starOutputs(rows));
  const conditionRows = {
    ...rows,
    embedded: (name: string) => joins.find(({ child }) => child.name === name || child.item.relation === name)?.alias,
  };
  const own = selecting.chosen ? [] : level.conditions.map((condition) => conditionSql(sql, conditionRows, condition));
  const all = [...where, ...own];
  const rest = all.length === 0 ? "" : ` WHERE ${all.join(" AND ")}`;
  const joined = joins.map(({ text }) => ` ${text}`).join("");
  const text = `SELECT ${items} FROM ${from}${joined}${rest}${groupSql(outputs ?? [], grouped)}${orderSql(sql, level, rows)}${pageSql(sql, selecting.page)}`;
  return { text, shape };
}

function itemsOf(outputs: readonly Output[], grouped: boolean): string {
  const { columns } = shapeOf(outputs);
  if (outputs.length === 0) return "";
  return outputs
    .map(({ text, json }, index) => `${json && grouped ? `${text}::jsonb` : text} AS ${columns[index]}`)
    .join(", ");
}

/** By place: a column that is an expression need not be written twice. */
function groupSql(outputs: readonly Output[], grouped: boolean): string {
  const places = outputs.flatMap(({ aggregate }, index) => (aggregate ? [] : [index + 1]));
  return grouped && places.length > 0 ? ` GROUP BY ${places.join(", ")}` : "";
}

interface Outputting {
  readonly rows: Rows;
  readonly joins: readonly Join[];
  readonly named: boolean;
}

/** `undefined` for the row as it is. */
function outputsOf(sql: SqlBuilder, level: Level, { rows, joins, named }: Outputting): readonly Output[] | undefined {
  const onlyStar = level.select.length === 1 && level.select[0]?.kind === "star";
  if (onlyStar && !named) return undefined;
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
  const select = selectSql(sql, child, { ...source, page, named: item.spread });
  const inner = item.join === "inner";
  const on = inner && !link.toOne ? `${alias}.${value} IS NOT NULL` : "TRUE";
  const text = `${inner ? "INNER" : "LEFT"} JOIN LATERAL (${valueSql(sql, child, select)}) AS ${alias} ON ${on}`;
  return { child, alias, text, outputs: joinOutputs(child, alias, select.shape) };
}

/** Related rows as one value: an object, or a list that is null when it is empty; spread ones as their columns. */
function valueSql(sql: SqlBuilder, { item, link, select: wanted }: Child, { text, shape }: Select): string {
  const from = `FROM (${text}) AS ${outer}`;
  if (wanted.length === 0) return `SELECT ${link.toOne ? "1" : "nullif(count(*), 0)"} AS ${value} ${from}`;
  if (item.spread && link.toOne) return `SELECT ${outer}.*, 1 AS ${value} ${from}`;
  if (item.spread) {
    const lists = shape.columns.map((column) => `json_agg(${outer}.${column}) AS ${column}`);
    return `SELECT ${lists.join(", ")}, nullif(count(*), 0) AS ${value} ${from}`;
  }
  const row = shape.json(sql, outer);
  return `SELECT ${link.toOne ? row : `json_agg(${row})`} AS ${value} ${from}`;
}

/** An embed of no columns only filters. */
function joinOutputs({ item, link, select }: Child, alias: string, shape: Shape): readonly Output[] {
  if (select.length === 0) return [];
  const toText = (column: string): string => (link.toOne ? `${alias}.${column}` : `coalesce(${alias}.${column}, '[]')`);
  if (item.spread)
    return shape.outputs.map(({ key, known, json }, index) => ({
      key,
      known,
      json: json || !link.toOne,
      text: toText(shape.columns[index] ?? ""),
      aggregate: false,
    }));
  const key = item.alias ?? item.relation;
  return [{ key, known: item.alias === undefined, text: toText(value), aggregate: false, json: true }];
}

/** Rows that are related to those around them. */
function relatedSql(sql: SqlBuilder, parent: Rows, { table, link }: Pick<Child, "table" | "link">): Source {
  const alias = sql.name("t");
  const rows = tableRows(table, alias);
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

function orderSql(sql: SqlBuilder, level: Level, rows: Rows): string {
  if (level.order.length === 0) return "";
  const terms = level.order.map((term) => {
    const words = `${term.descending ? " DESC" : ""}${term.nulls === undefined ? "" : ` NULLS ${term.nulls.toUpperCase()}`}`;
    return `${termSql(sql, level, { rows, term })}${words}`;
  });
  return ` ORDER BY ${terms.join(", ")}`;
}

interface Term {
  readonly rows: Rows;
  readonly term: OrderTerm;
}

function termSql(sql: SqlBuilder, level: Level, { rows, term }: Term): string {
  if (term.relation === undefined) return groupedTerm(level, term) ?? fieldSql(sql, rows, term.field);
  const child = level.children.find(({ name, item }) => name === term.relation || item.relation === term.relation);
  if (child === undefined) throw refusals.notEmbedded(term.relation);
  if (!child.link.toOne) throw refusals.relatedOrder(term.relation, level.table.name);
  const source = relatedSql(sql, rows, child);
  const field = fieldSql(sql, source.rows, term.field);
  const none = { ...source.rows, embedded: () => undefined };
  const where = [...source.where, ...child.conditions.map((condition) => conditionSql(sql, none, condition))];
  return `(SELECT ${field} FROM ${source.from}${where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`} LIMIT 1)`;
}

/** What rows were put together by may be ordered by its place: an expression with binds is not known again. */
function groupedTerm(level: Level, { field }: OrderTerm): string | undefined {
  if (!isGrouped(level)) return undefined;
  const items = level.select.filter((item) => item.kind !== "star");
  const place = items.findIndex(
    (item) =>
      item.kind === "column" &&
      item.aggregate === undefined &&
      item.cast === undefined &&
      JSON.stringify(item.field) === JSON.stringify(field),
  );
  return place < 0 || items.length < level.select.length ? undefined : String(place + 1);
}

export function pageSql(sql: SqlBuilder, page: Stretch): string {
  const { limit, offset } = page;
  const most = limit === undefined ? "" : ` LIMIT ${sql.bind(String(limit), page)}::bigint`;
  return offset === 0 ? most : `${most} OFFSET ${sql.bind(String(offset), page, 1)}::bigint`;
}
