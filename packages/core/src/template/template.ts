import type { Clock, Random } from "../clock.ts";
import type { Place } from "../errors.ts";
import type { BackworksRequest } from "../exchange.ts";
import type { Logger } from "../logger.ts";
import type { ProjectFiles } from "../mode.ts";
import type { TemplateFunction } from "../template-function.ts";

/** What an expression sees while it is evaluated. */
export interface Scope {
  readonly request: BackworksRequest;
  /** `request.id`: the id of the exchange. */
  readonly requestId: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since what is evaluated was loaded as it is. */
  readonly uptimeMs: number;
  /** Requests this route answered in this session, this one included. */
  readonly count: number;
  readonly session: { readonly id: string };
  readonly state: StateAccess;
  readonly resources: ResourceAccess;
  /** `mock.data` of the endpoint, already evaluated; `undefined` when there is none. */
  readonly data: unknown;
}

/** `state.get(name)` and the like; `state.name` reads too. */
export interface StateAccess {
  get(name: string): unknown;
  set(name: string, value: unknown): unknown;
  /** Adds `by` to a number, 0 when absent, and returns the sum. */
  incr(name: string, by: number): number;
  delete(name: string): boolean;
}

/** `resource('users').get(id)` and the like. */
export interface ResourceAccess {
  /** `undefined` when no endpoint has this resource. */
  resource(name: string): ResourceReader | undefined;
}

export interface ResourceReader {
  get(id: unknown): unknown;
  list(filter: Readonly<Record<string, unknown>>): readonly unknown[];
  count(): number;
}

/** A value with expressions in it, compiled. */
export interface Template {
  /** Whether it has no expression: `evaluate` gives the same value always. */
  readonly constant: boolean;
  /** Whether an expression reads the request's body. */
  readonly usesBody: boolean;
  /** Whether an expression reads or writes what outlives the request: state, counters, collections. */
  readonly usesState: boolean;
  /** The value, with JSON types. Never throws for missing data unless templates are strict. @throws BW_TEMPLATE_MISSING, BW_TEMPLATE_FAILED */
  evaluate(scope: Scope): unknown;
  /** The value as JSON text, without building it first. Throws as `evaluate` does. */
  renderJson(scope: Scope): string;
}

/** What a value with expressions in it is compiled against. */
export interface TemplateOptions {
  /** Where a part of the value stands, by its path below the value; `[]` is the value itself. */
  place(path: readonly (string | number)[]): Place;
  /** Functions that plugins contribute; a function of ours with the same name wins. */
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of the environment variables that `env.NAME` may read. */
  readonly exposeEnvironment: readonly string[];
  /** Parameters that the paths of the endpoint have: a name near one of them is a slip. Left out: nothing is known of them. */
  readonly parameters?: readonly string[] | undefined;
  /** Names that have no value where this is evaluated: `state` outside of mock mode. @defaultValue none */
  readonly withheld?: ReadonlySet<string> | undefined;
  /** Makes the text that an expression leaves in the text around it; then a text is never anything else. @defaultValue plain text */
  readonly encode?: ((value: unknown, scope: Scope) => string) | undefined;
  /** Whether missing data is an error. */
  readonly strict: boolean;
  readonly files: ProjectFiles;
  /** Whether missing data is logged, once per expression. */
  readonly development: boolean;
  readonly logger: Logger;
  /** Loads `@faker-js/faker`, throwing when it is not installed. @defaultValue requires it from the project's root */
  readonly loadModule?: (name: string) => unknown;
}
