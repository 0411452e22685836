import express from "express";
import type { RequestHandler } from "express";
import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "../plugin.ts";
import type { ConnectMount, ExpressRouter, PluginInstance } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

type Make = (createRouter: () => Promise<ExpressRouter>) => Promise<readonly ConnectMount[]>;

const yaml = "name: test\nendpoints:\n  users: { path: /users, mock: { data: [1] } }\nplugins: { mounts: {} }\n";

function startMounts(make: Make, instance: PluginInstance = {}, files?: Record<string, string>): Promise<StartedApp> {
  const plugin = definePlugin({
    name: "mounts",
    version: "1.0.0",
    initialize: async ({ createRouter }) => ({ ...instance, contributes: { routes: await make(createRouter) } }),
  });
  return startApp({ yaml, plugins: [plugin], ...(files && { files }) });
}

describe("a mounted Express router", () => {
  it("finds Express's helpers on requests and responses", async () => {
    await using app = await startMounts(async (createRouter) => {
      const router = await createRouter();
      router.get("/json/:id", (request, response) =>
        response.status(201).json({ id: request.params["id"], q: request.query["q"], path: request.path }),
      );
      router.get("/send", (_request, response) => response.type("text/css").send("a{}"));
      router.get("/away", (_request, response) => response.redirect("/else"));
      return [{ path: "/admin", handler: router }];
    });

    const json = await app.fetch("/admin/json/7?q=x");
    const send = await app.fetch("/admin/send");
    const away = await app.fetch("/admin/away");

    expect(json.status).toBe(201);
    expect(await json.json()).toEqual({ id: "7", q: "x", path: "/json/7" });
    expect(send.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect([away.status, away.headers.get("location")]).toEqual([302, "/else"]);
  });

  it("sends files, sets cookies and answers 304", async () => {
    await using app = await startMounts(async (createRouter) => {
      const router = await createRouter();
      router.get("/file", (_request, response) => {
        // Express's own types are not those of the contract.
        const full = response as unknown as {
          cookie(name: string, value: string): void;
          sendFile(path: string, options: object): void;
        };
        full.cookie("a", "b");
        full.sendFile("page.txt", { root: process.cwd() });
      });
      router.get("/etag", (_request, response) => response.send("same"));
      return [{ path: "/", handler: router }];
    }, {});

    const missing = await app.fetch("/file");
    const first = await app.fetch("/etag");
    const second = await app.fetch("/etag", {
      headers: { "if-none-match": first.headers.get("etag") ?? "", "cache-control": "max-age=0" },
    });

    expect(missing.status).toBe(404);
    expect([first.status, second.status]).toEqual([200, 304]);
  });

  it("is reached only when no endpoint answers, and what it passes on is a 404", async () => {
    let calls = 0;
    await using app = await startMounts(async () => [
      {
        handler: (_request, _response, next) => {
          calls += 1;
          next();
        },
      },
    ]);

    const endpoint = await app.fetch("/users");
    const afterEndpoint = calls;
    const miss = await app.fetch("/other");

    expect([endpoint.status, afterEndpoint, miss.status, calls]).toEqual([200, 0, 404, 1]);
  });

  it("answers 500 for a handler that throws or rejects, and 4xx for an error that says so", async () => {
    await using app = await startMounts(async (createRouter) => {
      const router = await createRouter();
      router.get("/throws", () => {
        throw new Error("secret");
      });
      router.get("/rejects", () => Promise.reject(new Error("secret")));
      router.get("/refuses", (_request, _response, next) =>
        next(Object.assign(new Error("too odd"), { status: 422, expose: true })),
      );
      return [{ handler: router }];
    });

    expect((await app.fetch("/throws")).status).toBe(500);
    expect(await (await app.fetch("/rejects")).text()).not.toContain("secret");
    expect(await (await app.fetch("/refuses")).json()).toMatchObject({ status: 422, detail: "too odd" });
  });

  it("passes through the hooks: refused before, changed after, told at the end", async () => {
    const finished: number[] = [];
    await using app = await startMounts(
      async (createRouter) => {
        const router = await createRouter();
        router.get("/page", (_request, response) => response.json({ page: true }));
        return [{ handler: router }];
      },
      {
        beforeRequest(exchange) {
          if (exchange.request.headers["x-stop"]) exchange.respond({ status: 403 });
        },
        afterResponse: ({ response }) => response.headers.set("x-after", String(response.status)),
        finished: (_exchange, { status }) => void finished.push(status),
      },
    );

    const page = await app.fetch("/page");
    const stopped = await app.fetch("/page", { headers: { "x-stop": "1" } });

    expect([page.status, page.headers.get("x-after")]).toEqual([200, "200"]);
    expect(page.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect([stopped.status, stopped.headers.get("x-after")]).toEqual([403, "403"]);
    expect(finished).toEqual([200, 403]);
  });
});

describe("a mounted Express application", () => {
  it("answers with its own settings and leaves the prototypes of messages alone", async () => {
    const application = express();
    const inner = express();
    const changed: boolean[] = [];
    application.set("json spaces", 1);
    inner.set("json spaces", 2);
    const answer: RequestHandler = (request, response) => {
      changed.push(
        Object.getPrototypeOf(request) !== Object.getPrototypeOf(Object.getPrototypeOf(request)) &&
          request.app !== response.app,
      );
      response.json({ a: 1 });
    };
    application.get("/outer", answer);
    inner.get("/inner", answer);
    application.use("/in", inner);
    // An application is a Connect handler; its types say more.
    await using app = await startMounts(async () => [{ path: "/app", handler: application }]);

    expect(await (await app.fetch("/app/outer")).text()).toBe('{\n "a": 1\n}');
    expect(await (await app.fetch("/app/in/inner")).text()).toBe('{\n  "a": 1\n}');
    expect((await app.fetch("/app/none")).status).toBe(404);
    expect(changed).toEqual([false, false]);
  });
});

describe("middleware", () => {
  it("runs before endpoints, may answer itself, and its headers go with the response", async () => {
    await using app = await startApp({
      yaml: "name: test\nmiddleware: [./first.mjs]\nendpoints:\n  echo: { path: /echo, methods: [POST], mock: { body: { got: '${body}' } } }\n",
      files: {
        "first.mjs": `export default (request, response, next) => {
          response.setHeader("x-first", "yes");
          if (request.url === "/stop") return response.status(418).json({ stop: true });
          if (request.url === "/fail") return next(new Error("secret"));
          next();
        };`,
      },
    });

    const echo = await app.fetch("/echo", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "[1]",
    });
    const stop = await app.fetch("/stop");
    const fail = await app.fetch("/fail");

    expect(echo.headers.get("x-first")).toBe("yes");
    expect(await echo.json()).toEqual({ got: [1] });
    expect([stop.status, fail.status]).toEqual([418, 500]);
  });

  it.each([
    ["is missing", "middleware: [./none.mjs]", "BW_FILE_MISSING"],
    ["exports no function", "middleware: [./empty.mjs]", "BW_MIDDLEWARE_INVALID"],
    ["lies outside", "middleware: [../x.mjs]", "BW_FILE_OUTSIDE"],
  ])("that %s refuses the configuration", async (_name, line, code) => {
    const starting = startApp({
      yaml: `name: test\n${line}\nendpoints: {}`,
      files: { "empty.mjs": "export default 1;" },
    });

    await expect(starting).rejects.toMatchObject({ code, where: { line: 2 } });
  });
});
