import type { Row } from "../../engine.ts";

/** Names that are no names of types but words for them. Source: PostgreSQL 15 documentation, table 8.1. */
const words = [
  "bigint",
  "bit varying",
  "boolean",
  "character",
  "character varying",
  "decimal",
  "double precision",
  "float",
  "int",
  "integer",
  "real",
  "smallint",
  "time with time zone",
  "time without time zone",
  "timestamp with time zone",
  "timestamp without time zone",
];

/** What a cast may name, in lower case, with the type as SQL writes it. */
export function castNames(rows: readonly Row[]): ReadonlyMap<string, string> {
  const names = new Map(rows.map((row) => [String(row["name"]), String(row["type"])]));
  for (const word of words) names.set(word, word);
  return names;
}
