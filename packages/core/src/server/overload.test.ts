import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import type { LogFields } from "../logger.ts";
import { silentLogger } from "../logger.ts";
import type { Generation } from "../pipeline/generation.ts";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";
import { createFakeClock } from "./fake-clock.ts";
import type { FakeClock } from "./fake-clock.ts";
import { openHost } from "./host.ts";
import { createHttpServer } from "./http.ts";
import { listen } from "./listen.ts";
import type { LoopReading } from "./loop-probe.ts";
import { OverloadGuard } from "./overload.ts";

const settings = { utilizationRatio: 0.95, delayMs: 200 };
const quick: LoopReading = { utilizationRatio: 0.2, delayMs: 3, meanDelayMs: 1 };
const slow: LoopReading = { utilizationRatio: 1, delayMs: 310, meanDelayMs: 290 };

interface Rig {
  readonly guard: OverloadGuard;
  readonly clock: FakeClock;
  readonly lines: [string, LogFields | undefined][];
  /** Lets half a second go by in which the loop did like this. */
  pass(...readings: LoopReading[]): Promise<void>;
  refusing(): boolean | undefined;
  readonly open: () => number;
}

function createRig(): Rig {
  const clock = createFakeClock();
  const lines: Rig["lines"] = [];
  let next = quick;
  let open = 0;
  const guard = new OverloadGuard({
    clock,
    scheduler: clock,
    logger: () => ({ ...silentLogger, warn: (message, fields) => void lines.push([message, fields]) }),
    openProbe() {
      open += 1;
      return { read: () => next, close: () => void (open -= 1) };
    },
  });
  guard.follow(settings);
  return {
    guard,
    clock,
    lines,
    open: () => open,
    refusing: () => guard.status?.refusing,
    async pass(...readings) {
      for (const reading of readings) {
        next = reading;
        await clock.advance(500);
      }
    },
  };
}

describe("OverloadGuard", () => {
  it("refuses once timers have been late for a second, until they are not", async () => {
    const rig = createRig();

    await rig.pass(slow);
    const first = rig.refusing();
    await rig.pass(slow);
    const second = rig.refusing();
    await rig.pass(quick);

    expect([first, second, rig.refusing()]).toEqual([false, true, false]);
  });

  it("goes on refusing over a reload that leaves the settings as they are", async () => {
    const rig = createRig();

    await rig.pass(slow, slow);
    rig.guard.follow({ ...settings });

    expect([rig.refusing(), rig.lines.length]).toEqual([true, 1]);
  });

  it("does not mind one slow call", async () => {
    const rig = createRig();

    await rig.pass(quick, { ...slow, delayMs: 5000 }, quick, slow, quick);

    expect([rig.refusing(), rig.lines]).toEqual([false, []]);
  });

  it("does not mind a loop that is busy and quick", async () => {
    const rig = createRig();
    const used: LoopReading = { utilizationRatio: 1, delayMs: 60, meanDelayMs: 30 };

    await rig.pass(used, used, used, used);

    expect(rig.refusing()).toBe(false);
  });

  it("refuses when the loop is busy and everything waits", async () => {
    const rig = createRig();
    const queueing: LoopReading = { utilizationRatio: 0.97, delayMs: 150, meanDelayMs: 120 };

    await rig.pass(queueing, queueing);

    expect(rig.refusing()).toBe(true);
  });

  it("says in the log when it began and when it ended", async () => {
    const rig = createRig();

    await rig.pass(slow, slow, slow, slow, quick, quick);

    expect(rig.lines).toEqual([
      ["overloaded: requests are refused with 503", { utilization: 1, delayMs: 310, meanDelayMs: 290 }],
      ["no longer overloaded", { refused: 0, durationMs: 1500 }],
    ]);
  });

  it("watches nothing without settings, and lets go of what it watched", async () => {
    const rig = createRig();
    await rig.pass(slow, slow);

    rig.guard.follow(undefined);

    expect([rig.open(), rig.clock.pending, rig.guard.status]).toEqual([0, 0, undefined]);
    expect(rig.lines.at(-1)?.[0]).toBe("no longer overloaded");
  });

  it("begins anew with other settings", async () => {
    const rig = createRig();

    rig.guard.follow({ utilizationRatio: 0.95, delayMs: 1000 });
    await rig.pass(slow, slow);

    expect([rig.open(), rig.refusing()]).toEqual([1, false]);
  });
});

