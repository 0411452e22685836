import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { abandoned, firstOf, sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import { startUpstream } from "../../test/wire-rig.ts";

const yamlFor = (url: string, keys: string): string =>
  `name: x\nendpoints: { a: { path: /a/*, proxy: { target: "${url}", ${keys} } } }\n`;

describe("an endpoint in proxy mode", () => {
  it("forwards to a URL alone, whatever the method", async () => {
    await using server = await startServer();
    await using app = await startProxy(`name: x\nendpoints:\n  a: { path: /a/*, proxy: "${server.url}" }\n`);
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND", "PURGE", "M-SEARCH"];

    const statuses = [];
    for (const method of methods) statuses.push((await app.fetch("/a/b?c=1", { method })).status);

    expect(statuses).toEqual(methods.map(() => 200));
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(
      methods.map((method) => `${method} /a/b?c=1`),
    );
  });

  it("forwards the methods it lists, HEAD with GET, and refuses others", async () => {
    await using server = await startServer();
    const yaml = `name: x\nendpoints:\n  a: { path: /a, methods: [GET, DELETE], proxy: "${server.url}" }\n`;
    await using app = await startProxy(yaml);

    const statuses = [];
    for (const method of ["GET", "HEAD", "DELETE", "POST"]) statuses.push((await app.fetch("/a", { method })).status);

    expect(statuses).toEqual([200, 200, 200, 405]);
    expect(server.seen.map(({ method }) => method)).toEqual(["GET", "HEAD", "DELETE"]);
  });

  it.each([
    ["forwarded: x", ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]],
    ["forwarded: rfc7239", ["forwarded"]],
    ["forwarded: both", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]],
    ["forwarded: off", []],
    ["via: true", ["forwarded", "via", "x-forwarded-for"]],
  ])("with %s tells the upstream %j", async (keys, expected) => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server.url, `via: false, ${keys}`.replace("via: false, via", "via")));

    await app.fetch("/a/b");
    const { headers } = firstOf(server);

    expect(Object.keys(headers)).toEqual(expect.arrayContaining(expected));
    const others = ["forwarded", "x-forwarded-for", "via"].filter((name) => !expected.includes(name));
    expect(others.filter((name) => name in headers)).toEqual([]);
  });

  it("keeps a connection as long as it is told", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await using app = await startProxy(yamlFor(`http://127.0.0.1:${port}`, "keep_alive: 1s"));

    await (await app.fetch("/a/b")).text();
    await (await app.fetch("/a/b")).text();
    const [first] = sockets;
    if (first !== undefined) await once(first, "close");

    expect(sockets).toHaveLength(1);
    server.close();
    await once(server, "close");
  });

  it("keeps a connection no longer than it is told, whatever the upstream says", async () => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server.url, "keep_alive: 100ms"));

    await (await app.fetch("/a/b")).text();
    const began = performance.now();
    while ((await server.connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));

    // Node's server says 5 s.
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it("lets go of the connections of an endpoint that goes elsewhere", async () => {
    await using one = await startServer();
    await using two = await startServer();
    await using app = await startProxy(yamlFor(one.url, "keep_alive: 1h"));
    await (await app.fetch("/a/b")).text();
    const before = await one.connections();

    app.write("backworks.yaml", yamlFor(two.url, "keep_alive: 1h"));
    await app.reload();
    await (await app.fetch("/a/b")).text();
    await abandoned(one, app);

    expect([before, two.seen.length]).toEqual([1, 1]);
  });
});

