import type { Exchange, Handler, MaybePromise, RouteInfo } from "../exchange.ts";
import type { Explanation } from "../mode.ts";
import type { ConnectMount, Outcome } from "../plugin.ts";

/** One generation of a configuration, ready to serve. Frozen; a reload builds another. */
export interface App {
  /** Counts up from 1 with every successful load. */
  readonly generation: number;
  /** Identity hash of everything the configuration says. */
  readonly hash: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly development: boolean;
  readonly server: ServerSettings;
  readonly logging: LoggingSettings;
  /** Headers every response gets unless it has them, names (lower case) and values in turn. */
  readonly globalHeaders: readonly string[];
  /** `undefined` when the configuration has no `server.cors`. */
  readonly cors: CorsSettings | undefined;
  readonly endpoints: readonly Endpoint[];
  /** Every route an endpoint or a plugin answers, in file order. */
  readonly routes: readonly Route[];
  readonly router: Router;
  /** What runs before every request below its path; empty for most. */
  readonly middleware: readonly ConnectMount[];
  /** What is asked when no endpoint answers. */
  readonly mounts: readonly ConnectMount[];
}

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  /** Empty, or begins with a slash and does not end with one. */
  readonly basePath: string;
  /** Liveness and readiness paths; `undefined` when switched off. */
  readonly healthPath: string | undefined;
  readonly readyPath: string | undefined;
  readonly maxBodyBytes: number;
  /** `/users/` does not answer `/users`. */
  readonly strictSlash: boolean;
  /** Whether the client's address comes from X-Forwarded-For. */
  readonly trustProxy: boolean;
}

export interface CorsSettings {
  /** `"*"` alone, or exact origins. */
  readonly origins: readonly string[];
  /** `undefined`: the methods that the path answers. */
  readonly methods: readonly string[] | undefined;
  /** `undefined`: whatever the preflight asks for. */
  readonly headers: readonly string[] | undefined;
  readonly exposeHeaders: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
}

export interface LoggingSettings {
  readonly enabled: boolean;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "json" | "pretty";
  /** Absolute path; standard output when `undefined`. */
  readonly file: string | undefined;
  /** One line per request. */
  readonly requests: boolean;
  readonly includeHeaders: boolean;
  readonly includeBody: boolean;
}

export interface Endpoint {
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly mode: string;
  readonly description: string | undefined;
  /** Identity hash: equal when nothing that this endpoint is made of changed. */
  readonly hash: string;
}

/** One method and pattern with everything a request to it needs. A slot nobody uses is `null`. */
export interface Route {
  /** `undefined` for the answers to requests that nothing matches. */
  readonly info: RouteInfo | undefined;
  /** Whether this is the answer to a request that nothing matches: 404 or 405. */
  readonly miss?: true;
  readonly beforeRequest: BeforeChain | null;
  /** Whether the whole body is read before `beforeRequest`, because one of its hooks needs it. */
  readonly readBodyFirst: boolean;
  /** Whether the whole body is read before the handler. */
  readonly readBody: boolean;
  readonly handler: Handler;
  readonly afterResponse: AfterChain | null;
  /** Whether streams are collected before `afterResponse`. */
  readonly readResponse: boolean;
  readonly finished: FinishedChain | null;
  readonly explain: ((exchange: Exchange) => MaybePromise<Explanation>) | null;
}

/** Hooks of one kind for one route, in order; a promise only when a hook waits. */
export type BeforeChain = (exchange: Exchange) => MaybePromise<void>;
export type AfterChain = (exchange: Exchange) => MaybePromise<void>;
export type FinishedChain = (exchange: Exchange, outcome: Outcome) => void;

/** What the hooks of all plugins come to on one route. */
export interface RouteHooks {
  readonly beforeRequest: BeforeChain | null;
  readonly afterResponse: AfterChain | null;
  readonly finished: FinishedChain | null;
  /** Whether a `beforeRequest` hook needs the body read first. */
  readonly requestBody: boolean;
  /** Whether an `afterResponse` hook needs the body as bytes. */
  readonly responseBody: boolean;
}

/** Finds the route of a request. */
export interface Router {
  /** `path` is percent-encoded, without the query. Always finds something: a miss is a route too. */
  match(method: string, path: string): Match;
}

export interface Match {
  readonly route: Route;
  /** Decoded path parameters, no prototype; one shared frozen object when there are none. */
  readonly params: Readonly<Record<string, string | number>>;
}