const socketPlugin = definePlugin({
  name: "socket",
  version: "1.0.0",
  initialize: () => ({
    contributes: {
      handlers: [{ name: "live", path: "/live", handler: () => ({ body: "plain" }), upgrade: () => {} }],
    },
  }),
});

/** Serves with a loop that is always too slow. */
async function startOverloaded(): Promise<{ ask(text: string): Promise<string> } & AsyncDisposable> {
  const rig = createRig();
  const text =
    "name: shop\nserver: { base_path: /v1 }\nplugins: { socket: {} }\nendpoints: { a: { path: /a, mock: { body: 1 } } }";
  const host = await openHost({ text, plugins: [socketPlugin], logger: silentLogger, env: {} });
  await host.start();
  const server = createHttpServer(() => host.current().generation, { guard: rig.guard });
  const { port } = await listen(server, { host: "127.0.0.1", port: 0 });
  rig.guard.follow(host.current().generation.app.server.overload);
  await rig.pass(slow, slow);
  return {
    ask: (request) => answerTo(port, request),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      rig.guard.close();
      await host.close();
    },
  };
}

/** Everything that comes back until the server closes the connection. */
function answerTo(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(request));
    socket.on("data", (chunk) => (received += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

const rest = "host: x\r\nconnection: close\r\n\r\n";

describe("a server that cannot keep up", () => {
  it.each(["GET /v1/a", "GET /nope", "DELETE /v1/a", "GET /v1/a?x=/health", "GET /health/x"])(
    "refuses %s",
    async (line) => {
      await using server = await startOverloaded();

      const answer = await server.ask(`${line} HTTP/1.1\r\nx-request-id: r-1\r\n${rest}`);

      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      expect(answer).toMatch(/^retry-after: 1\r$/m);
      expect(answer).toMatch(/^x-request-id: r-1\r$/m);
      expect(JSON.parse(answer.slice(answer.indexOf("{")))).toEqual({
        type: "urn:backworks:error:BW_OVERLOADED",
        title: "Service Unavailable",
        status: 503,
        code: "BW_OVERLOADED",
        requestId: "r-1",
      });
    },
  );

  it.each(["/health", "/ready?x=1", "/v1/health"])("answers %s", async (path) => {
    await using server = await startOverloaded();

    expect(await server.ask(`GET ${path} HTTP/1.1\r\n${rest}`)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("has no body for HEAD", async () => {
    await using server = await startOverloaded();

    expect(await server.ask(`HEAD /v1/a HTTP/1.1\r\n${rest}`)).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\n\r\n$/);
  });

  it("hands over no connection", async () => {
    await using server = await startOverloaded();

    const answer = await server.ask("GET /v1/live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n");

    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  });
});

describe("a server", () => {
  it("watches its loop unless that is switched off", async () => {
    await using on = await startApp({ yaml: "name: shop\nendpoints: {}", control: true });
    await using off = await startApp({ yaml: "name: shop\nendpoints: {}\nserver: { overload: false }", control: true });
    const overloadOf = async ({ control }: typeof on): Promise<unknown> => {
      const headers = { authorization: `Bearer ${control?.token}` };
      const response = await fetch(`${control?.url}/__backworks/status`, { headers });
      return ((await response.json()) as Record<string, unknown>)["overload"];
    };

    expect(await overloadOf(on)).toEqual({
      refusing: false,
      refused: 0,
      utilizationRatio: 0,
      delayMs: 0,
      meanDelayMs: 0,
    });
    expect(await overloadOf(off)).toBeUndefined();
    expect((on.app.server satisfies Generation["app"]["server"]).overload).toEqual(settings);
  });
});
