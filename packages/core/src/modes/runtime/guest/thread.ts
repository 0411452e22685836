import type { MessagePort } from "node:worker_threads";
import { workerData } from "node:worker_threads";
import { describeThrown } from "../../../thrown.ts";
import type { FromGuest, GuestOrders, ToGuest } from "../wire.ts";
import { runGuest } from "./guest.ts";
import { guardProcess } from "./guards.ts";
import { createStrays } from "./strays.ts";
import { reportUsage } from "./usage.ts";

/** What a thread is made with. */
export interface ThreadData {
  readonly orders: GuestOrders;
  /** Where it writes how much memory it has. */
  readonly usage: SharedArrayBuffer;
}

/** Runs a handler in this thread: messages in batches, one batch each turn. */
export function runThread(port: MessagePort): void {
  const { orders, usage } = workerData as ThreadData;
  if (orders.guarded) guardProcess();
  let waiting: FromGuest[] = [];
  const flush = (): void => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    send(batch);
  };
  const send = (batch: readonly FromGuest[]): void => {
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
      port.postMessage(batch);
    } catch (error) {
      // Only what a handler asks with can be what does not cross: the others must not be lost with it.
      const [only] = batch;
      if (batch.length > 1) for (const message of batch) send([message]);
      else if (only !== undefined && "ask" in only)
        guest.take({ reply: only.ask, error: { name: "DataCloneError", message: describeThrown(error).message } });
    }
  };
  const strays = createStrays();
  const guest = runGuest(orders, {
    post(message) {
      if (waiting.push(message) === 1) setImmediate(flush);
    },
    idle: flush,
    within: strays.within,
  });
  strays.catchFor(guest);
  const report = reportUsage(usage, () => guest.isIdle);
  port.on("message", (batch: readonly ToGuest[]) => {
    report();
    for (const message of batch) guest.take(message);
  });
}
