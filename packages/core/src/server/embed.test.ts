import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { ErrorRequestHandler } from "express";
import { describe, expect, it } from "@jest/globals";
import { silentLogger } from "../logger.ts";
import { backworks } from "./embed.ts";

const config = {
  name: "inner",
  endpoints: {
    users: { path: "/users", mock: { data: [{ id: 1 }] } },
    one: { path: "/one/{id}", mock: { body: 1 } },
    echo: { path: "/echo", methods: ["POST"], mock: { body: { got: "${body}" } } },
  },
};
const options = { logger: silentLogger, env: {} };

async function listen(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("backworks() in an Express application", () => {
  it("answers below its mount path, gives misses back, and the application's own routes stay", async () => {
    await using api = backworks(config, options);
    const application = express();
    application.use("/api", api);
    application.get("/own", (_request, response) => void response.json({ own: true }));
    application.use((_request, response) => void response.status(404).send("nobody"));
    await using server = await listen(application);

    const users = await fetch(`${server.url}/api/users`);
    const own = await fetch(`${server.url}/own`);
    const miss = await fetch(`${server.url}/api/none`);

    expect(await users.json()).toEqual([{ id: 1 }]);
    expect(await own.json()).toEqual({ own: true });
    expect(await miss.text()).toBe("nobody");
  });

  it("refuses an encoded slash in a path of its own, and leaves those of others alone", async () => {
    await using api = backworks(config, options);
    const application = express();
    application.use("/api", api);
    application.get("/own/:name", ({ params }, response) => void response.send(params["name"]));
    await using server = await listen(application);

    const refused = await fetch(`${server.url}/api/one/a%2Fb`);
    const own = await fetch(`${server.url}/own/a%2Fb`);

    expect([refused.status, await own.text()]).toEqual([400, "a/b"]);
  });

  it("takes a body that express.json() has read", async () => {
    await using api = backworks(config, options);
    const application = express();
    application.use(express.json(), api);
    await using server = await listen(application);

    const response = await fetch(`${server.url}/echo`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a":[1,2]}',
    });

    expect(await response.json()).toEqual({ got: { a: [1, 2] } });
  });

  it("gives a broken configuration to the application's error handler", async () => {
    await using api = backworks({ name: "x", endpoints: { a: { path: "/a", mok: {} } } }, options);
    const application = express();
    application.use(api);
    // oxlint-disable-next-line max-params -- Express tells an error handler by its four parameters
    const onError: ErrorRequestHandler = (error: { code: string }, _request, response, _next) => {
      response.status(500).json({ code: error.code });
    };
    application.use(onError);
    await using server = await listen(application);

    expect(await (await fetch(`${server.url}/a`)).json()).toEqual({ code: "BW_CONFIG_INVALID" });
  });
});

describe("backworks() under a plain server", () => {
  it("answers, and ends what it does not know with 404", async () => {
    await using api = backworks(config, options);
    await using server = await listen(api);

    expect((await fetch(`${server.url}/users`)).status).toBe(200);
    expect((await fetch(`${server.url}/none`)).status).toBe(404);
  });

  it("opens before traffic when asked, and tells what it serves", async () => {
    await using api = backworks(config, options);

    const { app } = await api.open();

    expect(app.endpoints.map(({ name }) => name)).toEqual(["users", "one", "echo"]);
  });
});
