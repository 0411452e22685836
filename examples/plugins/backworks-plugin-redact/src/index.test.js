import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import { pluginContract, registerChecks, startApp } from "@backworks/testkit";
import redact from "./index.js";

const yaml = `name: test
endpoints:
  user: { path: /user, mock: { body: { name: Ada, password: secret, keys: [{ password: other }] } } }
  text: { path: /text, mock: { body: password } }
  broken: { path: /broken, mock: { body: "{ password", headers: { content-type: application/json } } }
plugins:
  coding: {}
  redact: `;

const headers = { "content-type": "application/json", "content-encoding": "gzip" };
const handler = () => ({ headers, body: gzipSync('{"password":"secret"}') });
const coding = definePlugin({
  name: "coding",
  version: "1.0.0",
  initialize: () => ({ contributes: { handlers: [{ name: "coded", path: "/coded", handler }] } }),
});

let app;

async function textOf(path, options = "{}") {
  app = await startApp({ yaml: `${yaml}${options}`, plugins: [redact, coding] });
  return (await app.fetch(path)).text();
}

describe("backworks-plugin-redact", () => {
  afterEach(() => app.close());

  it("takes members out of responses at any depth", async () => {
    expect(JSON.parse(await textOf("/user"))).toEqual({ name: "Ada", keys: [{}] });
  });

  it("puts something in their place", async () => {
    expect(JSON.parse(await textOf("/user", '{ replacement: "***" }'))).toMatchObject({
      password: "***",
      keys: [{ password: "***" }],
    });
  });

  it("leaves alone what is no JSON and does not say so", async () => {
    expect(await textOf("/text")).toContain("password");
  });

  it.each(["/broken", "/coded"])("withholds %s, which it cannot look into", async (path) => {
    expect(JSON.parse(await textOf(path))).toEqual({ error: "the response cannot be shown" });
  });
});

describe("the contract", () => {
  const otherOptions = { members: ["plain"] };
  registerChecks(pluginContract(redact, { otherOptions, packageFolder: join(import.meta.dirname, "..") }), it);
});
