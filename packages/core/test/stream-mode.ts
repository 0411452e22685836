import { Readable } from "node:stream";
import type { Exchange, UpgradedConnection } from "../src/exchange.ts";
import { defineMode } from "../src/mode.ts";
import type { Mode } from "../src/mode.ts";

/** A mode whose endpoints answer with a stream that a test writes to, and take over connections. */
export interface StreamMode {
  readonly mode: Mode;
  /** Streams that are open, in the order in which they were asked for. */
  readonly streams: readonly OpenStream[];
  /** Connections that were taken over. */
  readonly connections: readonly TakenConnection[];
}

export interface OpenStream {
  readonly exchange: Exchange;
  write(text: string): void;
  end(): void;
}

export interface TakenConnection {
  readonly exchange: Exchange;
  /** Why it was asked to end. */
  readonly asked: readonly string[];
  write(text: string): void;
}

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

export function createStreamMode(): StreamMode {
  const streams: OpenStream[] = [];
  const connections: TakenConnection[] = [];
  const mode = defineMode({
    name: "stream",
    description: "for tests",
    endpointKeys: { stream: anything },
    open: () => undefined,
    compile: ({ path, methods, values }) => [
      {
        methods,
        path,
        handler(exchange) {
          const body = new Readable({ read() {} });
          streams.push({ exchange, write: (text) => void body.push(text), end: () => void body.push(null) });
          body.push(`${JSON.stringify(values["stream"])}\n`);
          const { type = "text/plain" } = values["stream"] as { readonly type?: string };
          return { headers: { "content-type": type }, body };
        },
        upgrade(exchange, socket): UpgradedConnection {
          const asked: string[] = [];
          socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n");
          connections.push({ exchange, asked, write: (text) => void socket.write(text) });
          return {
            close(code, reason) {
              asked.push(`${code} ${reason}`);
              socket.end(`bye ${code}\n`);
            },
          };
        },
      },
    ],
  });
  return { mode, streams, connections };
}
