import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { startApp } from "../testing.ts";
import type { StartedApp } from "../testing.ts";
import { controlFile, findControl } from "./control.ts";

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
    const file = controlFile(app.folder);

    expect(findControl(app.folder)).toMatchObject({ url: app.control?.url, pid: process.pid });
    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readFileSync(file, "utf8")).toContain(app.control?.token);

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
});
