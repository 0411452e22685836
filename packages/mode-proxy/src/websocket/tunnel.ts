import type { Duplex } from "node:stream";
import type { Scheduler, UpgradedConnection } from "@backworks/core";
import { closeFrame, FrameBoundary } from "./frames.ts";

/** How long one side may go on after the other has ended its half. */
const halfOpenMs = 10_000;

/** Two connections that are one: what the client's sends the target's gets, and the other way round. */
export interface Tunnel {
  readonly client: Duplex;
  readonly target: Duplex;
  /** Whether what they speak is the WebSocket protocol, in which an end can be told. */
  readonly isWebSocket: boolean;
}

/** Joins two connections, each as fast as the other takes it, until both have ended or one is cut. */
export function joinSockets(tunnel: Tunnel, scheduler: Scheduler): UpgradedConnection {
  const { client, target, isWebSocket } = tunnel;
  const closers = isWebSocket ? [closer(target, client, false), closer(client, target, true)] : [];
  follow(client, target, scheduler);
  follow(target, client, scheduler);
  client.pipe(target);
  target.pipe(client);
  return {
    close(code, reason) {
      for (const close of closers) close(code, reason);
      client.end();
      target.end();
    },
  };
}

/** Tells one side of the end where no frame of the other is half sent. */
function closer(from: Duplex, to: Duplex, masked: boolean): (code: number, reason: string) => void {
  const boundary = new FrameBoundary();
  from.on("data", (chunk: Uint8Array) => boundary.pass(chunk));
  return (code, reason) => {
    from.unpipe(to);
    if (boundary.isBetween && to.writable) to.write(closeFrame(code, reason, { masked }));
  };
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
