import { connect } from "node:net";
import type { Socket } from "node:net";

/** A connection of a test, and what came back over it. */
export interface RawClient extends Disposable {
  readonly received: string;
  readonly closed: boolean;
  send(text: string): void;
  /** Resolves when what was received has `text`; when the connection closes without it, rejects. */
  until(text: string): Promise<void>;
  /** Resolves when the connection is closed by the other side. */
  end(): Promise<void>;
}

/** Connects to a port of this machine. */
export async function openRawClient(port: number, host = "127.0.0.1"): Promise<RawClient> {
  const socket: Socket = connect({ port, host });
  let received = "";
  let closed = false;
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const one of waiting) one();
  };
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
    tell();
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
    tell();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const wait = (isThere: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isThere() && !closed) return;
        waiting.delete(look);
        if (isThere()) resolve();
        else reject(new Error(`the connection closed after: ${received}`));
      };
      waiting.add(look);
      look();
    });
  return {
    get received() {
      return received;
    },
    get closed() {
      return closed;
    },
    send: (text) => void socket.write(text),
    until: (text) => wait(() => received.includes(text)),
    end: () => wait(() => closed),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
