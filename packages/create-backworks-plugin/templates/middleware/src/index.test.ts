import { deepStrictEqual } from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "@backworks/testkit";
import myThing from "./index.ts";
import { transform } from "./transform.ts";

const yaml = `name: test
endpoints:
  user: { path: /user, mock: { body: { name: Ada } } }
  text: { path: /text, mock: { body: Ada } }
  broken: { path: /broken, mock: { body: "{ name", headers: { content-type: application/json } } }
plugins:
  my-thing: {}
`;

async function textOf(path: string): Promise<string> {
  const app = await startApp({ yaml, plugins: [myThing] });
  try {
    return await (await app.fetch(path)).text();
  } finally {
    await app.close();
  }
}

test("puts JSON responses below a member", async () => {
  deepStrictEqual(JSON.parse(await textOf("/user")), { data: { name: "Ada" } });
});

test("leaves alone what is no JSON, an error, or cannot be read", async () => {
  const { code } = JSON.parse(await textOf("/nowhere")) as { code: string };

  deepStrictEqual([await textOf("/text"), await textOf("/broken"), code], ["Ada", "{ name", "BW_ROUTE_NOT_FOUND"]);
});

test("leaves alone what has the member already", () => {
  deepStrictEqual([transform([1], "data"), transform({ data: 1 }, "data")], [{ data: [1] }, { data: 1 }]);
});
