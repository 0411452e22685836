import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { freePort } from "../../../../scripts/free-port.js";
import { sendJson, startProxy, startServer, until } from "../../test/proxy-rig.ts";
import type { TestServer } from "../../test/proxy-rig.ts";

/** A server that says its name. */
function named(name: string): Promise<TestServer> {
  return startServer((response, { url }) => sendJson(response, url.endsWith("/health") ? 204 : 200, name));
}

async function answersOf(app: { fetch(path: string): Promise<Response> }, times: number): Promise<string> {
  let text = "";
  for (let time = 0; time < times; time += 1) text += String(await (await app.fetch("/x")).json());
  return text;
}

const endpoint = "endpoints: { x: { path: /x, proxy: { upstream: u } } }\n";

describe("an upstream of the configuration", () => {
  it("spreads requests by weight", async () => {
    await using a = await named("a");
    await using b = await named("b");
    await using app = await startProxy(
      `name: x\nupstreams: { u: { targets: [{ url: "${a.url}", weight: 2 }, "${b.url}"] } }\n${endpoint}`,
    );

    expect(await answersOf(app, 6)).toBe("abaaba");
  });

  it("takes a URL alone, and its path stands before every path", async () => {
    await using server = await startServer();
    await using app = await startProxy(`name: x\nupstreams: { u: "${server.url}/v1/" }\n${endpoint}`);

    await app.fetch("/x?a=1");

    expect(server.seen[0]?.url).toBe("/v1/x?a=1");
  });

  it("is reached by a name with several addresses", async () => {
    await using server = await startServer();
    const url = server.url.replace("127.0.0.1", "localhost");
    await using app = await startProxy(`name: x\nupstreams: { u: "${url}" }\n${endpoint}`);

    expect((await app.fetch("/x")).status).toBe(200);
  });

  it("keeps clients at their target by a cookie", async () => {
    await using a = await named("a");
    await using b = await named("b");
    const yaml = `name: x\nupstreams: { u: { targets: ["${a.url}", "${b.url}"], load_balancing: { sticky: { cookie: shop_lb, max_age: 1h } } } }\n${endpoint}`;
    await using app = await startProxy(yaml);

    const first = await app.fetch("/x");
    const cookie = first.headers.get("set-cookie") ?? "";
    const name = await first.json();
    const again = [];
    for (let time = 0; time < 4; time += 1) {
      again.push(await app.fetch("/x", { headers: { cookie: cookie.split(";", 1)[0] ?? "" } }));
    }

    expect(cookie).toMatch(/^shop_lb=[\w-]{20}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/);
    expect(await Promise.all(again.map((response) => response.json()))).toEqual([name, name, name, name]);
    expect(again.map((response) => response.headers.get("set-cookie"))).toEqual([null, null, null, null]);
  });

  it("keeps a client at its target of each of several upstreams, by one cookie", async () => {
    const servers = await Promise.all(["a", "b", "c", "d"].map((name) => named(name)));
    const [a, b, c, d] = servers.map(({ url }) => url);
    const sticky = "load_balancing: { algorithm: random, sticky: {} }";
    await using app = await startProxy(`name: x
upstreams: { u: { targets: ["${a}", "${b}"], ${sticky} }, v: { targets: ["${c}", "${d}"], ${sticky} } }
endpoints: { x: { path: /x, proxy: { upstream: u } }, y: { path: /y, proxy: { upstream: v } } }
`);
    let cookie = "";
    const answers: Record<string, Set<unknown>> = { "/x": new Set(), "/y": new Set() };
    for (let time = 0; time < 20; time += 1) {
      const path = time % 2 === 0 ? "/x" : "/y";
      const response = await app.fetch(path, { headers: { cookie } });
      cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? cookie;
      answers[path]?.add(await response.json());
    }
    await Promise.all(servers.map((server) => server.stop()));

    expect(Object.values(answers).map(({ size }) => size)).toEqual([1, 1]);
    expect(cookie).toMatch(/^bw_lb=[\w-]{20}\.[\w-]{20}$/);
  });

  it("opens no more connections than it may, whatever time endpoints give a new one", async () => {
    const waiting: ServerResponse[] = [];
    await using server = await startServer((response) => void waiting.push(response));
    await using app = await startProxy(`name: x
upstreams: { u: { targets: ["${server.url}"], connections: 1 } }
endpoints:
  x: { path: /x, proxy: { upstream: u, timeouts: { connect: 3s } } }
  y: { path: /y, proxy: { upstream: u, timeouts: { connect: 4s } } }
`);
    const statuses: number[] = [];
    const ask = (path: string): void => {
      app
        .fetch(path)
        .then(({ status }) => statuses.push(status))
        .catch(() => {});
    };
    ask("/x");
    await until(app, () => waiting.length === 1, 0);
    ask("/y");
    await sleep(50);
    const asked = waiting.length;
    await app.clock.advance(4000);
    await until(app, () => statuses.length === 1, 0);
    for (const response of waiting) response.end();
    await until(app, () => statuses.length === 2, 0);

    expect([asked, waiting.length, statuses]).toEqual([1, 1, [504, 200]]);
  });

  it("answers 503 when no target is available, and says so to /ready and /health", async () => {
    const port = await freePort();
    const yaml = `name: x
upstreams:
  u: { targets: [{ name: only, url: "http://127.0.0.1:${port}" }], health: { passive: { consecutive: 2, max_ejected: 100% } } }
${endpoint}`;
    await using app = await startProxy(yaml);

    const statuses = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await app.fetch("/x")).status);
    const health = await app.fetch("/health");

    expect(statuses).toEqual([502, 502, 503]);
    expect(await health.json()).toMatchObject({
      status: "unhealthy",
      modes: [{ name: "proxy", status: "unhealthy", details: { upstreams: { u: { only: "ejected" } } } }],
    });
    expect((await app.fetch("/ready")).status).toBe(503);
  });

  it("asks all when none is healthy, if it is told to", async () => {
    const port = await freePort();
    const health = "{ passive: { consecutive: 1, max_ejected: 100% }, all_down: use_all }";
    const yaml = `name: x\nupstreams: { u: { targets: ["http://127.0.0.1:${port}"], health: ${health} } }\n${endpoint}`;
    await using app = await startProxy(yaml);

    const statuses = [(await app.fetch("/x")).status, (await app.fetch("/x")).status];

    expect(statuses).toEqual([502, 502]);
  });

  it("opens no more connections at once than it may", async () => {
    let underWay = 0;
    let most = 0;
    await using server = await startServer((response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        response.end("ok");
      }, 20);
    });
    await using app = await startProxy(
      `name: x\nendpoints: { x: { path: /x, proxy: { target: "${server.url}", connections: 2 } } }\n`,
    );

    await Promise.all(Array.from({ length: 8 }, async () => (await app.fetch("/x")).text()));

    expect(most).toBe(2);
  });
});

