import { mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { watchFiles } from "./watch.ts";
import type { Watcher } from "./watch.ts";

let folder = "";
let watcher: Watcher | undefined;
let changes = 0;
let waiting: (() => void) | undefined;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "bw-watch-")));
  writeFileSync(join(folder, "a.yaml"), "1");
  changes = 0;
});

afterEach(() => {
  watcher?.close();
  rmSync(folder, { recursive: true, force: true });
});

function watch(eager = false): void {
  watcher = watchFiles({
    files: () => [join(folder, "a.yaml")],
    eager: () => eager,
    quietMs: 30,
    onChange() {
      changes += 1;
      waiting?.();
    },
  });
}

const change = (): Promise<void> => new Promise((resolve) => (waiting = resolve));
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

describe("watchFiles", () => {
  it("tells of a file that is written, once for several writes", async () => {
    watch();
    const told = change();

    for (const text of ["2", "3", "4"]) writeFileSync(join(folder, "a.yaml"), text);
    await told;
    await pause();

    expect(changes).toBe(1);
  });

  it("tells of a file that is replaced by renaming, again and again", async () => {
    watch();
    for (const text of ["2", "3"]) {
      const told = change();
      writeFileSync(join(folder, "a.yaml.tmp"), text);
      renameSync(join(folder, "a.yaml.tmp"), join(folder, "a.yaml"));
      await told;
    }

    expect(changes).toBe(2);
  });

  it("says nothing of other files, unless it is eager", async () => {
    watch();
    writeFileSync(join(folder, "b.yaml"), "1");
    await pause();
    const lazily = changes;
    watcher?.close();
    watch(true);
    const told = change();
    writeFileSync(join(folder, "c.yaml"), "1");
    await told;

    expect(lazily).toBe(0);
    expect(changes).toBe(1);
  });

  it("says nothing after it was closed", async () => {
    watch();
    writeFileSync(join(folder, "a.yaml"), "2");
    watcher?.close();
    await pause();

    expect(changes).toBe(0);
  });
});
