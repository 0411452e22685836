import type { Options } from "ajv";

/** Calls that are free: nobody writes a schema and a small value that need more. */
const freeSteps = 50_000;

/** Calls for each value in what is checked: as many schemas may look at one. */
const stepsPerValue = 32;

/** Counts the functions that check one value, one call for each schema that is referred to. */
export interface StepLimit {
  /** Makes what is compiled count. */
  readonly code: Options["code"];
  /** Runs a check of `value`; `undefined` when it took too many steps. */
  within<T>(value: unknown, check: () => T): T | undefined;
}

class TooManySteps extends Error {}

/**
 * A limit for schemas whose branches refer to themselves: each level of a value doubles what is looked at, so that a small value could
 * be checked for hours. Steps are bounded in proportion to the values that are there.
 */
export function createStepLimit(): StepLimit {
  let steps = 0;
  let most = freeSteps;
  let checked: unknown;
  const step = (): void => {
    steps += 1;
    if (steps <= most) return;
    if (most === freeSteps) most = Math.max(freeSteps + 1, countValues(checked) * stepsPerValue);
    if (steps > most) throw new TooManySteps();
  };
  return {
    code: {
      // The library gives each function its compiler as `self`.
      process: (source) => source.replace(/=\{\}\)\{/, (opening) => `${opening}self.opts.code.step();`),
      step,
    } as Options["code"],
    within(value, check) {
      steps = 0;
      most = freeSteps;
      checked = value;
      try {
        return check();
      } catch (error) {
        if (error instanceof TooManySteps) return undefined;
        throw error;
      } finally {
        checked = undefined;
      }
    },
  };
}

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const member of Object.values(value)) count += countValues(member);
  return count;
}
