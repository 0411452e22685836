import type { BackworksError, Place, Source } from "../errors.ts";
import type { JsonValue } from "../exchange.ts";

/** Path of a value in the configuration: `["endpoints", "users", "mock", "rules", 2]`. */
export type ValuePath = readonly (string | number)[];

/** A configuration that was read and merged, and not checked yet. */
export interface RawConfig {
  /** Absolute path of the folder that holds the configuration; data files and modules are found below it. */
  readonly root: string;
  /** The file it began with, relative to `root`, or `<config>` for an object. */
  readonly file: string;
  /** Every text that was read: the configuration, what it extends and includes, dotenv files. */
  readonly sources: readonly Source[];
  /** Absolute paths of those files, for watching. */
  readonly files: readonly string[];
  /** Process environment with the dotenv files beneath it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values of environment variables in it that are nobody else's business, and all of dotenv files. Never to be told. */
  readonly secrets: readonly string[];
  /** Merged value: environment variables put in, `extends`, `include` and `environments` resolved. Objects without prototype. */
  readonly value: unknown;
  /** Mistakes found so far; `checkConfig` reports them together with its own. */
  readonly errors: readonly BackworksError[];
  /** Modes that an endpoint uses or a root key belongs to, each once, with the place that asks for it. */
  readonly modes: ReadonlyMap<string, Place>;
  /** Plugins that are not `enabled: false`, in file order. */
  readonly plugins: readonly PluginEntry[];
  /** Where the value at a path stands; the nearest enclosing one when there is nothing at it. */
  place(path: ValuePath): Place;
  /** Where the key of the last step of a path stands. */
  keyPlace(path: ValuePath): Place;
}

/** One entry of `plugins:`. */
export interface PluginEntry {
  /** The key under `plugins:`. */
  readonly name: string;
  /** npm package, when `package:` names one. */
  readonly package: string | undefined;
  /** Version range of the package. */
  readonly version: string | undefined;
  /** File relative to the root, when `module_path:` names one. */
  readonly modulePath: string | undefined;
  /** What `config:` holds, otherwise every key that is not reserved. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Path of `options` in the configuration. */
  readonly path: ValuePath;
}

/** A checked configuration: defaults are in, names are those of the YAML. */
export interface Config {
  /** For people and logs. */
  readonly name: string;
  /** For people; Backworks gives it no meaning. */
  readonly version: string | undefined;
  /** For people. */
  readonly description: string | undefined;
  /** `server:` */
  readonly server: ServerSection;
  /** `logging:` */
  readonly logging: LoggingSection;
  /** How often a client may ask; `undefined` leaves it to whoever serves. */
  readonly rate_limit: RateLimitSection | false | undefined;
  /** Headers every response gets unless it has them. */
  readonly global_headers: Readonly<Record<string, string>>;
  /** Connect middleware modules, relative to the root. */
  readonly middleware: readonly string[];
  /** In file order. */
  readonly endpoints: readonly EndpointSection[];
  /** Enabled plugins with checked options, in file order. */
  readonly plugins: readonly CheckedPlugin[];
  /** Root keys that modes own, checked, by key. */
  readonly modeValues: Readonly<Record<string, unknown>>;
  /** What this was made of. */
  readonly raw: RawConfig;
}

/** `server:` of the configuration. */
export interface ServerSection {
  /** Address to listen on. @defaultValue "127.0.0.1" */
  readonly host: string;
  /** 0 takes a free one. @defaultValue 8080 */
  readonly port: number;
  /** In front of every path. @defaultValue "" */
  readonly base_path: string;
  /** Processes that serve; `auto` is one for each core. @defaultValue 1 */
  readonly workers: number | "auto";
  /** Answers to pages of other origins; none when missing. */
  readonly cors: CorsSection | undefined;
  /** Liveness path. @defaultValue "/health" */
  readonly health: string | false;
  /** Readiness path. @defaultValue "/ready" */
  readonly ready: string | false;
  /** `/users/` does not answer `/users`. @defaultValue false */
  readonly strict_slash: boolean;
  /** Whose word is taken for the client's address: everybody's, so many proxies', or that of proxies at these addresses. @defaultValue false */
  readonly trust_proxy: boolean | number | readonly string[];
  /** When requests are refused because the process cannot keep up. @defaultValue `utilization: 0.95` and `delay: "200ms"` */
  readonly overload: OverloadSection | false;
  /** What is done about code that blocks the event loop. @defaultValue `blocked: "1s"` and `terminate: "30s"` */
  readonly watchdog: WatchdogSection | false;
  /** `%2F` may stand in a path. @defaultValue false */
  readonly allow_encoded_slash: boolean;
  /** `limits:` */
  readonly limits: LimitsSection;
  /** `timeouts:` */
  readonly timeouts: TimeoutsSection;
  /** `tls:`; plain HTTP when missing. */
  readonly tls: TlsSection | undefined;
}

