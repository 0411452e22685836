import type { JsonValue } from "@backworks/core";
import type { ValueType } from "@backworks/core/query";
import { postgresql } from "../../postgresql/dialect.ts";
import { toLike, toText } from "../binds.ts";
import { symbols } from "../condition.ts";
import type { Decode } from "../decode.ts";
import { decodeHex, decodeItems, decodeOf } from "../decode.ts";
import type { Cell, Comparison, QueryDialect, ScalarOperator } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { constant, joinSql, sql, valueOf } from "../sql.ts";
import { aggregate, cast } from "./computed.ts";
import { castOf, isForeign, jsonAt, operandOf, operandsOf, orderedValue, valueIn } from "./cells.ts";

/** Queries as PostgreSQL has them. Source: PostgreSQL 15 documentation, 9. Functions and Operators. */
export const postgresqlQuery: QueryDialect = {
  name: "postgresql",
  quote: postgresql.quote,
  placeholder: postgresql.placeholder,
  label: "PostgreSQL",
  present: (cell) => sql`${valueIn(cell)} IS NOT NULL`,
  isNothing: (operand) => sql`${operandOf(operand, undefined)} IS NULL`,
  compare(cell, operator, operand) {
    const right = operandOf(operand, cell.known);
    if (operator === "isdistinct") return sql`${valueIn(cell)} IS DISTINCT FROM ${right}`;
    return sql`${sideOf(cell, operator)} ${symbols[operator]} ${right}`;
  },
  quantified,
  isIn: (cell, operand) =>
    cell.type.name === "list"
      ? isInLists(cell, operand)
      : sql`${valueIn(cell)} = ANY(${operandsOf(operand, cell.known)})`,
  isTruth(cell, wanted) {
    if (cell.type.name === "json") return sql`coalesce(${jsonAt(cell)} = '${String(wanted)}'::jsonb, false)`;
    return sql`${valueIn(cell)} IS ${wanted ? "TRUE" : "FALSE"}`;
  },
  pattern: (cell, { operator, operand }) =>
    sql`${textOf(cell)} ${operator === "ilike" ? "ILIKE" : "LIKE"} ${valueOf(operand, (value) => toLike(value, "\\"))}::text`,
  expression: (cell, { operator, operand }) =>
    sql`${textOf(cell)} ${operator === "imatch" ? "~*" : "~"} ${valueOf(operand, toText)}::text`,
  search,
  container,
  sortKeys: (cell) => [orderedValue(cell)],
  orderTerm(key, { descending, nulls, nullable }) {
    const direction = descending ? "DESC" : "ASC";
    return nullable ? sql`${key} ${direction} NULLS ${nulls}` : sql`${key} ${direction}`;
  },
  leaf(cell) {
    if (cell.steps.length > 0) return jsonAt(cell);
    // As it is written and compared: JSON of a composite value is an object.
    if (isForeign(cell.known)) return valueIn(cell);
    return leafOf(cell.column, cell.type, cell.known?.declared);
  },
  decode: ({ type }) => decodeWith(type),
  computedLeaf: ({ sql: value, type }) => leafOf(value, type, undefined),
  decodeComputed: decodeWith,
  value: valueIn,
  cast,
  aggregate,
  row: (leaves) => sql`json_build_array(${joinSql(leaves, ", ")})`,
  rowText: (leaves) => sql`json_build_array(${joinSql(leaves, ", ")})::text`,
  page: (select) => sql`SELECT string_agg(l.j, ',') AS j FROM (${select}) l`,
  fromSelect: (select) => sql`(${select})`,
  toKey: (json) => sql`(${json})::text`,
  fromKey: (key) => sql`(${key})::json`,
  list: ({ row, from, order, stretch }) =>
    sql`(SELECT coalesce(json_agg(l.j), '[]') FROM (SELECT ${row} AS j ${from}${orderBy(order)}${stretch}) l)`,
  correlates: true,
  limit(limit, offset) {
    const rows = limit === undefined ? [] : sql` LIMIT ${limit}`;
    return offset === undefined ? rows : sql`${rows} OFFSET ${offset}`;
  },
  whole: (value) => sql`${value}::int8`,
  planned: {
    prefix: "EXPLAIN (FORMAT JSON) ",
    // One plan, as the server documents it.
    rowsOf: (row) =>
      (row["QUERY PLAN"] as readonly [{ readonly Plan: { readonly "Plan Rows": number } }])[0].Plan["Plan Rows"],
  },
};

function orderBy(order: readonly Sql[]): Sql {
  return order.length === 0 ? [] : sql` ORDER BY ${joinSql(order, ", ")}`;
}

/** Lists of lists are of one length here: each is a text that is read as one. */
function isInLists(cell: Cell, operand: Comparison["operand"]): Sql {
  // A parameter of `in` is a list, here of lists.
  const texts = valueOf(operand, (lists) =>
    (lists as readonly JsonValue[]).map((list) => toArrayText(list, operand.type)),
  );
  const same = sql`${cell.column} = l::${castOf(operand.type, cell.known)}`;
  return sql`CASE WHEN ${cell.column} IS NOT NULL THEN EXISTS (SELECT 1 FROM unnest(${texts}::text[]) l WHERE ${same}) END`;
}

