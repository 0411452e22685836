import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { BackworksError } from "@backworks/core";
import type { JsonValue, NewTable, OpenApp, RawConfig, TableRows } from "@backworks/core";
import { load } from "js-yaml";
import type { EvolveEdit } from "../edit/evolve.ts";
import { readIfThere } from "./changes.ts";
import type { FileChange } from "./changes.ts";
import { checkColumnNames } from "./column-names.ts";
import { inferColumns } from "./columns.ts";
import { findKey } from "./key.ts";
import { findLinks } from "./links.ts";
import type { Link } from "./links.ts";
import type { MockEndpoint } from "./mock-endpoint.ts";
import type { ProbedMock } from "./probes.ts";
import { readRows } from "./rows.ts";
import type { MockRows, Row } from "./rows.ts";
import type { EvolvedEndpoint } from "./side.ts";
import type { Target } from "./target.ts";

/** What mocks become. */
export interface EvolvePlan {
  readonly mocks: readonly ProbedMock[];
  readonly tables: readonly NewTable[];
  readonly rows: readonly TableRows[];
  readonly endpoints: readonly EvolvedEndpoint[];
  /** Files with rows that are nowhere written yet. */
  readonly seeds: readonly FileChange[];
  readonly edit: EvolveEdit;
  /** What a person should know. */
  readonly notes: readonly string[];
}

/** Where a plan is made. */
export interface PlanSource {
  readonly raw: RawConfig;
  readonly target: Target;
  /** The mocks, running. */
  readonly app: Pick<OpenApp, "inject">;
}

/** Reads the mocks and decides what they become. @throws BW_CLI_EVOLVE */
export async function makePlan(mocks: readonly MockEndpoint[], source: PlanSource): Promise<EvolvePlan> {
  const known = await Promise.all(mocks.map(async (mock) => readFacts(mock, source)));
  const links = findLinks(known);
  const parts = known.map((facts) => planOne(facts, links, source));
  const { raw, target } = source;
  const root = raw.value as { readonly mode?: unknown };
  return {
    mocks: parts.map(({ probed }) => probed),
    tables: parts.map(({ probed: { mock, columns } }) => ({ name: mock.table, columns })),
    rows: parts.map(({ probed: { mock, rows } }) => ({ table: mock.table, rows })),
    endpoints: parts.map(({ endpoint }) => endpoint),
    seeds: parts.flatMap(({ seed }) => seed),
    notes: parts.flatMap(({ notes }) => notes),
    edit: {
      endpoints: parts.map(({ endpoint: { mock, database, methods } }) => ({
        name: mock.name,
        database,
        methods: mock.methods === undefined ? methods : undefined,
        saysMode: root.mode !== undefined,
      })),
      newDatabase: target.isNew ? { name: target.name, options: target.options } : undefined,
    },
  };
}

/** What is known of a mock. */
export interface MockFacts extends MockRows {
  readonly mock: MockEndpoint;
  /** The field that tells its rows apart. */
  readonly id: ReturnType<typeof findKey>;
  /** Its JSON Schema, when it has one. */
  readonly schema: JsonValue | undefined;
}

async function readFacts(mock: MockEndpoint, { app, raw }: PlanSource): Promise<MockFacts> {
  const found = await readRows(app, mock);
  const schema = mock.source.kind === "resource" ? readSchema(mock.source.resource.schema, raw.root) : undefined;
  if (found.rows.length === 0 && schema === undefined)
    throw new BackworksError(
      "BW_CLI_EVOLVE",
      { endpoint: mock.name, problem: "it has no rows, and no schema says what they would be" },
      { hint: "give it a seed of one row at least, or mock.resource.schema with properties" },
    );
  return { ...found, mock, id: findKey(mock, found.rows), schema };
}

/** Checked when the mock was opened: the schema itself, or a file below the root. */
function readSchema(schema: unknown, root: string): JsonValue | undefined {
  if (typeof schema !== "string") return schema as JsonValue | undefined;
  // JSON is YAML, too.
  return load(readIfThere(join(root, schema)) ?? "") as JsonValue;
}

interface Part {
  readonly probed: ProbedMock;
  readonly endpoint: EvolvedEndpoint;
  readonly seed: readonly FileChange[];
  readonly notes: readonly string[];
}

