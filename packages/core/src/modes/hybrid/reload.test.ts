import { Agent, request } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { createActMode } from "../../../test/act-mode.ts";
import { startHybrid, until } from "../../../test/hybrid-rig.ts";
import { startApp } from "../../testing.ts";
import type { StartedApp } from "../../testing.ts";

/** An endpoint that says by which mode and in which round it was configured, and through which mode it answers. */
function yamlOf(kind: "mock" | "hybrid" | "database", round: number): string {
  const answer = `{ mode: ${kind}, round: ${round} }`;
  const blocks = {
    mock: `mode: mock, mock: { headers: { x-round: "${round}" }, body: ${answer} }`,
    hybrid: `mode: hybrid, hybrid: { handle: { GET: database }, fallback: [{ on: 404, use: mock }] }, database: { status: 404 }, mock: { headers: { x-round: "${round}" }, body: ${answer} }`,
    database: `mode: database, database: { body: ${answer}, later: true }`,
  };
  return `name: x\nendpoints:\n  a: { path: /a, ${blocks[kind]} }\n`;
}

const kinds = ["hybrid", "mock", "database", "mock"] as const;

interface Heard {
  readonly status: number;
  readonly servedBy: string | undefined;
  readonly round: string | undefined;
  readonly body: string;
}

function ask(port: number, agent: Agent): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: "127.0.0.1", path: "/a", agent }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (body += chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const { "backworks-served-by": servedBy, "x-round": round } = answer.headers;
        const heard = {
          status: answer.statusCode ?? 0,
          body,
          servedBy: servedBy?.toString(),
          round: round?.toString(),
        };
        resolve(heard);
      });
    });
    asking.on("error", reject).end();
  });
}

/** Whether every part of an answer is of one configuration. */
function isOfOne({ status, body, servedBy, round }: Heard): boolean {
  const said = JSON.parse(body) as { readonly mode: string; readonly round: number };
  const inHeader = said.mode === "database" ? round === undefined : round === String(said.round);
  return status === 200 && inHeader && servedBy === (said.mode === "hybrid" ? "mock" : undefined);
}

describe("an endpoint that changes its mode under load", () => {
  it("loses no request, and answers each by one configuration", async () => {
    const database = createActMode("database");
    await using app = await startApp({ yaml: yamlOf("mock", 0), modes: [database.mode] });
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const load = { on: true };
    const heard: Heard[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      while (load.on) heard.push(await ask(app.port, agent));
    });

    for (let round = 1; round <= 200; round += 1) {
      const before = heard.length;
      app.write("backworks.yaml", yamlOf(kinds[round % kinds.length] ?? "mock", round));
      await app.reload();
      await until(() => heard.length > before);
    }
    load.on = false;
    await Promise.all(clients);
    agent.destroy();

    expect(heard.filter((one) => !isOfOne(one))).toEqual([]);
    expect(app.app.generation).toBe(201);
    expect(new Set(heard.map(({ body }) => JSON.parse(body).mode))).toEqual(new Set(["mock", "hybrid", "database"]));
  }, 60_000);
});

describe("a reload of a hybrid endpoint", () => {
  const yaml = (more: string): string =>
    `name: x\n${more}endpoints:\n  a: { path: /a, mode: hybrid, hybrid: { handle: { GET: database, POST: mock } }, database: {}, mock: { resource: { seed: [] } } }\n`;

  async function start(): Promise<{ readonly app: StartedApp; readonly events: string[] }> {
    const { mode, events } = createActMode("database");
    const app = await startApp({ yaml: yaml(""), modes: [mode] });
    events.splice(0);
    return { app, events };
  }

  it("compiles nothing when nothing of it changed", async () => {
    const { app, events } = await start();
    await using _app = app;
    app.write("backworks.yaml", `${yaml("")}  b: { path: /b, mock: { body: 1 } }\n`);

    await app.reload();

    expect(events).toEqual([]);
  });

  it("compiles it anew when one of its modes is opened anew, and lets go of what was", async () => {
    const { app, events } = await start();
    await using _app = app;
    app.write("backworks.yaml", yaml("database_root: 1\n"));

    const { difference } = await app.reload();
    await until(() => events.length > 2);

    expect(events).toEqual(["open", "compile a GET true", "release a"]);
    expect(difference?.changed).toEqual(["a"]);
  });

  it("lets go of every branch when the endpoint goes", async () => {
    const { app, events } = await start();
    await using _app = app;
    app.write("backworks.yaml", "name: x\nendpoints: {}\n");

    await app.reload();
    await until(() => events.length > 0);

    expect(events).toEqual(["release a"]);
  });
});

describe("a connection that is taken over", () => {
  it("goes to the branch whose condition holds and which takes it over", async () => {
    await using rig = await startHybrid(
      `{ branches: [{ when: "query.q == 'm'", use: mock }, { when: query.q, use: database }, { when: "query.p", use: proxy }] }`,
      "    database: { upgrade: true }\n    proxy: { upgrade: true }\n    mock: { body: 1 }\n",
    );

    expect(await upgrade(rig.app.port, "/a?q=1")).toMatch(/^HTTP\/1\.1 101 [\s\S]*database$/);
    expect(await upgrade(rig.app.port, "/a?p=1")).toMatch(/^HTTP\/1\.1 101 [\s\S]*proxy$/);
    expect(await upgrade(rig.app.port, "/a?q=m")).toMatch(/^HTTP\/1\.1 101 [\s\S]*database$/);
    expect(await upgrade(rig.app.port, "/a")).toMatch(/^HTTP\/1\.1 404 [\s\S]*BW_HYBRID_UNMATCHED/);
  });
});

function upgrade(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n`);
    });
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (text += chunk));
    socket
      .on("error", reject)
      .on("end", () => socket.end())
      .on("close", () => resolve(text));
  });
}
