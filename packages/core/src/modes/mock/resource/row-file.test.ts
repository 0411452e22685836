import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { silentLogger } from "../../../logger.ts";
import { startApp } from "../../../testing.ts";
import { openRowFile } from "./row-file.ts";
import type { RowFile } from "./row-file.ts";

describe("a row file", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "backworks-rows-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const open = (name = "rows.json"): RowFile => openRowFile({ path: join(root, name), name, logger: silentLogger });
  const written = (): unknown => JSON.parse(readFileSync(join(root, "rows.json"), "utf8"));

  it("has on the disk what it says is saved", async () => {
    const file = open();

    file.save(() => [{ id: 1 }]);
    await file.saved();

    expect(written()).toEqual([{ id: 1 }]);
    await file.close();
    expect(file.saved()).toBeUndefined();
  });

  it("makes one more write of everything that changes during one", async () => {
    const file = open();
    let made = 0;
    const rows = (count: number) => () => {
      made += 1;
      return [{ count }];
    };

    file.save(rows(1));
    await Promise.resolve();
    for (let count = 2; count <= 50; count += 1) file.save(rows(count));
    await file.saved();

    expect([made, written()]).toEqual([2, [{ count: 50 }]]);
    await file.close();
  });

  it("refuses a pipe, which could keep it for ever", () => {
    execFileSync("mkfifo", [join(root, "rows.json")]);

    expect(() => open().read()).toThrow(expect.objectContaining({ code: "BW_FILE_SYNTAX" }));
  });

  it("says when rows cannot be written, and writes them with the next", async () => {
    mkdirSync(join(root, "rows.json"));
    const file = open();
    file.save(() => [{ id: 1 }]);

    await expect(file.saved()).rejects.toMatchObject({ code: "EISDIR" });
    rmSync(join(root, "rows.json"), { recursive: true });
    file.save(() => [{ id: 1 }, { id: 2 }]);
    await file.saved();

    expect(written()).toEqual([{ id: 1 }, { id: 2 }]);
    await file.close();
  });
});

describe("a write to a persisted collection", () => {
  const yaml = "name: x\nendpoints: { things: { path: /things, mock: { resource: { persist: data/things.json } } } }";
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"name":"a"}' };

  it("is on the disk when it is answered", async () => {
    await using app = await startApp(yaml);

    const response = await app.fetch("/things", init);

    expect(response.status).toBe(201);
    expect(JSON.parse(readFileSync(join(app.folder, "data/things.json"), "utf8"))).toEqual([await response.json()]);
  });

  it("is a 500 when it cannot be", async () => {
    await using app = await startApp(yaml);
    mkdirSync(join(app.folder, "data/things.json"), { recursive: true });

    const response = await app.fetch("/things", init);

    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "BW_RESOURCE_UNSAVED" });
    expect(existsSync(join(app.folder, "data"))).toBe(true);
  });
});
