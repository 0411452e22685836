import type { Scheduler } from "../clock.ts";
import { BackworksError } from "../errors.ts";
import { isThenable } from "./hook.ts";
import type { Ledger } from "./ledger.ts";
import type { ResourcePool, ResourceRecipe } from "../resource-pool.ts";

export interface ScopeParts {
  readonly plugin: string;
  readonly scheduler: Scheduler;
  readonly pool: ResourcePool;
  readonly ledger: Ledger;
}

/** Everything one instance makes through its context, to be released with it. */
export class PluginScope {
  /** Its timers end with the scope; a task that fails is the plugin's failure and nobody else's. */
  readonly scheduler: Scheduler;
  readonly #parts: ScopeParts;
  readonly #controller = new AbortController();
  readonly #cancels = new Set<() => void>();

  constructor(parts: ScopeParts) {
    this.#parts = parts;
    this.scheduler = {
      after: (delayMs, task) => this.#after(delayMs, task),
      every: (intervalMs, task) => {
        if (this.signal.aborted) return () => {};
        return this.#track(parts.scheduler.every(intervalMs, () => this.#isolate(task)));
      },
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws BW_PLUGIN_ENDED */
  async acquire<T>(key: string, recipe: ResourceRecipe<T>): Promise<T> {
    const { plugin, pool } = this.#parts;
    if (this.signal.aborted) throw new BackworksError("BW_PLUGIN_ENDED", { plugin });
    return pool.acquire(`${plugin}/${key}`, this, recipe);
  }

  /** Aborts the signal and ends the timers. */
  silence(): void {
    this.#controller.abort(new BackworksError("BW_PLUGIN_ENDED", { plugin: this.#parts.plugin }));
    for (const cancel of this.#cancels) cancel();
  }

  /** Lets go of resources; rejects with the first that failed to close. */
  async release(): Promise<void> {
    const [failure] = await this.#parts.pool.release(this);
    if (failure !== undefined) throw failure.error;
  }

  #after(delayMs: number, task: () => void): () => void {
    if (this.signal.aborted) return () => {};
    const cancel = this.#track(
      this.#parts.scheduler.after(delayMs, () => {
        cancel();
        this.#isolate(task);
      }),
    );
    return cancel;
  }

  #track(stop: () => void): () => void {
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  #isolate(task: () => void): void {
    const failed = (error: unknown): void => this.#parts.ledger.record("timer", error);
    try {
      const result: unknown = task();
      if (isThenable(result)) result.then(undefined, failed);
    } catch (error) {
      failed(error);
    }
  }
}