/** `{"a",NULL}` */
function toArrayText(list: JsonValue, { of }: ValueType): string | null {
  if (!Array.isArray(list)) return null;
  const textOfItem = (item: JsonValue): string =>
    of === "bytes" ? `\\x${Buffer.from(toText(item), "base64").toString("hex")}` : toText(item);
  const items = (list as readonly JsonValue[]).map((item) =>
    item === null ? "NULL" : `"${textOfItem(item).replace(/["\\]/g, "\\$&")}"`,
  );
  return `{${items.join(",")}}`;
}

/** Equality is of bytes in any order; what compares by size needs one. */
function sideOf(cell: Cell, operator: ScalarOperator): Sql {
  return operator === "eq" || operator === "neq" ? valueIn(cell) : orderedValue(cell);
}

/** Of no values `ALL` is true for nothing, too; a query asks of nothing only what is unknown. */
function quantified(cell: Cell, comparison: Comparison): Sql {
  const { operator, quantifier = "any", operand } = comparison;
  const [left, symbol, list] = quantifiedParts(cell, comparison);
  const test = sql`${left} ${symbol} ${quantifier.toUpperCase()}(${list ?? operandsOf(operand, cell.known)})`;
  return quantifier === "any" && operator === "eq"
    ? test
    : sql`CASE WHEN ${valueIn(cell)} IS NOT NULL THEN ${test} END`;
}

function quantifiedParts(cell: Cell, { operator, operand }: Comparison): readonly [Sql, string, Sql?] {
  const texts = (change: (value: string) => string): Sql =>
    // A parameter of a quantifier is a list of texts.
    sql`${valueOf(operand, (list) => (list as readonly (string | null)[]).map((text) => text && change(text)))}::text[]`;
  if (operator === "like" || operator === "ilike")
    return [textOf(cell), operator.toUpperCase(), texts((text) => toLike(text, "\\"))];
  if (operator === "match" || operator === "imatch")
    return [textOf(cell), operator === "match" ? "~" : "~*", texts((text) => text)];
  // The others are comparisons.
  const symbol = symbols[operator as Exclude<ScalarOperator, "isdistinct">];
  return [sideOf(cell, operator as ScalarOperator), symbol];
}

/** The text that JSON would have of the value. */
function textOf(cell: Cell): Sql {
  const value = valueIn(cell);
  if (cell.type.name === "text") return value;
  if (cell.type.name !== "timestamp") return sql`(${value})::text`;
  return sql`(replace(to_json(${value}) #>> '{}', '+00:00', '') || 'Z')`;
}

/** Source: PostgreSQL 15 documentation, 12.3. Controlling Text Search. */
function search(cell: Cell, { operator, operand, language }: Comparison): Sql {
  const words = {
    fts: "to_tsquery",
    plfts: "plainto_tsquery",
    phfts: "phraseto_tsquery",
    wfts: "websearch_to_tsquery",
  };
  // Operators of a search are these.
  const toQuery = words[operator as keyof typeof words];
  const configuration = language === undefined ? [] : sql`${constant(language)}::regconfig, `;
  const value = valueIn(cell);
  const document = cell.type.name === "search" ? value : sql`to_tsvector(${configuration}${value})`;
  return sql`${document} @@ ${toQuery}(${configuration}${valueOf(operand, toText)}::text)`;
}

const ofContainers: Partial<Record<Comparison["operator"], string>> = {
  cs: "@>",
  cd: "<@",
  ov: "&&",
  sl: "<<",
  sr: ">>",
  nxr: "&<",
  nxl: "&>",
  adj: "-|-",
};

function container(cell: Cell, { operator, operand }: Comparison): Sql | undefined {
  const symbol = ofContainers[operator];
  if (symbol === undefined || isForeign(cell.known)) return undefined;
  const right = operandOf(operand, cell.known);
  if (cell.type.name === "json" && operator === "ov") return shareParts(valueIn(cell), right);
  return sql`${valueIn(cell)} ${symbol} ${right}`;
}

/** Whether two documents have an item, a key or a plain value in common. */
function shareParts(left: Sql, right: Sql): Sql {
  const parts = (value: Sql): Sql =>
    sql`SELECT p FROM jsonb_array_elements(CASE jsonb_typeof(${value}) WHEN 'array' THEN ${value} WHEN 'object' THEN (SELECT coalesce(jsonb_agg(k), '[]') FROM jsonb_object_keys(${value}) k) ELSE jsonb_build_array(${value}) END) p`;
  return sql`CASE WHEN ${left} IS NOT NULL THEN EXISTS (${parts(left)} INTERSECT ${parts(right)}) END`;
}

/** Types whose values JSON cannot hold, or does not hold as they are told. */
const told: ReadonlySet<ValueType["name"]> = new Set(["integer", "decimal", "range", "search"]);

/** Whole numbers and decimals that a number of JSON cannot hold are told as texts. */
function leafOf(value: Sql, { name, of }: ValueType, declared: string | undefined): Sql {
  if (name === "bytes") return sql`translate(encode(${value}, 'base64'), E'\\n', '')`;
  if (name === "list") return of === "integer" || of === "decimal" ? sql`(${value})::text[]` : value;
  return told.has(name) && declared !== "int4" && declared !== "int2" ? sql`(${value})::text` : value;
}

function decodeWith(type: ValueType): Decode | undefined {
  return type.name === "list" && type.of === "bytes" ? decodeItems(decodeBytes) : decodeOf(type);
}

/** An item of a list: `\x0102`. */
function decodeBytes(value: JsonValue): JsonValue {
  return decodeHex(typeof value === "string" ? value.slice(2) : value);
}
