import { AsyncLocalStorage } from "node:async_hooks";
import type { GuestPort, RunningGuest } from "./guest.ts";

/** Knows which call a promise or timer that nobody waits for belongs to. */
export interface Strays {
  readonly within: GuestPort["within"];
  /** From now on what strays ends its call, and not the thread or process. */
  catchFor(guest: Pick<RunningGuest, "strayed">): void;
}

export function createStrays(): Strays {
  const calls = new AsyncLocalStorage<number>();
  return {
    within: (id, task) => calls.run(id, task),
    catchFor(guest) {
      process.on("unhandledRejection", (reason) => guest.strayed(calls.getStore(), reason));
      process.on("uncaughtException", (error) => guest.strayed(calls.getStore(), error));
    },
  };
}
