import type { Clock, Random, Scheduler } from "./clock.ts";
import type { Place } from "./errors.ts";
import type { Exchange, Handler, JsonValue, MaybePromise, UpgradeHandler } from "./exchange.ts";
import type { Logger } from "./logger.ts";
import type { StandardSchema } from "./schema.ts";
import type { ServiceKey } from "./service.ts";
import type { TemplateFunction } from "./template-function.ts";

/**
 * A way to answer an endpoint: `mock`, `database`, `proxy` or one of yours.
 *
 * A mode is a value; what it holds open lives in what `open` returned.
 */
export interface Mode<Resources = unknown> {
  /** The word of `mode:`, and the key of the block on an endpoint. */
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  /** Schemas of the endpoint keys this mode owns, its own name among them. */
  readonly endpointKeys: Readonly<Record<string, StandardSchema>>;
  /** Schemas of the root keys this mode owns, read by `open`. */
  readonly rootKeys?: Readonly<Record<string, StandardSchema>>;
  /** What handlers need before they run. */
  readonly needs?: HandlerNeeds;
  /** What other modes get from this one, by name. */
  readonly services?: readonly ModeService<Resources>[];
  /**
   * Services of other modes that this one may ask for. Those modes open first; one that is opened anew has this one opened anew too, so that
   * an App never has parts of another.
   */
  readonly uses?: readonly ServiceKey<unknown>[];
  /**
   * What every endpoint of the mode depends on besides itself, as a value made of JSON: say, the collections that templates may read.
   *
   * As long as it is equal over a reload, and root keys, environment and what plugins offer too, what `open` returned is carried on and only
   * endpoints that changed are compiled again, while the others serve.
   */
  identity?(endpoints: readonly EndpointSource[]): unknown;
  /**
   * Opens what the endpoints share (pools, stores), once per App that cannot carry on what the one before has.
   *
   * Also for a configuration that is refused, to find all its mistakes: then without plugins, and closed at once.
   */
  open(context: ModeContext): MaybePromise<Resources>;
  /**
   * Other modes that answer endpoints of this one, by their own blocks. They compile the endpoint first; `compile` gets what they made and
   * decides which of them answers what. A mode that has branches cannot be one.
   */
  branches?(endpoint: BranchSource): readonly BranchRequest[];
  /** Turns one endpoint into handlers; everything is decided here. */
  compile(
    endpoint: EndpointSource,
    resources: Resources,
    branches: Branches,
  ): MaybePromise<Handler | readonly RouteDraft[]>;
  /** Called for every App when its endpoints are compiled, before traffic: the place for mistakes that span endpoints. */
  ready?(resources: Resources): MaybePromise<void>;
  /**
   * Called for every App that is to serve, before its first request and never for one that is only checked: the place to reach out, say to
   * change a database. An App whose mode cannot start does not serve.
   */
  start?(resources: Resources): MaybePromise<void>;
  /** Lets go of what `compile` made of an endpoint, when no App has that any more. */
  release?(endpoint: EndpointSource, resources: Resources): MaybePromise<void>;
  /** Takes state back to what it was at load: of one session, or of all. */
  reset?(resources: Resources, session: string | undefined): MaybePromise<void>;
  /** How what the mode holds open is, for `/health` and `/ready`. Says what is known already and waits for nothing. */
  health?(resources: Resources): ModeHealth;
  /** Releases what `open` returned. */
  close?(resources: Resources): MaybePromise<void>;
}

/** A service that a mode offers to others as long as it is open. */
export interface ModeService<Resources = unknown> {
  /** What others ask for. */
  readonly key: ServiceKey<unknown>;
  /** What they get, of what `open` returned. Called once for each `open`. */
  of(resources: Resources): unknown;
}

/** How a mode is. */
export interface ModeHealth {
  /** `degraded` works with less than usual; with a mode that is `unhealthy` the App is not ready. */
  readonly status: "healthy" | "degraded" | "unhealthy";
  /** One sentence for people. */
  readonly message?: string | undefined;
  /** Facts that are written as JSON. */
  readonly details?: Readonly<Record<string, JsonValue>> | undefined;
}

/** What must be there before a handler or hook runs. */
export interface HandlerNeeds {
  /** Read the whole body before the handler runs; `request.received` holds it. */
  readonly requestBody?: boolean;
  /**
   * The handler takes the body by `request.stream()` as it comes, of any size and coding, for as long as it takes, and limits the pauses in it:
   * unless the configuration itself says `limits.body_size` and `timeouts.request`. It is read first all the same when `requestBody`, a hook or `validation` needs it.
   */
  readonly requestStream?: boolean;
  /** The handler limits its time itself: `timeouts.handler` holds only where the configuration itself says it. */
  readonly ownTime?: boolean;
  /** Keeps state that several processes must not have each for themselves: with `server.workers` one of them runs it for all. */
  readonly onePlace?: boolean;
}

