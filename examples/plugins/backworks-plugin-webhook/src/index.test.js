import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { pluginContract, registerChecks, startApp } from "@backworks/testkit";
import webhook from "./index.js";

/** The other system: keeps what it is told. */
async function startOther(status) {
  const bodies = [];
  const waiting = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      response.writeHead(status).end();
      bodies.push(JSON.parse(text));
      for (const resolve of waiting.splice(0)) resolve();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    bodies,
    /** The next event. */
    told: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function start(options) {
  const order = { path: "/order", methods: ["GET", "POST"], mock: { body: { ordered: true } } };
  const yaml = JSON.stringify({ name: "test", endpoints: { order }, plugins: { webhook: options } });
  return startApp({ yaml, plugins: [webhook] });
}

/** Asks again until there is something. */
async function until(ask) {
  for (let turn = 0; turn < 1000; turn += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("it does not come");
}

describe("backworks-plugin-webhook", () => {
  let other;
  let app;
  afterEach(async () => {
    await app?.close();
    await other?.close();
  });

  it("tells of what changed something, and of nothing else", async () => {
    other = await startOther(204);
    app = await start({ url: other.url });
    await app.fetch("/order");
    await app.fetch("/order", { method: "POST" });
    await app.fetch("/nobody", { method: "POST" });

    // The end of the server waits for what is to be sent.
    await app.close();

    expect(other.bodies).toEqual([
      { method: "POST", path: "/order", endpoint: "order", status: 200, at: expect.any(Number) },
    ]);
  });

  it("goes on while the other system fails, and says so", async () => {
    other = await startOther(500);
    app = await start({ url: other.url });
    const told = other.told();

    const answer = await app.fetch("/order", { method: "POST" });
    await told;
    const report = await until(async () => {
      const [found] = await app.plugins.health();
      return found.status === "healthy" ? undefined : found;
    });

    expect(answer.status).toBe(200);
    expect(report).toMatchObject({ status: "degraded", message: "the last event could not be sent" });
  });

  it("drops what is too much, and counts it", async () => {
    other = await startOther(204);
    app = await start({ url: other.url, most_waiting: 1 });

    await Promise.all(Array.from({ length: 20 }, () => app.fetch("/order", { method: "POST" })));
    const own = await until(async () => {
      const { webhook: numbers } = await app.plugins.metrics();
      return numbers.own.sent + numbers.own.dropped < 20 ? undefined : numbers.own;
    });

    expect(own).toMatchObject({ failed: 0, waiting: 0 });
    expect(own.sent).toBeGreaterThan(0);
  });

  it.each([{}, { url: "nowhere" }, { url: "file:///etc/passwd" }])("refuses the options %j", async (options) => {
    await expect(start(options)).rejects.toMatchObject({ code: "BW_CONFIG_INVALID" });
  });
});

describe("the contract", () => {
  // Nobody listens there: everything holds while the other system is down.
  const url = "http://127.0.0.1:9/";
  registerChecks(
    pluginContract(webhook, {
      options: { url },
      otherOptions: { url, timeout_ms: 100 },
      packageFolder: join(import.meta.dirname, ".."),
    }),
    it,
  );
});
