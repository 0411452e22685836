import type { Clock, Random } from "./clock.ts";

/** A function that `${name(…)}` calls. Gets evaluated arguments; must be quick and synchronous. */
export interface TemplateFunction {
  /** `random_int(min, max)`: shown in errors and in the reference. */
  readonly signature: string;
  /** One sentence for the reference. */
  readonly description: string;
  /** Smallest and largest number of arguments; the second `Infinity` when there is no limit. */
  readonly arity: readonly [least: number, most: number];
  /** Whether equal arguments always give an equal answer, so that a call of constants is done at load. @defaultValue false */
  readonly pure?: boolean;
  /** Must not throw for arguments of any type; `undefined` counts as missing data. */
  readonly call: (context: TemplateCallContext, ...args: readonly unknown[]) => unknown;
}

/** What a template function may use besides its arguments. */
export interface TemplateCallContext {
  /** Stands still when the configuration fixes `clock:`. */
  readonly clock: Clock;
  /** Repeatable when the configuration sets `seed:`. */
  readonly random: Random;
}
