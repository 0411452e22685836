import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, Random, Scheduler } from "./clock.ts";
import type {
  BackworksResponse,
  Exchange,
  Handler,
  JsonValue,
  MaybePromise,
  ResponseInit,
  UpgradeHandler,
} from "./exchange.ts";
import type { Logger } from "./logger.ts";
import type { HandlerNeeds, Mode } from "./mode.ts";
import type { StandardSchema } from "./schema.ts";
import type { ServiceBinding, ServiceKey } from "./service.ts";
import type { TemplateFunction } from "./template-function.ts";

/** The version of this contract. A plugin names the range it was written for in `apiVersion`. */
export const pluginApiVersion = "1.0.0";

/**
 * A plugin: a value, made with `definePlugin` and exported as the default of its package.
 *
 * State lives in the closure of `initialize`; what is not returned does not exist for the pipeline.
 */
export interface PluginDefinition<Options = unknown, EndpointOptions = unknown> {
  /** The key under `plugins:`; lower case, digits, hyphens. There, an underscore stands for a hyphen too. */
  readonly name: string;
  /** Semantic version of the plugin. */
  readonly version: string;
  /** One sentence for people. */
  readonly description?: string;
  /** Range of the plugin contract it was written for. @defaultValue "^1.0.0" */
  readonly apiVersion?: string;
  /** Schema of `plugins.<name>`. Without one no option is accepted. */
  readonly options?: StandardSchema<unknown, Options>;
  /** Schema of `endpoints.<e>.<name>`. Without one the key is not accepted there. */
  readonly endpointOptions?: StandardSchema<unknown, EndpointOptions>;
  /** Plugins (or names they `provide`) that must be enabled, with the version range; they initialize and start earlier. */
  readonly requires?: Readonly<Record<string, string>>;
  /** The same, only when they are enabled. */
  readonly optional?: Readonly<Record<string, string>>;
  /** Further names this plugin answers to in `requires` and `optional` of others. */
  readonly provides?: readonly string[];
  /** Where its hooks and lifecycle stand among other plugins; ties are broken by name. */
  readonly order?: { readonly before?: readonly string[]; readonly after?: readonly string[] };
  /** `open`: a failing hook is skipped. `closed`: it refuses the request with 503. @defaultValue "open" */
  readonly failure?: "open" | "closed";
  /** Modes this plugin brings; known before the configuration is checked. */
  readonly modes?: readonly Mode[];
  /** Why it cannot be right with several processes; a configuration with `server.workers` is refused then. */
  readonly oneProcess?: string;
  /** Commands it adds to `backworks`. */
  readonly commands?: readonly PluginCommand[];
  /** Makes an instance. No traffic yet and no open ports; may throw, which refuses the configuration. */
  initialize(context: PluginContext<Options, EndpointOptions>): MaybePromise<PluginInstance<Options> | void>;
}

/** What `initialize` returns. Everything is optional. */
export interface PluginInstance<Options = unknown> {
  /** Begins work: ports, timers, connections. `server.timeouts.lifecycle` at most. */
  start?(): MaybePromise<void>;
  /** Ends work and waits for it. `server.timeouts.lifecycle` at most. */
  stop?(): MaybePromise<void>;
  /** Frees everything; runs always, also after a failed `initialize` step of another plugin or a failed `start`. `server.timeouts.lifecycle` at most. */
  cleanup?(): MaybePromise<void>;
  /** Takes new options in place and keeps state; `false` asks to be built anew. */
  reconfigure?(options: Options): MaybePromise<boolean | void>;
  /** State for the next generation, when it is built anew. */
  exportState?(): unknown;
  /** Gets what `exportState` of the generation before gave, before `start`. */
  importState?(state: unknown): MaybePromise<void>;
  /** After routing, before the body is read. */
  readonly beforeRequest?: Hook<BeforeRequest>;
  /** In the place of the handler of an endpoint. */
  readonly around?: Hook<Around>;
  /** Before status and headers are sent. */
  readonly afterResponse?: Hook<AfterResponse>;
  /** After the last byte. */
  readonly finished?: Hook<Finished>;
  /** Asked for by `/health`; 1 s at most. */
  healthCheck?(): MaybePromise<PluginHealth>;
  /** Asked for by `PluginManager.metrics()`; 1 s at most. */
  getMetrics?(): MaybePromise<PluginMetrics>;
  /** What it adds to the App. */
  readonly contributes?: Contributions;
}

/** Runs after routing and before the body is read; may answer with `exchange.respond()`, or with a `BackworksError` below 500 that it throws. */
export type BeforeRequest = (exchange: Exchange) => MaybePromise<void>;

/**
 * Runs in the place of an endpoint's handler, when everything that may refuse the request had its turn: hooks, limits, validation. Answers
 * itself, or with what `next` answers; its time is that of the handler.
 *
 * What the handler throws passes through as it is, and so does a `BackworksError` of the hook: its answer. A hook that fails by itself is as if it were not there: the handler answers, or has answered.
 * Not for requests that no endpoint answers, for upgrades, and for what is mounted.
 */
export type Around = (exchange: Exchange, next: Next) => MaybePromise<ResponseInit>;

