import type { ColumnCheck, JsonValue, NewColumnType } from "@backworks/core";

/** What a JSON Schema says of one field. */
export interface Property {
  /** `undefined` when it leaves several, or says none. */
  readonly type: NewColumnType | undefined;
  readonly check: ColumnCheck;
  /** Whether it may be null. */
  readonly nullable: boolean;
  /** Keywords that a table cannot look after. */
  readonly notes: readonly string[];
}

type Keywords = Readonly<Record<string, JsonValue | undefined>>;

/** Reads the schema of a field the way a table can keep it. */
export function readProperty(name: string, property: JsonValue | undefined): Property {
  if (typeof property !== "object" || property === null || Array.isArray(property))
    return { type: undefined, check: {}, nullable: true, notes: [] };
  // An object of JSON that is no list.
  const keywords = property as Keywords;
  const among = amongOf(keywords);
  const left = Object.keys(keywords).filter((key) => !kept.has(key) && !silent.has(key));
  if (keywords["enum"] !== undefined && among === undefined) left.push("enum");
  const { format } = keywords;
  if (typeof format === "string" && formats[format] === undefined) left.push(`format ${format}`);
  const check: ColumnCheck = {
    minimum: numberAt(keywords, "minimum"),
    maximum: numberAt(keywords, "maximum"),
    above: numberAt(keywords, "exclusiveMinimum"),
    below: numberAt(keywords, "exclusiveMaximum"),
    minLength: numberAt(keywords, "minLength"),
    maxLength: numberAt(keywords, "maxLength"),
    among,
  };
  return {
    type: typeOf(keywords),
    check,
    nullable: allowsNull(keywords),
    notes: left.map((key) => `${key} of ${name} is no rule of the table`),
  };
}

/** What becomes a type or a rule of the table. */
const kept: ReadonlySet<string> = new Set(
  "type format minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength enum".split(" "),
);

/** What refuses nothing. */
const silent: ReadonlySet<string> = new Set(
  "title description default examples readOnly writeOnly deprecated $comment".split(" "),
);

const formats: Readonly<Record<string, NewColumnType>> = { date: "date", "date-time": "timestamp", uuid: "uuid" };

const types: Readonly<Record<string, NewColumnType>> = {
  integer: "integer",
  number: "float",
  boolean: "boolean",
  string: "text",
  object: "json",
  array: "json",
};

function typeOf({ type, format, maximum, minimum }: Keywords): NewColumnType | undefined {
  const words = [type].flat().filter((word) => word !== "null");
  const [word] = words;
  if (words.length !== 1 || typeof word !== "string") return undefined;
  if (word === "string" && typeof format === "string") return formats[format] ?? "text";
  const wide = [minimum, maximum].some((limit) => typeof limit === "number" && Math.abs(limit) >= 2 ** 31);
  return word === "integer" && wide ? "bigint" : types[word];
}

function allowsNull({ type, enum: values }: Keywords): boolean {
  if (Array.isArray(values)) return values.includes(null);
  return type === undefined || [type].flat().includes("null");
}

function numberAt(keywords: Keywords, key: string): number | undefined {
  const value = keywords[key];
  return typeof value === "number" ? value : undefined;
}

/** Plain texts and numbers; what has a backslash or a question mark no two databases write alike. */
function amongOf({ enum: values }: Keywords): readonly (string | number)[] | undefined {
  if (!Array.isArray(values)) return undefined;
  // A list of JSON.
  const wanted = (values as readonly JsonValue[]).filter((value) => value !== null);
  const isPlain = (value: JsonValue): value is string | number =>
    typeof value === "number" || (typeof value === "string" && !/[\\?]/.test(value));
  const plain = wanted.filter(isPlain);
  return plain.length === wanted.length && new Set(plain.map((value) => typeof value)).size === 1 ? plain : undefined;
}
