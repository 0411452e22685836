import type { Shared, Totals } from "../processes.ts";

/** What a process has of a topic. */
export interface Said {
  readonly totals: Totals;
  readonly present: unknown;
}

/** What plugins share in this process. Of several who share a topic the one that came last speaks: over a reload there are two for a while. */
export class Topics {
  readonly #speakers = new Map<string, Shared[]>();

  get names(): readonly string[] {
    return [...this.#speakers.keys()];
  }

  find(topic: string): Shared | undefined {
    return this.#speakers.get(topic)?.at(-1);
  }

  /** `undefined` when nothing of the topic is shared. */
  async say(topic: string): Promise<Said | undefined> {
    const shared = this.find(topic);
    return shared && { totals: await shared.totals(), present: await shared.present() };
  }

  add(topic: string, shared: Shared): void {
    this.#speakers.set(topic, [...(this.#speakers.get(topic) ?? []), shared]);
  }

  remove(topic: string, shared: Shared): void {
    const left = (this.#speakers.get(topic) ?? []).filter((one) => one !== shared);
    if (left.length > 0) this.#speakers.set(topic, left);
    else this.#speakers.delete(topic);
  }
}
