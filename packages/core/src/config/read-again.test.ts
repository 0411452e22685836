import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { RawConfig } from "./config.ts";
import type { Environment } from "./environment.ts";
import { readConfig } from "./read.ts";

let folder = "";
const env: Environment = { NAME: "shop" };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backworks-test-"));
  write("backworks.yaml", "extends: base.yaml\nname: ${NAME}\nendpoints: {}\n");
  write("base.yaml", "version: 1\nenvironments: { test: { version: 2 } }\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function read(before?: RawConfig, options: { env?: Environment; environment?: string } = {}): Promise<RawConfig> {
  return readConfig({ cwd: folder, env, before, ...options });
}

describe("reading a configuration again", () => {
  it("gives what was read before when nothing has changed", async () => {
    const first = await read();

    expect(await read(first)).toBe(first);
  });

  it.each([
    ["the file", () => write("backworks.yaml", "name: other\nendpoints: {}\n")],
    ["a file it extends", () => write("base.yaml", "version: 3\n")],
    ["a missing file", () => rmSync(join(folder, "base.yaml"))],
    ["a .env that came", () => write(".env", "A=1\n")],
  ])("reads anew after a change of %s", async (_, change) => {
    const first = await read();
    change();

    expect(await read(first)).not.toBe(first);
  });

  it("reads anew for another variable, one that is gone and another environment", async () => {
    const first = await read();

    expect(await read(first, { env: { NAME: "x" } })).toMatchObject({ value: { name: "x" } });
    expect(await read(first, { env: { NAME: "shop", MORE: "1" } })).not.toBe(first);
    expect(await read(first, { environment: "test" })).toMatchObject({ value: { version: 2 } });
  });

  it("reads anew what was wrong before", async () => {
    write("backworks.yaml", "name: ${NONE}\nendpoints: {}\n");
    const first = await read();

    expect(await read(first)).not.toBe(first);
  });
});
