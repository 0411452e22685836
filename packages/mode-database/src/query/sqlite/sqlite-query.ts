import type { JsonValue } from "@backworks/core";
import type { ValueType } from "@backworks/core/query";
import { sqlite } from "../../sqlite/dialect.ts";
import { toJsonOfColumn } from "../../sqlite/values.ts";
import { toGlob, toLike } from "../binds.ts";
import { symbols } from "../condition.ts";
import type { Decode } from "../decode.ts";
import { decodeHex, decodeOf } from "../decode.ts";
import type { Cell, Comparison, QueryDialect, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { joinSql, sql, valueOf } from "../sql.ts";
import { documentOf, jsonAt, listOf, operandOf, pathOf, plainAt, valueIn } from "./cells.ts";
import { compareAny, compareListed, listedAny } from "./compare-any.ts";
import { compareJson, isSame, rankAt } from "./compare-json.ts";
import { aggregate, cast } from "./computed.ts";
import { container } from "./containers.ts";

/** Queries as SQLite has them. Source: https://www.sqlite.org/lang.html and https://www.sqlite.org/json1.html */
export const sqliteQuery: QueryDialect = {
  name: "sqlite",
  quote: sqlite.quote,
  placeholder: sqlite.placeholder,
  label: "SQLite",
  present: (cell) => sql`${valueIn(cell)} IS NOT NULL`,
  isNothing: (operand) => sql`${operandOf(operand)} IS NULL`,
  compare(cell, operator, operand) {
    if (cell.type.name === "json") return compareJson(cell, operator, operand);
    if (cell.type.name === "any") return compareAny(cell, operator, operand);
    if (cell.type.name === "list" && (operator === "eq" || operator === "neq"))
      return compareLists(cell, operator, operandOf(operand));
    return compareWith(cell, operator, operandOf(operand));
  },
  quantified,
  isIn(cell, operand) {
    if (cell.type.name === "json") return inJson(cell, listOf(operand));
    if (cell.type.name === "any") return inAny(cell, listedAny(operand));
    return sql`${listedValue(cell)}${collation(cell)} IN (SELECT p.value FROM ${listOf(operand)})`;
  },
  isTruth(cell, wanted) {
    if (cell.type.name === "json") return sql`(${jsonAt(cell)} IS '${String(wanted)}')`;
    return sql`(${valueIn(cell)} IS ${wanted ? "TRUE" : "FALSE"})`;
  },
  pattern: (cell, { operator, operand }) =>
    like(
      cell,
      operator,
      valueOf(operand, (value) => patternOf(operator, value)),
    ),
  expression: undefined,
  search: undefined,
  container,
  sortKeys(cell) {
    if (cell.type.name === "json") return [rankAt(cell), plainAt(cell)];
    return [sql`${valueIn(cell)}${collation(cell)}`];
  },
  orderTerm(key, { descending, nulls, nullable }) {
    const direction = descending ? "DESC" : "ASC";
    return nullable ? sql`${key} ${direction} NULLS ${nulls}` : sql`${key} ${direction}`;
  },
  leaf(cell) {
    if (cell.steps.length > 0) return sql`json(${documentOf(cell)} -> ${pathOf(cell)})`;
    return leafOf(cell.column, cell.type);
  },
  decode: ({ type, known, steps }) => decodeWith(type, steps.length === 0 ? known?.declared : undefined),
  computedLeaf: ({ sql: value, type }) => leafOf(value, type),
  decodeComputed: (type, known) => decodeWith(type, known?.declared),
  value: (cell) => sql`${valueIn(cell)}${collation(cell)}`,
  cast,
  aggregate,
  row: (leaves) => sql`json_array(${joinSql(leaves, ", ")})`,
  rowText: (leaves) => sql`json_array(${joinSql(leaves, ", ")})`,
  page: (select) => sql`SELECT group_concat(bw_rows.j) AS j FROM (${select}) bw_rows`,
  fromSelect: (select) => sql`json((${select}))`,
  toKey: (json) => json,
  fromKey: (key) => sql`json(${key})`,
  list: ({ row, from, order, stretch }) =>
    sql`json((SELECT json_group_array(json(l.j)) FROM (SELECT ${row} AS j ${from}${orderBy(order)}${stretch}) l))`,
  correlates: true,
  limit(limit, offset) {
    if (offset === undefined) return limit === undefined ? [] : sql` LIMIT ${limit}`;
    return sql` LIMIT ${limit ?? "-1"} OFFSET ${offset}`;
  },
  whole: (value) => value,
  planned: undefined,
};

function orderBy(order: readonly Sql[]): Sql {
  return order.length === 0 ? [] : sql` ORDER BY ${joinSql(order, ", ")}`;
}

/** Texts by code unit, whatever the column says. */
function collation(cell: Cell): Sql {
  return cell.type.name === "text" || cell.type.name === "uuid" ? sql` COLLATE BINARY` : [];
}

function compareWith(cell: Cell, operator: ScalarOperator, right: Sql): Sql {
  const symbol = operator === "isdistinct" ? "IS NOT" : symbols[operator];
  return sql`${valueIn(cell)}${collation(cell)} ${symbol} ${right}`;
}

function compareLists(cell: Cell, operator: "eq" | "neq", right: Sql): Sql {
  const same = isSame(documentOf(cell), right);
  return sql`CASE WHEN ${cell.column} IS NOT NULL THEN ${operator === "eq" ? [] : "NOT "}${same} END`;
}

function inJson(cell: Cell, list: Sql): Sql {
  const same = isSame(jsonAt(cell), sql`p.value`);
  return sql`CASE WHEN ${jsonAt(cell)} IS NOT NULL THEN EXISTS (SELECT 1 FROM ${list} WHERE ${same}) WHEN NOT EXISTS (SELECT 1 FROM ${list}) THEN 0 END`;
}

function inAny(cell: Cell, list: Sql): Sql {
  const found = sql`EXISTS (SELECT 1 FROM ${list} WHERE ${compareListed(cell, "eq")})`;
  return sql`CASE WHEN ${cell.column} IS NOT NULL THEN ${found} WHEN NOT EXISTS (SELECT 1 FROM ${list}) THEN 0 END`;
}

function patternOf(operator: Comparison["operator"], value: Parameters<typeof toLike>[0]): string {
  return operator === "ilike" ? toLike(value, "\\") : toGlob(value);
}

function like(cell: Cell, operator: Comparison["operator"], pattern: Sql): Sql {
  const text = textOf(cell);
  return operator === "ilike" ? sql`${text} LIKE ${pattern} ESCAPE '\\'` : sql`${text} GLOB ${pattern}`;
}

/** The text that JSON would have of the value. */
function textOf(cell: Cell): Sql {
  const value = valueIn(cell);
  if (cell.type.name === "text") return value;
  if (cell.type.name === "boolean") return sql`CASE ${value} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END`;
  if (cell.type.name === "timestamp") return sql`replace(replace(${value}, ' ', 'T') || 'Z', '.000Z', 'Z')`;
  return sql`CAST(${value} AS TEXT)`;
}

/** `any` of no values is false, `all` of none true; a value that is nothing makes what it would decide unknown. */
function quantified(cell: Cell, comparison: Comparison): Sql {
  const { quantifier } = comparison;
  const [test, list] = quantifiedTest(cell, comparison);
  const decided = quantifier === "any" ? sql`WHEN max(${test}) = 1 THEN 1` : sql`WHEN min(${test}) = 0 THEN 0`;
  const otherwise = quantifier === "any" ? "0" : "1";
  return sql`CASE WHEN ${valueIn(cell)} IS NOT NULL THEN (SELECT CASE ${decided} WHEN count(*) = count(${test}) THEN ${otherwise} END FROM ${list}) END`;
}

/** What is asked with each value of a list, and the list. */
function quantifiedTest(cell: Cell, comparison: Comparison): readonly [test: Sql, list: Sql] {
  const { operator, operand } = comparison;
  const value = sql`p.value`;
  if (operator === "like" || operator === "ilike") return [like(cell, operator, value), patterns(comparison)];
  // The others are comparisons.
  const symbol = operator as ScalarOperator;
  if (cell.type.name === "any") return [compareListed(cell, symbol), listedAny(operand)];
  return [compareWith({ ...cell, column: listedValue(cell) }, symbol, value), listOf(operand)];
}

function patterns({ operator, operand }: Comparison): Sql {
  // A parameter of a quantifier is a list of texts.
  const list = valueOf(operand, (texts) =>
    JSON.stringify((texts as readonly (string | null)[]).map((text) => text && patternOf(operator, text))),
  );
  return sql`json_each(${list}) p`;
}

/** As it is compared with the values of a list, which is JSON and holds no bytes. */
function listedValue(cell: Cell): Sql {
  return cell.type.name === "bytes"
    ? sql`CASE WHEN ${cell.column} IS NOT NULL THEN hex(${cell.column}) END`
    : valueIn(cell);
}

/** Every digit of a fraction: JSON of SQLite has fifteen. */
function exactReal(value: Sql): Sql {
  return sql`printf('%!.17g', ${value})`;
}

/** Whole numbers that a number of JSON cannot hold are told as texts, and so are fractions. */
function leafOf(value: Sql, { name }: ValueType): Sql {
  if (name === "number") return sql`CASE typeof(${value}) WHEN 'real' THEN ${exactReal(value)} ELSE ${value} END`;
  if (name === "integer")
    return sql`CASE WHEN ${value} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${value} ELSE CAST(${value} AS TEXT) END`;
  if (name === "bytes") return sql`CASE WHEN ${value} IS NOT NULL THEN hex(${value}) END`;
  if (name === "json" || name === "list")
    return sql`CASE WHEN json_valid(${value}) THEN json(${value}) ELSE json_quote(${value}) END`;
  if (name === "any")
    return sql`CASE typeof(${value}) WHEN 'blob' THEN json_array(hex(${value})) WHEN 'real' THEN ${realOf(value)} ELSE ${value} END`;
  return value;
}

/** A fraction as a number of JSON, which has no infinity. */
function realOf(value: Sql): Sql {
  return sql`CASE WHEN abs(${value}) <= 1.7976931348623157e308 THEN json(${exactReal(value)}) END`;
}

function decodeWith(type: ValueType, declared: string | undefined): Decode | undefined {
  if (type.name === "bytes") return decodeHex;
  // Bytes in a column without a type came in a list.
  if (type.name === "any") return (value) => (Array.isArray(value) ? decodeHex(value[0] as JsonValue) : value);
  if (type.name === "decimal") return decodeOf(type, toJsonOfColumn(declared ?? "DECIMAL"));
  return decodeOf(type);
}
