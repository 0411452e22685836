import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { LogFields, Logger } from "../logger.ts";
import { serve } from "./serve.ts";
import type { RunningApp } from "./serve.ts";

const plugin = `
const spin = (ms) => { for (const until = Date.now() + ms; Date.now() < until; ); };
export default {
  name: "slow", version: "1.0.0",
  initialize: () => ({
    beforeRequest(exchange) {
      const { spins, searches } = exchange.request.query;
      if (spins !== undefined) spin(Number(spins));
      if (searches !== undefined) /^(a+)+$/.test("a".repeat(40) + "b");
    },
    finished(exchange) { spin(Number(exchange.request.query.after ?? 0)); },
    contributes: {
      routes: [{ path: "/mounted", handler(request, response) { spin(60_000); response.end("never"); } }],
    },
  }),
};`;

const yaml = `
name: shop
logging: { enabled: false }
server: { watchdog: { blocked: 400ms, terminate: 1500ms } }
endpoints: { a: { path: /a, mock: { body: 1 } } }
plugins: { slow: { module_path: ./slow.mjs } }
`;

interface Scene extends AsyncDisposable {
  readonly app: RunningApp;
  readonly folder: string;
  ask(path: string): Promise<{ status: number; code: string | undefined }>;
  /** Waits for a line of the log. */
  line(message: string): Promise<LogFields>;
}

/** A process that serves nothing else, in the machine's time. */
async function open(): Promise<Scene> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "backworks-watchdog-")));
  writeFileSync(join(folder, "backworks.yaml"), yaml);
  writeFileSync(join(folder, "slow.mjs"), plugin);
  const lines: LogFields[] = [];
  const note = (message: string, fields: LogFields = {}): void => void lines.push({ message, ...fields });
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const app = await serve({ cwd: folder, port: 0, ownsProcess: true, logger, env: {} });
  const scene: Scene = {
    app,
    folder,
    async ask(path) {
      const answer = await fetch(app.url + path);
      const text = await answer.text();
      return { status: answer.status, code: text.startsWith("{") ? JSON.parse(text).code : undefined };
    },
    async line(message) {
      for (;;) {
        const found = lines.find((fields) => fields["message"] === message);
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      rmSync(folder, { recursive: true });
    },
  };
  // The watchdog begins a second after the server; its threads beat from then on.
  while (!lines.some(({ message }) => message === "the event loop is watched")) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return scene;
}

describe("the supervisor", () => {
  it("names the plugin that blocks, the line, and the request", async () => {
    await using scene = await open();

    const { status } = await scene.ask("/a?spins=1400");
    const line = await scene.line("the event loop was blocked");
    const [health] = await scene.app.plugins.health();

    expect(status).toBe(200);
    expect(line).toMatchObject({ plugin: "slow", function: "spin", certain: true, stopped: false, endpoint: "a" });
    expect(line["place"]).toContain(`${scene.folder}/slow.mjs:2:`);
    expect(health).toMatchObject({ status: "degraded", errors: { "event loop": 1 } });
  });

  it.each([
    ["a loop in a hook", "/a?spins=60000"],
    ["a regular expression", "/a?searches=1"],
    ["a mounted route", "/mounted/x"],
  ])("stops %s, answers the request and lives on", async (_what, path) => {
    await using scene = await open();

    const stopped = await scene.ask(path);
    const [health] = await scene.app.plugins.health();

    expect(stopped).toEqual({ status: 500, code: "BW_REQUEST_STOPPED" });
    expect(health).toMatchObject({ status: "unhealthy", state: "quarantined" });
    expect(await scene.ask("/a?spins=60000")).toEqual({ status: 200, code: undefined });
    writeFileSync(join(scene.folder, "backworks.yaml"), yaml.replace("body: 1", "body: 2"));
    expect(await scene.app.reload()).toMatchObject({ changed: true });
    expect(scene.app.status().draining).toEqual([]);
  });

  it("stops what blocks after the answer, which was sent", async () => {
    await using scene = await open();

    const answered = await scene.ask("/a?after=60000");
    await scene.line("what blocked the event loop was stopped");

    expect(answered.status).toBe(200);
    expect((await scene.ask("/a")).status).toBe(200);
  });
});
