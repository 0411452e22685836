import type { Server } from "node:http";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { listen } from "./listen.ts";
import type { Listening } from "./listen.ts";

/** An address that is listened on. The server behind it may be another one while it stays open. */
export interface Door {
  readonly at: Address;
  /** The port that was taken. */
  readonly listening: Listening;
  /** Connections that come from now on are this server's. */
  leadTo(server: Server): void;
  /** Takes no more connections; those that are open go on. */
  close(): void;
  /** Listens again after a `close`. @throws BW_PORT_IN_USE, BW_LISTEN_FAILED */
  reopen(): Promise<void>;
}

/** What a door is asked for. */
export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** @throws BW_PORT_IN_USE, BW_LISTEN_FAILED */
export async function openDoor(at: Address, first: Server): Promise<Door> {
  let server = first;
  // As Node's own servers are: a client may end its side before it has its answer.
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
    server.emit("connection", socket);
  });
  const listening = await listen(door, at);
  return {
    at,
    listening,
    leadTo(next) {
      server = next;
    },
    close: () => void door.close(),
    async reopen() {
      await listen(door, { host: at.host, port: listening.port });
    },
  };
}
