import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect } from "@jest/globals";
import { createWorkspace } from "../workspace.ts";
import { openConnection } from "./connection.ts";
import { fault } from "./fault.ts";
import { startLoad } from "./load.ts";
import { startProbed } from "./probed.ts";
import type { ProbedServer } from "./probed.ts";

interface Scale {
  /** Of each kind: uploads, slow answers, streams of events, WebSockets. */
  readonly clients: number;
  /** Whether times are compared with the bar: not on a machine that does other things. */
  readonly measured: boolean;
}

const plugin = `import { Readable } from "node:stream";

const events = () => {
  const stream = new Readable({ read() {} });
  const timer = setInterval(() => stream.push("data: tick\\n\\n"), 200);
  return stream.on("close", () => clearInterval(timer));
};

export default {
  name: "lasting",
  version: "1.0.0",
  description: "Requests that take a while",
  apiVersion: "^1.0.0",
  initialize: () => ({
    contributes: {
      handlers: [
        { name: "upload", path: "/upload", methods: ["POST"], needs: { requestBody: true },
          handler: ({ request }) => ({ body: { size: request.received.bytes.length } }) },
        { name: "slow", path: "/slow",
          handler: () => new Promise((resolve) => setTimeout(() => resolve({ body: "slow" }), 1500)) },
        { name: "events", path: "/events",
          handler: () => ({ headers: { "content-type": "text/event-stream" }, body: events() }) },
        { name: "socket", path: "/socket", handler: () => ({ status: 426 }),
          upgrade: (exchange, socket) => {
            socket.write("HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\n\\r\\n");
            return { close: (code) => socket.end(Buffer.from([0x88, 0x02, code >> 8, code & 0xff])) };
          } },
      ],
    },
  }),
};
`;

const configuration = `name: drained
rate_limit: false
server: { overload: false, timeouts: { drain: 10s } }
logging: { file: drained.log, requests: false }
plugins: { lasting: { module_path: ./lasting.mjs } }
endpoints: { hello: { path: /hello, mock: { body: hello, delay: 10ms } } }
`;

/** Everything that came over a connection until it was closed. */
class Listening {
  received = "";
  readonly closed: Promise<void>;
  readonly #socket: Socket;

  constructor(url: string, request: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.write(request);
    this.#socket.on("data", (chunk: Buffer) => (this.received += chunk.toString("latin1")));
    this.#socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.#socket.once("close", () => resolve()));
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  async until(text: string): Promise<void> {
    for (let turn = 0; turn < 1000 && !this.received.includes(text); turn += 1) await sleep(10);
    expect(this.received).toContain(text);
  }
}

const head = (method: string, path: string, fields = ""): string =>
  `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${fields}\r\n`;

/** Milliseconds from now until a probe over a connection of its own is told that we are not ready. */
async function untilNotReady(url: string): Promise<number> {
  const since = performance.now();
  for (;;) {
    const connection = await openConnection(url);
    const { status } = await connection.ask(head("GET", "/ready"));
    connection.close();
    if (status === 503) return performance.now() - since;
    await sleep(5);
  }
}

function exitOf({ child }: ProbedServer): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("a server that is told to end", () => {
  fault<Scale>(
    "SIGTERM under load, with uploads, slow answers, streams and WebSockets open",
    { short: { clients: 5, measured: false }, long: { clients: 200, measured: true } },
    async ({ clients, measured }, report) => {
      using project = createWorkspace();
      project.write("lasting.mjs", plugin);
      project.write("backworks.yaml", configuration);
      await using server = await startProbed({ cwd: project.folder });
      const many = (request: string): Listening[] =>
        Array.from({ length: clients }, () => new Listening(server.url, request));
      const upgrade = "connection: upgrade\r\nupgrade: websocket\r\n";
      const events = many(head("GET", "/events"));
      const sockets = many(head("GET", "/socket", upgrade));
      const uploads = many(head("POST", "/upload", "content-length: 1000\r\nexpect: 100-continue\r\n"));
      await Promise.all(events.map((one) => one.until("tick")));
      await Promise.all(sockets.map((one) => one.until("101")));
      await Promise.all(uploads.map((one) => one.until("100 Continue")));
      await using load = startLoad(server.url, { kept: 8, fresh: 4, path: () => "/hello" });
      await sleep(500);
      const slow = many(head("GET", "/slow"));
      await sleep(100);
      const exit = exitOf(server);

      const since = performance.now();
      server.child.kill("SIGTERM");
      const measuredLoad = load.stop();
      const notReadyMs = await untilNotReady(server.url);
      for (const one of uploads) one.send("x".repeat(1000));
      const code = await exit;
      const exitMs = performance.now() - since;
      await Promise.all([...events, ...sockets, ...uploads, ...slow].map(({ closed }) => closed));

      const { failures, requests } = await measuredLoad;
      report.row("requests of the load", requests);
      report.row("failed requests of the load", failures.length, "0");
      report.row("readiness 503 after, ms", notReadyMs, "<= 100");
      report.row("exit after, ms", exitMs, "<= 10000");
      expect(failures).toEqual([]);
      expect(uploads.filter(({ received }) => !received.includes('{"size":1000}'))).toEqual([]);
      expect(slow.filter(({ received }) => !/^HTTP\/1\.1 200 [^]*slow$/.test(received))).toEqual([]);
      // A stream ends with its last chunk, a WebSocket with 1001.
      expect(events.filter(({ received }) => !received.endsWith("0\r\n\r\n"))).toEqual([]);
      expect(sockets.filter(({ received }) => !received.endsWith("\x88\x02\x03\xe9"))).toEqual([]);
      expect(code).toBe(0);
      expect(exitMs).toBeLessThanOrEqual(10_000);
      if (measured) expect(notReadyMs).toBeLessThanOrEqual(100);
    },
  );
});
