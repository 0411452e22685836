import type { ApiRequest, ApiResponse } from "../../../apis.ts";
import type { DatabaseResult } from "../../../databases.ts";
import type { LogFields, LogLevel } from "../../../logger.ts";
import { toPlainFields } from "../../../plain-fields.ts";
import type { FromGuest, GuestOrders, ServiceName } from "../wire.ts";

/** An API as a handler asks it. */
export interface HandlerApi {
  request(request: ApiRequest): Promise<ApiResponse>;
  get(path: string, options?: Omit<ApiRequest, "path" | "method">): Promise<ApiResponse>;
  delete(path: string, options?: Omit<ApiRequest, "path" | "method">): Promise<ApiResponse>;
  post(
    path: string,
    body?: ApiRequest["body"],
    options?: Omit<ApiRequest, "path" | "method" | "body">,
  ): Promise<ApiResponse>;
  put(
    path: string,
    body?: ApiRequest["body"],
    options?: Omit<ApiRequest, "path" | "method" | "body">,
  ): Promise<ApiResponse>;
  patch(
    path: string,
    body?: ApiRequest["body"],
    options?: Omit<ApiRequest, "path" | "method" | "body">,
  ): Promise<ApiResponse>;
}

/** A database as a handler asks it. */
export interface HandlerDatabase {
  query(sql: string, binds?: readonly unknown[]): Promise<DatabaseResult["rows"]>;
  /** The same, with how many rows were changed. */
  run(sql: string, binds?: readonly unknown[]): Promise<DatabaseResult>;
}

/** What an endpoint remembers from call to call, kept by the server. */
export interface HandlerState {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** Adds to a number, which is 0 when absent, in one step; gives what it came to. */
  increment(key: string, by?: number): Promise<number>;
  keys(): Promise<readonly string[]>;
}

/** A handler's way to the server's log. */
export type HandlerLog = Record<LogLevel, (message: string, fields?: LogFields) => void>;

/** Asks the server, in the name of a call. */
export type Ask = (id: number, service: ServiceName, args: readonly unknown[]) => Promise<unknown>;

export interface ContextParts {
  readonly orders: Pick<GuestOrders, "apis" | "databases" | "environment">;
  readonly ask: Ask;
  post(message: FromGuest): void;
  /** Of a call, made when first read. */
  signalOf(id: number): AbortSignal;
}

/** What a context reaches, by call. */
export interface ContextMembers {
  readonly env: Readonly<Record<string, string>>;
  apis(id: number): Readonly<Record<string, HandlerApi>>;
  databases(id: number): Readonly<Record<string, HandlerDatabase>>;
  state(id: number): HandlerState;
  log(id: number): HandlerLog;
  signal(id: number): AbortSignal;
}

/** What the contexts of a handler reach. */
export function createMembers({ orders, ask, post, signalOf }: ContextParts): ContextMembers {
  return {
    env: Object.freeze({ ...orders.environment }),
    apis: (id) => byName(orders.apis, (name) => toApi((request) => ask(id, "apis", [name, request]))),
    databases: (id) => byName(orders.databases, (name) => toDatabase((args) => ask(id, "databases", [name, ...args]))),
    state: (id) => toState((args) => ask(id, "state", args)),
    log: (id) => toLog((log, message, fields) => post({ log, id, message: toText(message), ...fieldsOf(fields) })),
    signal: signalOf,
  };
}

function byName<T>(names: readonly string[], make: (name: string) => T): Readonly<Record<string, T>> {
  return Object.freeze(Object.fromEntries(names.map((name) => [name, make(name)])));
}

function toApi(send: (request: ApiRequest) => Promise<unknown>): HandlerApi {
  // Only data crosses; the server ends what a call asked for when the call ends.
  const ask = ({ signal: _signal, ...request }: ApiRequest): Promise<ApiResponse> =>
    send(request) as Promise<ApiResponse>;
  return {
    request: ask,
    get: (path, options) => ask({ ...options, method: "GET", path }),
    delete: (path, options) => ask({ ...options, method: "DELETE", path }),
    post: (path, body, options) => ask({ ...options, method: "POST", path, ...(body !== undefined && { body }) }),
    put: (path, body, options) => ask({ ...options, method: "PUT", path, ...(body !== undefined && { body }) }),
    patch: (path, body, options) => ask({ ...options, method: "PATCH", path, ...(body !== undefined && { body }) }),
  };
}

function toDatabase(send: (args: readonly unknown[]) => Promise<unknown>): HandlerDatabase {
  const run = (sql: string, binds?: readonly unknown[]): Promise<DatabaseResult> =>
    send([sql, binds ?? []]) as Promise<DatabaseResult>;
  return { run, query: async (sql, binds) => (await run(sql, binds)).rows };
}

function toState(send: (args: readonly unknown[]) => Promise<unknown>): HandlerState {
  return {
    get: (key) => send(["get", key]),
    set: async (key, value) => void (await send(["set", key, value])),
    delete: (key) => send(["delete", key]) as Promise<boolean>,
    increment: (key, by = 1) => send(["increment", key, by]) as Promise<number>,
    keys: () => send(["keys"]) as Promise<readonly string[]>,
  };
}

/** Whatever is logged crosses to the server: what is not made of data is described. */
function toText(message: unknown): string {
  return typeof message === "string" ? message : JSON.stringify(toPlainFields({ message })["message"] ?? null);
}

function fieldsOf(fields: unknown): { readonly fields?: LogFields } {
  return fields === undefined ? {} : { fields: toPlainFields(fields as LogFields) };
}

function toLog(write: (level: LogLevel, message: string, fields?: LogFields) => void): HandlerLog {
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}
