import type { LRUCache } from "lru-cache";
import type { Clock, Logger, Processes, Scheduler } from "@backworks/core";
import type { CacheStatus } from "../rules/cache-status.ts";
import { cacheStatus } from "../rules/cache-status.ts";
import type { Room } from "../answer/room.ts";
import type { Store } from "../stores/store.ts";
import type { Flights } from "./flights.ts";
import type { Numbers } from "./numbers.ts";

/** What all endpoints share. */
export interface CacheContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** For answers that are being read. */
  readonly room: Room;
  readonly logger: Logger;
  readonly flights: Flights;
  /** Keys whose answers are not for many, and until when that is believed. */
  readonly passes: LRUCache<string, number>;
  readonly numbers: Numbers;
  /** The way to the caches of the other processes that serve the same configuration. */
  readonly processes: Pick<Processes, "tell" | "listen">;
  /** In `Cache-Status`; `undefined` when nothing is told. */
  readonly name: string | undefined;
  /** Fields whose words are tags of the answer, in lower case. */
  readonly tagFields: readonly string[];
}

/** The member of `Cache-Status`, when it is told. */
export function tellStatus({ name }: CacheContext, status: CacheStatus): string | undefined {
  return name === undefined ? undefined : cacheStatus(name, status);
}
