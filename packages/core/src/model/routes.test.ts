import { describe, expect, it } from "@jest/globals";
import { readConfig } from "../config/read.ts";
import { noHooks } from "./built-in.ts";
import { createClaims, toPluginRoutes } from "./routes.ts";

const yaml = `name: x
endpoints:
  hello: { path: /hello, mock: { body: 1 } }
plugins:
  guest: {}
`;

describe("routes of plugins", () => {
  it("are refused at the plugin's key when an endpoint answers the same", async () => {
    const raw = await readConfig({ cwd: "/tmp", text: yaml, env: {} });
    const claim = createClaims();
    claim({ endpoint: "hello", method: "GET", pattern: "/hello" });
    const handlers = [{ plugin: "guest", name: "greet", path: "/hello", handler: () => ({}) }];

    const parts = {
      raw,
      claim,
      findHooks: () => noHooks,
      findLimit: () => null,
      limits: { bodyBytes: 1, handlerMs: 1 },
      saidLimits: {},
      logsBody: false,
    };
    const make = (): unknown => toPluginRoutes(handlers, parts);

    expect(make).toThrow(
      expect.objectContaining({
        code: "BW_CONFIG_DUPLICATE_ROUTE",
        message: "GET /hello is answered by endpoint hello already",
        where: expect.objectContaining({ line: 5, column: 3 }),
        hint: expect.stringContaining("plugin guest answers it too, with its handler greet"),
      }),
    );
  });
});
