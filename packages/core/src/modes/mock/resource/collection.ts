import { BackworksError } from "../../../errors.ts";
import type { JsonValue } from "../../../exchange.ts";
import { Mistakes } from "../mistakes.ts";
import type { Session } from "../session.ts";
import { defaultSessionId } from "../session.ts";
import type { Identity, IdentityOptions } from "./identity.ts";
import { idProperty, inferIdentity } from "./identity.ts";
import type { JsonObject } from "../../../json/value.ts";
import { isObject } from "../../../json/value.ts";
import type { ResourceOptions } from "./options.ts";
import type { ResourceSource, ResourcesOptions } from "./resource.ts";
import type { RowFile } from "./row-file.ts";
import { openRowFile } from "./row-file.ts";
import type { CheckValue } from "../../../json/schema.ts";
import { loadJsonSchemas } from "../../../json/schema.ts";
import type { RowRules } from "./rows.ts";
import { without } from "./rows.ts";
import { seedsOf, wrong } from "./seeds.ts";
import { isCsv, typeRow } from "./csv-row.ts";
import type { Seeds, Table } from "./table.ts";
import { createTable } from "./table.ts";

/** One collection, ready to be read and written. */
export interface Collection extends RowRules {
  readonly name: string;
  /** Rows of a list: when the request does not say, and at most. */
  readonly page: { readonly default: number; readonly max: number };
  /** Whether all rows may be changed at once. */
  readonly allowFullTable: boolean;
  /** Whether a write to an item must say which row it is meant for. */
  readonly requireIfMatch: boolean;
  /** Collections below an item, by the name they have there. */
  readonly relations: ResourceOptions["relations"];
  /** What the schema says of each field. */
  readonly properties: JsonObject | undefined;
  /** Fields that the schema asks for. */
  readonly required: readonly string[];
  /** Columns a request may name: the same set until there is another one; `undefined` while nothing is known. */
  columns(table: Table): ReadonlySet<string> | undefined;
  /** The rows of a session. */
  table(session: Session): Table;
  /** Told after a write, so that what is persisted is written. */
  changed(session: Session): void;
  /** Resolves when what a session wrote is on the disk; `undefined` when it is, or is not to be. @throws BW_RESOURCE_UNSAVED */
  saved(session: Session): Promise<void> | undefined;
  /** Told after a reset: what is persisted goes back to the seeds as well. */
  startAgain(session: Session): void;
  close(): Promise<void>;
}

/** @throws BW_CONFIG_INVALID, BW_FILE_MISSING, BW_FILE_OUTSIDE, BW_FILE_SYNTAX */
export async function openCollection(source: ResourceSource, shared: ResourcesOptions): Promise<Collection> {
  const { name, options } = source;
  const mistakes = new Mistakes((path) => source.place(path));
  const schema = readValue(source, "schema");
  const check = await compileSchema(schema, mistakes);
  const declared = propertiesOf(schema);
  const cells = { ...idProperty(options.id), ...declared };
  const values = readSeeds(source, mistakes).map((value) => (isCsv(options.seed) ? typeRow(value, cells) : value));
  const identity = identityOf(source, { schema, values }, mistakes);
  const rules: RowRules = {
    identity,
    check:
      declared === undefined || Object.hasOwn(declared, identity.field)
        ? check
        : (row) => check(without(row, identity.field)),
  };
  const seeds = seedsOf({ name, values, rules, path: ["seed"] }, mistakes);
  const file = options.persist === false ? undefined : openFile(options.persist, source, shared);
  try {
    const kept = file && keptTable(file, { name, rules }, mistakes);
    mistakes.throwIfAny();
    return createCollection({
      name,
      owner: source.owner,
      options,
      rules,
      seeds,
      file,
      kept,
      properties: declared,
      required: requiredOf(schema),
    });
  } catch (error) {
    await file?.close();
    throw error;
  }
}

interface Parts {
  readonly name: string;
  readonly owner: string;
  readonly options: ResourceOptions;
  readonly rules: RowRules;
  readonly seeds: Seeds;
  readonly file: RowFile | undefined;
  /** What the file held; the default session begins with it. */
  readonly kept: Table | undefined;
  /** Columns the schema names. */
  readonly properties: JsonObject | undefined;
  readonly required: readonly string[];
}

