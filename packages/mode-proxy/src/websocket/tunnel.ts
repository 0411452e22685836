import type { Duplex } from "node:stream";
import type { Scheduler } from "@backworks/core";

/** How long one side may go on after the other has ended its half. */
const halfOpenMs = 10_000;

/** Joins two connections: what one sends the other gets, as fast as it takes it, until both have ended or one is cut. */
export function joinSockets(near: Duplex, far: Duplex, scheduler: Scheduler): void {
  follow(near, far, scheduler);
  follow(far, near, scheduler);
  near.pipe(far);
  far.pipe(near);
}

function follow(from: Duplex, to: Duplex, scheduler: Scheduler): void {
  from.on("error", () => {});
  from.once("end", () => {
    const cancel = scheduler.after(halfOpenMs, () => void to.destroy());
    to.once("close", cancel);
  });
  from.once("close", () => {
    // What is on its way still arrives after an end, and does not after a cut.
    if (!from.readableEnded) to.destroy();
    else if (!to.writableEnded) to.end();
  });
}