/** A number, a text with a unit, or `false` for no limit. */
export type Quantity = number | string | false;

/** `server.limits:` of the configuration: sizes in bytes or with a unit. */
export interface LimitsSection {
  /** Names and values of all header fields together. @defaultValue "16KB" */
  readonly header_size: Quantity;
  /** Header fields of one request. @defaultValue 100 */
  readonly header_count: number | false;
  /** Path and query together. @defaultValue "8KB" */
  readonly url_size: Quantity;
  /** A request body, and what a compressed one becomes. @defaultValue "1MB" */
  readonly body_size: Quantity;
  /** How many times larger a compressed body may become. @defaultValue 100 */
  readonly body_ratio: number | false;
  /** Levels of a JSON body. @defaultValue 64 */
  readonly json_depth: number | false;
  /** Members of all objects of a JSON body together. @defaultValue 10000 */
  readonly json_keys: number | false;
  /** Pairs of a query, fields of a form. @defaultValue 1000 */
  readonly query_pairs: number | false;
}

/** `server.timeouts:` of the configuration: seconds, or with a unit. */
export interface TimeoutsSection {
  /** Until the header fields are there. @defaultValue "10s" */
  readonly headers: Quantity;
  /** Until the whole request is there. @defaultValue "30s" */
  readonly request: Quantity;
  /** How long an idle connection is kept. @defaultValue "5s" */
  readonly keep_alive: Quantity;
  /** How often connections are looked over. @defaultValue "1s" */
  readonly check_interval: number | string;
  /** Until a handler has answered. @defaultValue "30s" */
  readonly handler: Quantity;
  /** How long a client may take nothing of what waits for it. @defaultValue "30s" */
  readonly write: Quantity;
  /** How long requests under way get to end. @defaultValue "30s" */
  readonly drain: Quantity;
  /** Of a hook that names none itself. @defaultValue "250ms" */
  readonly hook: Quantity;
  /** Of each step in a plugin's life. @defaultValue "10s" */
  readonly lifecycle: Quantity;
}

/** `server.watchdog:` of the configuration. */
export interface WatchdogSection {
  /** How long the event loop may be busy with one thing. @defaultValue "1s" */
  readonly blocked: number | string;
  /** After how long what blocks it is stopped. @defaultValue "30s" */
  readonly terminate: Quantity;
}

/** `server.overload:` of the configuration. */
export interface OverloadSection {
  /** Share of its time that the event loop is busy, 0 to 1. @defaultValue 0.95 */
  readonly utilization: number;
  /** By which timers are late. @defaultValue "200ms" */
  readonly delay: number | string;
}

/** `rate_limit:` of the root and of endpoints. */
export interface RateLimitSection {
  /** Evenly spread. */
  readonly requests_per_minute: number;
  /** At once, after a pause. @defaultValue `requests_per_minute` */
  readonly burst?: number | undefined;
  /** What makes a client. @defaultValue "ip" */
  readonly by?: "ip" | "all" | { readonly header: string } | undefined;
}

/** `server.tls:` of the configuration; files are relative to the root. */
export interface TlsSection {
  /** Certificate chain. */
  readonly cert: string;
  /** Private key. */
  readonly key: string;
  /** Authorities of client certificates, which are asked for when this is there. */
  readonly ca: string | undefined;
  /** Of the private key. */
  readonly passphrase: string | undefined;
  /** The oldest version of the protocol that is spoken. @defaultValue "TLSv1.2" */
  readonly min_version: "TLSv1.2" | "TLSv1.3";
}

