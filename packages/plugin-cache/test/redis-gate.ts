import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** What stands between a cache and Redis. */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** Pieces that came for Redis. */
  commands: number;
  /** Whether nothing goes on to Redis. */
  held: boolean;
  /** Whether nobody is let in. */
  refusing: boolean;
  /** Whether nonsense is answered. */
  garbage: boolean;
  /** How long what Redis says is held up. */
  delayMs: number;
  /** Ends all connections. */
  cut(): void;
  /** Has the connections that are there give nothing any more, without an end. */
  freeze(): void;
}

/** Opens a gate before the Redis of this URL. */
export async function startGate(url: string): Promise<Gate> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const gate = { commands: 0, held: false, refusing: false, garbage: false, delayMs: 0 };
  const pass = (socket: Socket, chunk: Uint8Array): void => void (socket.destroyed || socket.write(chunk));
  let [opened, frozen] = [0, 0];
  const server = createServer((socket) => {
    opened += 1;
    const own = opened;
    if (gate.refusing) {
      socket.destroy();
      return;
    }
    const inner = connect(Number(port), hostname);
    for (const one of [socket, inner]) sockets.add(one.on("error", () => {}));
    socket.on("data", (chunk) => {
      gate.commands += 1;
      if (gate.garbage) socket.write("?nonsense\r\n");
      else if (!gate.held && own > frozen) inner.write(chunk);
    });
    inner.on("data", (chunk) => {
      if (gate.delayMs === 0) pass(socket, chunk);
      else setTimeout(() => pass(socket, chunk), gate.delayMs);
    });
    socket.on("close", () => inner.destroy());
    inner.on("close", () => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return Object.assign(gate, {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    freeze: () => void (frozen = opened),
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
    },
  });
}
