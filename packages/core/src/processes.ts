import type { MaybePromise } from "./exchange.ts";
import { defineService } from "./service.ts";
import type { ServiceKey } from "./service.ts";

/** The processes that serve one configuration together, for plugins that count or decide for all of them. */
export interface Processes {
  /** Whether there may be others than this one. */
  readonly several: boolean;
  /** Whether this is the one that does what must be done once. It stays so until it ends; then another follows. */
  readonly leads: boolean;
  /**
   * From now on this is asked for what this process has of a topic. Topics are unique among all plugins: begin yours with the name of the
   * plugin. Of two who share one the later is asked, so that a reload has the next instance go on. Returns what ends it.
   */
  share(topic: string, shared: Shared): () => MaybePromise<void>;
  /**
   * Tells the other processes something of a topic; it is copied. `true` at once where there is no other; otherwise whether each has heard it
   * and done what it does then, within a second. One that is busy hears it later.
   */
  tell(topic: string, message: unknown): MaybePromise<boolean>;
  /** Has a function called with what other processes tell of a topic. Returns what ends it. */
  listen(topic: string, listener: TopicListener): () => void;
  /** What all processes have of a topic. One that does not answer within two seconds is left out; its totals are the last it told. */
  gather(topic: string): Promise<Gathered>;
}

/** Takes what another process tells; who told it waits until it is done. */
export type TopicListener = (message: unknown) => MaybePromise<void>;

/** What one process has of a topic. All of it is data: numbers, texts, mappings, lists, typed arrays. */
export interface Shared {
  /** What it counted since it began. Asked for every five seconds too, so that little of it is lost with the process. */
  totals(): MaybePromise<Totals>;
  /** How it stands at the moment. */
  present(): MaybePromise<unknown>;
}

/** Numbers that only grow, by the name of their table. Everywhere a table of one name has as many numbers for each key. */
export type Totals = Readonly<Record<string, TotalsTable>>;

/** As many numbers for each key, one after another. */
export interface TotalsTable {
  /** Each once. */
  readonly keys: readonly string[];
  /** Of the first key, then of the second … */
  readonly numbers: Float64Array;
}

/** What processes have of a topic. */
export interface Gathered {
  /** Sums over all processes, those that have ended included: they never go back as long as the server runs. */
  readonly totals: Totals;
  /** Of each process that answered. */
  readonly present: readonly unknown[];
}

/** Under which core itself offers plugins what processes have together. */
export const processesService: ServiceKey<Processes> = defineService<Processes>("backworks.processes");
