import type { Duplex } from "node:stream";
import { systemScheduler } from "../clock.ts";

/** How long a client gets to read the answer and to close on its side. */
const lingerMs = 1000;

/**
 * Ends our side and goes on reading for a moment.
 *
 * Source: RFC 9112, 9.6: closing while the client still sends would reset the connection, and the client might lose the answer.
 */
export function endLingering(socket: Duplex, last?: string | Uint8Array): void {
  if (socket.destroyed) return;
  const cancel = systemScheduler.after(lingerMs, () => socket.destroy());
  socket.once("close", cancel).on("error", () => {});
  if (last === undefined) socket.end();
  else socket.end(last);
  socket.resume();
}

/** Has the connection closed in this way when Node closes it after a response. */
export function lingerAfter(socket: Duplex & { destroySoon?: () => void }): void {
  socket.destroySoon = () => endLingering(socket);
}