function createCollection({ name, owner, options, rules, seeds, file, kept, properties, required }: Parts): Collection {
  const { field } = rules.identity;
  const identity = JSON.stringify(rules.identity);
  let untouched = true;

  /** The rows of requests without a session key: at first what was kept, after a reset the seeds. */
  function mainTable(): Table {
    // Another generation may have written since the file was read.
    const shared = file?.shared?.identity === identity ? file.shared.table : kept;
    const table = (untouched ? shared : undefined) ?? createTable(seeds, field);
    untouched = false;
    if (file) file.shared = { table, identity };
    return table;
  }

  // Rows outlive a reload, unless their ids are of another kind.
  const slotName = `resource ${name} ${identity}`;

  const mainSlot = { name: slotName, create: mainTable };
  const slot = { name: slotName, create: () => createTable(seeds, field) };
  const tableOf = (session: Session): Table =>
    session.part(owner).slot(session.id === defaultSessionId ? mainSlot : slot);

  function changed(session: Session): void {
    if (file && session.id === defaultSessionId) file.save(() => tableOf(session).rows());
  }

  return {
    ...rules,
    name,
    page: options.page,
    allowFullTable: options.allow_full_table,
    requireIfMatch: options.require_if_match,
    relations: options.relations,
    properties,
    required,
    columns: columnsWith(field, Object.keys(properties ?? {})),
    table: tableOf,
    changed,
    saved: (session) => (session.id === defaultSessionId ? waitFor(file, name) : undefined),
    startAgain(session) {
      untouched = false;
      changed(session);
    },
    close: async () => file?.close(),
  };
}

/** The id, the columns of the schema and those of a table. */
function columnsWith(field: string, named: readonly string[]): Collection["columns"] {
  const all = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();
  return ({ columns }) => {
    if (columns.size + named.length === 0) return undefined;
    const present = all.get(columns) ?? new Set([field, ...named, ...columns]);
    all.set(columns, present);
    return present;
  };
}

function waitFor(file: RowFile | undefined, resource: string): Promise<void> | undefined {
  return file?.saved()?.catch((cause: unknown) => {
    throw new BackworksError("BW_RESOURCE_UNSAVED", { resource }, { cause });
  });
}

function readValue(source: ResourceSource, key: "schema" | "seed"): JsonValue | undefined {
  const value: unknown = source.options[key];
  // The options were read from YAML, which holds JSON.
  return typeof value === "string"
    ? source.files.readData(value, source.place([key]))
    : (value as JsonValue | undefined);
}

async function compileSchema(schema: JsonValue | undefined, mistakes: Mistakes): Promise<CheckValue> {
  const compiled = schema === undefined ? (): [] => [] : (await loadJsonSchemas())(schema);
  if (typeof compiled === "function") return compiled;
  wrong(mistakes, ["schema", ...compiled.path], compiled.problem);
  return () => [];
}

function propertiesOf(schema: JsonValue | undefined): JsonObject | undefined {
  const properties = isObject(schema) ? schema["properties"] : undefined;
  return isObject(properties) ? properties : undefined;
}

function requiredOf(schema: JsonValue | undefined): readonly string[] {
  const required = isObject(schema) ? schema["required"] : undefined;
  // A list of JSON.
  return Array.isArray(required) ? (required as readonly JsonValue[]).filter((name) => typeof name === "string") : [];
}

function readSeeds(source: ResourceSource, mistakes: Mistakes): readonly JsonValue[] {
  const read = readValue(source, "seed") ?? [];
  const values = source.evaluate ? mistakes.attempt(() => source.evaluate?.(read)) : read;
  if (values === undefined) return [];
  if (Array.isArray(values)) return values;
  wrong(mistakes, ["seed"], "must be a list of rows");
  return [];
}

type Known = { readonly schema: JsonValue | undefined; readonly values: readonly JsonValue[] };

function identityOf({ options }: ResourceSource, { schema, values }: Known, mistakes: Mistakes): Identity {
  const wanted: IdentityOptions = typeof options.id === "string" ? { field: options.id } : options.id;
  const declared = propertiesOf(schema)?.[wanted.field];
  const sample = values.find((value) => isObject(value) && value[wanted.field] !== undefined);
  const identity = inferIdentity(
    wanted,
    isObject(declared) ? declared["type"] : undefined,
    isObject(sample) ? sample[wanted.field] : undefined,
  );
  const fits = { uuid: "string", increment: "integer", none: identity.type }[identity.generate];
  if (fits !== identity.type)
    wrong(mistakes, ["id"], `generates ${identity.generate} for ids of type ${identity.type}`);
  return identity;
}

function openFile(path: string, { place, files }: ResourceSource, { logger }: ResourcesOptions): RowFile {
  return openRowFile({ path: files.resolve(path, place(["persist"])), name: path, logger });
}

function keptTable(
  file: RowFile,
  { name, rules }: Pick<Parts, "name" | "rules">,
  mistakes: Mistakes,
): Table | undefined {
  if (file.shared?.identity === JSON.stringify(rules.identity)) return file.shared.table;
  const values = file.shared ? [...file.shared.table.rows()] : mistakes.attempt(() => file.read());
  if (values === undefined) return undefined;
  if (Array.isArray(values))
    return createTable(seedsOf({ name, values, rules, path: ["persist"] }, mistakes), rules.identity.field);
  wrong(mistakes, ["persist"], "must hold a list of rows");
  return undefined;
}