describe("active health", () => {
  const yamlFor = (a: TestServer, b: TestServer, active: string): string =>
    `name: x\nupstreams: { u: { targets: [{ name: a, url: "${a.url}" }, { name: b, url: "${b.url}" }], health: { active: ${active} } } }\n${endpoint}`;
  const stateOf = async (app: { fetch(path: string): Promise<Response> }): Promise<unknown> => {
    // The shape of the answer is what is tested.
    const body = (await (await app.fetch("/health")).json()) as {
      status: string;
      modes: { details: { upstreams: unknown } }[];
    };
    return [body.status, body.modes[0]?.details.upstreams];
  };

  it("takes a target out that answers badly so many times, and brings it back", async () => {
    await using a = await named("a");
    await using b = await named("b");
    await using app = await startProxy(yamlFor(a, b, "{ path: /health, interval: 1s, unhealthy: 2, healthy: 2 }"));
    const checks = (): number => b.seen.filter(({ url }) => url === "/health").length;
    const healthy = b.answer;

    await until(app, () => checks() >= 1, 1);
    b.answer = (response) => sendJson(response, 500, "b");
    await app.clock.advance(1000);
    await until(app, () => checks() >= 2, 1);
    const afterOne = await stateOf(app);
    await app.clock.advance(1000);
    await until(app, () => checks() >= 3, 1);
    await until(app, () => true);
    const out = await stateOf(app);
    const answers = await answersOf(app, 4);
    b.answer = healthy;
    await until(app, () => checks() >= 6, 500);
    await until(app, () => true);

    expect(afterOne).toEqual(["healthy", { u: { a: "up", b: "up" } }]);
    expect(out).toEqual(["degraded", { u: { a: "up", b: "down" } }]);
    expect(answers).toBe("aaaa");
    expect(await stateOf(app)).toEqual(["healthy", { u: { a: "up", b: "up" } }]);
  });

  it("counts a target that cannot be reached and one that does not answer in time", async () => {
    await using a = await named("a");
    await using b = await startServer(() => {});
    await using app = await startProxy(yamlFor(a, b, "{ path: /health, interval: 1s, timeout: 300ms, unhealthy: 1 }"));
    await until(app, () => a.seen.length > 0 && b.seen.length > 0, 1);

    await app.clock.advance(300);
    await until(app, () => true);
    const slow = await stateOf(app);
    await a.stop();
    await app.clock.advance(1000);
    for (let turn = 0; turn < 4000 && JSON.stringify(await stateOf(app)).includes('"a":"up"'); turn += 1) {
      await app.clock.advance(1);
      await sleep(1);
    }

    expect(slow).toEqual(["degraded", { u: { a: "up", b: "down" } }]);
    expect(await stateOf(app)).toEqual(["unhealthy", { u: { a: "down", b: "down" } }]);
    expect((await app.fetch("/x")).status).toBe(503);
  });

  it("goes by the statuses that count as good", async () => {
    await using a = await startServer((response) => sendJson(response, 401, "a"));
    await using b = await named("b");
    await using app = await startProxy(yamlFor(a, b, "{ path: /health, unhealthy: 1, status: [204, 401] }"));

    await until(app, () => a.seen.length > 0 && b.seen.length > 0, 1);
    await until(app, () => true);

    expect(await stateOf(app)).toEqual(["healthy", { u: { a: "up", b: "up" } }]);
  });

  it("asks no more when the server has closed", async () => {
    await using a = await named("a");
    await using b = await named("b");
    const app = await startProxy(yamlFor(a, b, "{ path: /health, interval: 1s }"));
    await until(app, () => a.seen.length > 0, 1);
    await app.close();
    const seen = a.seen.length;

    await app.clock.advance(10_000);

    expect(a.seen).toHaveLength(seen);
  });
});

