import { request } from "node:http";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import { firstOf, leave, sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { TestServer } from "../../test/proxy-rig.ts";

/** Users and orders on one server. */
function startBoth(): Promise<TestServer> {
  return startServer((response, { url }) => {
    if (url.startsWith("/u/")) sendJson(response, 200, { id: url.slice(3), name: "Ada" });
    else if (url.startsWith("/o?")) sendJson(response, 200, { data: { items: [{ id: 1 }, { id: 2 }] } });
    else sendJson(response, 404, { error: "no such thing" });
  });
}

function yamlFor(parts: string, keys = ""): string {
  return `name: x\nendpoints:\n  me:\n    path: /me/{id}\n    proxy:\n      compose:\n${parts}${keys}`;
}

const part = (name: string, keys: string): string => `        ${name}: { ${keys} }\n`;

describe("a composition", () => {
  it("answers with all parts, each as it is wanted", async () => {
    await using server = await startBoth();
    const target = `target: "${server.url}"`;
    await using app = await startProxy(
      yamlFor(
        part("user", `${target}, path: "/u/\${path.id}", required: true, map: { id: user_id }`) +
          part("orders", `${target}, path: "/o?u=\${path.id}", select: data.items, map: { id: order_id }`),
      ),
    );

    const response = await app.fetch("/me/7?ignored=1");

    expect(response.status).toBe(200);
    expect(response.headers.get("backworks-partial")).toBeNull();
    expect(await response.json()).toEqual({
      user: { user_id: "7", name: "Ada" },
      orders: [{ order_id: 1 }, { order_id: 2 }],
    });
    expect(server.seen.map(({ url }) => url).toSorted()).toEqual(["/o?u=7", "/u/7"]);
  });

  it("encodes what it puts into paths", async () => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(part("user", `target: "${server.url}", path: "/u?id=\${path.id}"`)));

    await app.fetch("/me/a%26b=c");

    expect(server.seen[0]?.url).toBe("/u?id=a%26b%3Dc");
  });

  it("asks with the headers of the client, but for JSON and the whole", async () => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(part("all", `target: "${server.url}", path: /`)));

    const response = await app.fetch("/me/7", {
      headers: { authorization: "Bearer x", "if-none-match": '"a"', range: "bytes=0-1", accept: "text/html" },
    });
    const { headers } = firstOf(server);

    expect(response.status).toBe(200);
    expect(headers).toMatchObject({ authorization: "Bearer x", accept: "application/json" });
    expect([headers["if-none-match"], headers.range]).toEqual([undefined, undefined]);
  });

  it.each([
    ["answers 500", (server: TestServer) => `target: "${server.url}/500"`],
    ["answers 404", (server: TestServer) => `target: "${server.url}/404"`],
    ["is no JSON", (server: TestServer) => `target: "${server.url}/bytes"`],
    ["redirects", (server: TestServer) => `target: "${server.url}/302"`],
  ])("goes without a part that %s, and says so", async (_what, targetOf) => {
    await using server = await startServer((response, { url }) => {
      if (url.startsWith("/bytes")) response.writeHead(200, { "content-type": "image/png" }).end("x");
      else if (url === "/good") sendJson(response, 200, "good");
      else sendJson(response, Number(url.slice(1, 4)), {});
    });
    await using app = await startProxy(
      yamlFor(part("good", `target: "${server.url}", path: /good`) + part("bad", `${targetOf(server)}, path: /x`)),
    );

    const response = await app.fetch("/me/7");

    expect(response.status).toBe(200);
    expect(response.headers.get("backworks-partial")).toBe("bad");
    expect(await response.json()).toEqual({ good: "good", bad: null });
  });

  it("goes without parts that are down, that lack what is selected, or that take too long", async () => {
    const port = await freePort();
    await using server = await startServer((response, { url }) => {
      if (url === "/good") sendJson(response, 200, { a: 1 });
    });
    const target = `target: "${server.url}"`;
    await using app = await startProxy(
      yamlFor(
        part("good", `${target}, path: /good`) +
          part("down", `target: "http://127.0.0.1:${port}", path: /x`) +
          part("lacking", `${target}, path: /good, select: b.c`) +
          part("slow", `${target}, path: /slow, timeout: 3s`),
      ),
    );
    let response: Response | undefined;
    app
      .fetch("/me/7")
      .then((answer) => (response = answer))
      .catch(() => {});

    await until(app, () => server.seen.length === 3, 0);
    await until(app, () => response !== undefined, 100);

    expect(response?.headers.get("backworks-partial")).toBe("down, lacking, slow");
    expect(await response?.json()).toEqual({ good: { a: 1 }, down: null, lacking: null, slow: null });
  });

  it.each([
    ["is down", "down", 502, { code: "BW_PROXY_PART_FAILED" }],
    ["answers 500", "/500", 502, { code: "BW_PROXY_PART_FAILED" }],
    ["answers 404, as it does", "/404", 404, { status: 404 }],
    ["answers 403, as it does", "/403", 403, { status: 403 }],
  ])("has no answer without a required part that %s", async (...[_what, path, status, body]) => {
    const port = await freePort();
    await using server = await startServer((response, { url }) => {
      const code = Number(url.slice(1, 4)) || 200;
      sendJson(response, code, { status: code });
    });
    const where =
      path === "down" ? `target: "http://127.0.0.1:${port}", path: /x` : `target: "${server.url}", path: ${path}`;
    await using app = await startProxy(
      yamlFor(part("good", `target: "${server.url}", path: /good`) + part("needed", `${where}, required: true`)),
    );

    const response = await app.fetch("/me/7");

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(body);
  });

  it("undoes codings, and refuses parts that are too large", async () => {
    await using server = await startServer((response, { url }) => {
      const text = JSON.stringify(url === "/large" ? "x".repeat(5000) : { a: 1 });
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipSync(text));
    });
    const target = `target: "${server.url}"`;
    await using app = await startProxy(
      yamlFor(
        part("small", `${target}, path: /small`) + part("large", `${target}, path: /large`),
        "      max_body: 1KB\n",
      ),
    );

    const response = await app.fetch("/me/7");

    expect(await response.json()).toEqual({ small: { a: 1 }, large: null });
  });

  it("answers HEAD as it answers GET, and keeps what parts say beforehand to itself", async () => {
    await using server = await startServer((response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" }, () => sendJson(response, 200, { a: 1 }));
    });
    await using app = await startProxy(yamlFor(part("a", `target: "${server.url}", path: /a`)));
    let early = 0;

    const ask = (method: string): Promise<number> =>
      new Promise((resolve, reject) => {
        request(
          `${app.url}/me/7`,
          { method },
          (response) => void response.resume().on("end", () => resolve(response.statusCode ?? 0)),
        )
          .on("information", () => (early += 1))
          .on("error", reject)
          .end();
      });

    expect([await ask("GET"), await ask("HEAD"), early]).toEqual([200, 200, 0]);
    expect(server.seen.map(({ method }) => method)).toEqual(["GET", "GET"]);
  });

  it.each(["GET", "POST"])("has parts asked again within one budget, whatever it is asked with: %s", async (method) => {
    await using server = await startServer((response) => sendJson(response, 503, {}));
    const parts = ["a", "b", "c"].map((name) => `${name}: { target: "${server.url}", path: / }`);
    const retries = "{ attempts: 1, backoff: { base: 0, max: 0 }, budget: { percent: 0, min: 2 } }";
    const keys = `compose: { ${parts.join(", ")} }, retries: ${retries}`;
    await using app = await startProxy(
      `name: x\nendpoints: { a: { path: /a, methods: [${method}], proxy: { ${keys} } } }\n`,
    );

    const response = await app.fetch("/a", { method });

    expect(response.headers.get("backworks-partial")).toBe("a, b, c");
    expect(server.seen.map((seen) => seen.method)).toEqual(Array(5).fill("GET"));
  });

  it.each([
    ["before the parts answer", (): void => {}],
    ["in the middle of what they answer", (response: ServerResponse): void => void response.write("[1")],
  ])("ends everything that is asked when the client leaves %s", async (_when, answer) => {
    let asked = 0;
    await using server = await startServer((response) => {
      asked += 1;
      answer(response);
    });
    const keys = `target: "${server.url}", path: /, timeout: 1h`;
    const limits = "      timeouts: { headers: false, idle: false }\n";
    await using app = await startProxy(yamlFor(part("a", keys) + part("b", keys) + part("c", keys), limits));

    await leave(`${app.url}/me/7`, server, () => asked === 3);

    expect(asked).toBe(3);
  });

  it("fetches the parts at the same time", async () => {
    await using server = await startServer(() => {});
    const target = `target: "${server.url}"`;
    await using app = await startProxy(
      yamlFor(part("a", `${target}, path: /a, timeout: 1s`) + part("b", `${target}, path: /b, timeout: 1s`)),
    );
    let isDone = false;
    app
      .fetch("/me/7")
      .then(() => (isDone = true))
      .catch(() => {});

    await until(app, () => server.seen.length === 2, 0);
    await until(app, () => isDone, 100);

    expect(server.seen).toHaveLength(2);
  });
});
