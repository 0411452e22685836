import { describe, expect, it } from "@jest/globals";
import { recordingLogger } from "../../test/plugin-rig.ts";
import type { LogLine } from "../../test/plugin-rig.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

const endpoints = "endpoints:\n  a: { path: /a, methods: [GET, PUT], mock: { data: 1 } }\n";
const origin = "https://shop.example";

function start(cors: string): Promise<StartedApp> {
  return startApp(`name: x\nserver: { cors: ${cors} }\n${endpoints}`);
}

function preflight(app: StartedApp, headers: Record<string, string> = {}): Promise<Response> {
  return app.fetch("/a", {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "PUT", ...headers },
  });
}

describe("server.cors", () => {
  it("absent: no header of it, OPTIONS names the methods", async () => {
    await using app = await startApp(`name: x\n${endpoints}`);

    const response = await preflight(app);

    expect([response.status, response.headers.get("allow")]).toEqual([204, "GET, HEAD, PUT, OPTIONS"]);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("true: anyone may read, and a preflight is granted what it asks", async () => {
    await using app = await start("true");

    const answer = await app.fetch("/a", { headers: { origin } });
    const granted = await preflight(app, { "access-control-request-headers": "x-a, x-b" });

    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(granted.status).toBe(204);
    expect(granted.headers.get("access-control-allow-origin")).toBe("*");
    expect(granted.headers.get("access-control-allow-methods")).toContain("PUT");
    expect(granted.headers.get("access-control-allow-headers")).toBe("x-a, x-b");
    expect(granted.headers.get("access-control-max-age")).toBe("600");
  });

  it("with origins: names the one that asks, refuses another, and says that answers differ", async () => {
    await using app = await start(`{ origins: ["${origin}"], credentials: true, expose_headers: [x-total] }`);

    const known = await app.fetch("/a", { headers: { origin } });
    const unknown = await app.fetch("/a", { headers: { origin: "https://evil.example" } });
    const none = await app.fetch("/a");

    expect(Object.fromEntries(known.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "x-total",
      vary: "origin",
    });
    expect(unknown.headers.get("access-control-allow-origin")).toBeNull();
    expect([unknown.headers.get("vary"), none.headers.get("vary")]).toEqual(["origin", "origin"]);
  });

  it("answers preflights of an endpoint that answers OPTIONS itself, and nothing else", async () => {
    const own = "  b: { path: /b, methods: [GET, OPTIONS], mock: { data: own } }\n";
    await using app = await startApp(`name: x\nserver: { cors: { origins: ["${origin}"] } }\n${endpoints}${own}`);
    const ask = (headers: Record<string, string>): Promise<Response> => app.fetch("/b", { method: "OPTIONS", headers });

    const granted = await ask({ origin, "access-control-request-method": "PUT" });
    const other = await ask({ origin: "https://evil.example", "access-control-request-method": "PUT" });
    const plain = await ask({ origin });

    expect([granted.status, granted.headers.get("access-control-allow-methods")]).toEqual([204, "PUT"]);
    expect([other.status, other.headers.get("access-control-allow-methods")]).toEqual([200, null]);
    expect([plain.status, plain.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
  });

  it("lets pages read what tells of rows and pages, unless it says otherwise", async () => {
    await using app = await start("true");
    await using none = await start("{ expose_headers: [] }");

    const read = (from: StartedApp): Promise<Response> => from.fetch("/a", { headers: { origin } });

    expect((await read(app)).headers.get("access-control-expose-headers")).toBe(
      "content-range, etag, link, location, x-total-count",
    );
    expect((await read(none)).headers.get("access-control-expose-headers")).toBeNull();
  });

  it("absent: a developer is told once which pages may not read the answers", async () => {
    const log: LogLine[] = [];
    const logger = recordingLogger(log, {});
    const yaml = `name: x\n${endpoints}`;
    await using app = await startApp({ yaml, development: true, logger });
    await using production = await startApp({ yaml, logger });

    for (const from of [app, app, production]) await from.fetch("/a", { headers: { origin } });
    await app.fetch("/a", { headers: { origin: app.url } });

    const told = log.filter(({ message }) => message.includes("may not read")).map(({ message }) => message);
    expect(told).toEqual([expect.stringContaining(origin)]);
  });

  it("is on refusals too", async () => {
    await using app = await start("true");

    const response = await app.fetch("/none", { headers: { origin } });

    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([404, "*"]);
  });
});
