import type { Clock, Random } from "./clock.ts";

/** A function that `${name(…)}` calls. Gets evaluated arguments; must be quick and synchronous. */
export interface TemplateFunction {
  /** `random_int(min, max)`: shown in errors and in the reference. */
  readonly signature: string;
  readonly description: string;
  /** Smallest and largest number of arguments; the second `Infinity` when there is no limit. */
  readonly arity: readonly [least: number, most: number];
  /** Whether equal arguments always give an equal answer, so that a call of constants is done at load. @defaultValue false */
  readonly pure?: boolean;
  readonly call: (context: TemplateCallContext, ...args: readonly unknown[]) => unknown;
}

/** What a template function may use besides its arguments. */
export interface TemplateCallContext {
  readonly clock: Clock;
  readonly random: Random;
}
