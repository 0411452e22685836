import type { JsonValue } from "../../../exchange.ts";
import { isObject } from "../../../json/value.ts";
import type { Column, ForeignKey, Schema, Table as QueryTable } from "../../../query/relations.ts";
import type { RowSource } from "../../../query/memory/related.ts";
import type { ScalarName, ValueType } from "../../../query/types.ts";
import { textOf } from "../../../query/memory/field.ts";
import type { Session } from "../session.ts";
import type { Collection } from "./collection.ts";
import { parseId } from "./identity.ts";
import type { Table } from "./table.ts";

/** The collections of one session, as the query grammar sees them. */
export interface Catalog extends RowSource {
  readonly schema: Schema;
}

/** Where the rows of a collection are; those of a transaction stand before those of the session. */
export type FindTable = (collection: Collection) => Table;

export function catalogOf(collections: ReadonlyMap<string, Collection>, tableOf: FindTable): Catalog {
  const tables = new Map<string, QueryTable>();
  const schema: Schema = {
    table(name) {
      const collection = collections.get(name);
      if (collection === undefined) return undefined;
      const known = tables.get(name) ?? describe(collection, collections, tableOf);
      tables.set(name, known);
      return known;
    },
    get names() {
      return [...collections.keys()];
    },
  };
  return {
    schema,
    rows(name) {
      const collection = collections.get(name);
      return collection === undefined ? [] : tableOf(collection).rows();
    },
    find: (name, column, value) => find(collections.get(name), { column, value }, tableOf),
  };
}

export function tablesOf(session: Session): FindTable {
  return (collection) => collection.table(session);
}

function find(
  collection: Collection | undefined,
  { column, value }: { readonly column: string; readonly value: JsonValue },
  tableOf: FindTable,
): readonly [] | readonly [NonNullable<ReturnType<Table["get"]>>] | undefined {
  if (collection?.identity.field !== column) return undefined;
  const id = parseId(collection.identity, textOf(value));
  // Another spelling of a number may equal it all the same.
  if (id === undefined) return undefined;
  const row = tableOf(collection).get(String(id));
  return row === undefined ? [] : [row];
}

function describe(
  collection: Collection,
  collections: ReadonlyMap<string, Collection>,
  tableOf: FindTable,
): QueryTable {
  let foreignKeys: readonly ForeignKey[] | undefined;
  return {
    name: collection.name,
    columns: columnsOf(collection, tableOf(collection), () => keysOf(collection.name, collections)),
    primaryKey: [collection.identity.field],
    uniques: [],
    open: true,
    get foreignKeys() {
      foreignKeys ??= keysOf(collection.name, collections);
      return foreignKeys;
    },
  };
}

/** A relation says which field of the other collection holds the id of this one. */
function keysOf(name: string, collections: ReadonlyMap<string, Collection>): readonly ForeignKey[] {
  return [...collections.values()].flatMap((parent) =>
    Object.entries(parent.relations)
      .filter(([, { resource }]) => resource === name)
      .map(([inverse, { key }]) => ({
        name: `${name}_${key}_fkey`,
        columns: [key],
        target: parent.name,
        targetColumns: [parent.identity.field],
        inverse,
      })),
  );
}

const known = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, Column>>();

/** `undefined` while nothing is known of the collection. */
function columnsOf(
  collection: Collection,
  table: Table,
  keys: () => readonly ForeignKey[],
): ReadonlyMap<string, Column> | undefined {
  const names = collection.columns(table);
  if (names === undefined) return undefined;
  // A table has a new set when it has a new column; relations may change without one.
  const columns = known.get(names) ?? new Map([...names].map((name) => [name, columnOf(collection, name)] as const));
  known.set(names, columns);
  const others = keys().flatMap((key) => key.columns.filter((name) => !columns.has(name)));
  if (others.length === 0) return columns;
  return new Map([...columns, ...others.map((name) => [name, columnOf(collection, name)] as const)]);
}

function columnOf({ identity, properties }: Collection, name: string): Column {
  const type = name === identity.field ? typeOfId(identity.type) : typeOfProperty(properties?.[name]);
  return { name, type, nullable: name !== identity.field, hasDefault: true, generated: false };
}

function typeOfId(type: Collection["identity"]["type"]): ValueType {
  return { name: type === "integer" ? "integer" : "text" };
}

const formats: ReadonlyMap<string, ScalarName> = new Map([
  ["date", "date"],
  ["date-time", "timestamp"],
  ["time", "time"],
  ["uuid", "uuid"],
]);

const types: ReadonlyMap<string, ScalarName> = new Map([
  ["boolean", "boolean"],
  ["integer", "integer"],
  ["number", "number"],
  ["string", "text"],
  ["object", "json"],
]);

/** The type a JSON Schema gives; `any` when it leaves several. */
function typeOfProperty(property: JsonValue | undefined): ValueType {
  if (!isObject(property)) return { name: "any" };
  const word = typeWord(property["type"]);
  const { format, items } = property;
  if (word === "array") return listOf(typeOfProperty(items));
  if (word === "string" && typeof format === "string") return { name: formats.get(format) ?? "text" };
  return { name: types.get(word ?? "") ?? "any" };
}

/** A list of lists is JSON. */
function listOf({ name }: ValueType): ValueType {
  return name === "list" || name === "range" || name === "search" ? { name: "json" } : { name: "list", of: name };
}

/** `["string", "null"]` is a string that may be nothing. */
function typeWord(type: JsonValue | undefined): string | undefined {
  const words = (Array.isArray(type) ? (type as readonly JsonValue[]) : [type]).filter((word) => word !== "null");
  const [word] = words;
  return words.length === 1 && typeof word === "string" ? word : undefined;
}
