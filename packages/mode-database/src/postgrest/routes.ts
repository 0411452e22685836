import { BackworksError } from "@backworks/core";
import type { EndpointSource, Place, RouteDraft } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import type { DatabaseMode } from "../open.ts";
import { keyBesideDialect } from "../options/endpoint.ts";
import type { EndpointOptions } from "../options/endpoint.ts";
import { rootHandler, routineHandler, strayHandler, tableHandler, tableMethods } from "./http/handler.ts";
import { createRest } from "./http/rest.ts";
import type { RestSettings } from "./http/rest.ts";
import { toStatement } from "../statement.ts";
import { quote } from "./sql/builder.ts";
import { createTokens } from "./http/token.ts";
import { defaultPostgrest } from "./options.ts";
import type { PostgrestOptions } from "./options.ts";

/** An endpoint that answers as PostgREST. */
export interface PostgrestPlace {
  readonly endpoint: EndpointSource;
  readonly database: OpenDatabase;
  readonly options: EndpointOptions;
  readonly mode: DatabaseMode;
}

/** Routes of an endpoint that answers as PostgREST: for all tables and functions below its path, or for one table. @throws BW_CONFIG_WRONG_VALUE */
export function postgrestRoutes({ endpoint, database, options, mode }: PostgrestPlace): readonly RouteDraft[] {
  if (database.engine.dialect.name !== "postgresql") throw wrongDatabase(endpoint, database);
  const other = options.dialect === undefined ? keyBesideDialect(options) : undefined;
  if (other !== undefined) throw wrongKey(endpoint, database, other);
  const settings = settingsOf({ endpoint, database, options, mode });
  const rest = createRest({ database, cache: mode.catalogs.of(database), settings });
  const methods = endpoint.methodsGiven ? endpoint.methods : tableMethods;
  const base = endpoint.path.replace(/(?:\/\*|\/+)$/, "");
  if (options.table !== undefined)
    return [{ methods, path: endpoint.path, handler: tableHandler(rest, options.table) }];
  // A method that calls nothing is told so, where the configuration says nothing else.
  const calling = endpoint.methodsGiven ? methods.filter((method) => /^(?:GET|POST)$/.test(method)) : tableMethods;
  return [
    { methods: ["GET"], path: base === "" ? "/" : base, handler: rootHandler(rest) },
    { methods, path: `${base}/{table}`, handler: tableHandler(rest, undefined) },
    ...(calling.length === 0
      ? []
      : [{ methods: calling, path: `${base}/rpc/{function}`, handler: routineHandler(rest) }]),
    // Above everything others may answer.
    ...(base === "" ? [] : [{ methods: tableMethods, path: `${base}/*`, handler: strayHandler(rest) }]),
  ];
}

function settingsOf({ endpoint, database, options, mode }: PostgrestPlace): RestSettings {
  const own = options.postgrest;
  const { schemas, expose, jwt, ...rest } = own ?? database.options.postgrest ?? defaultPostgrest;
  const where = own === undefined ? database.where : endpoint.place(["database", "postgrest"]);
  return {
    schemas,
    ...exposed(expose),
    maxRows: rest.max_rows,
    aggregates: rest.aggregates,
    plans: rest.plans,
    rollback: rest.tx_rollback,
    role: rest.role,
    tokens: jwt && tokensOf(jwt, mode, where),
    roleClaim: jwt?.role_claim ?? "role",
    preRequest: rest.pre_request === undefined ? undefined : toStatement(`SELECT ${nameOf(rest.pre_request)}()`, false),
    extraPath: rest.extra_search_path,
    ownPath: rest.extra_search_path.join() === "public",
  };
}

/** `schema.name`, as SQL writes it. */
function nameOf(text: string): string {
  return text.split(".").map(quote).join(".");
}

function exposed({ tables, functions }: NonNullable<PostgrestOptions["expose"]> = {}): Pick<
  RestSettings,
  "tables" | "functions"
> {
  return { tables: tables && new Set(tables), functions: functions && new Set(functions) };
}

function tokensOf(
  { secret, public_key: publicKey, audience }: NonNullable<PostgrestOptions["jwt"]>,
  { context }: DatabaseMode,
  where: Place,
): RestSettings["tokens"] {
  if (secret !== undefined) context.hide([secret]);
  try {
    return createTokens({ secret, publicKey, audience }, context.clock);
  } catch (cause) {
    const details = { path: "postgrest.jwt.public_key", problem: "is no public key in PEM" };
    throw new BackworksError("BW_CONFIG_WRONG_VALUE", details, { where, cause });
  }
}

function wrongKey(endpoint: EndpointSource, { name }: OpenDatabase, key: string): BackworksError {
  const problem = `does not go with dialect: postgrest, which ${name} has`;
  const where = endpoint.keyPlace(["database", key]);
  return new BackworksError("BW_CONFIG_WRONG_VALUE", { path: `database.${key}`, problem }, { where });
}

function wrongDatabase(endpoint: EndpointSource, { name, options }: OpenDatabase): BackworksError {
  const problem = `answers as PostgREST from ${name}, which is ${options.type}`;
  const hint = "the dialect postgrest needs a database of type postgresql";
  const where = endpoint.place(["database", "dialect"]);
  return new BackworksError("BW_CONFIG_WRONG_VALUE", { path: "database.dialect", problem }, { where, hint });
}
