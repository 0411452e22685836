import type { Server } from "node:http";
import type { Scheduler } from "../clock.ts";

/** Requests under way get this long to end before their connections are cut. */
export const drainMs = 10_000;

/** Stops accepting, lets requests end, then cuts what is left. */
export function closeServer(server: Server, scheduler: Scheduler, limitMs = drainMs): Promise<void> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(limitMs, () => server.closeAllConnections());
    server.close(() => {
      cancel();
      resolve();
    });
    server.closeIdleConnections();
  });
}
