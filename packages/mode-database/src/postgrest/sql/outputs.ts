import type { ColumnItem, Level } from "../plan/level.ts";
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
  readonly aggregate: boolean;
  /** Whether it is JSON, which has no equality. */
  readonly json: boolean;
}

/** A column of the request. @throws Refused */
export function columnOutput(sql: SqlBuilder, rows: Rows, item: ColumnItem): Output {
  const { field, aggregate, alias } = item;
  const plain = field === undefined ? "*" : fieldSql(sql, rows, field);
  const given = castSql(sql, plain, item.cast);
  const text = aggregate === undefined ? given : castSql(sql, `${aggregate}(${given})`, item.aggregateCast);
  const { key, known } = keyOfColumn(item);
  return {
    key: alias ?? key,
    known: alias === undefined && known,
    text,
    aggregate: aggregate !== undefined,
    json: false,
  };
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
export function starOutputs({ table, alias }: Rows): readonly Output[] {
  return [...table.columns.keys()].map((key) => ({
    key,
    known: true,
    text: `${alias}.${quote(key)}`,
    aggregate: false,
    json: false,
  }));
}

export function isGrouped({ select }: Pick<Level, "select">): boolean {
  return select.some((item) => item.kind === "column" && item.aggregate !== undefined);
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