describe("a reload", () => {
  it("goes on with connections, turns and health of upstreams that did not change", async () => {
    await using a = await named("a");
    await using b = await named("b");
    await using c = await named("c");
    const port = await freePort();
    const yamlFor = (extra: string): string =>
      `name: x
upstreams:
  u: { targets: ["${a.url}", "${b.url}", "${c.url}"] }
  dead: { targets: [{ name: d, url: "http://127.0.0.1:${port}" }], health: { passive: { consecutive: 1, max_ejected: 100% } } }
  ${extra}
endpoints:
  x: { path: /x, proxy: { upstream: u } }
  dead: { path: /dead, proxy: { upstream: dead } }
`;
    await using app = await startProxy(yamlFor(""));
    const before = await answersOf(app, 2);
    await app.fetch("/dead");

    app.write("backworks.yaml", yamlFor(`other: "${a.url}"`));
    const result = await app.reload();
    const after = await answersOf(app, 2);

    expect(result).toMatchObject({ changed: true });
    expect(before + after).toBe("abca");
    expect((await app.fetch("/dead")).status).toBe(503);
  });

  it("fails no request while upstreams come and go", async () => {
    await using a = await startServer((response) => void setTimeout(() => response.end("a"), 5));
    await using b = await startServer((response) => void setTimeout(() => response.end("b"), 5));
    const yamlFor = (url: string, name: string): string =>
      `name: x\nupstreams: { ${name}: "${url}" }\nendpoints:\n  x: { path: /x, proxy: { upstream: ${name} } }\n  y: { path: /y, proxy: "${url}" }\n`;
    await using app = await startProxy(yamlFor(a.url, "one"));
    const statuses = new Map<number | string, number>();
    const count = (key: number | string): void => void statuses.set(key, (statuses.get(key) ?? 0) + 1);
    let asking = 0;
    const ask = async (path: string): Promise<void> => {
      asking += 1;
      await app.fetch(path).then(
        async (response) => count(response.status + (await response.text()).length),
        (error: unknown) => count(String(error)),
      );
      asking -= 1;
    };

    for (let round = 0; round < 8; round += 1) {
      const requests = Array.from({ length: 10 }, (_, index) => ask(index % 2 === 0 ? "/x" : "/y"));
      const [server, name] = round % 2 === 0 ? [b, "two"] : [a, "one"];
      app.write("backworks.yaml", yamlFor(server.url, name));
      await Promise.all([app.reload(), ...requests.slice(0, 5)]);
    }
    await until(app, () => asking === 0);

    expect([...statuses]).toEqual([[201, 80]]);
  });

  it("keeps what is known of a target when another one joins", async () => {
    const port = await freePort();
    await using b = await named("b");
    const yamlFor = (more: string): string => `name: x
upstreams:
  u: { targets: [{ name: dead, url: "http://127.0.0.1:${port}" }, { name: b, url: "${b.url}" }${more}], health: { passive: { consecutive: 1 } } }
${endpoint}`;
    await using app = await startProxy(yamlFor(""));
    await app.fetch("/x");

    app.write("backworks.yaml", yamlFor(`, { name: c, url: "${b.url}/c" }`));
    await app.reload();

    expect(await (await app.fetch("/health")).json()).toMatchObject({
      modes: [{ details: { upstreams: { u: { dead: "ejected", b: "up", c: "up" } } } }],
    });
  });
});
