import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { FileSnapshot } from "./file-snapshot.ts";
import { createProjectFiles } from "./project-files.ts";
import { readConfig } from "./read.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backworks-snapshot-"));
  writeFileSync(join(folder, "backworks.yaml"), "name: first\ninclude: more.yaml\nendpoints: {}");
  writeFileSync(join(folder, "more.yaml"), "version: 1.0.0");
  writeFileSync(join(folder, ".env"), "STAGE=first");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("file snapshot", () => {
  it("loads in another place what was read first, whatever the files say meanwhile", async () => {
    const first = new FileSnapshot();
    await readConfig({ cwd: folder, env: {}, snapshot: first });
    for (const name of ["backworks.yaml", "more.yaml", ".env"]) writeFileSync(join(folder, name), "half: [a");

    const again = await readConfig({ cwd: folder, env: {}, snapshot: new FileSnapshot(first.seal()) });

    expect(again.value).toMatchObject({ name: "first", version: "1.0.0" });
    expect(again.environment).toEqual({ STAGE: "first" });
    expect(again.errors).toEqual([]);
  });

  it("sees no file that has come since, and misses none that has gone", async () => {
    rmSync(join(folder, ".env"));
    const first = new FileSnapshot();
    await readConfig({ cwd: folder, env: {}, snapshot: first });
    writeFileSync(join(folder, ".env"), "STAGE=late");
    rmSync(join(folder, "backworks.yaml"));

    const again = await readConfig({ cwd: folder, env: {}, snapshot: new FileSnapshot(first.seal()) });

    expect(again.value).toMatchObject({ name: "first" });
    expect(again.environment).toEqual({});
  });

  it("reads from the disk once it is sealed", () => {
    const snapshot = new FileSnapshot();
    const files = createProjectFiles(folder, snapshot);
    files.readText("more.yaml");
    snapshot.seal();

    writeFileSync(join(folder, "more.yaml"), "version: 2.0.0");

    expect(files.readText("more.yaml")).toBe("version: 2.0.0");
  });
});
