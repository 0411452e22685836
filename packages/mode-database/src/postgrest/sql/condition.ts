import { operators } from "@backworks/core/query";
import type { Condition, FilterCondition } from "../plan/level.ts";
import { refusals } from "../refusal.ts";
import type { Rows, SqlBuilder } from "./builder.ts";
import { value } from "./builder.ts";
import { columnSql, fieldSql } from "./field.ts";

/** Rows that a condition is about, with those that are embedded in them. */
export interface ConditionRows extends Rows {
  /** How the statement calls the rows of an embed; `undefined` when none has this name. */
  embedded(name: string): string | undefined;
}

/** A condition as SQL writes it. @throws Refused */
export function conditionSql(sql: SqlBuilder, rows: ConditionRows, condition: Condition): string {
  const text =
    condition.kind === "filter"
      ? filterSql(sql, rows, condition)
      : `(${condition.of.map((branch) => conditionSql(sql, rows, branch)).join(condition.kind === "and" ? " AND " : " OR ")})`;
  return condition.negated ? `NOT (${text})` : text;
}

const words: ReadonlyMap<string, string> = new Map(operators.map(({ name, sql }) => [name, sql]));

function filterSql(sql: SqlBuilder, rows: ConditionRows, filter: FilterCondition): string {
  const embed = embedSql(rows, filter);
  if (embed !== undefined) return embed;
  const field = fieldSql(sql, rows, filter.field);
  const { operand, operator, quantifier } = filter;
  if (operand.kind === "keyword") return `${field} IS ${operand.keyword.replace("_", " ").toUpperCase()}`;
  if (operator.endsWith("fts")) return searchSql(sql, rows, { filter, field });
  const given = sql.bind(valueOf(filter), filter);
  const read = readerOf(rows, filter);
  if (operand.kind !== "list") return `${field} ${words.get(operator)} ${read ? `${read}(${given}::text)` : given}`;
  const list = read ? `SELECT ${read}(pgrst_text) FROM unnest(${given}::text[]) AS pgrst_text` : given;
  return `${field} ${words.get(operator === "in" ? "eq" : operator)} ${quantifier === "all" ? "ALL" : "ANY"} (${list})`;
}

const comparing: ReadonlySet<string> = new Set(["eq", "neq", "gt", "gte", "lt", "lte", "in"]);

/** The function that reads what a column of a domain is compared with; `undefined` where the server does. */
function readerOf({ table }: Rows, { field, operator }: FilterCondition): string | undefined {
  if (field.json.length > 0 || !comparing.has(operator)) return undefined;
  return table.columns.get(field.column)?.represents?.fromText;
}

/** What a filter compares with, as a bind; `undefined` when that is a word of SQL. */
export function valueOf({ operand, operator }: FilterCondition): string | undefined {
  // In a pattern an asterisk stands for any text, since a percent sign is a nuisance in a URL.
  const isPattern = operator === "like" || operator === "ilike";
  const toValue = (text: string): string => (isPattern ? text.replaceAll("*", "%") : text);
  if (operand.kind === "text") return toValue(operand.text);
  return operand.kind === "list" ? arrayLiteral(operand.texts.map((text) => text && toValue(text))) : undefined;
}

/** `relation=is.null`: whether an embed has rows. */
function embedSql(rows: ConditionRows, { field, operand }: FilterCondition): string | undefined {
  if (field.json.length > 0 || rows.table.columns.has(field.column)) return undefined;
  const alias = rows.embedded(field.column);
  if (alias === undefined) return undefined;
  if (operand.kind !== "keyword" || !operand.keyword.endsWith("null")) throw refusals.embedFilter(field.column);
  return `${alias}.${value} IS ${operand.keyword === "null" ? "" : "NOT "}NULL`;
}

/** Source: PostgreSQL 15 documentation, 8.15.2 Array Value Input. */
export function arrayLiteral(texts: readonly (string | null)[]): string {
  const elements = texts.map((text) => (text === null ? "NULL" : `"${text.replaceAll(/["\\]/g, "\\$&")}"`));
  return `{${elements.join(",")}}`;
}

const searches: Readonly<Record<string, string>> = {
  fts: "to_tsquery",
  plfts: "plainto_tsquery",
  phfts: "phraseto_tsquery",
  wfts: "websearch_to_tsquery",
};

interface Search {
  readonly filter: FilterCondition;
  readonly field: string;
}

function searchSql(sql: SqlBuilder, rows: Rows, { filter, field }: Search): string {
  const { operator, language, field: named } = filter;
  const words = named.json.length === 0 && columnSql(rows, named.column).type === "tsvector";
  const config = language === undefined ? "" : `${sql.bind(language)}::regconfig, `;
  const vector = words ? field : `to_tsvector(${config}${field})`;
  return `${vector} @@ ${searches[operator]}(${config}${sql.bind(valueOf(filter), filter)})`;
}
