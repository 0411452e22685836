import type { Exchange, Handler, MaybePromise, RouteInfo, UpgradeHandler } from "../exchange.ts";
import type { Explanation } from "../mode.ts";
import type { IpRange } from "../ip-address.ts";
import type { ConnectMount, Outcome } from "../plugin.ts";

/** One generation of a configuration, ready to serve. Frozen; a reload builds another. */
export interface App {
  /** Counts up from 1 with every successful load. */
  readonly generation: number;
  /** Identity hash of everything the configuration says. */
  readonly hash: string;
  /** Of the configuration. */
  readonly name: string;
  /** Of the configuration. */
  readonly version: string | undefined;
  /** Whether misses and failures are explained to clients. */
  readonly development: boolean;
  /** How requests are accepted. */
  readonly server: ServerSettings;
  /** What is logged, and where. */
  readonly logging: LoggingSettings;
  /** Headers every response gets unless it has them, names (lower case) and values in turn. */
  readonly globalHeaders: readonly string[];
  /** `undefined` when the configuration has no `server.cors`. */
  readonly cors: CorsSettings | undefined;
  /** How often a client may ask where an endpoint says nothing else; `undefined` for as often as it wants. */
  readonly rateLimit: RateLimit | undefined;
  /** In file order. */
  readonly endpoints: readonly Endpoint[];
  /** Every route an endpoint or a plugin answers, in file order. */
  readonly routes: readonly Route[];
  /** Finds the route of a request. */
  readonly router: Router;
  /** What runs before every request below its path; empty for most. */
  readonly middleware: readonly ConnectMount[];
  /** What is asked when no endpoint answers. */
  readonly mounts: readonly ConnectMount[];
}

/** `server:` as the server uses it. */
export interface ServerSettings {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Empty, or begins with a slash and does not end with one. */
  readonly basePath: string;
  /** Liveness; `undefined` when switched off. */
  readonly healthPath: string | undefined;
  /** Readiness; `undefined` when switched off. */
  readonly readyPath: string | undefined;
  /** How much of a request is taken. */
  readonly limits: LimitSettings;
  /** How long things may take. */
  readonly timeouts: TimeoutSettings;
  /** `/users/` does not answer `/users`. */
  readonly strictSlash: boolean;
  /** Whether `%2F` may stand in a path. */
  readonly allowEncodedSlash: boolean;
  /** Whose word is taken for the client's address. */
  readonly trustProxy: TrustedProxies;
  /** `undefined` for plain HTTP. */
  readonly tls: TlsSettings | undefined;
  /** When requests are refused because the process cannot keep up; `undefined` for never. */
  readonly overload: OverloadSettings | undefined;
  /** What is done about code that blocks the event loop; `undefined` for nothing. */
  readonly watchdog: WatchdogSettings | undefined;
}

/** `server.watchdog:` in milliseconds; `Infinity` where it is switched off. */
export interface WatchdogSettings {
  /** Code that keeps the event loop to itself for longer is looked for and named. @defaultValue 1000 */
  readonly blockedMs: number;
  /** Code that keeps it for longer than this is stopped. @defaultValue 30000 */
  readonly terminateMs: number;
}

/** Everybody, so many proxies before this process, or proxies at these addresses. */
export type TrustedProxies = boolean | number | readonly IpRange[];

/** `server.overload:` as the server uses it. */
export interface OverloadSettings {
  /** Share of its time that the event loop is busy, 0 to 1. */
  readonly utilizationRatio: number;
  /** By which timers are late. */
  readonly delayMs: number;
}

/** `rate_limit:` as the pipeline uses it. */
export interface RateLimit {
  /** Evenly spread. */
  readonly requestsPerMinute: number;
  /** At once, after a pause; at least 1. */
  readonly burst: number;
  /** What makes a client: its address, the value of a header (its name in lower case), or nothing. */
  readonly by: "ip" | "all" | { readonly header: string };
}