describe("limits of time", () => {
  it("for a connection is a 504", async () => {
    // It takes connections and never says a word of TLS.
    await using silent = await startUpstream(() => {});
    await using app = await startProxy(
      yamlFor(`https://127.0.0.1:${silent.port}`, "timeouts: { connect: 200ms, headers: false }"),
    );

    const response = await app.fetch("/a/b");

    expect([response.status, await response.json()]).toEqual([
      504,
      expect.objectContaining({ code: "BW_UPSTREAM_TIMEOUT" }),
    ]);
  });

  it("for the head of an answer is a 504", async () => {
    await using server = await startServer(() => {});
    await using app = await startProxy(yamlFor(server.url, "timeouts: { headers: 100ms }"));
    const answered = app.fetch("/a/b");
    await until(app, () => server.seen.length === 1, 0);

    await app.clock.advance(100);
    const response = await answered;

    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: "BW_UPSTREAM_TIMEOUT" });
  });

  it("for a pause in a body cuts the client's connection", async () => {
    await using server = await startServer((response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("half");
    });
    await using app = await startProxy(yamlFor(server.url, "timeouts: { idle: 100ms }"));

    const response = await app.fetch("/a/b");

    await expect(response.text()).rejects.toThrow("terminated");
  });

  it.each(["timeout: 2s", "timeouts: { total: 2s, headers: false }"])(
    "for the whole, by %s, is a 504",
    async (keys) => {
      await using server = await startServer(() => {});
      await using app = await startProxy(yamlFor(server.url, keys));
      const statuses: number[] = [];
      app
        .fetch("/a/b")
        .then(({ status }) => statuses.push(status))
        .catch(() => {});
      await until(app, () => server.seen.length > 0, 0);

      await until(app, () => statuses.length > 0, 100);

      expect(statuses).toEqual([504]);
    },
  );
});

describe("a configuration with everything", () => {
  it("is served as it says", async () => {
    await using users = await startServer((response, { url, headers }) => {
      if (url.startsWith("/u/")) sendJson(response, 200, { id: url.slice(3) });
      else if (url === "/gone") sendJson(response, 404, {});
      else sendJson(response, 200, { id: 1, url, key: headers["x-api-key"] });
    });
    await using second = await startServer((response) => sendJson(response, 200, { from: "v2" }));
    const yaml = `name: everything
upstreams:
  users:
    targets: [ { name: a, url: "${users.url}", weight: 3 }, { name: b, url: "${users.url}" } ]
    load_balancing: { algorithm: round_robin, sticky: { cookie: bw_lb } }
    health: { active: { path: /health, interval: 10s, timeout: 2s, healthy: 2, unhealthy: 3 }, passive: { consecutive: 5, eject: 30s, max_ejected: 50% } }
  users_v2: "${second.url}"
endpoints:
  users:
    path: /users/*
    proxy:
      upstream: users
      strip_prefix: /users
      timeout: 30
      retries: { attempts: 2, on: [connect, reset, 502, 503, 504], per_try_timeout: 5s, budget: { percent: 20, min: 3 } }
      transform_request: { add_headers: { X-API-Key: "\${LEGACY_KEY}" }, remove_headers: [Authorization] }
      transform_response: { add_headers: { X-Proxied-By: Backworks }, status_code_mapping: { 404: 204 }, body: { map: { id: user_id } } }
      transform: { response: { handler: ./handlers/reshape.mjs } }
      forwarded: both
      via: true
      mirror: { upstream: users_v2, percent: 5 }
      split: [ { weight: 95 }, { weight: 5, upstream: users_v2, match: { header: { x-canary: "1" } } } ]
  dashboard:
    path: /me/{id}
    proxy: { compose: { user: { upstream: users, path: "/u/\${path.id}", required: true }, orders: { target: "${users.url}", path: "/o?u=\${path.id}", timeout: 500ms } } }
apis:
  stripe: { base_url: "${users.url}/v1", authentication: { type: bearer, token_env: STRIPE_KEY }, timeout: 30, rate_limit: { requests_per_minute: 100 } }
`;
    await using app = await startProxy(yaml, {
      env: { LEGACY_KEY: "legacy-key-1", STRIPE_KEY: "stripe-key-1" },
      files: { "handlers/reshape.mjs": "export default (r) => ({ ...r, body: { data: r.body } });" },
      seed: 3,
    });
    const ask = async (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
      (await app.fetch(path, { headers })).json();

    const first = await app.fetch("/users/7?q=1");

    expect([first.headers.get("x-proxied-by"), first.headers.get("set-cookie")]).toEqual([
      "Backworks",
      expect.stringContaining("bw_lb="),
    ]);
    expect(await first.json()).toEqual({ data: { user_id: 1, url: "/7?q=1", key: "legacy-key-1" } });
    expect((await app.fetch("/users/gone")).status).toBe(204);
    expect(await ask("/users/7", { "x-canary": "1" })).toEqual({ data: { from: "v2" } });
    expect(await ask("/me/9")).toMatchObject({ user: { id: "9" }, orders: { url: "/o?u=9" } });
  });
});
