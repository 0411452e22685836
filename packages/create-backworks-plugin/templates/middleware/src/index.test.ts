import { deepStrictEqual } from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { definePlugin } from "@backworks/core";
import { startApp } from "@backworks/testkit";
import myThing from "./index.ts";
import { transform } from "./transform.ts";

const yaml = `name: test
endpoints:
  user: { path: /user, mock: { body: { name: Ada, password: secret, keys: [{ password: other }] } } }
  text: { path: /text, mock: { body: password } }
plugins:
  my-thing: {}
`;

test("takes members out of responses at any depth", async () => {
  const app = await startApp({ yaml, plugins: [myThing] });
  try {
    const answer = await app.fetch("/user");

    deepStrictEqual(await answer.json(), { name: "Ada", keys: [{}] });
  } finally {
    await app.close();
  }
});

test("leaves what is no JSON alone", async () => {
  const app = await startApp({ yaml, plugins: [myThing] });
  try {
    const answer = await app.fetch("/text");

    deepStrictEqual(await answer.text(), "password");
  } finally {
    await app.close();
  }
});

test("withholds what it cannot look into", async () => {
  const coded = { "content-type": "application/json", "content-encoding": "gzip" };
  const other = definePlugin({
    name: "other",
    version: "1.0.0",
    initialize: () => ({
      contributes: {
        handlers: [
          {
            name: "coded",
            path: "/coded",
            handler: () => ({ headers: coded, body: gzipSync('{"password":"secret"}') }),
          },
        ],
      },
    }),
  });
  const app = await startApp({ yaml: `${yaml}  other: {}\n`, plugins: [myThing, other] });
  try {
    const answer = await app.fetch("/coded");

    deepStrictEqual([answer.status, await answer.json()], [502, { error: "the response cannot be shown" }]);
  } finally {
    await app.close();
  }
});

test("replaces a value where it is told to", () => {
  const change = { remove: new Set(["password"]), replacement: "***" };

  deepStrictEqual(transform([{ password: "secret", name: "Ada" }], change), [{ password: "***", name: "Ada" }]);
});
