import type { Calls } from "./line.ts";
import type { JsonValue } from "../../exchange.ts";
import type { ActionOrder } from "../control.ts";
import type { SnapshotFile } from "../../config/file-snapshot.ts";
import type { Difference } from "../../model/difference.ts";
import type { Rate } from "../../pipeline/rate-table.ts";
import type { PluginNumbers, PluginReport } from "../../plugins/report.ts";
import type { Gathered, Totals } from "../../processes.ts";
import type { ReloadHistory } from "../reload-record.ts";
import type { ServedApp, ServeOptions } from "../serve.ts";
import type { Said } from "../topics.ts";

/** What a worker is to serve. */
export interface OpenOrder {
  readonly options: ServeOptions;
  readonly generation: number;
  /** Files as they were when this generation was first loaded; empty for the first worker. */
  readonly files: readonly SnapshotFile[];
  /** Socket file by which other workers have requests answered, should this one become the owner. */
  readonly socketPath: string;
  /** Whether it answers what needs one place. */
  readonly isOwner: boolean;
  /** How reloads of all workers went so far. */
  readonly reloads: ReloadHistory;
}

/** A generation that is loaded. */
export interface LoadReport {
  readonly app: ServedApp;
  /** Absolute path of the project's root. */
  readonly root: string;
  readonly workers: number | "auto";
  /** Absolute paths of every file that had a say. */
  readonly watchedFiles: readonly string[];
  /** Those that were read, as they were. */
  readonly files: readonly SnapshotFile[];
}

/** A worker that serves. */
export interface Opened extends LoadReport {
  readonly url: string;
  readonly port: number;
}

/** A reload that waits for its word. */
export interface Prepared {
  readonly difference: Difference;
  /** `undefined`: nothing changed, and nothing waits. */
  readonly report: LoadReport | undefined;
}

/** How one worker is. */
export interface WorkerState {
  readonly memoryBytes: number;
  /** Share of the time since it was last asked that its event loop was busy, 0 to 1. */
  readonly utilization: number;
  readonly requestsUnderWay: number;
  readonly generation: number;
  readonly hash: string;
  readonly plugins: readonly PluginReport[];
  readonly metrics: Readonly<Record<string, PluginNumbers>>;
}

/** What the primary asks of a worker. */
export interface WorkerCalls extends Calls {
  open(order: OpenOrder): Promise<Opened>;
  /** Loads the next generation from these files, or from the disk when there are none, and waits. */
  prepare(files: readonly SnapshotFile[]): Promise<Prepared>;
  commit(argument: undefined): Promise<{ readonly url: string; readonly port: number }>;
  abandon(argument: undefined): Promise<void>;
  /** No other worker sends requests for this generation any more. */
  release(generation: number): void;
  /** Where the owner is. */
  moveTo(owner: string | undefined): void;
  /** A reload of all workers ended. */
  reloaded(history: ReloadHistory): void;
  /** `undefined` when no plugin shares anything of this topic here. */
  say(topic: string): Promise<Said | undefined>;
  reset(session: string | undefined): Promise<void>;
  /** What a command asks of its plugin. */
  act(order: ActionOrder): Promise<JsonValue>;
  /** What a plugin of another worker tells. */
  hear(told: Told): Promise<void>;
  describe(argument: undefined): Promise<WorkerState>;
  close(argument: undefined): Promise<void>;
}

/** What a worker asks the primary for: room for requests of one client. */
export interface TakeOrder {
  readonly key: string;
  readonly rate: Rate;
  /** Requests that wait. */
  readonly waiting: number;
  /** Further ones that may come; granted only as far as they can be used late without harm. */
  readonly extra: number;
}

/** What a worker got. */
export interface Grant {
  /** Requests that may pass: those that wait first. */
  readonly permits: number;
  /** Milliseconds, from when they were asked for, in which the extra ones may be used. */
  readonly validMs: number;
  /** Names the grant when some of it is given back. */
  readonly mark: number;
  /** Requests that could follow at once. */
  readonly remaining: number;
  /** Milliseconds until the whole burst may be sent again. */
  readonly resetMs: number;
  /** Milliseconds until there is a permit again, when there were too few; otherwise 0. */
  readonly retryMs: number;
}

/** Permits that nobody used. */
export interface GiveBackOrder {
  readonly key: string;
  readonly rate: Rate;
  readonly permits: number;
  readonly mark: number;
}

/** What a plugin tells of a topic in other workers. */
export interface Told {
  readonly topic: string;
  /** Of the plugin's own making; it must be possible to copy it. */
  readonly message: unknown;
}

/** What a worker counted so far. */
export interface ToldTotals {
  readonly topic: string;
  readonly totals: Totals;
}

/** What a worker asks of the primary. */
export interface PrimaryCalls extends Calls {
  /** The worker listens: what is said before is lost (Node 20 keeps no message for a module that is still loading). */
  hello(argument: undefined): void;
  take(orders: readonly TakeOrder[]): readonly Grant[];
  giveBack(orders: readonly GiveBackOrder[]): void;
  /** Has every other worker hear it; whether all have. */
  tellOthers(told: Told): Promise<boolean>;
  /** What all workers have of a topic. */
  gather(topic: string): Promise<Gathered>;
  /** Kept, should the worker end. */
  tellTotals(told: ToldTotals): void;
  /** No request of this generation is under way here any more. */
  drained(generation: number): void;
  /** The event loop turns. */
  beat(argument: undefined): void;
}
