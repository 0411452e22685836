import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Api, ApiRequest } from "@backworks/core";
import { createFakeClock } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import { defineMode } from "@backworks/core";
import { gzipSync } from "node:zlib";
import { freePort } from "../../../../scripts/free-port.js";
import { abandoned, firstOf, sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { Answer, TestServer } from "../../test/proxy-rig.ts";
import { createRecordingLogger } from "../../test/recording-logger.ts";
import { compileProxy } from "../options/compile.ts";
import { apisSchema } from "../options/apis.ts";
import { proxySchema } from "../options/endpoint.ts";
import { closeProxy, openProxy, releaseEndpoint } from "../upstream/open.ts";
import type { OpenProxy } from "../upstream/open.ts";
import { RateGate } from "./rate-gate.ts";
import { TokenBucket } from "./token-bucket.ts";

interface Opened {
  readonly app: Awaited<ReturnType<typeof startProxy>>;
  readonly api: Api;
}

/** Starts a configuration whose API `s` a test asks as a handler would. */
async function startApi(block: string, env: Readonly<Record<string, string>> = {}): Promise<Opened & AsyncDisposable> {
  let opened: OpenProxy | undefined;
  const mode = defineMode<OpenProxy>({
    name: "proxy",
    description: "as it is, looked into",
    endpointKeys: { proxy: proxySchema },
    rootKeys: { apis: apisSchema },
    open: async (context) => (opened = await openProxy(context)),
    compile: compileProxy,
    release: releaseEndpoint,
    close: closeProxy,
  });
  const yaml = `name: x\napis:\n  s: ${block}\nendpoints: { a: { path: /a/*, proxy: { api: s, strip_prefix: /a } } }\n`;
  const app = await startProxy(yaml, { modes: [mode], env });
  const api = opened?.apis.find("s");
  if (api === undefined) throw new Error("there is no API");
  return { app, api, [Symbol.asyncDispose]: () => app.close() };
}

/** Tells what token came; the first one is refused once it is revoked. */
function refusing(first: { readonly isRevoked: boolean }): Answer {
  return (response, { headers: { authorization } }) =>
    sendJson(response, first.isRevoked && authorization === "Bearer token-1" ? 401 : 200, authorization);
}

describe("a token bucket", () => {
  it.each([
    [60, 1, [0, 1000, 2000, 3000]],
    [60, 3, [0, 0, 0, 1000, 2000]],
    [120, 1, [0, 500, 1000]],
    [6000, 2, [0, 0, 10, 20]],
  ])("of %i a minute and %i at once has takers wait %j ms", (perMinute, burst, waits) => {
    const bucket = new TokenBucket(createFakeClock(), { perMinute, burst });

    expect(waits.map(() => bucket.take())).toEqual(waits);
  });

  it("fills as time goes by, up to its burst", async () => {
    const clock = createFakeClock();
    const bucket = new TokenBucket(clock, { perMinute: 60, burst: 2 });
    bucket.take();
    bucket.take();
    await clock.advance(1500);
    const half = bucket.take();
    await clock.advance(60_000);

    expect([half, bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0, 1000]);
  });

  it("gets back what was not used", () => {
    const bucket = new TokenBucket(createFakeClock(), { perMinute: 60, burst: 1 });
    bucket.take();
    bucket.take();
    bucket.giveBack();

    expect(bucket.take()).toBe(1000);
  });
});

describe("a rate gate", () => {
  it("lets wait in turn, and refuses who would wait too long", async () => {
    const clock = createFakeClock();
    const gate = new RateGate({ api: "s", perMinute: 60, burst: 1, waits: true }, { clock, scheduler: clock });
    const passed: number[] = [];
    for (const number of [1, 2, 3])
      gate
        .pass(5000, undefined)
        .then(() => passed.push(number))
        .catch(() => {});

    await clock.advance(1000);
    const afterOne = [...passed];

    await expect(gate.pass(1500, undefined)).rejects.toMatchObject({
      code: "BW_API_LIMIT",
      status: 503,
      headers: { "retry-after": "2" },
    });
    await clock.advance(1000);
    expect([afterOne, passed]).toEqual([
      [1, 2],
      [1, 2, 3],
    ]);
  });

  it("refuses at once when nobody is to wait", async () => {
    const clock = createFakeClock();
    const gate = new RateGate({ api: "s", perMinute: 60, burst: 1, waits: false }, { clock, scheduler: clock });

    await gate.pass(5000, undefined);

    await expect(gate.pass(5000, undefined)).rejects.toMatchObject({ code: "BW_API_LIMIT" });
  });

  it("gives the turn of who leaves to the next", async () => {
    const clock = createFakeClock();
    const gate = new RateGate({ api: "s", perMinute: 60, burst: 1, waits: true }, { clock, scheduler: clock });
    const leaving = new AbortController();
    await gate.pass(5000, undefined);
    const left = gate.pass(5000, leaving.signal);
    leaving.abort(new Error("gone"));

    await expect(left).rejects.toThrow("gone");
    let isIn = false;
    gate
      .pass(5000, undefined)
      .then(() => (isIn = true))
      .catch(() => {});
    await clock.advance(1000);
    expect(isIn).toBe(true);
  });
});

describe("an API asked by a handler", () => {
  it.each<[string, ApiRequest, { method: string; url: string; body?: string }]>([
    ["a path", { path: "/charges" }, { method: "GET", url: "/v1/charges" }],
    ["a path without a slash", { path: "charges" }, { method: "GET", url: "/v1/charges" }],
    ["a query in it", { path: "/c?a=1" }, { method: "GET", url: "/v1/c?a=1" }],
    [
      "a query of its own",
      { path: "/c?a=1", query: { b: "x y", c: [1, true] } },
      { method: "GET", url: "/v1/c?a=1&b=x+y&c=1&c=true" },
    ],
    ["JSON", { method: "POST", path: "/c", body: { a: [1] } }, { method: "POST", url: "/v1/c", body: '{"a":[1]}' }],
    ["text", { method: "put", path: "/c", body: "text" }, { method: "PUT", url: "/v1/c", body: "text" }],
    ["bytes", { method: "POST", path: "/c", body: Buffer.from("hi") }, { method: "POST", url: "/v1/c", body: "hi" }],
  ])("takes %s", async (_what, request, expected) => {
    await using server = await startServer();
    await using opened = await startApi(`{ base_url: "${server.url}/v1" }`);

    const response = await opened.api.request(request);

    expect(response).toMatchObject({ status: 200, body: expected });
    expect(firstOf(server)).toMatchObject(expected);
  });

  it.each([["/../admin"], ["/%2e%2e/admin"], ["/a b"], ["/a\r\nx: y"]])("refuses the path %j", async (path) => {
    await using server = await startServer();
    await using opened = await startApi(`{ base_url: "${server.url}/v1" }`);

    await expect(opened.api.request({ path })).rejects.toMatchObject({ code: "BW_REQUEST_PATH" });
    expect(server.seen).toEqual([]);
  });

  it("gives text, bytes and joined headers, codings undone", async () => {
    await using server = await startServer((response) => {
      response.writeHead(201, { "content-type": "text/plain", "content-encoding": "gzip", "x-a": ["1", "2"] });
      response.end(gzipSync("hello"));
    });
    await using opened = await startApi(`{ base_url: "${server.url}" }`);

    const response = await opened.api.request({ path: "/" });

    expect(response).toMatchObject({ status: 201, body: "hello", headers: { "x-a": "1, 2" } });
    expect(Buffer.from(response.bytes).toString()).toBe("hello");
  });

  it.each<[string, string, (port: number) => string, Answer]>([
    ["is down", "BW_UPSTREAM_UNREACHABLE", (port) => `http://127.0.0.1:${port}`, () => {}],
    ["hangs up", "BW_UPSTREAM_RESET", () => "SERVER", (response) => response.destroy()],
    ["answers too much", "BW_UPSTREAM_TOO_LARGE", () => "SERVER", (response) => response.end("x".repeat(2000))],
  ])("that %s fails with %s", async (...[_what, code, urlOf, answer]) => {
    await using server = await startServer(answer);
    const url = urlOf(await freePort()).replace("SERVER", server.url);
    await using opened = await startApi(`{ base_url: "${url}", max_body: 1KB }`);

    await expect(opened.api.request({ path: "/" })).rejects.toMatchObject({ code });
  });

  it("ends when its time is up, and when who asks leaves", async () => {
    await using server = await startServer(() => {});
    await using opened = await startApi(`{ base_url: "${server.url}", timeout: 5s }`);
    const leaving = new AbortController();
    const [late, left] = [
      opened.api.request({ path: "/" }).catch((error: unknown) => error),
      opened.api.request({ path: "/", signal: leaving.signal }).catch((error: unknown) => error),
    ];
    await until(opened.app, () => server.seen.length === 2, 0);
    leaving.abort(new Error("gone"));

    await opened.app.clock.advance(5000);

    expect(await late).toMatchObject({ code: "BW_UPSTREAM_TIMEOUT", details: { limit: 5000 } });
    expect(await left).toMatchObject({ message: "gone" });
  });

  it("is asked again by its retries", async () => {
    let asked = 0;
    await using server = await startServer((response) => sendJson(response, (asked += 1) < 3 ? 503 : 200, asked));
    await using opened = await startApi(
      `{ base_url: "${server.url}", retries: { attempts: 2, backoff: { base: 0, max: 0 } } }`,
    );
    let body: unknown;
    opened.api
      .request({ path: "/" })
      .then((response) => (body = response.body))
      .catch(() => {});

    await until(opened.app, () => body !== undefined);

    expect(body).toBe(3);
  });

  it("gives each attempt its own time", async () => {
    let asked = 0;
    await using server = await startServer((response) => {
      if ((asked += 1) > 1) sendJson(response, 200, "there");
    });
    await using opened = await startApi(`{ base_url: "${server.url}", retries: { per_try_timeout: 1s } }`);
    let body: unknown;
    opened.api
      .request({ path: "/" })
      .then((response) => (body = response.body))
      .catch(() => {});
    await until(opened.app, () => asked === 1, 0);

    await opened.app.clock.advance(1000);
    await until(opened.app, () => body !== undefined);

    expect(body).toBe("there");
  });
});

describe("authentication", () => {
  it.each([
    ["bearer", "{ type: bearer, token: '${TOKEN}' }", { authorization: "Bearer t0ken-value" }, "/"],
    ["bearer from a variable", "{ type: bearer, token_env: TOKEN }", { authorization: "Bearer t0ken-value" }, "/"],
    [
      "basic",
      "{ type: basic, username: me, password_env: TOKEN }",
      { authorization: `Basic ${btoa("me:t0ken-value")}` },
      "/",
    ],
    ["a key in a header", "{ type: api_key, key_env: TOKEN }", { "x-api-key": "t0ken-value" }, "/"],
    ["a key in another header", "{ type: api_key, name: X-Key, key_env: TOKEN }", { "x-key": "t0ken-value" }, "/"],
    ["a key in the query", "{ type: api_key, in: query, name: k, key_env: TOKEN }", {}, "/?k=t0ken-value"],
  ])("by %s, for handlers and for endpoints", async (...[_what, block, headers, url]) => {
    await using server = await startServer();
    const yaml = `{ base_url: "${server.url}", authentication: ${block}, headers: { x-fixed: 1 } }`;
    await using opened = await startApi(yaml, { TOKEN: "t0ken-value" });

    await opened.api.request({ path: "/", headers: { authorization: "mine", "x-own": "1" } });
    await opened.app.fetch("/a/", {
      headers: {
        authorization: "client's",
        cookie: "a=1",
        "x-client": "1",
        "x-forwarded-for": "192.0.2.1",
        forwarded: "for=x",
      },
    });
    const [handler, endpoint] = server.seen;

    expect(handler).toMatchObject({ url, headers: { ...headers, "x-fixed": "1", "x-own": "1" } });
    expect(endpoint).toMatchObject({ url, headers: { ...headers, "x-fixed": "1", "x-client": "1" } });
    const told = ["cookie", "x-forwarded-for", "forwarded"].filter((name) => name in (endpoint?.headers ?? {}));
    expect(told).toEqual([]);
    expect(endpoint?.headers.authorization).toBe(new Map(Object.entries(headers)).get("authorization"));
  });
});

describe("an upgrade to an API", () => {
  it("proves who sends it", async () => {
    const heads: (string | undefined)[] = [];
    const server = createServer().on("upgrade", ({ headers }: IncomingMessage, socket: Duplex) => {
      heads.push(headers.authorization);
      socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: test\r\n\r\n");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // A server that listens on a port has one.
    const { port } = server.address() as AddressInfo;
    const block = `{ base_url: "http://127.0.0.1:${port}", authentication: { type: bearer, token_env: TOKEN } }`;
    await using opened = await startApi(block, { TOKEN: "t0ken-value" });

    await new Promise<void>((resolve, reject) => {
      const headers = { connection: "upgrade", upgrade: "test", authorization: "mine" };
      request(`${opened.app.url}/a/x`, { headers })
        .on("upgrade", (_answer, socket) => void socket.on("close", () => resolve()).resume())
        .on("error", reject)
        .end();
    });
    server.close();

    expect(heads).toEqual(["Bearer t0ken-value"]);
  });
});

describe("OAuth 2.0 client credentials", () => {
  interface Issuer extends TestServer {
    issued: number;
  }

  async function startIssuer(
    answer: (number: number) => object = (number) => ({
      access_token: `token-${number}`,
      token_type: "Bearer",
      expires_in: 100,
    }),
  ): Promise<Issuer> {
    const server = await startServer((response) => {
      issuer.issued += 1;
      sendJson(response, 200, answer(issuer.issued));
    });
    const issuer: Issuer = Object.assign(server, { issued: 0 });
    return issuer;
  }

  const blockFor = (server: TestServer, issuer: TestServer, keys = ""): string =>
    `{ base_url: "${server.url}", authentication: { type: oauth2, token_url: "${issuer.url}/token", client_id: "me:1", client_secret: "s3cret&x"${keys} } }`;

  it("gets one token for all who wait, and keeps it", async () => {
    await using server = await startServer();
    await using issuer = await startIssuer();
    await using opened = await startApi(blockFor(server, issuer, ", scope: a b, audience: them"));

    await Promise.all([1, 2, 3].map(() => opened.api.request({ path: "/" })));
    await opened.app.fetch("/a/x");

    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill("Bearer token-1"));
    expect(issuer.seen).toHaveLength(1);
    expect(firstOf(issuer)).toMatchObject({
      method: "POST",
      url: "/token",
      body: "grant_type=client_credentials&scope=a+b&audience=them",
      headers: { authorization: `Basic ${btoa("me%3A1:s3cret%26x")}` },
    });
  });

  it("may say who it is in the form", async () => {
    await using server = await startServer();
    await using issuer = await startIssuer();
    await using opened = await startApi(blockFor(server, issuer, ", client_auth: body"));

    await opened.api.request({ path: "/" });

    expect(firstOf(issuer)).toMatchObject({
      body: "grant_type=client_credentials&client_id=me%3A1&client_secret=s3cret%26x",
    });
    expect(firstOf(issuer).headers.authorization).toBeUndefined();
  });

  it("gets the next one before the last ends, and waits for it only when that has ended", async () => {
    await using server = await startServer();
    await using issuer = await startIssuer();
    await using opened = await startApi(blockFor(server, issuer));
    const used = (): (string | undefined)[] => server.seen.map(({ headers }) => headers.authorization);

    await opened.api.request({ path: "/" });
    await opened.app.clock.advance(79_000);
    await opened.api.request({ path: "/" });
    await opened.app.clock.advance(2000);
    await opened.api.request({ path: "/" });
    await until(opened.app, () => issuer.issued === 2, 0);
    await until(opened.app, () => true, 0);
    await opened.api.request({ path: "/" });
    await opened.app.clock.advance(200_000);
    await opened.api.request({ path: "/" });

    expect(used()).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-3"]);
  });

  it("asks once more with another token after a 401, for handlers and for endpoints", async () => {
    const first = { isRevoked: false };
    await using issuer = await startIssuer();
    await using server = await startServer(refusing(first));
    await using opened = await startApi(blockFor(server, issuer));
    await opened.api.request({ path: "/" });
    first.isRevoked = true;

    const response = await opened.app.fetch("/a/x", { method: "DELETE" });
    await opened.app.clock.advance(2000);
    const again = await opened.api.request({ method: "POST", path: "/", body: "x" });

    expect([response.status, await response.json()]).toEqual([200, "Bearer token-2"]);
    expect(again).toMatchObject({ status: 200, body: "Bearer token-2" });
    expect(server.seen).toHaveLength(4);
  });

  it("mends the 401 of everybody who had the same token", async () => {
    const first = { isRevoked: false };
    await using issuer = await startIssuer();
    await using server = await startServer(refusing(first));
    await using opened = await startApi(blockFor(server, issuer));
    await opened.api.request({ path: "/" });
    first.isRevoked = true;

    const asked = Array.from({ length: 5 }, (_, index) =>
      index % 2 === 0 ? opened.api.request({ path: "/" }) : opened.app.fetch("/a/x", { method: "DELETE" }),
    );
    const answers = await Promise.all(asked);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(issuer.issued).toBe(2);
  });

  it("lets go of a 401 after which there is no other token", async () => {
    await using issuer = await startIssuer((number) => (number === 1 ? { access_token: "token-1" } : {}));
    await using server = await startServer((response) => {
      response.writeHead(401).write("x".repeat(500_000));
    });
    await using opened = await startApi(blockFor(server, issuer));

    const response = await opened.app.fetch("/a/x");

    expect(response.status).toBe(502);
    await abandoned(server, opened.app);
  });

  it("passes a 401 on that another token does not mend", async () => {
    await using issuer = await startIssuer();
    await using server = await startServer((response) => sendJson(response, 401, {}));
    await using opened = await startApi(blockFor(server, issuer));

    const response = await opened.api.request({ path: "/" });

    expect(response.status).toBe(401);
    expect([server.seen.length, issuer.issued]).toEqual([2, 2]);
  });

  it.each([
    ["refuses", () => ({ error: "invalid_client" }), "access_token"],
    ["gives a token of another kind", () => ({ access_token: "x", token_type: "mac" }), "not for bearers"],
  ])("fails with 502 when the server %s, and tells no secret", async (_what, answer, problem) => {
    await using server = await startServer();
    await using issuer = await startIssuer(answer);
    await using opened = await startApi(blockFor(server, issuer));

    const response = await opened.app.fetch("/a/x");
    const text = await response.text();

    expect(response.status).toBe(502);
    expect(JSON.parse(text)).toMatchObject({ code: "BW_API_TOKEN" });
    await expect(opened.api.request({ path: "/" })).rejects.toThrow(problem);
    expect(text).not.toContain("s3cret");
    expect(server.seen).toEqual([]);
  });

  it("asks a server that fails again after a pause that grows, once for all who wait", async () => {
    await using server = await startServer();
    await using issuer = await startServer((response) => sendJson(response, 503, { error: "invalid_client" }));
    await using opened = await startApi(blockFor(server, issuer));
    const ask = (): Promise<unknown> => opened.api.request({ path: "/" }).catch((error: Error) => error.message);
    const asked: number[] = [];
    const problem = "API s cannot be used without a token: the server answered 503 (invalid_client)";

    const first = await Promise.all([ask(), ask(), ask()]);
    const response = await opened.app.fetch("/a/x");
    for (const ms of [0, 999, 1, 1999, 1, 3999, 1, 200_000, 59_999, 1]) {
      await opened.app.clock.advance(ms);
      await Promise.all([ask(), ask()]);
      asked.push(issuer.seen.length);
    }
    issuer.answer = (answer) => sendJson(answer, 200, { access_token: "token" });
    await opened.app.clock.advance(60_000);

    expect(first).toEqual([problem, problem, problem]);
    expect([response.status, await response.json()]).toMatchObject([502, { code: "BW_API_TOKEN" }]);
    expect(asked).toEqual([1, 1, 2, 2, 3, 3, 4, 5, 6, 6]);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  it("goes on with a token that holds while no other is got, and asks at once when it has ended", async () => {
    await using server = await startServer();
    await using issuer = await startIssuer();
    await using opened = await startApi(blockFor(server, issuer));
    await opened.api.request({ path: "/" });
    issuer.answer = (response) => sendJson(response, 500, {});
    const statuses: number[] = [];

    for (const ms of [81_000, 0, 1000, 2000, 4000, 8000, 3000]) {
      await opened.app.clock.advance(ms);
      statuses.push((await opened.app.fetch("/a/x")).status);
      await until(opened.app, () => issuer.seen.length > 1, 0);
    }
    issuer.answer = (response) => sendJson(response, 200, { access_token: "token-2" });
    await opened.app.clock.advance(1000);

    expect(statuses).toEqual(Array(7).fill(200));
    expect(await opened.api.request({ path: "/" })).toMatchObject({ status: 200 });
    expect(server.seen.at(-1)?.headers.authorization).toBe("Bearer token-2");
  });
});

describe("the rate limit of an API", () => {
  it("holds for handlers and endpoints together", async () => {
    await using server = await startServer();
    const limit = "{ requests_per_minute: 60, burst: 2, exceeded: fail }";
    await using opened = await startApi(`{ base_url: "${server.url}", rate_limit: ${limit} }`);

    await opened.api.request({ path: "/" });
    const first = await opened.app.fetch("/a/x");
    const second = await opened.app.fetch("/a/x");

    expect([first.status, second.status, second.headers.get("retry-after")]).toEqual([200, 503, "1"]);
    await expect(opened.api.request({ path: "/" })).rejects.toMatchObject({ code: "BW_API_LIMIT" });
  });

  it("has requests wait for their turn", async () => {
    await using server = await startServer();
    await using opened = await startApi(`{ base_url: "${server.url}", rate_limit: { requests_per_minute: 60 } }`);
    for (let time = 0; time < 3; time += 1) opened.api.request({ path: "/" }).catch(() => {});
    await until(opened.app, () => server.seen.length === 1, 0);

    await opened.app.clock.advance(1000);
    await until(opened.app, () => server.seen.length === 2, 0);
    await opened.app.clock.advance(1000);
    await until(opened.app, () => server.seen.length === 3, 0);

    expect(server.seen).toHaveLength(3);
  });
});

describe("the APIs of a configuration", () => {
  it("are found by name, in their order", async () => {
    await using server = await startServer();
    await using opened = await startApi(`{ base_url: "${server.url}" }\n  other: { base_url: "${server.url}" }`);

    expect(opened.api).toBeDefined();
    expect((await opened.app.fetch("/a/x")).status).toBe(200);
  });

  it("tell no token in the log", async () => {
    await using server = await startServer();
    const lines: string[] = [];
    const yaml = `name: x\nlogging: { include_headers: true }\napis: { s: { base_url: "${server.url}", authentication: { type: bearer, token_env: TOKEN } } }\nendpoints: { a: { path: /a, proxy: { api: s } } }\n`;
    await using app = await startProxy(yaml, {
      env: { TOKEN: "t0ken-value" },
      logger: createRecordingLogger(lines),
    });

    await app.fetch("/a", { headers: { "x-echo": "t0ken-value" } });

    expect(lines.join("\n")).toContain("x-echo");
    expect(lines.join("\n")).not.toContain("t0ken-value");
  });
});
