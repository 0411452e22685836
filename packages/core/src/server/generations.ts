import type { Clock, Scheduler } from "../clock.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { drainGeneration } from "./drain.ts";

/** How things stand with generations. */
export interface GenerationsStatus {
  /** Number of the generation that serves. */
  readonly generation: number;
  /** Of its configuration. */
  readonly hash: string;
  /** Clock milliseconds at which it began to serve. */
  readonly servesSince: number;
  /** Requests and connections that were taken over, of all generations. */
  readonly requestsUnderWay: number;
  /** Earlier generations whose requests have not ended. */
  readonly draining: readonly { readonly generation: number; readonly requestsUnderWay: number }[];
}

/** When the last request of a generation is over. */
export interface Drained {
  readonly own: Promise<void>;
  /** Also those of every generation before it, which may use the same plugins. */
  readonly all: Promise<void>;
}

/** The generation that serves, and those before it that are not drained. */
export class Generations {
  readonly #world: { readonly clock: Clock; readonly scheduler: Scheduler };
  readonly #alive = new Set<Generation>();
  #present: Generation | undefined;
  #servesSince = 0;
  #drained: Promise<unknown> = Promise.resolve();

  constructor(world: { readonly clock: Clock; readonly scheduler: Scheduler }) {
    this.#world = world;
  }

  get present(): Generation {
    if (this.#present === undefined) throw new TypeError("nothing is loaded");
    return this.#present;
  }

  get alive(): ReadonlySet<Generation> {
    return this.#alive;
  }

  get status(): GenerationsStatus {
    const { app } = this.present;
    const counts = [...this.#alive].map(({ app: { generation }, traffic }) => ({
      generation,
      requestsUnderWay: traffic.count,
    }));
    return {
      generation: app.generation,
      hash: app.hash,
      servesSince: this.#servesSince,
      requestsUnderWay: counts.reduce((sum, { requestsUnderWay }) => sum + requestsUnderWay, 0),
      draining: counts.filter(({ generation }) => generation !== app.generation),
    };
  }

  /** What is under way, whichever generation it began with. */
  underWay(): readonly LiveExchange[] {
    return [...this.#alive].flatMap(({ traffic }) => traffic.underWay());
  }

  /** Every request gets this one from now on. */
  begin(generation: Generation): void {
    this.#present = generation;
    this.#alive.add(generation);
    this.#servesSince = this.#world.clock.now();
  }

  /** Drains a generation that does not serve any more, once `released` says that nobody sends it requests. */
  drain(before: Generation, released: Promise<void> | undefined): Drained {
    const own = this.#drain(before, released);
    const all = Promise.all([this.#drained, own]).then(() => {});
    this.#drained = all.catch(() => {});
    return { own, all };
  }

  async #drain(before: Generation, released: Promise<void> | undefined): Promise<void> {
    const limitMs = this.present.app.server.timeouts.drainMs;
    await released;
    await drainGeneration(before, { current: () => this.present, scheduler: this.#world.scheduler, limitMs });
    this.#alive.delete(before);
  }
}