/** What is known of an endpoint when its branches are named. */
export type BranchSource = Pick<EndpointSource, "name" | "methods" | "methodsGiven" | "values">;

/** A mode that is to answer an endpoint of another. */
export interface BranchRequest {
  /** Its name. */
  readonly mode: string;
  /** Where the configuration asks for it, below the endpoint; for mistakes. */
  readonly path: readonly (string | number)[];
  /** Methods it is asked for; when absent those of the endpoint. Several requests for one mode add up. */
  readonly methods?: readonly string[] | undefined;
}

/**
 * What other modes made of an endpoint, by the name of the mode; what a mode needs stands in each of its drafts. One that could not compile it is
 * missing: then only mistakes are asked for.
 */
export type Branches = ReadonlyMap<string, readonly RouteDraft[]>;

/** One route an endpoint answers. */
export interface RouteDraft {
  /** Upper case; `*` for every one that nothing else answers. HEAD follows from GET, OPTIONS and 405 from all. */
  readonly methods: readonly string[];
  /** The endpoint's path or one of the mode's own making, parameters as `{name}` or `{name:type}`. */
  readonly path: string;
  /** Answers the requests of this route. */
  readonly handler: Handler;
  /**
   * Settles when the handler may be called, or rejects with what is wrong with it: for what takes a while to start. Endpoints are compiled one
   * after another, and what they start goes on meanwhile. No App serves before all of it has settled.
   */
  readonly ready?: Promise<void> | undefined;
  /** Instead of the mode's own needs. */
  readonly needs?: HandlerNeeds;
  /** Modes whose handlers answer it, in the order in which they are asked, where it is not the mode itself. */
  readonly answeredBy?: readonly string[];
  /** Takes over the connection of a request that asks for an upgrade; without it such a request is answered like any other. */
  readonly upgrade?: UpgradeHandler;
  /** Says which rule answers and why. Must not change any state. */
  readonly explain?: (exchange: Exchange) => MaybePromise<Explanation>;
}

/** Why a route answers as it does. */
export interface Explanation {
  /** In the order in which they are tried. */
  readonly rules: readonly RuleExplanation[];
  /** Name of the rule that came closest when none is chosen. */
  readonly nearest?: string | undefined;
  /** What the caller may have meant (trailing slash, method, case, number against string). */
  readonly hints: readonly string[];
}

/** What became of one rule. */
export interface RuleExplanation {
  /** `rules[2]`, `mock_responses.GET` … */
  readonly rule: string;
  /** Where the rule stands in the configuration. */
  readonly place: Place | undefined;
  /** Whether this rule answers. */
  readonly chosen: boolean;
  /** Its conditions, each with what the request has. */
  readonly checks: readonly {
    /** `method`, `headers.x-plan`, `body.json` … */
    readonly field: string;
    readonly expected: string;
    readonly actual: string;
    readonly passed: boolean;
  }[];
}

/** What a mode gets of one endpoint. */
export interface EndpointSource {
  /** Its key under `endpoints:`, or the `name:` of a list item. */
  readonly name: string;
  /** Below `server.base_path`, parameters as `{name}` or `{name:type}`. */
  readonly path: string;
  /** Upper case. */
  readonly methods: readonly string[];
  /** Whether the configuration lists methods; otherwise `methods` is the default, and a mode may answer others. */
  readonly methodsGiven: boolean;
  /**
   * The same as long as nothing changed that the configuration says of this endpoint and that stands in the files it read:
   * state kept under the endpoint's name and this belongs to what did not change.
   */
  readonly identity: string;
  /** Files of the project; a change of what compiling reads through it has this endpoint compiled again. */
  readonly files: ProjectFiles;
  /** Checked values of the mode's endpoint keys that are there. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where a value of this endpoint stands, by its path below the endpoint: `["mock", "rules", 2]`. */
  place(path: readonly (string | number)[]): Place;
  /** Where the key of the last step of a path stands. */
  keyPlace(path: readonly (string | number)[]): Place;
}

