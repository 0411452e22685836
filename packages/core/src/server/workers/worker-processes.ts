import type { Scheduler } from "../../clock.ts";
import type { MaybePromise } from "../../exchange.ts";
import type { Gathered, Processes, Shared, TopicListener } from "../../processes.ts";
import { Topics } from "../topics.ts";
import type { Said } from "../topics.ts";
import type { Told, ToldTotals } from "./calls.ts";

/** What the processes of a worker are made with. */
export interface WorkerProcessesParts {
  /** Whether this worker is the owner. */
  isOwner(): boolean;
  readonly scheduler: Scheduler;
  /** The primary, which knows all workers. */
  readonly source: {
    gather(topic: string): Promise<Gathered>;
    tellTotals(told: ToldTotals): void;
    tellOthers(told: Told): Promise<boolean>;
  };
}

/** How often the primary is told totals: what came since is lost with a worker that is killed. */
const tellMs = 5000;

/** All workers, as one of them sees them. */
export class WorkerProcesses implements Processes {
  readonly several = true;
  readonly #parts: WorkerProcessesParts;
  readonly #topics = new Topics();
  readonly #listeners = new Map<string, Set<TopicListener>>();
  #endTelling: (() => void) | undefined;

  constructor(parts: WorkerProcessesParts) {
    this.#parts = parts;
  }

  get leads(): boolean {
    return this.#parts.isOwner();
  }

  share(topic: string, shared: Shared): () => MaybePromise<void> {
    this.#topics.add(topic, shared);
    this.#endTelling ??= this.#parts.scheduler.every(tellMs, () => this.#tellAllTotals());
    return () => this.#end(topic, shared);
  }

  async tell(topic: string, message: unknown): Promise<boolean> {
    try {
      return await this.#parts.source.tellOthers({ topic, message });
    } catch {
      // The primary is gone, and this process is about to end.
      return false;
    }
  }

  listen(topic: string, listener: TopicListener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** What another worker tells. @throws what a listener throws */
  async hear({ topic, message }: Told): Promise<void> {
    const listeners = [...(this.#listeners.get(topic) ?? [])];
    await Promise.all(listeners.map(async (listener) => listener(message)));
  }

  gather(topic: string): Promise<Gathered> {
    return this.#parts.source.gather(topic);
  }

  /** Answers the primary. */
  say(topic: string): Promise<Said | undefined> {
    return this.#topics.say(topic);
  }

  async #end(topic: string, shared: Shared): Promise<void> {
    try {
      if (this.#topics.find(topic) === shared) await this.#tellTotals(topic);
    } finally {
      this.#topics.remove(topic, shared);
    }
    if (this.#topics.names.length > 0) return;
    this.#endTelling?.();
    this.#endTelling = undefined;
  }

  async #tellAllTotals(): Promise<void> {
    // One that fails now is told the next time.
    for (const topic of this.#topics.names) await this.#tellTotals(topic).catch(() => {});
  }

  async #tellTotals(topic: string): Promise<void> {
    const totals = await this.#topics.find(topic)?.totals();
    if (totals !== undefined) this.#parts.source.tellTotals({ topic, totals });
  }
}
