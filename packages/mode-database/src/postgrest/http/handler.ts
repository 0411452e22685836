import { identityOf, isBackworksError } from "@backworks/core";
import type { BackworksError, Exchange, Handler, ResponseInit } from "@backworks/core";
import { explain } from "../../failure.ts";
import { mayBeStale, refusals } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { refusalResponse } from "./answer.ts";
import { allowRoot, allowRoutine, allowTable } from "./allow.ts";
import { callRoutine } from "./call.ts";
import { isUnknownToServer, toRefusal } from "./database-refusal.ts";
import { readAccept } from "./media.ts";
import { readPreferences } from "./preferences.ts";
import { describeSchema } from "./describe.ts";
import { readTable } from "./read.ts";
import { Timing } from "./timing.ts";
import type { Caller, OpenRequest, Rest, RestSettings } from "./rest.ts";
import { deleteRows, insertRows, putRow, updateRows } from "./write.ts";

/** Answers a request whose head was read. */
type Action = (rest: Rest, request: OpenRequest, name: string) => Promise<ResponseInit>;

const tableActions: Readonly<Record<string, Action>> = {
  GET: readTable,
  POST: insertRows,
  PUT: putRow,
  PATCH: updateRows,
  DELETE: deleteRows,
};

/** Methods of a table. */
export const tableMethods: readonly string[] = Object.keys(tableActions);

/** Answers for the table of a path's parameter, or for one that is given. */
export function tableHandler(rest: Rest, table: string | undefined): Handler {
  return createHandler(rest, (request) => {
    const action = tableActions[request.method] ?? readTable;
    return action(rest, request, table ?? String(request.exchange.request.params["table"]));
  });
}

/** Answers for the function of a path's parameter. */
export function routineHandler(rest: Rest): Handler {
  return createHandler(rest, (request) => {
    if (request.method !== "GET" && request.method !== "POST") throw refusals.method(request.method);
    return callRoutine(rest, request, String(request.exchange.request.params["function"]));
  });
}

/** Answers for the path above all tables. */
export function rootHandler(rest: Rest): Handler {
  const { root } = rest.settings;
  return createHandler(rest, (request) =>
    root === undefined ? describeSchema(rest, request) : callRoutine(rest, request, root),
  );
}

/** Answers OPTIONS of the table or the function of a path's parameter, or of the path above all. */
export function methodsHandler(rest: Rest, of: "table" | "function" | "root"): Handler {
  return createHandler(rest, async (request) => {
    const { params } = request.exchange.request;
    if (of === "root") return allowRoot();
    return of === "table"
      ? allowTable(rest, request, String(params["table"]))
      : allowRoutine(rest, request, String(params["function"]));
  });
}

/** Answers for paths that lead nowhere. */
export function strayHandler(rest: Rest): Handler {
  return createHandler(rest, () => {
    throw refusals.path();
  });
}

function createHandler(rest: Rest, act: (request: OpenRequest) => Promise<ResponseInit>): Handler {
  return async (exchange) => {
    const timing = rest.settings.timing ? new Timing(rest.clock) : undefined;
    let known = false;
    try {
      const head = readHead(rest, exchange, timing);
      known = head.caller.known;
      const response = await withCatalog(rest, head, act);
      timing?.end("response");
      return timed(response, timing);
    } catch (error) {
      return timed(refusalResponse(refusalOf(rest, error, known)), timing);
    }
  };
}

function timed(response: ResponseInit, timing: Timing | undefined): ResponseInit {
  if (timing === undefined) return response;
  // Headers are plain here.
  return {
    ...response,
    headers: { ...(response.headers as Record<string, string>), "server-timing": timing.header() },
  };
}

/** @throws what is no matter of clients */
function refusalOf({ database }: Rest, error: unknown, known: boolean): Refusal {
  const own = toRefusal(error, known);
  if (own !== undefined) return own;
  const { engine, name, options } = database;
  const source = { database: name, dialect: engine.dialect, limit: String(options.statement_timeout) };
  const explained = explain(error, source);
  if (isAway(explained)) return refusals.lost(explained.headers).refusal;
  const refusal = toRefusal(explained, known);
  if (refusal === undefined) throw explained;
  return refusal;
}

type Head = Omit<OpenRequest, "catalog">;

/** What is not found is looked for once more, since it may be there by now. */
async function withCatalog(
  { cache }: Rest,
  head: Head,
  act: (request: OpenRequest) => Promise<ResponseInit>,
): Promise<ResponseInit> {
  const catalog = cache.known ?? (await cache.read().catch(whileAway));
  try {
    return await act({ ...head, catalog });
  } catch (error) {
    const fresh = mayBeStale(error) || isUnknownToServer(error) ? cache.refresh() : undefined;
    if (fresh === undefined) throw error;
    return act({ ...head, catalog: await fresh });
  }
}

/** Without a catalog nothing is known of what was asked for. @throws what was thrown */
function whileAway(error: unknown): never {
  throw isAway(error) ? refusals.catalog(error.headers) : error;
}

function isAway(error: unknown): error is BackworksError {
  return isBackworksError(error) && error.code === "BW_DATABASE_UNAVAILABLE";
}

function readHead({ settings }: Rest, exchange: Exchange, timing: Timing | undefined): Head {
  const { headers, method: given } = exchange.request;
  const method = given === "HEAD" ? "GET" : given;
  const caller = callerOf(settings, exchange);
  timing?.end("jwt");
  const profile = headers[/^(?:GET|OPTIONS)$/.test(method) ? "accept-profile" : "content-profile"];
  const schema = schemaOf(settings.schemas, profile);
  const saysSchema = settings.schemas.length > 1 || profile !== undefined;
  const preferences = readPreferences(headers["prefer"]);
  const accept = readAccept(headers["accept"]);
  timing?.end("parse");
  return { exchange, method, schema, saysSchema, preferences, accept, caller, timing };
}

/** Who asks, as a token says, or a plugin; only a token says a role. @throws Refused with PGRST301, PGRST302, PGRST303 */
function callerOf({ tokens, role, roleIn }: RestSettings, exchange: Exchange): Caller {
  const identity = identityOf(exchange);
  if (tokens === undefined) return { role, claims: identity?.claims, known: identity !== undefined };
  const header = exchange.request.headers["authorization"];
  const claims = tokens(header === undefined ? undefined : String(header));
  const said = roleIn(claims);
  if (said !== undefined) return { role: said, claims, known: true };
  if (role === undefined) throw refusals.anonymous();
  return { role, claims, known: false };
}

/** @throws Refused with PGRST106 */
function schemaOf(schemas: readonly string[], profile: string | readonly string[] | undefined): string {
  if (profile === undefined) return schemas[0] ?? "public";
  const name = String(profile).trim();
  if (schemas.includes(name)) return name;
  throw refusals.schema(name, schemas);
}
