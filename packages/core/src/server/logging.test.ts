import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { defineMode } from "../mode.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";

const endpoints =
  "endpoints:\n  echo: { path: '/echo/{id}', methods: [POST], mock: { body: { password: 'p2', b: '${body}' } } }\n" +
  "  deaf: { path: /deaf, methods: [POST], mock: { body: ok } }\n";

/** Starts with the log in a file; the fake clock stands still, so lines are written at the end. */
async function lines(logging: string, use: (app: StartedApp) => Promise<unknown>): Promise<string[]> {
  const app = await startApp({
    yaml: `name: x\nlogging: { file: logs/access.log, ${logging} }\n${endpoints}`,
    logger: undefined,
  });
  await use(app);
  await app.clock.advance(50);
  const text = readFileSync(join(app.folder, "logs/access.log"), "utf8");
  await app.close();
  return text.split("\n").filter((line) => line !== "");
}

const post = (app: StartedApp, headers: Record<string, string> = {}): Promise<Response> =>
  app.fetch("/echo/7?token=x", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: '{"user":"ada","password":"p1"}',
  });

describe("the access log", () => {
  it("has one JSON line per request with what it was and came to", async () => {
    const [line = "", ...more] = await lines("level: info", (app) => post(app, { "x-request-id": "r1" }));

    expect(more).toEqual([]);
    expect(JSON.parse(line)).toEqual({
      time: "2026-01-01T00:00:00.000Z",
      level: "info",
      msg: "request",
      id: "r1",
      method: "POST",
      path: "/echo/7",
      route: "/echo/{id}",
      endpoint: "echo",
      status: 200,
      durationMs: 0,
      bytes: expect.any(Number),
    });
  });

  it("names the server behind this one that was asked", async () => {
    const asking = defineMode({
      name: "asking",
      description: "says that it asks another",
      endpointKeys: { asking: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } } },
      open: () => undefined,
      compile: () => (exchange) => {
        exchange.forwardedTo = { upstream: "users", target: 'a "b"' };
        return { body: "x" };
      },
    });
    const write = async (format: string): Promise<string> => {
      const yaml = `name: x\nlogging: { file: l.log, format: ${format} }\nendpoints: { a: { path: /a, asking: {} } }\n`;
      const app = await startApp({ yaml, modes: [asking], logger: undefined });
      await app.fetch("/a");
      await app.clock.advance(50);
      const line = readFileSync(join(app.folder, "l.log"), "utf8");
      await app.close();
      return line;
    };

    expect(JSON.parse(await write("json"))).toMatchObject({ bytes: 1, upstream: "users", target: 'a "b"' });
    expect(await write("pretty")).toMatch(/ 200 0\.0 ms a → a "b"\n$/);
  });

  it("lets no text of others command the terminal or begin a line", async () => {
    const telling = defineMode({
      name: "telling",
      description: "says what it was told",
      endpointKeys: { telling: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } } },
      open: ({ logger }) =>
        logger.warn("one\n12:00 two \u001B[2J", { said: "\u009B31m", error: new Error("\u001B]0;x") }),
      compile: () => () => ({ body: "x" }),
    });
    const yaml = "name: x\nlogging: { file: l.log, format: pretty }\nendpoints: { a: { path: /a, telling: {} } }\n";
    await using app = await startApp({ yaml, modes: [telling], logger: undefined });

    await app.clock.advance(50);

    const text = readFileSync(join(app.folder, "l.log"), "utf8");
    expect(text).toContain("one\n  12:00 two ␛[2J");
    expect(text).toContain("said=�31m");
    expect(text).toContain("Error: ␛]0;x");
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  });

  it("names the trace of the caller", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const [line = ""] = await lines("level: info", (app) =>
      post(app, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` }),
    );

    expect(JSON.parse(line)).toMatchObject({ traceId });
  });

  it("shows headers and bodies when asked, secrets hidden", async () => {
    const [line = ""] = await lines("include_headers: true, include_body: true", (app) =>
      post(app, { authorization: "Bearer hush", cookie: "sid=hush", "x-plain": "seen" }),
    );

    expect(line).not.toMatch(/hush|p1|p2/);
    expect(JSON.parse(line)).toMatchObject({ headers: { "x-plain": "seen", authorization: "[redacted]" } });
    expect(JSON.parse(line).body).toContain("ada");
  });

  it("shows the body of a request whose endpoint does not look at it", async () => {
    const [line = ""] = await lines("include_body: true", (app) =>
      app.fetch("/deaf", { method: "POST", headers: { "content-type": "text/plain" }, body: "nobody reads this" }),
    );

    expect(JSON.parse(line)).toMatchObject({ body: "nobody reads this", responseBody: "ok" });
  });

  it("escapes what a client may put into a path", async () => {
    const [line = ""] = await lines("level: info", (app) => app.fetch("/a'%22\\b"));

    expect(JSON.parse(line)).toMatchObject({ status: 404 });
  });

  it.each(["enabled: false", "requests: false", "level: error"])("is silent with %s", async (logging) => {
    const app = await startApp({
      yaml: `name: x\nlogging: { file: l.log, ${logging} }\n${endpoints}`,
      logger: undefined,
    });
    await post(app);
    await app.clock.advance(50);
    const text = logging.startsWith("enabled") ? "" : readFileSync(join(app.folder, "l.log"), "utf8");
    await app.close();

    expect(text).toBe("");
  });

  it("is for people with format: pretty", async () => {
    const [line = ""] = await lines("format: pretty", (app) => post(app));

    expect(line).toMatch(/^00:00:00\.000 POST {3}\/echo\/7\?token=\[redacted\] 200 0\.0 ms echo$/);
  });

  it("has what middleware answers by itself", async () => {
    const app = await startApp({
      yaml: `name: x\nlogging: { file: l.log }\nmiddleware: [./stop.mjs]\n${endpoints}`,
      files: { "stop.mjs": "export default (request, response) => response.status(418).json({});" },
      logger: undefined,
    });
    await post(app);
    await app.clock.advance(50);
    const line = readFileSync(join(app.folder, "l.log"), "utf8");
    await app.close();

    expect(JSON.parse(line)).toMatchObject({ msg: "request", status: 418, path: "/echo/7" });
  });

  it.each([
    ["a pipe", (path: string) => void execFileSync("mkfifo", [path])],
    ["a folder", (path: string) => mkdirSync(path)],
  ])("is not written to %s", async (_what, make) => {
    await using app = await startApp({ yaml: `name: x\nlogging: { file: l.log }\n${endpoints}`, logger: undefined });
    make(join(app.folder, "other"));
    app.write("backworks.yaml", `name: x\nlogging: { file: other }\n${endpoints}`);

    await expect(app.reload()).rejects.toMatchObject({ code: "BW_FILE_SYNTAX", where: { line: 2, column: 18 } });
    expect((await post(app)).status).toBe(200);
  });

  it("goes to the logger that is given", async () => {
    const seen: unknown[] = [];
    const write = (message: string, fields?: object): void => void seen.push({ message, ...fields });
    const logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
    await using app = await startApp({ yaml: `name: x\n${endpoints}`, logger });

    await post(app);

    expect(seen).toEqual([expect.objectContaining({ message: "request", status: 200, endpoint: "echo" })]);
  });
});
