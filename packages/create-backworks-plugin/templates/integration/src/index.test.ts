import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { startApp } from "@backworks/testkit";
import type { StartedApp } from "@backworks/testkit";
import myThing from "./index.ts";

/** The other system: keeps what it is told. */
async function startOther(status = 204) {
  const bodies: Record<string, unknown>[][] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      bodies.push(JSON.parse(text) as Record<string, unknown>[]);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    bodies,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function start(url: string): Promise<StartedApp> {
  const yaml = `name: test
endpoints:
  order: { path: /order, methods: [GET, POST], mock: { body: { ordered: true } } }
plugins:
  my-thing: { url: "${url}" }
`;
  return startApp({ yaml, plugins: [myThing] });
}

test("tells of what changed something together, and of nothing else", async () => {
  const other = await startOther();
  const app = await start(other.url);
  await app.fetch("/order");
  await app.fetch("/order", { method: "POST" });
  await app.fetch("/order", { method: "POST" });

  // The end of the server waits for what is to be sent.
  await app.close();
  other.close();

  deepStrictEqual(
    other.bodies.map((events) => events.map(({ method, path, status }) => `${method} ${path} ${status}`)),
    [["POST /order 200", "POST /order 200"]],
  );
});

test("goes on while the other system fails, and says so", async () => {
  const other = await startOther(500);
  const app = await start(other.url);
  try {
    const answer = await app.fetch("/order", { method: "POST" });
    strictEqual(answer.status, 200);

    await app.clock.advance(1000);
    const statusNow = async () => (await app.plugins.health())[0]?.status;
    while ((await statusNow()) === "healthy") await new Promise((resolve) => setTimeout(resolve, 5));

    // They wait for the next time.
    strictEqual((await app.plugins.metrics())["my-thing"]?.own["waiting"], 1);
  } finally {
    await app.close();
    other.close();
  }
});
