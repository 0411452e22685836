import { BackworksError, invalidConfig, isBackworksError, suggest } from "@backworks/core";
import type { EndpointSource, JsonValue, RouteDraft } from "@backworks/core";
import { compileCrud } from "../crud/compile.ts";
import type { OpenDatabase } from "../databases.ts";
import type { DatabaseMode } from "../open.ts";
import type { EndpointOptions } from "../options/endpoint.ts";
import { postgrestRoutes } from "../postgrest/routes.ts";
import { compileSql } from "../sql/compile.ts";
import { toStatement } from "../statement.ts";
import { toAnswer } from "./answer.ts";
import { createHandler } from "./handler.ts";
import { listRoutes } from "./routes.ts";
import type { SqlRoute } from "./routes.ts";
import type { Seed } from "../seed.ts";

/** Compiles the statements of an endpoint. @throws BW_CONFIG_INVALID */
export function compileEndpoint(endpoint: EndpointSource, mode: DatabaseMode): readonly RouteDraft[] {
  // Checked by the schema of the endpoint's key.
  const options = endpoint.values["database"] as EndpointOptions;
  const database = findDatabase(options, endpoint, mode);
  const compiling = { endpoint, options, database, mode };
  const { table, fields, auto_crud } = options;
  const asPostgrest = (options.dialect ?? (auto_crud === true ? database.options.dialect : undefined)) === "postgrest";
  const drafts = asPostgrest ? postgrestRoutes(compiling) : compileStatements(compiling);
  if (table === undefined) return drafts;
  mode.starting.makeTable(tableKey(endpoint), { database, table, fields, seed: readSeed(endpoint) });
  if (auto_crud !== true || asPostgrest) return drafts;
  const { collection, routes } = compileCrud({ endpoint, options: { ...options, table }, database, mode });
  mode.collections.add(tableKey(endpoint), collection);
  return [...drafts, ...withoutWritten(routes, drafts)];
}

function compileStatements(compiling: Compiling): readonly RouteDraft[] {
  const mistakes: BackworksError[] = [];
  const drafts = listRoutes(compiling.endpoint, compiling.options).flatMap((route) => {
    try {
      return [compileRoute(route, compiling)];
    } catch (error) {
      if (!isBackworksError(error)) throw error;
      mistakes.push(...(error.errors.length > 0 ? error.errors : [error]));
      return [];
    }
  });
  if (mistakes.length > 0) throw invalidConfig(mistakes);
  return drafts;
}

/** What a statement of the endpoint answers, the table does not. */
function withoutWritten(routes: readonly RouteDraft[], written: readonly RouteDraft[]): readonly RouteDraft[] {
  const taken = new Set(written.flatMap(({ methods, path }) => methods.map((method) => `${method} ${path}`)));
  return routes.filter(({ methods, path }) => methods.every((method) => !taken.has(`${method} ${path}`)));
}

/** Rows of the endpoint's seed. @throws BW_FILE_MISSING, BW_FILE_SYNTAX, BW_CONFIG_WRONG_VALUE */
function readSeed(endpoint: EndpointSource): Seed["rows"] | undefined {
  const { seed } = endpoint.values["database"] as EndpointOptions;
  if (seed === undefined) return undefined;
  const where = endpoint.place(["database", "seed"]);
  const rows = endpoint.files.readData(seed, where);
  const isRow = (row: JsonValue): boolean => typeof row === "object" && row !== null && !Array.isArray(row);
  // Each row is an object, as the next line sees.
  if (Array.isArray(rows) && rows.every(isRow)) return rows as Seed["rows"];
  throw new BackworksError(
    "BW_CONFIG_WRONG_VALUE",
    { path: "database.seed", problem: "must name a file with a list of objects" },
    { where },
  );
}

/** Names the table that an endpoint describes as it is. */
export function tableKey({ name, identity }: EndpointSource): string {
  return `${name} ${identity}`;
}

/** The database that the endpoint names, or the one it cannot but mean. @throws BW_DATABASE_UNKNOWN */
function findDatabase({ use }: EndpointOptions, endpoint: EndpointSource, { databases }: DatabaseMode): OpenDatabase {
  const [only] = databases.size === 1 ? databases.values() : [];
  const found = use === undefined ? (databases.get("default") ?? only) : databases.get(use);
  if (found !== undefined) return found;
  const names = [...databases.keys()];
  const near = use === undefined ? undefined : suggest(use, names);
  const known = names.length === 0 ? "name one under databases:" : `databases are ${names.join(", ")}`;
  const hint = near === undefined ? known : `did you mean ${near}?`;
  const where = use === undefined ? endpoint.keyPlace(["database"]) : endpoint.place(["database", "use"]);
  throw new BackworksError("BW_DATABASE_UNKNOWN", { database: use ?? "default" }, { where, hint });
}

interface Compiling {
  readonly endpoint: EndpointSource;
  readonly options: EndpointOptions;
  readonly database: OpenDatabase;
  readonly mode: DatabaseMode;
}

function compileRoute(route: SqlRoute, { endpoint, options, database, mode }: Compiling): RouteDraft {
  const { dialect } = database.engine;
  const compiled = compileSql(route.sql, {
    lexicon: dialect.lexicon,
    placeholder: dialect.placeholder,
    templates: mode.context.templates,
    files: endpoint.files,
    parameters: parametersOf(route.path),
    path: `endpoints.${endpoint.name}.${route.at.join(".")}`,
    where: endpoint.place(route.at),
    params: route.params,
    placeOfParam: (index) => endpoint.place(["database", "params", index]),
  });
  const statement = toStatement(compiled.text, compiled.reads);
  const answer = toAnswer({ ...options, path: route.path });
  return {
    methods: route.methods,
    path: route.path,
    handler: createHandler({ database, statement, binds: compiled.binds, answer }),
    needs: { requestBody: compiled.usesBody },
  };
}

function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(/\{\*?([A-Za-z_]\w*)[^}]*\}/g)].map(([, name = ""]) => name);
}
