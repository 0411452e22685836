import { createServer } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { runCommand, startCommand } from "./command.ts";
import { ask } from "./http.ts";
import { startServer, waitUntilReady } from "./server.ts";
import { createWorkspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

const yaml = `name: shop
mode: mock
endpoints:
  hello: { path: /hello, mock: { body: { version: 1 } } }
  slow: { path: /slow, mock: { delay: 700ms, body: { done: true } } }
  users: { path: /users, mock: { data: ./users.json } }
`;

function createProject(): Workspace {
  const workspace = createWorkspace();
  workspace.write("backworks.yaml", yaml);
  workspace.write("users.json", '[{ "id": 1 }]');
  return workspace;
}

async function textOf(url: string): Promise<string> {
  return (await ask(url, { method: "GET" })).text;
}

/** Asks until the answer is the expected one; the test's own limit ends it. */
async function untilText(url: string, expected: string): Promise<void> {
  while ((await textOf(url)) !== expected) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("backworks start", () => {
  it("prints one JSON line when it accepts requests", async () => {
    using project = createProject();
    await using server = await startServer({ cwd: project.folder });

    const [line = ""] = server.stdout().split("\n");

    expect(JSON.parse(line)).toMatchObject({ event: "ready", url: server.url });
    expect(JSON.parse(await textOf(`${server.url}/hello`))).toEqual({ version: 1 });
  });

  it("ends with 5 when the port it was told is taken", async () => {
    using project = createProject();
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => {
        const address = taken.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });

    const result = await runCommand(["start", "--port", String(port)], { cwd: project.folder });
    taken.close();

    expect(result.code).toBe(5);
    expect(result.stderr).toContain("BW_PORT_IN_USE");
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  it("finishes requests under way on SIGTERM and ends with 0", async () => {
    using project = createProject();
    await using server = await startServer({ cwd: project.folder });
    const underWay = textOf(`${server.url}/slow`);
    await new Promise((resolve) => setTimeout(resolve, 200));

    server.signal("SIGTERM");
    const text = await underWay;

    expect(JSON.parse(text)).toEqual({ done: true });
    expect(await server.exited).toBe(0);
  });

  it("ends with 130 on SIGINT", async () => {
    using project = createProject();
    await using server = await startServer({ cwd: project.folder });

    server.signal("SIGINT");

    expect(await server.exited).toBe(130);
  });

  it("reloads on SIGHUP, and serves on when the new configuration is wrong", async () => {
    using project = createProject();
    await using server = await startServer({ cwd: project.folder });

    project.write("backworks.yaml", yaml.replace("methods", "methdos").replace("version: 1", "version: ${nope.x}"));
    server.signal("SIGHUP");
    await server.until(/reload-failed/);
    expect(JSON.parse(await textOf(`${server.url}/hello`))).toEqual({ version: 1 });
    project.write("backworks.yaml", yaml.replace("version: 1", "version: 2"));
    server.signal("SIGHUP");

    await untilText(`${server.url}/hello`, '{"version":2}');
    expect(server.child.exitCode).toBeNull();
  });

  it("answers reload and status from another process", async () => {
    using project = createProject();
    await using server = await startServer({ cwd: project.folder });
    project.write("users.json", '[{ "id": 2 }]');

    const status = await runCommand(["status", "--json"], { cwd: project.folder });
    const reload = await runCommand(["reload"], { cwd: project.folder });

    expect(status.code).toBe(0);
    expect(status.stdout).toContain(server.url);
    expect(reload.code).toBe(0);
    expect(JSON.parse(await textOf(`${server.url}/users`))).toEqual([{ id: 2 }]);
  });
});

describe("backworks dev", () => {
  it("serves what is saved, the configuration as well as its data", async () => {
    using project = createProject();
    await using server = await waitUntilReady(startCommand(["dev", "--port", "0"], { cwd: project.folder }));

    project.write("backworks.yaml", yaml.replace("version: 1", "version: 2"));
    await untilText(`${server.url}/hello`, '{"version":2}');
    project.write("users.json", '[{ "id": 3 }]');
    await untilText(`${server.url}/users`, '[{"id":3}]');

    expect(server.child.exitCode).toBeNull();
  });

  it("keeps serving over a bad save", async () => {
    using project = createProject();
    await using server = await waitUntilReady(startCommand(["dev", "--port", "0"], { cwd: project.folder }));

    project.write("backworks.yaml", yaml.replace("endpoints:", "endpoint:"));
    await server.until(/BW_CONFIG_UNKNOWN_KEY/);

    expect(JSON.parse(await textOf(`${server.url}/hello`))).toEqual({ version: 1 });
  });
});

describe("exit codes", () => {
  it.each([
    { words: ["validate"], text: yaml, code: 0 },
    { words: ["validate"], text: yaml.replace("path: /hello", "paht: /hello"), code: 3 },
    { words: ["start"], text: "name: [", code: 3 },
    { words: ["nonsense"], text: yaml, code: 2 },
    { words: ["start", "--prot", "1"], text: yaml, code: 2 },
    { words: ["--version"], text: yaml, code: 0 },
    { words: ["--help"], text: yaml, code: 0 },
    { words: ["try", "GET", "/hello"], text: yaml, code: 0 },
    { words: ["routes", "--json"], text: yaml, code: 0 },
    { words: ["explain", "GET", "/hello"], text: yaml, code: 0 },
    { words: ["schema"], text: yaml, code: 0 },
  ])("$words ends with $code", async ({ words, text, code }) => {
    using project = createProject();
    project.write("backworks.yaml", text);

    const result = await runCommand(words, { cwd: project.folder });

    expect({ code: result.code, trace: /^\s+at .*:\d+:\d+/m.test(result.stderr + result.stdout) }).toEqual({
      code,
      trace: false,
    });
  });

  it("is 3 when there is no configuration", async () => {
    using empty = createWorkspace();

    const result = await runCommand(["start"], { cwd: empty.folder });

    expect(result.code).toBe(3);
    expect(result.stderr).toContain("BW_CONFIG_NOT_FOUND");
  });

  it("is 4 when a plugin is missing and nobody allows to install it", async () => {
    using project = createProject();
    project.write("backworks.yaml", `${yaml}plugins: { surely-nobody-wrote-this: { enabled: true } }\n`);

    const result = await runCommand(["start", "--no-install"], { cwd: project.folder });

    expect(result.code).toBe(4);
    expect(result.stderr).toContain("surely-nobody-wrote-this");
  });
});
