import { AsyncLocalStorage } from "node:async_hooks";
import type { Observation } from "@backworks/core";

type Numbers = Awaited<ReturnType<Observation["pluginNumbers"]>>;

/** What plugins count themselves, asked for once for all who read it at a time. */
export class PluginNumbers {
  readonly #observation: Observation;
  readonly #asking = new AsyncLocalStorage<true>();
  #underWay: Promise<Numbers> | undefined;
  #last: Numbers = {};

  constructor(observation: Observation) {
    this.#observation = observation;
  }

  async read(): Promise<Numbers> {
    // A plugin may read the registry to say its numbers, and would wait for itself.
    if (this.#asking.getStore() === true) return this.#last;
    this.#underWay ??= this.#asking.run(true, async () => this.#ask());
    return this.#underWay;
  }

  async #ask(): Promise<Numbers> {
    try {
      return (this.#last = await this.#observation.pluginNumbers());
    } finally {
      this.#underWay = undefined;
    }
  }
}
