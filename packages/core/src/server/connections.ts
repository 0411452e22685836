import type { Server } from "node:http";
import type { Duplex } from "node:stream";

const connectionsOf = new WeakMap<Server, Set<Duplex>>();

/** Counts a connection of a server until it closes. */
export function track(server: Server, socket: Duplex): void {
  const connections = connectionsOf.get(server) ?? new Set<Duplex>();
  connectionsOf.set(server, connections);
  // What asked for an upgrade in vain comes a second time.
  if (connections.has(socket)) return;
  connections.add(socket);
  socket.once("close", () => connections.delete(socket));
}

/** The open connections of a server, those that were taken over among them. */
export function openConnections(server: Server): ReadonlySet<Duplex> {
  return connectionsOf.get(server) ?? new Set();
}