/** `server.tls:`, as far as everybody may know. */
export interface TlsSettings {
  /** Oldest version of TLS that is spoken. */
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  /** Whether clients must show a certificate. */
  readonly mutual: boolean;
  /** Hash of certificates and keys: another one when a file changed. */
  readonly identity: string;
}

/** `server.limits:` as the server uses it; `Infinity` where a limit is switched off. */
export interface LimitSettings {
  /** Bytes of names and values of all header fields together: 431. @defaultValue 16384 */
  readonly headerBytes: number;
  /** Header fields: 431. @defaultValue 100 */
  readonly headerLines: number;
  /** Bytes of the request target: 414. @defaultValue 8192 */
  readonly urlBytes: number;
  /** Bytes of a request body, and of what a compressed one becomes: 413. @defaultValue 1048576 */
  readonly bodyBytes: number;
  /** How many times larger than what was sent a compressed body may become: 413. @defaultValue 100 */
  readonly bodyRatio: number;
  /** Nesting of a JSON body: 400. @defaultValue 64 */
  readonly jsonDepth: number;
  /** Members of all objects of a JSON body together: 400. @defaultValue 10000 */
  readonly jsonKeys: number;
  /** Pairs of a query, fields of a form: 400. @defaultValue 1000 */
  readonly queryPairs: number;
}

/** `server.timeouts:` in milliseconds; `Infinity` where a limit is switched off. */
export interface TimeoutSettings {
  /** Until the header fields are there. @defaultValue 10000 */
  readonly headersMs: number;
  /** Until the whole request is there: 408. @defaultValue 30000 */
  readonly requestMs: number;
  /** The same for a body that a handler takes as it comes and whose pauses it limits: only as long as the configuration says it. @defaultValue Infinity */
  readonly streamMs: number;
  /** How long an idle connection is kept. @defaultValue 5000 */
  readonly keepAliveMs: number;
  /** How often connections are looked over for those two; of the settings with which the listener was opened. @defaultValue 1000 */
  readonly checkIntervalMs: number;
  /** Until a handler has answered: 504. @defaultValue 30000 */
  readonly handlerMs: number;
  /** How long a client may take nothing of what waits for it. @defaultValue 30000 */
  readonly writeMs: number;
  /** How long requests under way get when the server or their generation goes. @defaultValue 30000 */
  readonly drainMs: number;
  /** Of a hook that names none itself. @defaultValue 250 */
  readonly hookMs: number;
  /** Of each step in a plugin's life. @defaultValue 10000 */
  readonly lifecycleMs: number;
}

/** `server.cors:` as the pipeline uses it. */
export interface CorsSettings {
  /** `"*"` alone, or exact origins. */
  readonly origins: readonly string[];
  /** `undefined`: the methods that the path answers. */
  readonly methods: readonly string[] | undefined;
  /** `undefined`: whatever the preflight asks for. */
  readonly headers: readonly string[] | undefined;
  /** Response headers that pages may read. */
  readonly exposeHeaders: readonly string[];
  /** Whether pages may send cookies. */
  readonly credentials: boolean;
  /** How long a preflight answer holds. */
  readonly maxAgeSeconds: number;
}

/** `logging:` as the server uses it. */
export interface LoggingSettings {
  /** `false` logs nothing at all. */
  readonly enabled: boolean;
  /** The least serious line that is written. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** One JSON object per line, or lines for people. */
  readonly format: "json" | "pretty";
  /** Absolute path; standard output when `undefined`. */
  readonly file: string | undefined;
  /** One line per request. */
  readonly requests: boolean;
  /** Request headers in the line of a request, secrets left out. */
  readonly includeHeaders: boolean;
  /** The beginning of the request body in the line of a request. */
  readonly includeBody: boolean;
}

/** What may be known of an endpoint. */
export interface Endpoint {
  /** Its key in the configuration. */
  readonly name: string;
  /** Without `server.base_path`. */
  readonly path: string;
  /** Upper case. */
  readonly methods: readonly string[];
  /** Name of the mode that answers. */
  readonly mode: string;
  /** For people. */
  readonly description: string | undefined;
  /** Identity hash: equal when nothing that this endpoint is made of changed. */
  readonly hash: string;
}

