import type { Scheduler } from "../clock.ts";
import { BackworksError } from "../errors.ts";
import type { MaybePromise } from "../exchange.ts";
import type { ResourceLife } from "../plugin.ts";
import type { ResourcePool, ResourceRecipe } from "../resource-pool.ts";
import type { Ledger } from "./ledger.ts";
import { createTimers } from "./timers.ts";
import type { Timers } from "./timers.ts";

export interface ScopeParts {
  readonly plugin: string;
  readonly scheduler: Scheduler;
  readonly pool: ResourcePool;
  readonly ledger: Ledger;
}

/** How a plugin makes and ends what its instances share. */
export interface PluginResource<T> {
  open(life: ResourceLife): MaybePromise<T>;
  close(value: T): MaybePromise<void>;
}

/** Everything one instance makes through its context, to be released with it. */
export class PluginScope {
  readonly #parts: ScopeParts;
  readonly #controller = new AbortController();
  readonly #timers: Timers;

  constructor(parts: ScopeParts) {
    this.#parts = parts;
    this.#timers = this.#createTimers();
  }

  /** Its timers end with the scope; a task that fails is the plugin's failure and nobody else's. */
  get scheduler(): Scheduler {
    return this.#timers.scheduler;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws BW_PLUGIN_ENDED */
  async acquire<T>(key: string, resource: PluginResource<T>): Promise<T> {
    const { plugin, pool } = this.#parts;
    if (this.signal.aborted) throw this.#ended();
    return pool.acquire(`${plugin}/${key}`, this, this.#withLife(resource));
  }

  /** Aborts the signal and ends the timers. */
  silence(): void {
    this.#controller.abort(this.#ended());
    this.#timers.end();
  }

  /** Lets go of resources; rejects with the first that failed to close. */
  async release(): Promise<void> {
    const [failure] = await this.#parts.pool.release(this);
    if (failure !== undefined) throw failure.error;
  }

  /** A resource outlives the instance that opened it, and so do its timers. */
  #withLife<T>({ open, close }: PluginResource<T>): ResourceRecipe<T> {
    const controller = new AbortController();
    const timers = this.#createTimers();
    return {
      open: () => open({ scheduler: timers.scheduler, signal: controller.signal }),
      close: async (value) => {
        try {
          await close(value);
        } finally {
          controller.abort(this.#ended());
          timers.end();
        }
      },
    };
  }

  #createTimers(): Timers {
    return createTimers(this.#parts.scheduler, (error) => this.#parts.ledger.record("timer", error));
  }

  #ended(): BackworksError {
    return new BackworksError("BW_PLUGIN_ENDED", { plugin: this.#parts.plugin });
  }
}
