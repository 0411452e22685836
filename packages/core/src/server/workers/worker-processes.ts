import type { Scheduler } from "../../clock.ts";
import type { MaybePromise } from "../../exchange.ts";
import type { Gathered, Processes, Shared } from "../../processes.ts";
import { Topics } from "../topics.ts";
import type { Said, ToldTotals } from "./calls.ts";

/** What the processes of a worker are made with. */
export interface WorkerProcessesParts {
  /** Whether this worker is the owner. */
  isOwner(): boolean;
  readonly scheduler: Scheduler;
  /** The primary, which knows all workers. */
  readonly source: {
    gather(topic: string): Promise<Gathered>;
    tell(told: ToldTotals): void;
  };
}

/** How often the primary is told totals: what came since is lost with a worker that is killed. */
const tellMs = 5000;

/** All workers, as one of them sees them. */
export class WorkerProcesses implements Processes {
  readonly several = true;
  readonly #parts: WorkerProcessesParts;
  readonly #topics = new Topics();
  #endTelling: (() => void) | undefined;

  constructor(parts: WorkerProcessesParts) {
    this.#parts = parts;
  }

  get leads(): boolean {
    return this.#parts.isOwner();
  }

  share(topic: string, shared: Shared): () => MaybePromise<void> {
    this.#topics.add(topic, shared);
    this.#endTelling ??= this.#parts.scheduler.every(tellMs, () => this.#tellAll());
    return () => this.#end(topic, shared);
  }

  gather(topic: string): Promise<Gathered> {
    return this.#parts.source.gather(topic);
  }

  /** Answers the primary. */
  async say(topic: string): Promise<Said | undefined> {
    const shared = this.#topics.find(topic);
    if (shared === undefined) return undefined;
    return { totals: await shared.totals(), present: await shared.present() };
  }

  async #end(topic: string, shared: Shared): Promise<void> {
    try {
      if (this.#topics.find(topic) === shared) await this.#tell(topic);
    } finally {
      this.#topics.remove(topic, shared);
    }
    if (this.#topics.names.length > 0) return;
    this.#endTelling?.();
    this.#endTelling = undefined;
  }

  async #tellAll(): Promise<void> {
    // One that fails now is told the next time.
    for (const topic of this.#topics.names) await this.#tell(topic).catch(() => {});
  }

  async #tell(topic: string): Promise<void> {
    const totals = await this.#topics.find(topic)?.totals();
    if (totals !== undefined) this.#parts.source.tell({ topic, totals });
  }
}
