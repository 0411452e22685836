import { readFileSync, readdirSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BackworksError } from "../errors.ts";
import { definePlugin } from "../plugin.ts";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";
import { controlFolder, findControl } from "./control-file.ts";

const yaml = "name: shop\nendpoints:\n  items: { path: /items, mock: { resource: { seed: [{ id: 1 }] } } }\n";

function call(app: StartedApp, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${app.control?.token}` };
  return fetch(`${app.control?.url}/__backworks/${path}`, { method: "POST", headers, ...init });
}

describe("the control listener", () => {
  it("is there only when asked for", async () => {
    await using app = await startApp(yaml);

    expect(app.control).toBeUndefined();
    expect((await app.fetch("/__backworks/status")).status).toBe(404);
  });

  it("writes its address where only this user can read it, and takes it away at the end", async () => {
    const app = await startApp({ yaml, control: true });
    const own = readdirSync(controlFolder()).filter((name) => name.endsWith(`-${process.pid}.json`));
    const files = own.map((name) => join(controlFolder(), name));

    expect(findControl(app.folder)).toMatchObject({ url: app.control?.url, pid: process.pid });
    expect(files.map((file) => statSync(file).mode & 0o777)).toContain(0o600);
    expect(statSync(controlFolder()).mode & 0o777).toBe(0o700);
    expect(files.map((file) => readFileSync(file, "utf8")).join("\n")).toContain(app.control?.token);

    await app.close();
    expect(findControl(app.folder)).toBeUndefined();
  });

  it.each(["", "wrong"])("refuses the token %j", async (token) => {
    await using app = await startApp({ yaml, control: true });

    expect((await call(app, "status", { method: "GET", headers: { authorization: `Bearer ${token}` } })).status).toBe(
      401,
    );
  });

  it("tells the status", async () => {
    await using app = await startApp({ yaml, control: true });

    const status = await (await call(app, "status", { method: "GET" })).json();

    expect(status).toMatchObject({
      url: app.url,
      name: "shop",
      generation: 1,
      endpoints: [{ name: "items" }],
      plugins: [],
    });
  });

  it("takes state back to the seeds", async () => {
    await using app = await startApp({ yaml, control: true });
    await app.fetch("/items/1", { method: "DELETE" });
    expect(await (await app.fetch("/items")).json()).toEqual([]);

    await call(app, "reset");

    expect(await (await app.fetch("/items")).json()).toEqual([{ id: 1 }]);
  });

  it("has a plugin do what its command asks for, and tells what it refuses with", async () => {
    const counter = definePlugin({
      name: "counter",
      version: "1.0.0",
      initialize() {
        let count = 0;
        return {
          contributes: {
            actions: {
              add(given) {
                if (typeof given !== "number") throw new BackworksError("BW_REQUEST_INVALID", { problem: "no number" });
                count += given;
                return { count };
              },
              forget: () => void (count = 0),
              fail() {
                throw new Error("no disk");
              },
            },
          },
        };
      },
    });
    await using app = await startApp({ yaml: `${yaml}plugins: { counter: {} }`, plugins: [counter], control: true });
    const act = async (path: string, given?: unknown): Promise<unknown> => {
      const [plugin, action] = path.split("/");
      const answer = await call(app, "act", { body: JSON.stringify({ plugin, action, given }) });
      return [answer.status, await answer.json()];
    };

    expect(await act("counter/add", 2)).toEqual([200, { answer: { count: 2 } }]);
    expect(await act("counter/add", 3)).toEqual([200, { answer: { count: 5 } }]);
    expect(await act("counter/forget")).toEqual([200, { answer: null }]);
    expect(await act("counter/add", "x")).toMatchObject([422, { code: "BW_REQUEST_INVALID" }]);
    expect(await act("counter/fail")).toMatchObject([
      422,
      { code: "BW_PLUGIN_FAILED", details: { problem: "no disk" } },
    ]);
    expect(await act("counter/toString")).toMatchObject([
      422,
      { code: "BW_PLUGIN_ACTION_UNKNOWN", hint: expect.stringContaining("add, forget, fail") },
    ]);
    expect(await act("nobody/add")).toMatchObject([422, { code: "BW_PLUGIN_NOT_ENABLED" }]);
    expect((await app.plugins.health())[0]?.errors).toEqual({ "action fail": 1 });
  });

  it("reloads, and tells what is wrong when it cannot", async () => {
    await using app = await startApp({ yaml, control: true });
    app.write("backworks.yaml", `${yaml}version: "2"\n`);
    const good = await call(app, "reload");
    app.write("backworks.yaml", `${yaml}nope: 1\n`);
    const bad = await call(app, "reload");

    expect(await good.json()).toMatchObject({ changed: true, generation: 2 });
    expect(bad.status).toBe(422);
    expect(await bad.json()).toMatchObject({
      code: "BW_CONFIG_INVALID",
      errors: [{ line: 4, code: "BW_CONFIG_UNKNOWN_KEY" }],
    });
  });

  it.each([
    ["a page of another place", { origin: "http://evil.example" }, 403],
    ["a page of this machine", { origin: "http://localhost:3000" }, 403],
    ["a name that was made to point here", { host: "evil.example:80" }, 403],
    ["the address itself", {}, 200],
    ["a name for the address", { host: "localhost:1" }, 200],
  ])("answers %s with its status", async (_who, headers, status) => {
    await using app = await startApp({ yaml, control: true });

    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const authorization = `Bearer ${app.control?.token}`;
      const sent = request(`${app.control?.url}/__backworks/status`, { headers: { authorization, ...headers } });
      sent.on("response", (answer) => resolve(answer.resume().statusCode)).on("error", reject);
      sent.end();
    });

    expect(answered).toBe(status);
  });

  it("says its token nowhere", async () => {
    await using app = await startApp({ yaml, control: true });

    const status = await (await call(app, "status", { method: "GET" })).text();
    const reload = await (await call(app, "reload")).text();
    const refused = await (await call(app, "status", { headers: {} })).text();

    expect(status + reload + refused).not.toContain(app.control?.token);
  });
});
