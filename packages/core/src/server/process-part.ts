import type { FileSnapshot } from "../config/file-snapshot.ts";
import type { Difference } from "../model/difference.ts";
import type { PutInOnePlace } from "../model/routes.ts";
import type { RateStore } from "../pipeline/rate-table.ts";
import type { Processes } from "../processes.ts";
import type { LoadedGeneration } from "./generation.ts";
import type { Host } from "./host.ts";
import type { ReloadHistory } from "./reload-record.ts";

/** What is different for a process that is one of several serving the same configuration. */
export interface ProcessPart {
  /** Number of the generation it begins with. */
  readonly firstGeneration: number;
  /** Called once, before anything is loaded. */
  attach(host: Host): void;
  readonly inOnePlace: PutInOnePlace;
  /** Counts for all processes. */
  readonly rates: RateStore;
  /** All of them, for plugins. */
  readonly processes: Processes;
  /** How reloads of all processes went. */
  readonly reloads: ReloadHistory;
  /** The files of the load that begins. */
  snapshot(): FileSnapshot | undefined;
  /** Called when the next generation could serve; it does once this resolves. @throws when it is not to serve */
  agree(next: LoadedGeneration, difference: Difference): Promise<void>;
  /** Resolves when no other process sends requests for a generation any more. */
  released(before: LoadedGeneration): Promise<void>;
}