/**
 * Asks the handler, or the `around` hook after this one. May be called later than the hook answers, and with an exchange of the hook's own
 * making: a request without some of its fields, say, that nobody waits for.
 */
export type Next = (exchange: Exchange) => MaybePromise<ResponseInit>;

/** Runs when status and headers are known and before they are sent, streams included; may change them. */
export type AfterResponse = (exchange: AnsweredExchange) => MaybePromise<void>;

/** Runs after the last byte; cannot change anything and is never awaited. */
export type Finished = (exchange: Exchange, outcome: Outcome) => void;

/** An exchange whose response is there. */
export type AnsweredExchange = Exchange & { response: BackworksResponse };

/** How a request ended. */
export interface Outcome {
  /** HTTP status that was sent. */
  readonly status: number;
  /** Body bytes written. */
  readonly bytes: number;
  /** From the arrival of the request, with a fraction. */
  readonly durationMs: number;
  /** Whether the connection ended before the whole response was sent. */
  readonly aborted: boolean;
}

/** A hook: the function alone, or with the conditions under which it runs. */
export type Hook<Run> = Run | HookDefinition<Run>;

/** A hook with the conditions under which it runs. */
export interface HookDefinition<Run> {
  /** The hook itself. */
  readonly run: Run;
  /** Smaller runs earlier in `beforeRequest` and later in `afterResponse`, before the order of plugins. @defaultValue 0 */
  readonly order?: number;
  /** Routes the hook is for; resolved when the configuration loads. Everything when absent. */
  readonly when?: HookCondition;
  /** `requestBody`: the body is read before the hooks, and `exchange.request.received` is there. `responseBody`, of `afterResponse` only: `response.body` is bytes, unless it is a stream of more than `server.limits.body_size`, or of events, which stays one. */
  readonly needs?: { readonly requestBody?: boolean; readonly responseBody?: boolean };
  /** Milliseconds that `beforeRequest` or `afterResponse` may take before it counts as failed. @defaultValue `server.timeouts.hook` */
  readonly timeoutMs?: number;
}

/** Every part that is there must hold. */
export interface HookCondition {
  /** Names of endpoints; requests that no endpoint answers match only when this is absent. */
  readonly endpoints?: readonly string[];
  /** Upper case. */
  readonly methods?: readonly string[];
  /** Names of modes. */
  readonly modes?: readonly string[];
}

