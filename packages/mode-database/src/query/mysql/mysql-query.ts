import type { JsonValue } from "@backworks/core";
import type { ValueType } from "@backworks/core/query";
import { mysql } from "../../mysql/dialect.ts";
import { toSingle } from "../../values/to-json.ts";
import { toJsonText, toLike, toText } from "../binds.ts";
import { symbols } from "../condition.ts";
import type { Decode } from "../decode.ts";
import { decodeHex, decodeOf } from "../decode.ts";
import type { Cell, Comparison, QueryDialect, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { joinSql, sql, valueOf } from "../sql.ts";
import { bytesIn, changeOf, exactText, jsonAt, listOf, operandOf, orderedValue, rawJsonAt, valueIn } from "./cells.ts";
import { compareJson, isSame, numberAt, rankAt, textAt } from "./compare-json.ts";
import { aggregate, cast } from "./computed.ts";

/** Queries as MariaDB and MySQL have them. Source: https://mariadb.com/kb/en/functions-and-operators/ */
export const mysqlQuery: QueryDialect = {
  name: "mysql",
  quote: mysql.quote,
  placeholder: mysql.placeholder,
  label: "MySQL",
  present: (cell) => sql`(${valueIn(cell)}) IS NOT NULL`,
  isNothing: (operand) => sql`${valueOf(operand, changeOf(operand.type))} IS NULL`,
  compare(cell, operator, operand) {
    if (cell.type.name === "json") return compareJson(cell, operator, operand);
    if (cell.type.name === "list") return compareLists(cell, operator, operandOf(operand));
    const exact = compareWith(cell, operator, operandOf(operand, knownOf(cell)));
    // The column's own order may have an index; it finds all that are equal, and more.
    return operator === "eq" && cell.known?.charset === "utf8mb4" && cell.steps.length === 0
      ? sql`(${cell.column} = ${valueOf(operand, toText)} AND ${exact})`
      : exact;
  },
  quantified,
  isIn(cell, operand) {
    const { table, value, some } = listOf(operand, { known: knownOf(cell) });
    const json = jsonAt(cell);
    const test =
      cell.type.name === "json"
        ? sql`CASE WHEN ${json} IS NOT NULL THEN EXISTS (SELECT 1 FROM ${table} WHERE ${isSame(json, sql`p.v`)}) END`
        : sql`${orderedValue(cell)} IN (SELECT ${value} FROM ${table})`;
    // Of an empty list MariaDB cannot be asked about nothing.
    return sql`(${some} AND ${test})`;
  },
  isTruth(cell, wanted) {
    if (cell.type.name !== "json") return sql`(${valueIn(cell)} IS ${wanted ? "TRUE" : "FALSE"})`;
    return sql`coalesce(JSON_TYPE(${jsonAt(cell)}) = 'BOOLEAN' AND JSON_UNQUOTE(${jsonAt(cell)}) = '${String(wanted)}', 0)`;
  },
  pattern: (cell, { operator, operand }) =>
    like(
      cell,
      operator,
      valueOf(operand, (value) => patternOf(operator, toText(value))),
    ),
  expression: (cell, { operator, operand }) =>
    matches(
      cell,
      valueOf(operand, (value) => patternOf(operator, toText(value))),
    ),
  search: undefined,
  container,
  sortKeys: (cell) => (cell.type.name === "json" ? [rankAt(cell), numberOf(cell), textAt(cell)] : [orderedValue(cell)]),
  orderTerm(key, { descending, nulls, nullable }) {
    const direction = descending ? "DESC" : "ASC";
    // Nothing is the least there is.
    const isSo = !nullable || nulls === (descending ? "last" : "first");
    return isSo
      ? sql`${key} ${direction}`
      : sql`(${key}) IS NULL ${nulls === "last" ? "ASC" : "DESC"}, ${key} ${direction}`;
  },
  leaf(cell) {
    return cell.steps.length > 0 ? rawJsonAt(cell) : leafOf(cell.column, cell.type, cell.known?.declared);
  },
  decode: ({ type, known, steps }) => decodeWith(type, steps.length === 0 ? known : undefined),
  computedLeaf: ({ sql: value, type }) => leafOf(value, type, undefined),
  decodeComputed: decodeWith,
  value: (cell) => (cell.type.name === "text" ? exactText(valueIn(cell)) : valueIn(cell)),
  cast,
  aggregate,
  row: (leaves) => sql`JSON_ARRAY(${joinSql(leaves, ", ")})`,
  rowText: (leaves) => sql`JSON_ARRAY(${joinSql(leaves, ", ")})`,
  page: (select) => select,
  fromSelect: (select) => sql`JSON_EXTRACT((${select}), '$')`,
  toKey: (json) => sql`CAST(${json} AS CHAR)`,
  fromKey: (key) => sql`JSON_EXTRACT(${key}, '$')`,
  list({ row, from, order, single }) {
    const sorted = order.length === 0 ? [] : sql` ORDER BY ${joinSql(order, ", ")}`;
    const items = single ? row : sql`GROUP_CONCAT(${row}${sorted} SEPARATOR ',')`;
    return sql`JSON_EXTRACT((SELECT CONCAT('[', ${items}, ']') ${from}), '$')`;
  },
  correlates: false,
  limit(limit, offset) {
    if (offset === undefined) return limit === undefined ? [] : sql` LIMIT ${limit}`;
    return sql` LIMIT ${limit ?? "18446744073709551615"} OFFSET ${offset}`;
  },
  whole: (value) => value,
  planned: undefined,
};

function compareWith(cell: Cell, operator: ScalarOperator, right: Sql): Sql {
  const left = orderedValue(cell);
  return operator === "isdistinct" ? sql`NOT (${left} <=> ${right})` : sql`${left} ${symbols[operator]} ${right}`;
}

function compareLists(cell: Cell, operator: ScalarOperator, right: Sql): Sql {
  const same = sql`CASE WHEN ${cell.column} IS NOT NULL THEN ${isSame(cell.column, right)} END`;
  if (operator === "eq") return same;
  if (operator === "isdistinct") return sql`NOT coalesce(${same}, 0)`;
  return operator === "neq"
    ? sql`NOT ${same}`
    : sql`JSON_LENGTH(${cell.column}) ${symbols[operator]} JSON_LENGTH(${right})`;
}

/** Numbers among values of JSON; others stand apart by their type. */
function numberOf(cell: Cell): Sql {
  return sql`CASE WHEN ${rankAt(cell)} = 2 THEN ${numberAt(cell)} END`;
}

function patternOf(operator: Comparison["operator"], text: string): string {
  if (operator === "match") return text;
  if (operator === "imatch") return `(?i)${text}`;
  return toLike(operator === "ilike" ? text.toLowerCase() : text, "|");
}

function like(cell: Cell, operator: Comparison["operator"], pattern: Sql): Sql {
  const text = exactText(textOf(cell));
  return sql`${operator === "ilike" ? sql`LOWER(${text})` : text} LIKE ${pattern} ESCAPE '|'`;
}

function matches(cell: Cell, expression: Sql): Sql {
  return sql`${exactText(textOf(cell))} REGEXP ${expression}`;
}

/** The text that JSON would have of the value. */
function textOf(cell: Cell): Sql {
  const value = valueIn(cell);
  if (cell.type.name === "text") return value;
  if (cell.type.name === "boolean") return sql`CASE ${value} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END`;
  const text = sql`CAST(${value} AS CHAR)`;
  return cell.type.name === "timestamp" ? sql`CONCAT(REPLACE(TRIM(TRAILING '.' FROM ${text}), ' ', 'T'), 'Z')` : text;
}

/** `any` of no values is false, `all` of none true; a value that is nothing makes what it would decide unknown. */
function quantified(cell: Cell, comparison: Comparison): Sql {
  const { quantifier } = comparison;
  const { table, test } = quantifiedTest(cell, comparison);
  const decided = quantifier === "any" ? sql`WHEN max(${test}) = 1 THEN 1` : sql`WHEN min(${test}) = 0 THEN 0`;
  const otherwise = quantifier === "any" ? "0" : "1";
  return sql`CASE WHEN (${valueIn(cell)}) IS NOT NULL THEN (SELECT CASE ${decided} WHEN count(*) = count(${test}) THEN ${otherwise} END FROM ${table}) END`;
}

function quantifiedTest(cell: Cell, { operator, operand }: Comparison): { readonly table: Sql; readonly test: Sql } {
  const isText = ["like", "ilike", "match", "imatch"].includes(operator);
  const change = isText ? (text: JsonValue): string => patternOf(operator, toText(text)) : undefined;
  const { table, value } = listOf(operand, { change, known: isText ? undefined : knownOf(cell) });
  if (operator === "like" || operator === "ilike") return { table, test: like(cell, operator, sql`p.v`) };
  // The others are comparisons.
  return { table, test: isText ? matches(cell, sql`p.v`) : compareWith(cell, operator as ScalarOperator, value) };
}

function container(cell: Cell, { operator, operand }: Comparison): Sql | undefined {
  const { name } = cell.type;
  if (name !== "json" && name !== "list") return undefined;
  const own = name === "json" ? jsonAt(cell) : cell.column;
  const asked = valueOf(operand, toJsonText);
  const tests: Partial<Record<Comparison["operator"], Sql>> = {
    cs: sql`JSON_CONTAINS(${own}, ${asked})`,
    cd: sql`JSON_CONTAINS(${asked}, ${own})`,
    ov: sql`JSON_OVERLAPS(${own}, ${asked})`,
  };
  const test = tests[operator];
  return test && sql`CASE WHEN (${own}) IS NOT NULL THEN JSON_TYPE(${own}) IN ('ARRAY', 'OBJECT') AND ${test} END`;
}

/** Whole numbers that a number of JSON cannot hold are told as texts, and so is what JSON has no word for. */
function leafOf(value: Sql, { name }: ValueType, declared: string | undefined): Sql {
  switch (name) {
    case "json":
    case "list":
      return sql`JSON_EXTRACT(${value}, '$')`;
    case "bytes":
      return sql`HEX(${bytesIn(value, declared)})`;
    case "boolean":
      return sql`(${value} + 0)`;
    case "number":
      return isSingle(declared) ? sql`CAST(${value} AS DOUBLE)` : value;
    case "text":
      return sql`CONVERT(${value} USING utf8mb4)`;
    default:
      return isExact(name, declared) ? value : sql`CAST(${value} AS CHAR)`;
  }
}

/** What a single holds is written with six digits, unless it is a double. */
function isSingle(declared: string | undefined): boolean {
  return declared?.startsWith("float") === true;
}

/** Whether a number of JSON holds every value. */
function isExact(name: ValueType["name"], declared: string = ""): boolean {
  return name === "integer" && /^(?:tiny|small|medium)?int\b/.test(declared);
}

function decodeWith(type: ValueType, known?: Cell["known"]): Decode | undefined {
  if (type.name === "number" && isSingle(known?.declared)) return decodeOf(type, toSingle);
  return type.name === "bytes" ? decodeHex : decodeOf(type);
}

/** What is known of the column itself, and not of a place in the JSON it holds. */
function knownOf({ known, steps }: Cell): Cell["known"] {
  return steps.length === 0 ? known : undefined;
}
