import { BackworksError } from "@backworks/core";
import type { EndpointSource, Place, RouteDraft } from "@backworks/core";
import type { OpenDatabase } from "../databases.ts";
import type { DatabaseMode } from "../open.ts";
import { keyBesideDialect } from "../options/endpoint.ts";
import type { EndpointOptions } from "../options/endpoint.ts";
import {
  methodsHandler,
  rootHandler,
  routineHandler,
  strayHandler,
  tableHandler,
  tableMethods,
} from "./http/handler.ts";
import { createRest } from "./http/rest.ts";
import type { Rest, RestSettings } from "./http/rest.ts";
import { toStatement } from "../statement.ts";
import { quote } from "./sql/builder.ts";
import { createRoleClaim } from "./http/role-claim.ts";
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
  const rest = createRest({ database, cache: mode.catalogs.of(database), settings, clock: mode.context.clock });
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
    ...methodsRoutes(rest, base, endpoint),
    // Above everything others may answer.
    ...(base === "" ? [] : [{ methods: tableMethods, path: `${base}/*`, handler: strayHandler(rest) }]),
  ];
}

/** Where the endpoint gives methods they hold for all tables and functions, so that nothing is to be told of each. */
function methodsRoutes(rest: Rest, base: string, { methodsGiven }: EndpointSource): readonly RouteDraft[] {
  if (methodsGiven) return [];
  const methods = ["OPTIONS"];
  return [
    { methods, path: base === "" ? "/" : base, handler: methodsHandler(rest, "root") },
    { methods, path: `${base}/{table}`, handler: methodsHandler(rest, "table") },
    { methods, path: `${base}/rpc/{function}`, handler: methodsHandler(rest, "function") },
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
    openapi: rest.openapi,
    openapiSecurity: rest.openapi_security,
    txEnd: { undoes: rest.tx_end.startsWith("rollback"), mayBeOther: rest.tx_end.endsWith("override") },
    root: rest.root,
    timing: rest.server_timing,
    role: rest.role,
    tokens: jwt && tokensOf(jwt, mode, where),
    roleIn: createRoleClaim(jwt?.role_claim ?? "role") ?? (() => undefined),
    preRequest: rest.pre_request === undefined ? undefined : toStatement(`SELECT ${nameOf(rest.pre_request)}()`, false),
    appSettings: Object.entries(rest.app_settings ?? {}).map(([name, value]) => [`app.settings.${name}`, value]),
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

type Jwt = NonNullable<PostgrestOptions["jwt"]>;

function tokensOf(jwt: Jwt, { context }: DatabaseMode, where: Place): RestSettings["tokens"] {
  const { secret, secret_base64: secretBase64, public_key: publicKey, keys, audience } = jwt;
  context.hide([secret, secretBase64, keys].filter((text) => text !== undefined));
  try {
    return createTokens({ secret, secretBase64, publicKey, keys, audience }, context.clock);
  } catch (cause) {
    const [key, problem] = problemOf(jwt);
    const details = { path: `postgrest.jwt.${key}`, problem };
    throw new BackworksError("BW_CONFIG_WRONG_VALUE", details, { where, cause });
  }
}

function problemOf({ public_key: publicKey, keys }: Jwt): readonly [key: string, problem: string] {
  if (publicKey !== undefined) return ["public_key", "is no public key in PEM"];
  if (keys !== undefined) return ["keys", "is no JSON of a JWK or a JWKS with keys for HS, RS or ES"];
  return ["secret_base64", "is shorter than 32 bytes"];
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
