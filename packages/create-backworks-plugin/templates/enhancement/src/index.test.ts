import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "@backworks/testkit";
import myThing from "./index.ts";

const yaml = `name: test
endpoints:
  hello: { path: /hello, mock: { body: { hello: world } } }
plugins:
  my-thing: { value: indeed }
`;

test("writes the header that its options say", async () => {
  const app = await startApp({ yaml, plugins: [myThing] });
  try {
    const answer = await app.fetch("/hello");

    strictEqual(answer.headers.get("x-my-thing"), "indeed");
  } finally {
    await app.close();
  }
});

test("counts responses", async () => {
  const app = await startApp({ yaml, plugins: [myThing] });
  try {
    await app.fetch("/hello");
    await app.fetch("/nobody");

    strictEqual((await app.plugins.metrics())["my-thing"]?.own["responses"], 2);
  } finally {
    await app.close();
  }
});
