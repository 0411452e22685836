import type { Table } from "../catalog/catalog.ts";
import type { ColumnItem, Field } from "../plan/level.ts";
import { refusals } from "../refusal.ts";
import type { Rows, SqlBuilder } from "./builder.ts";
import { literal, quote } from "./builder.ts";
import { fieldSql } from "./field.ts";

/** One member of the objects that are answered. */
export interface Output {
  /** As the object calls it. */
  readonly key: string;
  /** Whether the key is a name of the catalog, which a statement may hold, and not one of the request. */
  readonly known: boolean;
  readonly text: string;
  /** Puts the values of many rows together; `undefined` of a value that is of each row. */
  readonly fold: ((text: string) => string) | undefined;
  /** Whether it is JSON, which has no equality. */
  readonly json: boolean;
  /** What it is as it is; `undefined` of what something was made of. */
  readonly field: Field | undefined;
  /** The embed whose columns were spread; `undefined` of a column of the level's own. */
  readonly spread: string | undefined;
}

/** A column of the request. @throws Refused */
export function columnOutput(sql: SqlBuilder, rows: Rows, item: ColumnItem): Output {
  const { field, aggregate, alias, cast } = item;
  const { key, known } = keyOfColumn(item);
  const shown = aggregate === undefined ? shownSql(rows, field) : undefined;
  // Every row counts, whatever it holds.
  const plain = shown ?? (field === undefined ? "1" : fieldSql(sql, rows, field));
  return {
    key: alias ?? key,
    known: alias === undefined && known,
    text: castSql(sql, plain, cast),
    fold: aggregate && ((text) => castSql(sql, `${aggregate}(${text})`, item.aggregateCast)),
    json: shown !== undefined && cast === undefined,
    field: aggregate === undefined && cast === undefined ? field : undefined,
    spread: undefined,
  };
}

/** A column as its domain shows it; `undefined` where that is left to the server. */
function shownSql({ table, alias }: Rows, field: Field | undefined): string | undefined {
  if (field === undefined || field.json.length > 0) return undefined;
  const show = table.columns.get(field.column)?.represents?.toJson;
  return show && `${show}(${alias}.${quote(field.column)})`;
}

function castSql({ catalog }: SqlBuilder, text: string, cast: string | undefined): string {
  if (cast === undefined) return text;
  const list = cast.endsWith("[]");
  const word = (list ? cast.slice(0, -2) : cast).toLowerCase();
  const type = catalog.types.get(word) ?? catalog.types.get(list ? cast.slice(0, -2) : cast);
  if (type === undefined) throw refusals.type(cast);
  return `CAST(${text} AS ${type}${list ? "[]" : ""})`;
}

/** The key at the end of a JSON path, or the one before a place in a list. */
function keyOfColumn({ field, aggregate }: ColumnItem): { readonly key: string; readonly known: boolean } {
  if (aggregate !== undefined) return { key: aggregate, known: true };
  const key = field?.json.findLast(({ step }) => typeof step === "string")?.step;
  return key === undefined ? { key: field?.column ?? "", known: true } : { key: String(key), known: false };
}

/** Every column of a table. */
export function starOutputs(rows: Rows): readonly Output[] {
  return [...rows.table.columns.keys()].map((key) => {
    const field = { column: key, json: [] };
    const shown = shownSql(rows, field);
    const text = shown ?? `${rows.alias}.${quote(key)}`;
    return { key, known: true, text, fold: undefined, json: shown !== undefined, field, spread: undefined };
  });
}

/** Whether the row as it is in the database is that of the answer. */
export function showsAsItIs({ columns }: Table): boolean {
  return ![...columns.values()].some(({ represents }) => represents?.toJson !== undefined);
}

/** Arguments that a function of PostgreSQL may have. */
const mostArguments = 100;

/** The objects of rows that are called `rows`, made of named outputs in their order. */
export interface Shape {
  /** Names of the columns below `rows`, in the order of the outputs. */
  readonly columns: readonly string[];
  /** Whether a row is the object as it is. */
  readonly plain: boolean;
  /** Each row as JSON. */
  json(sql: SqlBuilder, rows: string): string;
  readonly outputs: readonly Output[];
}

/** Outputs with names of the catalog are the columns of a row; others are put together key by key, so that no name of a request is in a statement. */
export function shapeOf(outputs: readonly Output[]): Shape {
  if (outputs.every(({ known }) => known))
    return {
      columns: outputs.map(({ key }) => quote(key)),
      plain: true,
      json: (_sql, rows) => `row_to_json(${rows}.*)`,
      outputs,
    };
  const columns = outputs.map((_, index) => `c${index + 1}`);
  const json = (sql: SqlBuilder, rows: string): string => {
    const pairs = outputs.map(({ key, known }, index) => [
      known ? `${literal(key)}::text` : `${sql.bind(key)}::text`,
      `${rows}.${columns[index]}`,
    ]);
    if (pairs.length * 2 <= mostArguments) return `json_build_object(${pairs.flat().join(", ")})`;
    const values = pairs.map(([key, value]) => `(${key}, to_json(${value}))`).join(", ");
    return `(SELECT json_object_agg(o.k, o.v) FROM (VALUES ${values}) AS o(k, v))`;
  };
  return { columns, plain: false, json, outputs };
}
