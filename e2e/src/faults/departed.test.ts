import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect } from "@jest/globals";
import { startUpstream } from "../upstream.ts";
import { createWorkspace } from "../workspace.ts";
import { fault } from "./fault.ts";
import { startProbed } from "./probed.ts";

interface Scale {
  /** Clients that leave, in each way. */
  readonly clients: number;
}

/** How a client leaves: what it has sent by then, whether it waits for some of the answer, and how it goes. */
interface Departure {
  readonly name: string;
  readonly text: string;
  readonly waits: boolean;
  leave(socket: Socket): void;
}

const head = (method: string, path: string, fields = ""): string =>
  `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${fields}\r\n`;

const cut = (socket: Socket): void => void socket.destroy();

const departures: readonly Departure[] = [
  { name: "before its head is sent", text: "GET /wait HTTP/1.1\r\nhost: x\r\nx-a: ", waits: false, leave: cut },
  {
    name: "in its upload",
    text: `${head("POST", "/wait", "content-length: 100000\r\n")}half`,
    waits: false,
    leave: cut,
  },
  { name: "as it waits", text: head("GET", "/wait"), waits: false, leave: cut },
  { name: "in its download", text: head("GET", "/download"), waits: true, leave: cut },
  { name: "by ending its half", text: head("GET", "/wait"), waits: false, leave: (socket) => void socket.end() },
  { name: "by a reset", text: head("GET", "/download"), waits: true, leave: (socket) => void socket.resetAndDestroy() },
];

/** Clients that are there at once. */
const crowd = 100;

describe("a proxy whose clients leave", () => {
  fault<Scale>(
    "clients that leave in six ways",
    { short: { clients: 100 }, long: { clients: 10_000 }, limitMs: 600_000 },
    async (scale, report) => {
      await using upstream = await startUpstream((request, response) => {
        request.resume();
        // Whoever waits is not answered, and a download does not end.
        if (request.url === "/download") response.write(Buffer.alloc(1000));
      });
      using project = createWorkspace();
      const proxy = `{ target: "${upstream.url}" }`;
      project.write(
        "backworks.yaml",
        `name: left\nrate_limit: false\nendpoints: { all: { path: /*, proxy: ${proxy} } }\n`,
      );
      await using server = await startProbed({ cwd: project.folder, timeoutMs: 10 * 60_000 });
      for (const departure of departures) {
        for (let count = 0; count < scale.clients; count += crowd) {
          await Promise.all(Array.from({ length: crowd }, () => depart(server.url, departure)));
        }
        const tookMs = await untilNone(upstream.open);
        report.row(`ms until no connection to the upstream is left, ${departure.name}`, Math.round(tookMs), "< 2000");
        expect(upstream.open.size).toBe(0);
      }
    },
  );
});

async function depart(url: string, { text, waits, leave }: Departure): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  socket.write(text);
  if (waits) await once(socket, "data");
  else await once(socket, "connect").then(() => new Promise((resolve) => setTimeout(resolve, 5)));
  leave(socket);
  socket.resume();
  if (!socket.closed) await once(socket, "close");
}

/** Milliseconds until it is empty. On a machine that does other things a while longer is waited than is promised. */
async function untilNone(open: ReadonlySet<unknown>): Promise<number> {
  const since = performance.now();
  while (open.size > 0 && performance.now() < since + 10_000) await new Promise((resolve) => setTimeout(resolve, 20));
  return performance.now() - since;
}
