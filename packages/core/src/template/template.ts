import type { Clock, Random } from "../clock.ts";
import type { BackworksRequest } from "../exchange.ts";

/** What an expression sees while it is evaluated. */
export interface Scope {
  readonly request: BackworksRequest;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since the App started. */
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
  /** The value, with JSON types. Never throws for missing data unless templates are strict. @throws BW_TEMPLATE_MISSING, BW_TEMPLATE_FAILED */
  evaluate(scope: Scope): unknown;
}
