import { describe, expect, it } from "@jest/globals";
import { firstOf, sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { TestServer } from "../../test/proxy-rig.ts";
import { startUpstream } from "../../test/wire-rig.ts";

interface Keys {
  readonly api?: string;
  readonly endpoint?: string;
}

const secret = "t0ken-value";

function yamlFor(url: string, { api = "", endpoint = "" }: Keys): string {
  const block = `base_url: "${url}", authentication: { type: bearer, token: ${secret} }, headers: { x-fixed: "1" }`;
  return `name: x\napis: { s: { ${block} ${api} } }\nendpoints: { a: { path: /a/*, proxy: { api: s ${endpoint} } } }\n`;
}

const namesOf = ({ headers }: TestServer["seen"][number]): string[] => Object.keys(headers);

describe("an endpoint that forwards to an API", () => {
  it("has its own time for a connection", async () => {
    // It takes connections and never says a word of TLS.
    await using silent = await startUpstream(() => {});
    await using app = await startProxy(
      yamlFor(`https://127.0.0.1:${silent.port}`, { endpoint: ", timeouts: { connect: 200ms, headers: false }" }),
    );

    const began = performance.now();
    const response = await app.fetch("/a/b");

    expect(await response.json()).toMatchObject({ code: "BW_UPSTREAM_TIMEOUT" });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it.each([
    ["", false, false],
    [", forwarded: off", false, false],
    [", forwarded: x", true, false],
    [", forwarded: rfc7239", false, true],
    [", forwarded: both", true, true],
  ])("tells who asks only where it says so:%s", async (endpoint, x, standard) => {
    await using server = await startServer();
    await using app = await startProxy(yamlFor(server.url, { endpoint }));

    await app.fetch("/a/b", {
      headers: { "x-forwarded-for": "192.0.2.1", "x-real-ip": "192.0.2.1", forwarded: "for=x" },
    });
    const { headers } = firstOf(server);

    expect(["x-forwarded-for" in headers, "x-forwarded-host" in headers, "forwarded" in headers]).toEqual([
      x,
      x,
      standard,
    ]);
    expect(headers["x-forwarded-for"]).toBe(x ? "127.0.0.1" : undefined);
    expect(headers.authorization).toBe(`Bearer ${secret}`);
    expect(headers["x-real-ip"]).toBeUndefined();
  });

  it.each([
    ["timeout: 5s", 5000],
    ["timeouts: { total: 5s }", 5000],
    ["timeouts: { headers: false }", 2000],
    ["via: true", 2000],
  ])("has its own time for the whole, or that of the API: %s", async (endpoint, limit) => {
    await using server = await startServer(() => {});
    await using app = await startProxy(yamlFor(server.url, { api: ", timeout: 2s", endpoint: `, ${endpoint}` }));
    let status: number | undefined;
    app
      .fetch("/a/b")
      .then((response) => (status = response.status))
      .catch(() => {});
    await until(app, () => server.seen.length === 1, 0);

    await app.clock.advance(limit - 1);
    const before = status;
    await app.clock.advance(1);
    await until(app, () => status !== undefined, 0);

    expect([before, status]).toEqual([undefined, 504]);
  });

  it.each([
    ["", 3],
    [", retries: 0", 1],
    [", retries: 1", 2],
  ])("has its own retries, or those of the API:%s", async (endpoint, asked) => {
    await using server = await startServer((response) => sendJson(response, 503, {}));
    await using app = await startProxy(yamlFor(server.url, { api: ", retries: 2", endpoint }));
    let isDone = false;
    app
      .fetch("/a/b")
      .then(() => (isDone = true))
      .catch(() => {});
    await until(app, () => isDone);

    expect(server.seen).toHaveLength(asked);
  });

  it("keeps what proves who we are from a mirror and from ways that lead elsewhere", async () => {
    await using server = await startServer();
    await using copy = await startServer();
    await using other = await startServer();
    const endpoint = `, mirror: { target: "${copy.url}" }, split: [{ weight: 1 }, { target: "${other.url}", match: { query: { v: "2" } } }]`;
    await using app = await startProxy(yamlFor(server.url, { endpoint }));

    await app.fetch("/a/b", { headers: { "x-own": "1" } });
    await app.fetch("/a/b?v=2", { headers: { authorization: "the client's" } });
    await until(app, () => copy.seen.length === 2);

    expect(firstOf(server).headers).toMatchObject({ authorization: `Bearer ${secret}`, "x-fixed": "1", "x-own": "1" });
    expect(firstOf(other).headers).toMatchObject({ authorization: "the client's", "x-forwarded-for": "127.0.0.1" });
    expect(namesOf(firstOf(other))).not.toContain("x-fixed");
    for (const seen of copy.seen) {
      expect(JSON.stringify(seen)).not.toContain(secret);
      expect(namesOf(seen)).not.toContain("x-fixed");
    }
    expect(firstOf(copy).headers["x-own"]).toBe("1");
  });
});
