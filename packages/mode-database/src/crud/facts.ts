import { BackworksError } from "@backworks/core";
import type { CollectionColumn, CollectionFacts, Collections as CollectionsService } from "@backworks/core";
import type { Column, ScalarName, Table, ValueType } from "@backworks/core/query";
import type { DatabaseMode } from "../open.ts";
import type { FieldOptions } from "../options/endpoint.ts";
import type { Access, Action } from "./access.ts";
import type { Collection } from "./collection.ts";

/** What clients may know of the tables that endpoints answer by themselves. */
export function describeCollections({ collections }: DatabaseMode): CollectionsService {
  return { describe: () => Promise.all([...collections.all()].map(factsOf)) };
}

type Facts = Pick<CollectionFacts, "columns" | "key">;

async function factsOf(collection: Collection): Promise<CollectionFacts> {
  const { name, path, itemPath, options, page, access } = collection;
  const { columns, key } = await tableFacts(collection);
  const shown = options.expose?.columns;
  return {
    endpoint: name,
    path,
    itemPath,
    columns: shown === undefined ? columns : columns.filter((column) => shown.includes(column.name)),
    key,
    page,
    embeds: options.expose?.embed ?? [],
    below: Object.entries(options.relations ?? {}).map(([relation, { resource }]) => ({
      name: relation,
      endpoint: resource,
    })),
    roles: access && { read: rolesThat(access, "read"), write: rolesThat(access, "write") },
    wrap: options.transform,
  };
}

function rolesThat({ roles }: Access, action: Action): readonly string[] {
  return roles.filter((rules) => rules[action] !== undefined).map(({ role }) => role);
}

/** As the database has it; a table that only the configuration describes yet, as that does. @throws BW_DATABASE_TABLE, BW_DATABASE_UNAVAILABLE */
async function tableFacts({ database, table: name, options, place }: Collection): Promise<Facts> {
  const table = (await database.schema.get()).table(name);
  if (table !== undefined) return ofTable(table);
  if (options.fields !== undefined) return ofFields(options.fields);
  throw new BackworksError("BW_DATABASE_TABLE", { database: database.name, table: name }, { where: place(["table"]) });
}

function ofTable({ columns = new Map<string, Column>(), primaryKey }: Table): Facts {
  return { columns: [...columns.values()].map(ofColumn), key: primaryKey };
}

function ofColumn({ name, type, nullable, hasDefault, generated }: Column): CollectionColumn {
  const schema = orNull(schemaOf(type), nullable);
  return { name, schema, required: !nullable && !hasDefault && !generated, readOnly: generated };
}

type JsonSchema = CollectionColumn["schema"];

const scalars: Readonly<Record<ScalarName, JsonSchema>> = {
  any: {},
  boolean: { type: "boolean" },
  integer: { type: "integer" },
  number: { type: "number" },
  decimal: { type: "string", pattern: "^-?\\d+(\\.\\d+)?$" },
  text: { type: "string" },
  uuid: { type: "string", format: "uuid" },
  date: { type: "string", format: "date" },
  time: { type: "string" },
  timestamp: { type: "string", format: "date-time" },
  json: {},
  bytes: { type: "string", contentEncoding: "base64" },
};

/** Ranges and words to search are texts. */
function schemaOf({ name, of = "any" }: ValueType): JsonSchema {
  if (name === "list") return { type: "array", items: scalars[of] };
  return name === "range" || name === "search" ? scalars.text : scalars[name];
}

function orNull(schema: JsonSchema, nullable: boolean): JsonSchema {
  return nullable && typeof schema["type"] === "string" ? { ...schema, type: [schema["type"], "null"] } : schema;
}

const ofFieldType: Readonly<Record<FieldOptions["type"], ScalarName>> = {
  integer: "integer",
  bigint: "integer",
  decimal: "decimal",
  float: "number",
  boolean: "boolean",
  string: "text",
  text: "text",
  date: "date",
  timestamp: "timestamp",
  json: "json",
  uuid: "uuid",
};

function ofFields(fields: Readonly<Record<string, FieldOptions>>): Facts {
  const key = Object.entries(fields).flatMap(([name, field]) => (field.primary_key === true ? [name] : []));
  const columns = Object.entries(fields).map(([name, field]): CollectionColumn => {
    const type = ofFieldType[field.type];
    const isKey = field.primary_key === true;
    // One number counts up by itself, several do not.
    const isMade =
      field.default !== undefined || (isKey && (type === "uuid" || (type === "integer" && key.length === 1)));
    const nullable = field.required !== true && !isKey;
    return { name, schema: orNull(scalars[type], nullable), required: !nullable && !isMade, readOnly: false };
  });
  return { columns, key };
}
