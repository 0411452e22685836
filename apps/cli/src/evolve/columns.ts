import type { ColumnCheck, JsonValue, NewColumn, NewColumnType } from "@backworks/core";
import type { Row } from "./rows.ts";
import { readProperty } from "./property.ts";

/** What is known of the rows of a mock. */
export interface RowFacts {
  readonly rows: readonly Row[];
  /** The field that tells rows apart. */
  readonly id: IdFacts;
  /** Its JSON Schema, when it has one. */
  readonly schema: JsonValue | undefined;
  /** Fields that hold the id of another row: `suppliers.id` and its type. */
  readonly references: ReadonlyMap<string, Reference>;
}

/** The key of another row. */
export interface Reference {
  /** What a foreign key leads to; `undefined` for a field that is none. */
  readonly to: string | undefined;
  readonly type: NewColumnType;
}

/** How a mock tells rows apart. */
export interface IdFacts {
  readonly field: string;
  readonly type: string | undefined;
  readonly generate: string | undefined;
}

/** Columns that hold the rows of a mock, the key first. */
export interface FoundColumns {
  readonly columns: Readonly<Record<string, NewColumn>>;
  /** What the table does not look after, or could only guess. */
  readonly notes: readonly string[];
}

/** The columns that hold these rows: as the schema has them, else as the values are. */
export function inferColumns(facts: RowFacts): FoundColumns {
  const { rows, id, schema, references } = facts;
  const properties = objectAt(schema, "properties");
  const all = [id.field, ...rows.flatMap(Object.keys), ...Object.keys(properties), ...references.keys()];
  const found = [...new Set(all)].map((name) => ({ name, ...inferColumn(name, properties[name], facts) }));
  return {
    columns: Object.fromEntries(found.map(({ name, column }) => [name, column])),
    notes: [...otherKeywords(schema), ...found.flatMap(({ notes }) => notes)],
  };
}

interface FoundColumn {
  readonly column: NewColumn;
  readonly notes: readonly string[];
}

function inferColumn(name: string, property: JsonValue | undefined, facts: RowFacts): FoundColumn {
  const { rows, id, schema, references } = facts;
  const values = rows.map((row) => row[name]).filter((value) => value !== undefined && value !== null);
  if (name === id.field) return { column: keyColumn(id, values, property), notes: [] };
  const reference = references.get(name);
  const { check, notes, nullable, type: said } = readProperty(name, property);
  const type = reference?.type ?? holding(said, values) ?? unaided(values);
  const isRequired = !nullable && listAt(schema, "required").includes(name);
  const column = toColumn(type ?? "text", { isRequired, to: reference?.to, check });
  return { column, notes: type === undefined ? [...notes, `${name} has no value yet: it is taken for a text`] : notes };
}

interface Rules {
  readonly isRequired: boolean;
  /** What it refers to. */
  readonly to: string | undefined;
  readonly check: ColumnCheck;
}

function toColumn(type: NewColumnType, { isRequired, to, check }: Rules): NewColumn {
  return {
    type,
    ...(isRequired ? { required: true } : {}),
    ...(to === undefined ? {} : { references: to }),
    ...(isChecked(check) ? { check } : {}),
  };
}

function isChecked(check: ColumnCheck): boolean {
  return Object.values(check).some((rule) => rule !== undefined);
}

/** What a schema says of a row as a whole and no table looks after. */
function otherKeywords(schema: JsonValue | undefined): readonly string[] {
  const names = isObject(schema) ? Object.keys(schema).filter((name) => !known.has(name)) : [];
  return names.map((name) => `${name} of the schema is no rule of the table`);
}

const known: ReadonlySet<string> = new Set(
  "$schema $id $comment type title description examples default properties required additionalProperties $defs definitions".split(
    " ",
  ),
);

/** A key of texts is as long as every database takes for a key. */
function keyColumn(
  { type, generate }: IdFacts,
  values: readonly JsonValue[],
  property: JsonValue | undefined,
): NewColumn {
  const declared = type ?? (generate === "uuid" ? "string" : undefined) ?? wordAt(property);
  const isText = declared === "string" || (declared === undefined && typeof values[0] === "string");
  if (!isText) return { type: typeOfValues(values) === "bigint" ? "bigint" : "integer", primaryKey: true };
  return { type: "string", primaryKey: true, ...(generate === "none" ? {} : { default: "uuid()" }) };
}

function wordAt(property: JsonValue | undefined): string | undefined {
  const word = isObject(property) ? property["type"] : undefined;
  return typeof word === "string" ? word : undefined;
}

const largestInteger = 2 ** 31 - 1;
const day = /^\d{4}-\d\d-\d\d$/;
/** As every database gives it back: with seconds, in UTC, a fraction without zeros at its end. */
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{0,5}[1-9])?Z$/;

/** The narrowest type that holds every value and gives each back as it is; `undefined` when there are none. */
export function typeOfValues(values: readonly JsonValue[]): NewColumnType | undefined {
  if (values.length === 0) return undefined;
  if (values.every((value) => typeof value === "boolean")) return "boolean";
  if (values.every((value) => typeof value === "number")) return typeOfNumbers(values);
  if (!values.every((value) => typeof value === "string")) return "json";
  if (values.every((value) => day.test(value) && isMoment(`${value}T00:00:00Z`))) return "date";
  return values.every((value) => moment.test(value) && isMoment(value)) ? "timestamp" : "text";
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A type of the schema, as long as it gives every value back as it is. */
function holding(type: NewColumnType | undefined, values: readonly JsonValue[]): NewColumnType | undefined {
  const found = typeOfValues(values);
  if (found === undefined || type === undefined) return type;
  if (type === "uuid") return values.every((value) => typeof value === "string" && uuid.test(value)) ? type : "text";
  if (type === "timestamp" || type === "date") return found === type ? type : "text";
  return type === "integer" && found === "bigint" ? found : type;
}

/** Without a schema a mock sorts times as texts, which is the order of time as long as none has a fraction. */
function unaided(values: readonly JsonValue[]): NewColumnType | undefined {
  const type = typeOfValues(values);
  const hasFraction = type === "timestamp" && values.some((value) => typeof value === "string" && value.includes("."));
  return hasFraction ? "text" : type;
}

function isMoment(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

function typeOfNumbers(values: readonly number[]): NewColumnType {
  if (!values.every((value) => Number.isSafeInteger(value))) return "float";
  return values.every((value) => Math.abs(value) <= largestInteger) ? "integer" : "bigint";
}

function objectAt(schema: JsonValue | undefined, key: string): Readonly<Record<string, JsonValue | undefined>> {
  const value = isObject(schema) ? schema[key] : undefined;
  return isObject(value) ? value : {};
}

function listAt(schema: JsonValue | undefined, key: string): readonly JsonValue[] {
  const value = isObject(schema) ? schema[key] : undefined;
  // What is an array of JSON holds JSON.
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue | undefined>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
