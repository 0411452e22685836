import type { Made, Media } from "../http/media.ts";
import type { SqlBuilder } from "./builder.ts";
import { outer, qualified, value } from "./builder.ts";
import type { Select } from "./select.ts";

/** Rows that are to be sent. */
export interface Sending {
  readonly media: Media;
  /** SQL of the number of rows that fit; `undefined` when nobody asked. */
  readonly total?: string | undefined;
  /** Further columns of the result. */
  readonly more?: readonly string[];
}

/** What functions and triggers may say of the answer. */
const said = `nullif(current_setting('response.headers', true), '') AS headers, nullif(current_setting('response.status', true), '') AS status`;

/** One row: how many rows there are, and all of them as the text that is sent. */
export function resultSql(sql: SqlBuilder, select: Pick<Select, "text" | "shape">, sending: Sending): string {
  const { media, total, more = [] } = sending;
  const row =
    media.kind === "csv" || media.kind === "made"
      ? ""
      : select.shape.plain
        ? `${outer}.*`
        : select.shape.json(sql, outer);
  const body = media.made === undefined ? bodySql(row, media) : madeSql(media.made, rowsSql(media.made));
  return finish(select.text, { body, total, more });
}

/** The same of a function that gives values: one, or a list of them. */
export function valueResultSql(text: string, set: boolean, sending: Sending): string {
  const { media, total, more = [] } = sending;
  const list = `json_agg(${outer}.${value})`;
  const csv = `coalesce(string_agg(${outer}.${value}::text, E'\\n'), '')`;
  const one = `coalesce((${list}->0)::text, 'null')`;
  const made = media.made && madeSql(media.made, `(array_agg(${outer}.${value}))[1]`);
  const body =
    made ?? (media.kind === "csv" ? csv : set && media.kind === "json" ? `coalesce(${list}::text, '[]')` : one);
  return finish(text, { body, total, more });
}

/** All rows, given to what makes a media type of them. */
function rowsSql({ aggregate }: Made): string {
  if (aggregate === undefined) return "NULL";
  const { table } = aggregate;
  return `${qualified(aggregate)}(${table === undefined ? `${outer}.*` : `(${outer}.*)::${qualified(table)}`})`;
}

/** Bytes come as base64. */
function madeSql({ makes }: Made, text: string): string {
  return makes.bytes ? `encode((${text})::bytea, 'base64')` : `(${text})::text`;
}

interface Finish {
  readonly body: string;
  readonly total: string | undefined;
  readonly more: readonly string[];
}

function finish(text: string, { body, total, more }: Finish): string {
  const columns = [`count(*) AS rows`, `${total ?? "NULL::bigint"} AS total`, `${body} AS body`, said, ...more];
  return `SELECT ${columns.join(", ")} FROM (${text}) AS ${outer}`;
}

function bodySql(row: string, { kind, stripNulls }: Media): string {
  if (kind === "csv")
    return `coalesce(string_agg(substring((${outer}.*)::text, 2, length((${outer}.*)::text) - 2), E'\\n'), '')`;
  const list = stripNulls ? `json_strip_nulls(json_agg(${row}))` : `json_agg(${row})`;
  return kind === "object" ? `coalesce((${list}->0)::text, 'null')` : `coalesce(${list}::text, '[]')`;
}

/** The number of rows that a query has. */
export function countSql(text: string): string {
  return `(SELECT count(*) FROM (${text}) AS pgrst_count)`;
}
