import type { JsonValue } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import { toJsonText } from "../binds.ts";
import { isShallow } from "../json-operand.ts";
import type { Cell, Comparison } from "../query-dialect.ts";
import type { Sql } from "../sql.ts";
import { sql, valueOf } from "../sql.ts";
import { documentOf, jsonAt, listOf } from "./cells.ts";

/** Lists and JSON; ranges have no words in SQLite. */
export function container(cell: Cell, comparison: Comparison): Sql | undefined {
  const { name } = cell.type;
  if (name === "list" && cell.steps.length === 0) return ofLists(cell, comparison);
  return name === "json" ? ofJson(cell, comparison) : undefined;
}

function ofLists(cell: Cell, { operator, operand }: Comparison): Sql | undefined {
  const { of = "any" } = operand.type;
  const own = sql`SELECT value FROM json_each(${documentOf(cell)}) WHERE value IS NOT NULL`;
  const asked = listOf({ ...operand, type: { name: of } });
  const tests: Partial<Record<Comparison["operator"], Sql>> = {
    cs: sql`NOT EXISTS (SELECT 1 FROM ${asked} WHERE p.value IS NULL OR p.value NOT IN (${own}))`,
    ov: sql`EXISTS (SELECT 1 FROM ${asked} WHERE p.value IN (${own}))`,
    cd: sql`NOT EXISTS (SELECT 1 FROM json_each(${documentOf(cell)}) o WHERE o.value IS NULL OR o.value NOT IN (SELECT p.value FROM ${asked} WHERE p.value IS NOT NULL))`,
  };
  const test = tests[operator];
  return test && sql`CASE WHEN ${cell.column} IS NOT NULL THEN ${test} END`;
}

function ofJson(cell: Cell, { operator, operand }: Comparison): Sql | undefined {
  const own = jsonAt(cell);
  const isStructure = sql`json_type(${own}) IN ('array', 'object')`;
  const when = (test: Sql): Sql => sql`CASE WHEN ${own} IS NOT NULL THEN ${isStructure} AND ${test} END`;
  if (operator === "cs")
    return when(isHeld(sql`${valueOf(operand, (value) => toJsonText(inList(checked(value))))}`, own));
  const asked = valueOf(operand, toJsonText);
  if (operator === "cd") return when(sql`${isShallowHere(own)} AND ${isHeld(own, asked)}`);
  return operator === "ov" ? when(shareParts(own, asked)) : undefined;
}

/** @throws BW_QUERY_UNSUPPORTED for what SQLite cannot be asked in one statement */
function checked(value: JsonValue): JsonValue {
  if (isShallow(value)) return value;
  throw new BackworksError(
    "BW_QUERY_UNSUPPORTED",
    { operator: "cs with a list that holds lists or objects", backend: "SQLite" },
    { hint: "ask for plain values in lists", members: { operator: "cs" } },
  );
}

/** A list holds a plain value that is one of its items. */
function inList(value: JsonValue): JsonValue {
  return typeof value === "object" && value !== null ? value : [value];
}

/** Whether every part of a document is in the other: in an object under its key, in a list anywhere. */
function isHeld(inner: Sql, outer: Sql): Sql {
  const type = (table: string): string => `replace(${table}.type, 'integer', 'real')`;
  const place = sql`CASE WHEN typeof(i.key) = 'integer' THEN typeof(o.key) = 'integer' AND o.path = i.path ELSE o.fullkey = i.fullkey END`;
  const found = sql`SELECT 1 FROM json_tree(${outer}) o WHERE ${type("o")} = ${type("i")} AND o.atom IS i.atom AND ${place}`;
  return sql`NOT EXISTS (SELECT 1 FROM json_tree(${inner}) i WHERE NOT EXISTS (${found}))`;
}

/** Whether no list holds lists or objects: those are not compared with each other. */
function isShallowHere(json: Sql): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM json_tree(${json}) s WHERE typeof(s.key) = 'integer' AND s.type IN ('array', 'object'))`;
}

/** Whether two documents have an item, a key or a plain value in common. */
function shareParts(left: Sql, right: Sql): Sql {
  const parts = (json: Sql): Sql =>
    sql`SELECT CASE WHEN typeof(e.key) = 'text' THEN e.key ELSE e.value END FROM json_each(${json}) e`;
  return sql`EXISTS (${parts(left)} INTERSECT ${parts(right)})`;
}