/** How a plugin is. */
export interface PluginHealth {
  /** `degraded` works with less than usual. */
  readonly status: "healthy" | "degraded" | "unhealthy";
  /** One sentence for people. */
  readonly message?: string;
  /** Facts that are written as JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Plain numbers by name. */
export type PluginMetrics = Readonly<Record<string, number>>;

/** What a plugin adds to the App. */
export interface Contributions {
  /** Express routers or other Connect handlers, below a path; reached when no endpoint matched. */
  readonly routes?: readonly ConnectMount[];
  /** Connect middleware, called before every request below its path. */
  readonly middleware?: readonly ConnectMount[];
  /** Routes answered by handlers of the plugin, as fast as endpoints and seen by every hook. */
  readonly handlers?: readonly HandlerRoute[];
  /** By name. */
  readonly templateFunctions?: Readonly<Record<string, TemplateFunction>>;
  /** Made with `provideService`. */
  readonly services?: readonly ServiceBinding[];
  /** What its commands may ask of the server that runs, by name. */
  readonly actions?: Readonly<Record<string, PluginAction>>;
}

/**
 * Does in the server what a command of the plugin asks for by `context.ask(name, given)`, in `server.timeouts.lifecycle` at most. A
 * `BackworksError` below 500 says what the command was given wrong, and is no failure of the plugin.
 *
 * With `server.workers` it runs in one process.
 */
export type PluginAction = (given: JsonValue) => MaybePromise<JsonValue | void>;

/** A handler and the path below which it is called. */
export interface ConnectMount {
  /** Begins with a slash. @defaultValue "/" */
  readonly path?: string;
  /** Sees the path without the mount's own. */
  readonly handler: ConnectHandler;
}

/** What Connect and Express call middleware; an Express router or application is one too. */
export type ConnectHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** A route that a handler of the plugin answers. */
export interface HandlerRoute {
  /** Shown as the endpoint's name, after the plugin's: `<plugin>.<name>`. */
  readonly name: string;
  /** Below `server.base_path`, parameters as `{name}` or `{name:type}`. */
  readonly path: string;
  /** Upper case. @defaultValue ["GET"] */
  readonly methods?: readonly string[];
  /** As a mode's own. */
  readonly handler: Handler;
  /** What it needs before it runs. */
  readonly needs?: HandlerNeeds;
  /** Takes over the connection of a GET that asks for an upgrade. */
  readonly upgrade?: UpgradeHandler;
}

/** A command of `backworks`. */
export interface PluginCommand {
  /** The word after `backworks`, not that of a command it has itself; or `export` and a word, for what is written in another form. */
  readonly name: string;
  /** One line of the help. */
  readonly description: string;
  /** Gets the words after the command's name; returns the exit code, 0 when nothing. */
  run(words: readonly string[], context: CommandContext): MaybePromise<number | void>;
}

/** What a command gets. */
export interface CommandContext {
  /** Checked options of the plugin. */
  readonly options: unknown;
  /** Absolute path. */
  readonly projectRoot: string;
  /**
   * Has the server that runs this project do what one of the plugin's `actions` does, and gives what that returned.
   *
   * @throws BW_CLI_NOT_RUNNING, BW_PLUGIN_NOT_ENABLED, BW_PLUGIN_ACTION_UNKNOWN, and what the action throws
   */
  ask(action: string, given?: JsonValue): Promise<JsonValue>;
  /** Writes to standard output as it is, without a line end. */
  write(text: string): void;
  /** Writes to standard error. */
  readonly logger: Logger;
}

/** What a plugin gets. What is made through it is released with it. */
export interface PluginContext<Options = unknown, EndpointOptions = unknown> {
  /** The key under `plugins:`. */
  readonly name: string;
  /** Checked options. */
  readonly options: Options;
  /** Checked `endpoints.<endpoint>.<plugin>`; `undefined` when the endpoint has none. */
  endpointOptions(endpoint: string): EndpointOptions | undefined;
  /** The App the plugin is in. */
  readonly app: AppFacts;
  /** Absolute path. */
  readonly projectRoot: string;
  /** Lines carry the name of the plugin. */
  readonly logger: Logger;
  /** The time; a fake one in tests. */
  readonly clock: Clock;
  /** Timers made here end with the plugin. */
  readonly scheduler: Scheduler;
  /** Numbers by chance; repeatable in tests. */
  readonly random: Random;
  /** Aborted when this instance ends. */
  readonly signal: AbortSignal;
  /** The service of another plugin. @throws BW_SERVICE_MISSING */
  service<T>(key: ServiceKey<T>): T;
  /** The same, `undefined` when nobody offers it. */
  optionalService<T>(key: ServiceKey<T>): T | undefined;
  /** What the generations of one plugin share; between plugins there are services. */
  readonly resources: {
    /**
     * The resource of this key, made by `open` when nobody holds it; `close` runs when its last holder ends. It may outlive the instance
     * that opened it: what works on in it takes its timers and its signal from `life`, not from the context.
     */
    acquire<T>(
      key: string,
      resource: { open(life: ResourceLife): MaybePromise<T>; close(value: T): MaybePromise<void> },
    ): Promise<T>;
  };
  /** An `express.Router()` of the Express that core brings, for `contributes.routes`. */
  createRouter(): Promise<ExpressRouter>;
}

/** What lasts as long as a shared resource does. */
export interface ResourceLife {
  /** Timers made here end when the resource was closed. */
  readonly scheduler: Scheduler;
  /** Aborted when the resource was closed. */
  readonly signal: AbortSignal;
}

/** What plugins may know of the App they are in. */
export interface AppFacts {
  /** Of the configuration. */
  readonly name: string;
  /** Of the configuration. */
  readonly version: string | undefined;
  /** Whether `backworks dev` runs it. */
  readonly development: boolean;
  /** In the order of the file. */
  readonly endpoints: readonly {
    readonly name: string;
    readonly path: string;
    readonly methods: readonly string[];
    readonly mode: string;
  }[];
}

/** The part of `express.Router()` that can be typed without Express's own types. */
export interface ExpressRouter extends ConnectHandler {
  /** Calls handlers for every request below a path. */
  use(...handlers: readonly (string | ConnectHandler)[]): this;
  /** Answers every method. */
  all(path: string, ...handlers: readonly ExpressHandler[]): this;
  /** Answers GET and HEAD. */
  get(path: string, ...handlers: readonly ExpressHandler[]): this;
  /** Answers POST. */
  post(path: string, ...handlers: readonly ExpressHandler[]): this;
  /** Answers PUT. */
  put(path: string, ...handlers: readonly ExpressHandler[]): this;
  /** Answers PATCH. */
  patch(path: string, ...handlers: readonly ExpressHandler[]): this;
  /** Answers DELETE. */
  delete(path: string, ...handlers: readonly ExpressHandler[]): this;
}

/** The part of an Express handler that can be typed without Express's own types. */
export type ExpressHandler = (
  request: IncomingMessage & {
    readonly params: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, unknown>>;
    readonly path: string;
  },
  response: ServerResponse & {
    status(code: number): ServerResponse & { json(value: unknown): void; send(body: unknown): void };
    type(type: string): ServerResponse & { send(body: unknown): void };
    json(value: unknown): void;
    send(body: unknown): void;
    redirect(url: string): void;
  },
  next: (error?: unknown) => void,
) => unknown;

/** Marks a value as a plugin, whichever copy of core made it. */
export const pluginBrand: symbol = Symbol.for("backworks.plugin");

/** Types a plugin where it is defined, and marks it as one. */
export function definePlugin<Options = unknown, EndpointOptions = unknown>(
  definition: PluginDefinition<Options, EndpointOptions>,
): PluginDefinition<Options, EndpointOptions> {
  return Object.freeze({ ...definition, [pluginBrand]: true });
}
