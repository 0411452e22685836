import { describe, expect, it } from "@jest/globals";
import { silentLogger } from "../logger.ts";
import { startApp } from "../testing.ts";
import { serve } from "./serve.ts";

describe("serve", () => {
  it("answers a static mock with its JSON, a length and a request id", async () => {
    await using app = await startApp(
      "name: shop\nendpoints:\n  users:\n    path: /users\n    mock:\n      data: [{ id: 1 }]\n",
    );

    const response = await app.fetch("/users");

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(response.headers.get("content-length")).toBe("10");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(await response.json()).toEqual([{ id: 1 }]);
  });

  it("answers 404 with a problem body for an unknown path", async () => {
    await using app = await startApp("name: shop\nendpoints: {}");

    const response = await app.fetch("/nope");

    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code: "BW_ROUTE_NOT_FOUND", status: 404, title: "Not Found" });
  });

  it("listens where its option says, an address in brackets included", async () => {
    const config = { name: "shop", endpoints: {} };
    await using running = await serve({ config, env: {}, host: "[::1]", port: 0, logger: silentLogger });

    expect(running.url).toBe(`http://[::1]:${running.port}`);
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
  });

  it.each([
    [{ host: "" }, /must be a host name or an address/],
    [{ host: "localhost:80" }, /must be a host name or an address, without a port/],
    [{ port: 70_000 }, /port/],
  ])("refuses %j", async (where, problem) => {
    const config = { name: "shop", endpoints: {} };

    await expect(serve({ config, env: {}, port: 0, logger: silentLogger, ...where })).rejects.toMatchObject({
      code: "BW_LISTEN_FAILED",
      message: expect.stringMatching(problem),
    });
  });
});