/** One method and pattern with everything a request to it needs. A slot nobody uses is `null`. */
export interface Route {
  /** `undefined` for the answers to requests that nothing matches. */
  readonly info: RouteInfo | undefined;
  /** Whether this is the answer to a request that nothing matches: 404 or 405. */
  readonly miss: true | undefined;
  /** Runs first; may answer. */
  readonly beforeRequest: BeforeChain | null;
  /** Whether the whole body is read before `beforeRequest`, because one of its hooks needs it. */
  readonly readBodyFirst: boolean;
  /** Whether the whole body is read before the handler. */
  readonly readBody: boolean;
  /** Whether a body that is not what its type says, such as broken JSON, is refused before the handler: 400. */
  readonly soundBody: boolean;
  /** Bytes of a request body: 413; `Infinity` when there is no limit. */
  readonly bodyBytes: number;
  /** Bytes of a request body that the handler takes as it comes, `Infinity` when there is no limit; `undefined` when it does not. */
  readonly streamBytes: number | undefined;
  /** Until the handler has answered: 504; `Infinity` when there is no limit. */
  readonly handlerMs: number;
  /** Refuses what does not meet the endpoint's schemas; `null` when it has none. */
  readonly validate: Check | null;
  /** Refuses who asks too often; `null` when nobody is limited. */
  readonly limit: Check | null;
  /** Takes over the connection of a request that asks for an upgrade; `null` when such a request is answered like any other. */
  readonly upgrade: UpgradeHandler | null;
  /** Answers, unless a hook did. */
  readonly handler: Handler;
  /** Runs before status and headers are sent. */
  readonly afterResponse: AfterChain | null;
  /** Whether streams are collected before `afterResponse`. */
  readonly readResponse: boolean;
  /** Runs after the last byte. */
  readonly finished: FinishedChain | null;
  /** Says which rule would answer, and why. */
  readonly explain: ((exchange: Exchange) => MaybePromise<Explanation>) | null;
}

/** Throws what a request is refused with; a promise only when it waits. */
export type Check = (exchange: Exchange) => MaybePromise<void>;

/** Hooks of one kind for one route, in order; a promise only when a hook waits. */
export type BeforeChain = (exchange: Exchange) => MaybePromise<void>;
/** Puts the hooks that run in its place about a handler. */
export type AroundChain = (handler: Handler) => Handler;
/** The same for what runs once the response is there. */
export type AfterChain = (exchange: Exchange) => MaybePromise<void>;
/** The same for what runs after the last byte; never waited for. Gets the monotonic time and gives the one at its end: a clock is slow to ask. */
export type FinishedChain = (exchange: Exchange, outcome: Outcome, now: number) => number;

/** What the hooks of all plugins come to on one route. */
export interface RouteHooks {
  /** `null` when no plugin has one. */
  readonly beforeRequest: BeforeChain | null;
  /** `null` when no plugin has one. */
  readonly around: AroundChain | null;
  /** `null` when no plugin has one. */
  readonly afterResponse: AfterChain | null;
  /** `null` when no plugin has one. */
  readonly finished: FinishedChain | null;
  /** Whether a `beforeRequest` or `around` hook needs the body read first. */
  readonly requestBody: boolean;
  /** Whether an `afterResponse` hook needs the body as bytes. */
  readonly responseBody: boolean;
}

/** Finds the route of a request. */
export interface Router {
  /** `path` is percent-encoded, without the query. Always finds something: a miss is a route too. */
  match(method: string, path: string): Match;
}

/** A route with the parameters of the path. */
export interface Match {
  /** What answers. */
  readonly route: Route;
  /** Decoded path parameters, no prototype; one shared frozen object when there are none. */
  readonly params: Readonly<Record<string, string | number>>;
}
