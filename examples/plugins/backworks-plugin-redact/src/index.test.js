import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { pluginContract, registerChecks, startApp } from "@backworks/testkit";
import redact from "./index.js";

const yaml = `name: test
endpoints:
  user: { path: /user, mock: { body: { name: Ada, password: secret, keys: [{ password: other }] } } }
  text: { path: /text, mock: { body: password } }
  broken: { path: /broken, mock: { body: "{ password", headers: { content-type: application/json } } }
plugins:
  redact: `;

let app;

async function textOf(path, options = "{}") {
  app = await startApp({ yaml: `${yaml}${options}`, plugins: [redact] });
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

  it.each(["/text", "/broken"])("leaves %s alone, which is no JSON", async (path) => {
    expect(await textOf(path)).toContain("password");
  });
});

describe("the contract", () => {
  const otherOptions = { members: ["plain"] };
  registerChecks(pluginContract(redact, { otherOptions, packageFolder: join(import.meta.dirname, "..") }), it);
});
