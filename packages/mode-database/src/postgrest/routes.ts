import { BackworksError } from "@backworks/core";
import type { EndpointSource, RouteDraft } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import type { DatabaseMode } from "../open.ts";
import type { EndpointOptions } from "../options/endpoint.ts";
import { CatalogCache } from "./catalog/catalog-cache.ts";
import { rootHandler, routineHandler, tableHandler, tableMethods } from "./http/handler.ts";
import { createRest } from "./http/rest.ts";
import type { RestSettings } from "./http/rest.ts";
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
  const cache = new CatalogCache(database.engine, mode.context.clock);
  const rest = createRest({
    database,
    cache,
    settings: settingsOf(endpoint, options.postgrest ?? defaultPostgrest, mode),
  });
  const methods = endpoint.methodsGiven ? endpoint.methods : tableMethods;
  const base = endpoint.path.replace(/\/+$/, "");
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
  ];
}

function settingsOf(endpoint: EndpointSource, options: PostgrestOptions, mode: DatabaseMode): RestSettings {
  const { schemas, expose, max_rows, aggregates, plans, tx_rollback, role, jwt } = options;
  return {
    schemas,
    tables: expose?.tables && new Set(expose.tables),
    functions: expose?.functions && new Set(expose.functions),
    maxRows: max_rows,
    aggregates,
    plans,
    rollback: tx_rollback,
    role,
    tokens: jwt && tokensOf(endpoint, jwt, mode),
    roleClaim: jwt?.role_claim ?? "role",
  };
}

function tokensOf(
  endpoint: EndpointSource,
  { secret, public_key: publicKey, audience }: NonNullable<PostgrestOptions["jwt"]>,
  { context }: DatabaseMode,
): RestSettings["tokens"] {
  if (secret !== undefined) context.hide([secret]);
  try {
    return createTokens({ secret, publicKey, audience }, context.clock);
  } catch (cause) {
    const path = ["database", "postgrest", "jwt", "public_key"];
    const problem = "is no public key in PEM";
    throw new BackworksError(
      "BW_CONFIG_WRONG_VALUE",
      { path: path.join("."), problem },
      { where: endpoint.place(path), cause },
    );
  }
}

function wrongDatabase(endpoint: EndpointSource, { name, options }: OpenDatabase): BackworksError {
  const problem = `answers as PostgREST from ${name}, which is ${options.type}`;
  const hint = "the dialect postgrest needs a database of type postgresql";
  const where = endpoint.place(["database", "dialect"]);
  return new BackworksError("BW_CONFIG_WRONG_VALUE", { path: "database.dialect", problem }, { where, hint });
}
