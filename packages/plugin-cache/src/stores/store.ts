import type { MaybePromise } from "@backworks/core";
import type { Stored } from "../stored.ts";

/** Where answers are kept. Nothing it does fails a request: what cannot be had is not there. */
export interface Store {
  /** Until when a request that begins now may wait for the store in all, by the monotonic clock. */
  patience(): number;
  /** What is stored and neither void nor over. */
  get(key: string, untilMs?: number): MaybePromise<Stored | undefined>;
  /** Stores it; nobody waits. */
  set(key: string, item: Stored): void;
  /** Takes one away. */
  delete(key: string): void;
  /** How many purges there were; `undefined` when nothing can be stored now. */
  moment(untilMs?: number): MaybePromise<number | undefined>;
  /** Makes everything void that has one of these tags; whether that is done everywhere. */
  purge(tags: readonly string[]): MaybePromise<boolean>;
  /** Whether a purge since that count made something with these tags void, or nobody knows. */
  isVoid(tags: readonly string[], asOf: number): MaybePromise<boolean>;
  /** The right to ask for what other processes may ask for too; `undefined` when another has it. */
  lease(key: string, untilMs?: number): MaybePromise<Lease | undefined>;
  /** Whether there is something to wait for when another has the lease. */
  readonly shared: boolean;
  /** Begins work, when it has not yet: the generations of a configuration share a store. */
  start(): MaybePromise<void>;
  /** Lets go of everything. */
  close(): MaybePromise<void>;
  health(): StoreHealth;
  /** By name. */
  numbers(): Readonly<Record<string, number>>;
}

/** A lease and its end. */
export interface Lease {
  release(): void;
}

/** How a store is. */
export interface StoreHealth {
  readonly status: "healthy" | "degraded";
  readonly message?: string;
}

/** A lease where nobody else could want one. */
export const ownLease: Lease = { release() {} };
