import { join } from "node:path";
import type { Place } from "../src/errors.ts";
import { isBackworksError } from "../src/errors.ts";
import type { Exchange, FieldMap, JsonValue, ResponseInit } from "../src/exchange.ts";
import { HeaderList } from "../src/headers.ts";
import { silentLogger } from "../src/logger.ts";
import type { ProjectFiles } from "../src/mode.ts";
import type { Route } from "../src/model/app.ts";
import { resourceSchema } from "../src/modes/mock/resource/options.ts";
import type { ResourceRoute, ResourceSource } from "../src/modes/mock/resource/resource.ts";
import { createResources } from "../src/modes/mock/resource/resources.ts";
import { parseSessionKey } from "../src/modes/mock/session-key.ts";
import type { Sessions } from "../src/modes/mock/session.ts";
import { createSessions } from "../src/modes/mock/session.ts";
import { createRandom } from "../src/random.ts";
import { createRouter } from "../src/router/router.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** An endpoint with a collection, as the YAML has it. */
export interface ShopEndpoint {
  readonly path: string;
  readonly methods?: readonly string[];
  readonly resource: Record<string, unknown>;
}

export interface ShopAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed. */
  readonly body: unknown;
  /** Code of the error, when there was one. */
  readonly code?: string;
}

export interface ShopRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a text: that is sent as it is. */
  readonly body?: JsonValue | undefined;
}

/** Collections behind a real router, without a server. */
export interface Shop extends AsyncDisposable {
  readonly root: string;
  readonly sessions: Sessions;
  /** `GET /products?limit=1` */
  send(request: string, options?: ShopRequest): ShopAnswer;
  /** The same, for an answer that may come later. */
  ask(request: string, options?: ShopRequest): Promise<ShopAnswer>;
  resource: ReturnType<typeof createResources>;
  close(): Promise<void>;
}

export interface ShopOptions {
  readonly files?: Readonly<Record<string, JsonValue>>;
  readonly session?: string;
  /** Folder that is kept from an earlier shop. */
  readonly root?: string;
}

export async function openShop(
  endpoints: Readonly<Record<string, ShopEndpoint>>,
  options: ShopOptions = {},
): Promise<Shop> {
  const root = options.root ?? temporaryFolder("shop");
  const key = options.session === undefined ? undefined : parseSessionKey(options.session);
  const sessions = createSessions({ clock: { now: () => 0, monotonic: () => 0 }, random: () => createRandom(1), key });
  const resources = createResources({
    sessions,
    logger: silentLogger,
    ignoredParameters: key?.queryParameter === undefined ? [] : [key.queryParameter],
  });
  const files = filesOf(root, options.files ?? {});
  const routes: ResourceRoute[] = [];
  for (const [name, endpoint] of Object.entries(endpoints)) {
    sessions.hold(name);
    routes.push(...(await resources.add(sourceOf(name, endpoint, files))).routes);
  }
  await resources.link();
  const router = routerOf(routes);

  return {
    root,
    sessions,
    resource: resources,
    send: (request, sent = {}) => answer(router, sessions, exchangeOf(request, sent)),
    ask: (request, sent = {}) => later(router, sessions, exchangeOf(request, sent)),
    close: () => resources.close(),
    async [Symbol.asyncDispose]() {
      await resources.close();
    },
  };
}

function sourceOf(name: string, { path, methods, resource }: ShopEndpoint, files: ProjectFiles): ResourceSource {
  const result = resourceSchema["~standard"].validate(resource);
  if (result instanceof Promise || result.issues) throw new TypeError(JSON.stringify(result));
  return { name, owner: name, files, path, methods, options: result.value, place: (where) => placeOf(where.join(".")) };
}

/** A place that names the path it was asked for. */
function placeOf(path: string): Place {
  return { source: { file: path, text: path }, line: 1, column: 1, length: 1 };
}

function filesOf(root: string, files: Readonly<Record<string, JsonValue>>): ProjectFiles {
  const missing = (): never => {
    throw new TypeError("not needed here");
  };
  return {
    root,
    resolve: (path) => join(root, path),
    readText: missing,
    readBytes: missing,
    readData: (path) => files[path] ?? missing(),
  };
}

interface Shelf {
  readonly find: (
    method: string,
    path: string,
  ) => { readonly route: ResourceRoute | undefined; readonly params: Record<string, string | number> };
}

function routerOf(routes: readonly ResourceRoute[]): Shelf {
  const byRoute = new Map<Route, ResourceRoute>();
  const compiled = routes.flatMap((route) =>
    route.methods.map((method) => {
      const partial: Partial<Route> = { info: { id: "", endpoint: "", mode: "mock", method, pattern: route.path } };
      // The router reads nothing else of a route.
      const made = partial as Route;
      byRoute.set(made, route);
      return made;
    }),
  );
  const miss = { info: undefined } as Route;
  const makers = { notFound: miss, malformed: miss, notAllowed: () => miss, options: () => undefined };
  const router = createRouter(compiled, { basePath: "", strictSlash: false, ...makers });
  return {
    find(method, path) {
      const { route, params } = router.match(method, path);
      return { route: byRoute.get(route), params };
    },
  };
}

function exchangeOf(request: string, { headers = {}, body }: ShopRequest): Exchange {
  const [method = "", url = ""] = request.split(" ");
  const [path = "", search = ""] = url.split("?");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const partial = {
    request: {
      method,
      url,
      path,
      query: fieldsOf(search),
      headers: { ...(text !== undefined && { "content-type": "application/json" }), ...headers },
      cookies: {},
      params: {},
      received: text === undefined ? undefined : { text, bytes: Buffer.from(text), value: undefined },
    },
  };
  // Collections read nothing else of an exchange.
  return partial as unknown as Exchange;
}

/** A query string as the pipeline reads it. */
export function fieldsOf(search: string): FieldMap {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    const present = fields[name];
    fields[name] = present === undefined ? value : [present, value].flat();
  }
  return fields;
}

function answer(shelf: Shelf, sessions: Sessions, exchange: Exchange): ShopAnswer {
  const { route, params } = shelf.find(exchange.request.method, exchange.request.path);
  if (route === undefined) return { status: 404, headers: {}, body: undefined, code: "no route" };
  Object.assign(exchange.request.params, params);
  try {
    const answered = route.answer(exchange, sessions.of(exchange.request));
    // It waits for the disk, and whoever sent it for `close`.
    if (answered instanceof Promise) return { status: 202, headers: {}, body: undefined };
    return toAnswer(answered);
  } catch (error) {
    return toRefusal(error);
  }
}

async function later(shelf: Shelf, sessions: Sessions, exchange: Exchange): Promise<ShopAnswer> {
  const { route, params } = shelf.find(exchange.request.method, exchange.request.path);
  if (route === undefined) return { status: 404, headers: {}, body: undefined, code: "no route" };
  Object.assign(exchange.request.params, params);
  try {
    return toAnswer(await route.answer(exchange, sessions.of(exchange.request)));
  } catch (error) {
    return toRefusal(error);
  }
}

function toAnswer({ status = 200, headers, body }: ResponseInit): ShopAnswer {
  const list = HeaderList.from(headers);
  const isJson = typeof body === "string" && list.get("content-type")?.includes("json") === true;
  const parsed: unknown = isJson ? JSON.parse(body) : body;
  return { status, headers: Object.fromEntries(list), body: parsed };
}

function toRefusal(error: unknown): ShopAnswer {
  if (!isBackworksError(error)) throw error;
  const { status, headers, message, members, code, hint } = error;
  return { status, headers: { ...headers }, body: { detail: message, ...members, ...(hint && { hint }) }, code };
}