function planOne(facts: MockFacts, links: readonly Link[], { raw, target }: PlanSource): Part {
  const { mock, rows, id, schema, wrap } = facts;
  const own = links.filter(({ child }) => child === mock.name);
  const { columns, notes } = inferColumns({ rows, id, schema, references: referencesOf(own) });
  checkColumnNames(mock, Object.keys(columns), target);
  const { seed, file } = seedOf(facts, raw.root);
  const database = {
    ...(target.named ? { use: target.name } : {}),
    table: mock.table,
    auto_crud: true,
    ...(seed === undefined ? {} : { seed }),
    ...rulesOf(mock, rows.length),
    ...(wrap === undefined ? {} : { transform: { list: wrap } }),
  };
  const methods = mock.methods ?? (mock.source.kind === "data" ? ["GET"] : undefined);
  const sparse = sparseFields(rows);
  return {
    probed: { mock, id: id.field, rows, columns },
    endpoint: { mock, methods, database },
    seed: file,
    notes: [...notes, ...looseOf(own), ...sparse, ...orderOf(columns, id.field)].map((note) => `${mock.name}: ${note}`),
  };
}

function referencesOf(links: readonly Link[]): Parameters<typeof inferColumns>[0]["references"] {
  return new Map(
    links.map(({ column, to, type, loose }) => [column, { to: loose === undefined ? to : undefined, type }]),
  );
}

function looseOf(links: readonly Link[]): readonly string[] {
  return links.flatMap(({ column, loose }) => (loose === undefined ? [] : [`${column} is no foreign key: ${loose}`]));
}

const usualPage = { default: 100, max: 1000 };

function rulesOf({ source }: MockEndpoint, rows: number): Readonly<Record<string, unknown>> {
  if (source.kind === "data")
    return rows > usualPage.default ? { page: { default: rows, max: Math.max(rows, usualPage.max) } } : {};
  const { page, allow_full_table, require_if_match, relations } = source.resource;
  return {
    // A mock tells how many rows there are to whoever asks for some.
    page: { ...(isDeepStrictEqual({ ...page }, usualPage) ? {} : page), count: "exact" },
    ...(allow_full_table ? { allow_full_table } : {}),
    ...(require_if_match ? { require_if_match } : {}),
    ...(Object.keys(relations).length === 0 ? {} : { relations }),
  };
}

/** The file that the mock has its rows from, when they are what it says; else one of their own. */
function seedOf(
  { mock, rows, wrap }: MockFacts,
  root: string,
): { readonly seed: string | undefined; readonly file: readonly FileChange[] } {
  if (rows.length === 0) return { seed: undefined, file: [] };
  const { source } = mock;
  const named = source.kind === "resource" ? source.resource.seed : source.data;
  // What clients wrote goes on changing as long as the mock serves.
  const isKept = source.kind === "resource" && source.resource.persist === named;
  const isFile = wrap === undefined && !isKept && typeof named === "string";
  if (isFile && isDeepStrictEqual(readRowFile(join(root, named)), rows)) return { seed: named, file: [] };
  const file = `seeds/${mock.table}.json`;
  const text = `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`;
  return { seed: `./${file}`, file: readIfThere(join(root, file)) === text ? [] : [{ file, text, before: undefined }] };
}

function readRowFile(file: string): unknown {
  if (!/\.(?:json|ya?ml)$/i.test(file)) return undefined;
  try {
    return JSON.parse(JSON.stringify(load(readIfThere(file) ?? "")));
  } catch {
    // Not a file of plain rows: they are written into one of their own.
    return undefined;
  }
}

/** A mock keeps the order in which rows were made. */
function orderOf(columns: NewTable["columns"], key: string): readonly string[] {
  return columns[key]?.type !== "string" ? [] : [`rows come in the order of ${key} unless a request says order=`];
}

function sparseFields(rows: readonly Row[]): readonly string[] {
  const names = [...new Set(rows.flatMap(Object.keys))];
  return names
    .filter((name) => rows.some((row) => row[name] === undefined))
    .map((name) => `not every row has ${name}: the table answers null where it is missing`);
}