/** What a mode gets when it opens. */
export interface ModeContext {
  /** The App that is being built. */
  readonly app: {
    readonly name: string;
    readonly development: boolean;
    /** `server.base_path`: empty, or begins with a slash and does not end with one. */
    readonly basePath: string;
    /** Where it is served, as host and port; `undefined` when it is not, or on a port that nobody knows beforehand. */
    readonly listensAt?: { readonly host: string; readonly port: number } | undefined;
  };
  /** Checked values of the mode's root keys that are there. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where a root value stands. */
  place(path: readonly (string | number)[]): Place;
  /** What `open` reads must be read through this, or a change is not noticed: one has the mode opened again. */
  readonly files: ProjectFiles;
  /** The only source of time a mode may use. */
  readonly clock: Clock;
  /** The only source of timers a mode may use. */
  readonly scheduler: Scheduler;
  /** Seeded when the root key `seed` is there. */
  readonly random: Random;
  /** Lines carry the name of the mode. */
  readonly logger: Logger;
  /** Environment at the time of loading, dotenv files included. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Template functions that plugins contribute. */
  readonly templateFunctions: ReadonlyMap<string, TemplateFunction>;
  /** Compiles values with `${…}` in them. */
  readonly templates: ModeTemplates;
  /** Values that no log and no answer may tell, such as a token that was read from a file. What the configuration takes from the environment is hidden anyway. */
  hide(values: readonly string[]): void;
  /** A service that a plugin offers, or a mode if this one `uses` it. @throws BW_SERVICE_MISSING */
  service<T>(key: ServiceKey<T>): T;
  /** The same, `undefined` when nobody offers it: no configuration asked for the mode that has it. */
  optionalService<T>(key: ServiceKey<T>): T | undefined;
  /** What Apps share one after another: a pool, an upstream, a store, keyed by everything it depends on. Held until the mode is closed. */
  readonly resources: {
    /** The resource of this key, made by `open` when nobody holds it; `close` runs when its last holder ends. */
    acquire<T>(key: string, resource: { open(): MaybePromise<T>; close(value: T): MaybePromise<void> }): Promise<T>;
  };
}

/** The template language, for modes. */
export interface ModeTemplates {
  /**
   * Compiles a value of the configuration: every text in it may hold expressions over the request, an object may be a construct.
   *
   * What belongs to mock mode (`state`, `session`, `count`, `mock`, `resource`) is refused.
   *
   * @throws BW_CONFIG_INVALID with every mistake of the value
   */
  compile(value: unknown, options: ModeTemplateOptions): ModeTemplate;
}

/** Where a value with expressions stands. */
export interface ModeTemplateOptions {
  /** Where a part of the value stands, by its path below the value; `[]` is the value itself. */
  place(path: readonly (string | number)[]): Place;
  /** What `$file` reads with: the endpoint's files, for its own values. @defaultValue the mode's files */
  readonly files?: ProjectFiles;
  /** Path parameters there are: a name near one of them is a slip. @defaultValue nothing is known of them */
  readonly parameters?: readonly string[];
  /**
   * Writes the value of an expression for the text around it, say percent-encoded; `undefined` and `null` are missing data. A text is then
   * always a text.
   *
   * @defaultValue as it is
   */
  encode?(value: unknown, exchange: Exchange): string;
}

/** A value with expressions in it, compiled. */
export interface ModeTemplate {
  /** Whether it has no expression: `evaluate` gives the same value always. */
  readonly constant: boolean;
  /** Whether an expression reads the request's body: then the handler needs `requestBody`. */
  readonly usesBody: boolean;
  /** The value, with JSON types. @throws BW_TEMPLATE_MISSING, BW_TEMPLATE_FAILED */
  evaluate(exchange: Exchange): unknown;
}

/** Files of the project. Each one read is watched by `dev`; nothing outside the project's root is reachable. */
export interface ProjectFiles {
  /** Absolute path of the project's root. */
  readonly root: string;
  /** Absolute path of a file named relative to the project's root. @throws BW_FILE_OUTSIDE */
  resolve(path: string, place?: Place): string;
  /** A file as UTF-8. @throws BW_FILE_MISSING, BW_FILE_OUTSIDE */
  readText(path: string, place?: Place): string;
  /** A file as it is. @throws BW_FILE_MISSING, BW_FILE_OUTSIDE */
  readBytes(path: string, place?: Place): Uint8Array;
  /** JSON, YAML or CSV (a header line; rows as objects, columns of numbers and booleans typed) by file ending. @throws BW_FILE_MISSING, BW_FILE_OUTSIDE, BW_FILE_SYNTAX */
  readData(path: string, place?: Place): JsonValue;
}

/** Binds a service to the part of a mode's resources that implements it, for `services`. */
export function offerService<T, Resources>(
  key: ServiceKey<T>,
  of: (resources: Resources) => T,
): ModeService<Resources> {
  return { key, of };
}

/** Types a mode where it is defined. */
export function defineMode<Resources>(mode: Mode<Resources>): Mode<Resources> {
  return mode;
}
