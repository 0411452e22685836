import type { Scheduler } from "../clock.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import type { MaybePromise } from "../exchange.ts";
import { codePlace, problemOf } from "./ledger.ts";

/** One step of a plugin's life, to be finished in time. */
export interface Step<T> {
  readonly plugin: string;
  /** `initialize`, `start` … */
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly limitMs: number;
  run(): MaybePromise<T>;
  /** Gets the value of a step that finished after its time. */
  readonly late?: ((value: T) => void) | undefined;
}

/**
 * Runs a step under its deadline.
 *
 * @throws BW_PLUGIN_FAILED, BW_PLUGIN_TIMEOUT, BW_CONFIG_INVALID
 */
export async function runStep<T>(step: Step<T>): Promise<T> {
  const { limitMs } = step;
  // The scheduler's timers do not keep the process alive; without this one, a step that waits for ever would end it in silence.
  const alive = setInterval(() => {}, 1 << 30);
  let cancel = (): void => {};
  let expired = false;
  const deadline = new Promise<never>((_resolve, reject) => {
    cancel = step.scheduler.after(limitMs, () => {
      expired = true;
      const details = { plugin: step.plugin, step: step.name, limit: limitMs };
      const hint = "it waits for something that does not come: a connection, a promise that nobody settles";
      reject(new BackworksError("BW_PLUGIN_TIMEOUT", details, { hint }));
    });
  });
  // A step that is stopped for blocking the event loop never comes back here, and its deadline passes with nobody to hear of it.
  deadline.catch(() => clearInterval(alive));
  const work = attempt(step);
  work.then(
    (value) => expired && step.late?.(value),
    () => {},
  );
  try {
    return await Promise.race([work, deadline]);
  } finally {
    cancel();
    clearInterval(alive);
  }
}

/** A function that throws at once and one that rejects are the same failure. */
async function attempt<T>({ plugin, name, run }: Step<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    // A mistake in its options that only the plugin can find has its place already.
    if (isBackworksError(cause) && cause.code === "BW_CONFIG_INVALID" && cause.where !== undefined) throw cause;
    const place = codePlace(cause);
    const hint = isBackworksError(cause) ? cause.hint : place && `at ${place}`;
    throw new BackworksError("BW_PLUGIN_FAILED", { plugin, step: name, problem: problemOf(cause) }, { cause, hint });
  }
}
