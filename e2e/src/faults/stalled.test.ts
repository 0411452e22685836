import { connect } from "node:net";
import { describe, expect } from "@jest/globals";
import { createWorkspace } from "../workspace.ts";
import { fault } from "./fault.ts";
import { startLoad } from "./load.ts";
import { startProbed } from "./probed.ts";

interface Scale {
  readonly connections: number;
  /** Seconds until the header fields must be there. */
  readonly headers: number;
  /** Whether times are compared with the bar: not on a machine that does other things. */
  readonly measured: boolean;
}

const configuration = (headers: number): string => `name: stalled
rate_limit: false
server: { overload: false, timeouts: { headers: ${headers}s } }
logging: { file: stalled.log, requests: false }
endpoints: { hello: { path: /hello, mock: { body: hello } } }
`;

/** Ways to begin a request and never end it. */
const beginnings = [
  "",
  "GET /hello HT",
  "GET /hello HTTP/1.1\r\nHost: localhost\r\nX-A: ",
  "POST /hello HTTP/1.1\r\nHost: loc",
];

/** What became of one connection. */
interface Stalled {
  /** From the connection to its end, in milliseconds. */
  readonly lastedMs: number;
  readonly received: string;
}

function stall(url: string, beginning: string): Promise<Stalled> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let received = "";
    let since = 0;
    socket.on("connect", () => {
      since = performance.now();
      if (beginning !== "") socket.write(beginning);
    });
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    socket.on("error", (error) => (since === 0 ? reject(error) : undefined));
    socket.on("close", () => resolve({ lastedMs: performance.now() - since, received }));
  });
}

/** Opens them a hundred at a time: the queue of a listener is not endless. */
async function stallMany(url: string, count: number): Promise<readonly Promise<Stalled>[]> {
  const stalled: Promise<Stalled>[] = [];
  while (stalled.length < count) {
    const next = Math.min(100, count - stalled.length);
    for (let one = 0; one < next; one += 1) stalled.push(stall(url, beginnings[one % beginnings.length] ?? ""));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return stalled;
}

describe("a server whose clients stall", () => {
  fault<Scale>(
    "10,000 connections that begin a request and never end it",
    {
      short: { connections: 200, headers: 1, measured: false },
      long: { connections: 10_000, headers: 10, measured: true },
    },
    async ({ connections, headers, measured }, report) => {
      using project = createWorkspace();
      project.write("backworks.yaml", configuration(headers));
      await using server = await startProbed({ cwd: project.folder });
      await using load = startLoad(server.url, { kept: 4, fresh: 2, path: () => "/hello" });
      await new Promise((resolve) => setTimeout(resolve, measured ? 5000 : 500));
      const steady = load.cut();
      const before = server.rssBytes();
      await server.longestStallMs();

      const stalled = await stallMany(server.url, connections);
      const held = server.rssBytes();
      const ends = await Promise.all(stalled);

      const during = await load.stop();
      const stallMs = await server.longestStallMs();
      const longest = Math.max(...ends.map(({ lastedMs }) => lastedMs));
      const ratio = during.latencies.percentile(0.99) / steady.latencies.percentile(0.99);
      report.row("connections", connections);
      report.row("longest life of one, ms", longest, `<= ${headers * 1000 + 1500}`);
      report.row(
        "answered 408",
        ends.filter(({ received }) => received.startsWith("HTTP/1.1 408 ")).length,
        `${connections}`,
      );
      report.row("memory for each, KB", (held - before) / connections / 1000);
      report.row("requests of good clients", during.requests);
      report.row("failed requests of good clients", during.failures.length, "0");
      report.row("p99 during / steady", ratio, "<= 1.5");
      report.row("longest stall of the loop, ms", stallMs);
      expect(during.failures).toEqual([]);
      expect(ends.map(({ received }) => received.slice(0, 13))).toEqual(ends.map(() => "HTTP/1.1 408 "));
      if (!measured) return;
      expect(longest).toBeLessThanOrEqual(headers * 1000 + 1500);
      expect(ratio).toBeLessThanOrEqual(1.5);
    },
  );
});
