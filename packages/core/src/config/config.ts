import type { BackworksError, Place, Source } from "../errors.ts";

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
  /** Merged value: environment variables put in, `extends`, `include` and `environments` resolved. Objects without prototype. */
  readonly value: unknown;
  /** Mistakes found so far; `checkConfig` reports them together with its own. */
  readonly errors: readonly BackworksError[];
  /** Modes that an endpoint uses, each once, with the place that asks for it. */
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
  readonly name: string;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly server: ServerSection;
  readonly logging: LoggingSection;
  readonly global_headers: Readonly<Record<string, string>>;
  /** Connect middleware modules, relative to the root. */
  readonly middleware: readonly string[];
  readonly endpoints: readonly EndpointSection[];
  /** Enabled plugins with checked options, in file order. */
  readonly plugins: readonly CheckedPlugin[];
  /** Root keys that modes own, checked, by key. */
  readonly modeValues: Readonly<Record<string, unknown>>;
  readonly raw: RawConfig;
}

export interface ServerSection {
  /** @defaultValue "127.0.0.1" */
  readonly host: string;
  /** @defaultValue 8080 */
  readonly port: number;
  /** @defaultValue "" */
  readonly base_path: string;
  readonly cors: CorsSection | undefined;
  /** Liveness path. @defaultValue "/health" */
  readonly health: string | false;
  /** Readiness path. @defaultValue "/ready" */
  readonly ready: string | false;
  /** `/users/` does not answer `/users`. @defaultValue false */
  readonly strict_slash: boolean;
  /** Take the client's address from X-Forwarded-For. @defaultValue false */
  readonly trust_proxy: boolean;
}

/** `cors: true` is every default. */
export interface CorsSection {
  /** `"*"` or exact origins. @defaultValue ["*"] */
  readonly origins: readonly string[];
  readonly methods: readonly string[] | undefined;
  readonly headers: readonly string[] | undefined;
  readonly expose_headers: readonly string[];
  readonly credentials: boolean;
  /** Seconds. @defaultValue 600 */
  readonly max_age: number;
}

export interface LoggingSection {
  /** @defaultValue true */
  readonly enabled: boolean;
  /** @defaultValue "info" */
  readonly level: "debug" | "info" | "warn" | "error";
  /** `text` is the older name of `pretty`. @defaultValue json under `start`, pretty under `dev` */
  readonly format: "json" | "pretty" | "text" | undefined;
  readonly file: string | undefined;
  /** One line per request. @defaultValue true */
  readonly requests: boolean;
  /** @defaultValue false */
  readonly include_headers: boolean;
  /** @defaultValue false */
  readonly include_body: boolean;
}

export interface EndpointSection {
  readonly name: string;
  /** Where it stands: `["endpoints", name]` or `["endpoints", index]`. */
  readonly configPath: ValuePath;
  /** Parameters as `{name}` or `{name:type}`, also when written `:name`. */
  readonly path: string;
  /** Upper case, each once. @defaultValue ["GET"] */
  readonly methods: readonly string[];
  /** Whether the file lists methods; otherwise `methods` is the default. */
  readonly methodsGiven: boolean;
  readonly mode: string;
  readonly description: string | undefined;
  /** Checked values of the keys the mode owns. */
  readonly modeValues: Readonly<Record<string, unknown>>;
  /** Checked endpoint options, by plugin. */
  readonly pluginValues: Readonly<Record<string, unknown>>;
}

export interface CheckedPlugin extends PluginEntry {
  /** What the plugin's schema made of `options`. */
  readonly checked: unknown;
}