/** `cors: true` is every default. */
export interface CorsSection {
  /** `"*"` or exact origins. @defaultValue ["*"] */
  readonly origins: readonly string[];
  /** Those the path answers when missing. */
  readonly methods: readonly string[] | undefined;
  /** Whatever the preflight asks for when missing. */
  readonly headers: readonly string[] | undefined;
  /** Response headers that pages may read. */
  readonly expose_headers: readonly string[];
  /** Whether pages may send cookies. */
  readonly credentials: boolean;
  /** Seconds. @defaultValue 600 */
  readonly max_age: number;
}

/** `logging:` of the configuration. */
export interface LoggingSection {
  /** `false` logs nothing at all. @defaultValue true */
  readonly enabled: boolean;
  /** The least serious line that is written. @defaultValue "info" */
  readonly level: "debug" | "info" | "warn" | "error";
  /** `text` is the older name of `pretty`. @defaultValue json under `start`, pretty under `dev` */
  readonly format: "json" | "pretty" | "text" | undefined;
  /** Relative to the root; standard output when missing. */
  readonly file: string | undefined;
  /** One line per request. @defaultValue true */
  readonly requests: boolean;
  /** Request headers in the line of a request, secrets left out. @defaultValue false */
  readonly include_headers: boolean;
  /** The beginning of the request body in the line of a request. @defaultValue false */
  readonly include_body: boolean;
}

/** One of `endpoints:`. */
export interface EndpointSection {
  /** Its key, or the `name:` of a list item. */
  readonly name: string;
  /** Where it stands: `["endpoints", name]` or `["endpoints", index]`. */
  readonly configPath: ValuePath;
  /** Parameters as `{name}` or `{name:type}`, also when written `:name`. */
  readonly path: string;
  /** What it has in common with every path that answers the same requests. */
  readonly shape: string;
  /** Upper case, each once. @defaultValue ["GET"] */
  readonly methods: readonly string[];
  /** Whether the file lists methods; otherwise `methods` is the default. */
  readonly methodsGiven: boolean;
  /** The word of `mode:`, or the one block that is there. */
  readonly mode: string;
  /** For people. */
  readonly description: string | undefined;
  /** What is said of its requests; `undefined` when nothing is. */
  readonly rules: EndpointRules | undefined;
  /** Instead of the root's. */
  readonly rateLimit: RateLimitSection | false | undefined;
  /** `limits:` of its own. */
  readonly limits: EndpointLimitsSection | undefined;
  /** `timeouts:` of its own. */
  readonly timeouts: EndpointTimeoutsSection | undefined;
  /** Checked values of the keys the mode owns. */
  readonly modeValues: Readonly<Record<string, unknown>>;
  /** Modes that answer for it, each once. */
  readonly branches: readonly BranchSection[];
  /** Checked endpoint options, by plugin. */
  readonly pluginValues: Readonly<Record<string, unknown>>;
}

/** An endpoint as another mode has to answer it. */
export interface BranchSection {
  /** Name of that mode. */
  readonly mode: string;
  /** Upper case: those it is asked for, or the endpoint's. */
  readonly methods: readonly string[];
  /** Whether somebody said so; otherwise `methods` is the default. */
  readonly methodsGiven: boolean;
  /** Checked values of the keys that mode owns. */
  readonly modeValues: Readonly<Record<string, unknown>>;
}

/** What an endpoint says of its requests, as it stands there; the insides are looked at when it is compiled. */
export interface EndpointRules {
  /** `parameters:` */
  readonly parameters?: JsonValue | undefined;
  /** `validation:` */
  readonly validation?: JsonValue | undefined;
  /** `schema:` */
  readonly schema?: JsonValue | undefined;
}

/** `limits:` of an endpoint. */
export interface EndpointLimitsSection {
  /** Instead of `server.limits.body_size`. */
  readonly body_size?: Quantity | undefined;
}

/** `timeouts:` of an endpoint. */
export interface EndpointTimeoutsSection {
  /** Instead of `server.timeouts.handler`. */
  readonly handler?: Quantity | undefined;
}

/** An enabled plugin with checked options. */
export interface CheckedPlugin extends PluginEntry {
  /** What the plugin's schema made of `options`. */
  readonly checked: unknown;
}
