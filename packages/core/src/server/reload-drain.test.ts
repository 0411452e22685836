import { describe, expect, it } from "@jest/globals";
import { openRawClient } from "../../test/raw-client.ts";
import type { RawClient } from "../../test/raw-client.ts";
import { createStreamMode } from "../../test/stream-mode.ts";
import type { StreamMode } from "../../test/stream-mode.ts";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

const yaml = (more = "", live = 1): string =>
  `name: shop\nserver: { timeouts: { drain: 30s } }\nendpoints:\n` +
  `  live: { path: /live, mode: stream, stream: { version: ${live} } }\n` +
  `  plain: { path: /plain, mock: { body: ok } }\n${more}`;
const drainMs = 30_000;

interface Scene extends AsyncDisposable {
  readonly app: StartedApp;
  readonly test: StreamMode;
  /** Writes the configuration and loads it. */
  reload(text: string): Promise<void>;
}

async function open(text = yaml(), plugins: Parameters<typeof startApp>[0] = ""): Promise<Scene> {
  const test = createStreamMode();
  const more = typeof plugins === "string" ? {} : plugins;
  const app = await startApp({ ...more, yaml: text, modes: [test.mode] });
  return {
    app,
    test,
    async reload(next) {
      app.write("backworks.yaml", next);
      expect((await app.reload()).changed).toBe(true);
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** Asks for the stream and waits for its beginning. */
async function listen({ app }: Scene, path = "/live"): Promise<RawClient> {
  const client = await openRawClient(app.port);
  client.send(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await client.until("version");
  return client;
}

async function upgrade({ app }: Scene): Promise<RawClient> {
  const client = await openRawClient(app.port);
  client.send("GET /live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n");
  await client.until("101 Switching");
  return client;
}

/** Polls: what happens on a connection is not to be waited for by time. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a stream that outlives its generation", () => {
  it("counts there until the drain time is over, then in the present one, and stays open", async () => {
    await using scene = await open();
    using client = await listen(scene);
    const { app, test } = scene;

    await scene.reload(yaml("  more: { path: /more, mock: { body: 1 } }\n"));
    expect(app.status()).toMatchObject({ generation: 2, draining: [{ generation: 1, requestsUnderWay: 1 }] });
    await app.clock.advance(drainMs);
    await until(() => app.status().draining.length === 0);

    expect(app.status()).toMatchObject({ requestsUnderWay: 1, draining: [] });
    test.streams[0]?.write("still here\n");
    await client.until("still here");
    expect(test.streams[0]?.exchange.signal.aborted).toBe(false);
    test.streams[0]?.end();
    await client.until("0\r\n\r\n");
    await until(() => app.status().requestsUnderWay === 0);
  });

  it("is handed on over several generations, whichever came between", async () => {
    await using scene = await open();
    using client = await listen(scene);

    for (const turn of [1, 2, 3]) {
      await scene.reload(yaml(`  more: { path: /more, mock: { body: ${turn} } }\n`));
      await scene.app.clock.advance(drainMs);
      await until(() => scene.app.status().draining.length === 0);
    }

    expect(scene.app.status()).toMatchObject({ generation: 4, requestsUnderWay: 1 });
    scene.test.streams[0]?.write("still here\n");
    await client.until("still here");
  });

  it.each([
    ["changed", yaml("", 2)],
    ["taken away", yaml().replace(/ {2}live.*\n/, "")],
  ])("is ended when its endpoint was %s", async (_what, next) => {
    await using scene = await open();
    using client = await listen(scene);
    const { signal } = scene.test.streams[0]?.exchange ?? {};

    await scene.reload(next);
    await scene.app.clock.advance(drainMs - 1);
    expect([client.closed, signal?.aborted]).toEqual([false, false]);
    await scene.app.clock.advance(1);
    await client.end();

    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ code: "BW_GENERATION_ENDED" });
    expect(client.received).not.toContain("0\r\n\r\n");
    await until(() => scene.app.status().requestsUnderWay === 0);
  });

  it("of events ends with its last whole one", async () => {
    const events = (version: number): string =>
      yaml().replace("version: 1", `version: ${version}, type: text/event-stream`);
    await using scene = await open(events(1));
    using client = await listen(scene);

    await scene.reload(events(2));
    await scene.app.clock.advance(drainMs);

    await client.until("0\r\n\r\n");
    await until(() => scene.app.status().requestsUnderWay === 0);
    expect(scene.app.status().draining).toEqual([]);
  });

  it("that ends in time is not touched", async () => {
    await using scene = await open();
    using client = await listen(scene);

    await scene.reload(yaml("", 2));
    scene.test.streams[0]?.end();
    await client.until("0\r\n\r\n");
    await until(() => scene.app.status().draining.length === 0);

    expect(client.closed).toBe(false);
  });
});

describe("a connection that was taken over", () => {
  it("stays open over reloads that do not concern it", async () => {
    await using scene = await open();
    using client = await upgrade(scene);

    await scene.reload(yaml("  more: { path: /more, mock: { body: 1 } }\n"));
    await scene.app.clock.advance(drainMs);
    await until(() => scene.app.status().draining.length === 0);

    scene.test.connections[0]?.write("still here\n");
    await client.until("still here");
    expect(scene.test.connections[0]?.asked).toEqual([]);
  });

  it("is asked to go with 1001 when its endpoint changed", async () => {
    await using scene = await open();
    using client = await upgrade(scene);

    await scene.reload(yaml("", 2));
    await scene.app.clock.advance(drainMs);

    await client.until("bye 1001");
    expect(scene.test.connections[0]?.asked).toEqual(["1001 the endpoint changed"]);
  });

  it("is asked to go with 1001 when the server goes down, and cut a second later", async () => {
    const scene = await open();
    using client = await upgrade(scene);

    const closing = scene.app.close();

    await client.until("bye 1001");
    await closing;
    expect(scene.test.connections[0]?.asked).toEqual(["1001 the server goes down"]);
  });
});

describe("plugins and a request that outlives them", () => {
  const steps: string[] = [];
  const teller = definePlugin({
    name: "teller",
    version: "1.0.0",
    initialize: () => ({
      stop: () => void steps.push("stop"),
      finished: ({ request }) => void steps.push(`finished ${request.path}`),
    }),
  });

  it("are not told of it after they ended, and end only when nothing older uses them", async () => {
    steps.length = 0;
    const withPlugin = yaml("plugins: { teller: {} }\n");
    await using scene = await open(withPlugin, { yaml: "", plugins: [teller] });
    using client = await listen(scene);
    await scene.reload(`${withPlugin}version: "2"\n`);
    await scene.app.fetch("/plain");
    await until(() => steps.length === 1);

    // Nothing of the generation that goes is under way, but of the one before it.
    await scene.reload(yaml());
    await scene.app.fetch("/plain");
    expect(steps).toEqual(["finished /plain"]);
    await scene.app.clock.advance(drainMs);
    await until(() => steps.length === 2);
    scene.test.streams[0]?.end();
    await client.until("0\r\n\r\n");
    await until(() => scene.app.status().requestsUnderWay === 0);

    expect(steps).toEqual(["finished /plain", "stop"]);
  });
});

describe("server.timeouts.drain", () => {
  it("waits for ever when it is false", async () => {
    const forever = (live = 1): string => yaml("", live).replace("drain: 30s", "drain: false");
    await using scene = await open(forever());
    using client = await listen(scene);

    await scene.reload(forever(2));
    await scene.app.clock.advance(10 * drainMs);

    expect(scene.app.status().draining).toEqual([{ generation: 1, requestsUnderWay: 1 }]);
    scene.test.streams[0]?.end();
    await client.until("0\r\n\r\n");
    await until(() => scene.app.status().draining.length === 0);
  });
});
