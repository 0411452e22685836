import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "@backworks/testkit";
import type { StartedApp } from "@backworks/testkit";
import myThing from "./index.ts";

function start(options = "{}"): Promise<StartedApp> {
  return startApp({
    yaml: `name: test\nendpoints: {}\nplugins: { my-thing: ${options} }\n`,
    plugins: [myThing],
  });
}

async function put(app: StartedApp, name: string, body: string): Promise<number> {
  const headers = { "content-type": "application/json" };
  return (await app.fetch(`/my-thing/${name}`, { method: "PUT", body, headers })).status;
}

test("keeps what it is given", async () => {
  const app = await start();
  try {
    strictEqual(await put(app, "one", "1"), 204);

    const answer = await app.fetch("/my-thing/one");

    deepStrictEqual(await answer.json(), { name: "one", number: 1 });
  } finally {
    await app.close();
  }
});

test("refuses what is no number, and more than it may keep", async () => {
  const app = await start("{ most: 1 }");
  try {
    strictEqual(await put(app, "one", '"text"'), 400);
    strictEqual(await put(app, "one", "1"), 204);
    strictEqual(await put(app, "two", "2"), 507);
    strictEqual((await app.fetch("/my-thing/two")).status, 404);
  } finally {
    await app.close();
  }
});

test("forgets its numbers when it is told to", async () => {
  const app = await start();
  try {
    await put(app, "one", "1");

    strictEqual(await app.plugins.act("my-thing", "forget"), 1);

    strictEqual((await app.fetch("/my-thing/one")).status, 404);
  } finally {
    await app.close();
  }
});

test("keeps its numbers over a reload", async () => {
  const app = await start();
  try {
    await put(app, "one", "1");

    await app.plugins.hotReload("my-thing", { most: 5 });

    strictEqual((await app.fetch("/my-thing/one")).status, 200);
  } finally {
    await app.close();
  }
});
