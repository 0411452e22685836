/** What the values of a column are, whatever the database calls it. */
export type ScalarName =
  /** Nobody said: each value is compared as what it is. */
  | "any"
  | "boolean"
  /** Whole numbers; beyond 2^53 they are text in JSON. */
  | "integer"
  /** Binary fractions. */
  | "number"
  /** Decimal fractions; texts in JSON. */
  | "decimal"
  | "text"
  | "uuid"
  /** `2024-02-29` */
  | "date"
  /** `23:59:59.5` */
  | "time"
  /** ISO 8601, in UTC where it says a zone. */
  | "timestamp"
  | "json"
  /** Base64 in JSON. */
  | "bytes";

/** Type of a column or of a value. */
export interface ValueType {
  /** A type of one value, or of many: the rows of a list, what lies in a range, words to search. */
  readonly name: ScalarName | "list" | "range" | "search";
  /** Of the elements of a list, or of the bounds of a range. */
  readonly of?: ScalarName;
}

const words: Readonly<Record<string, ScalarName>> = {
  bigint: "integer",
  bool: "boolean",
  boolean: "boolean",
  bytea: "bytes",
  char: "text",
  character: "text",
  "character varying": "text",
  citext: "text",
  date: "date",
  datetime: "timestamp",
  decimal: "decimal",
  double: "number",
  "double precision": "number",
  float: "number",
  float4: "number",
  float8: "number",
  int: "integer",
  int2: "integer",
  int4: "integer",
  int8: "integer",
  integer: "integer",
  json: "json",
  jsonb: "json",
  numeric: "decimal",
  real: "number",
  smallint: "integer",
  string: "text",
  text: "text",
  time: "time",
  timestamp: "timestamp",
  "timestamp with time zone": "timestamp",
  timestamptz: "timestamp",
  uuid: "uuid",
  varchar: "text",
};

/** The type a cast names, `text` or `varchar`; `undefined` when it names none. */
export function typeOfWord(word: string): ValueType | undefined {
  const list = word.endsWith("[]");
  const plain = (list ? word.slice(0, -2) : word).toLowerCase();
  const name = Object.hasOwn(words, plain) ? words[plain] : undefined;
  if (name === undefined) return undefined;
  return list ? { name: "list", of: name } : { name };
}

/** Every word that names a type. */
export const typeWords: readonly string[] = Object.keys(words);

/** `integer`, `text[]`, `date range` */
export function nameOfType({ name, of }: ValueType): string {
  if (of === undefined) return name;
  return name === "list" ? `${of}[]` : `${of} ${name}`;
}
