import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { watchFiles } from "./watch.ts";
import type { Watcher, WatchOptions } from "./watch.ts";

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

function watch(eager = false, more: Partial<WatchOptions> = {}): void {
  watcher = watchFiles({
    files: () => [join(folder, "a.yaml")],
    eager: () => eager,
    quietMs: 30,
    ...more,
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

  it("tells of a link on the way that is turned elsewhere, as a mounted ConfigMap does", async () => {
    for (const version of ["v1", "v2"]) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "b.yaml"), version);
    }
    symlinkSync("v1", join(folder, "..data"));
    symlinkSync(join("..data", "b.yaml"), join(folder, "b.yaml"));
    watch(false, { files: () => [join(folder, "b.yaml")] });
    const told = change();

    symlinkSync("v2", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));

    await told;
    expect(changes).toBe(1);
  });

  it("tells of a file behind a link that is written", async () => {
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real", "b.yaml"), "1");
    symlinkSync(join("real", "b.yaml"), join(folder, "b.yaml"));
    watch(false, { files: () => [join(folder, "b.yaml")] });
    const told = change();

    writeFileSync(join(folder, "real", "b.yaml"), "2");

    await told;
    expect(changes).toBe(1);
  });

  it("tells when a folder goes, when it comes again, and of what is written there afterwards", async () => {
    const below = join(folder, "data");
    mkdirSync(below);
    writeFileSync(join(below, "b.json"), "1");
    watch(false, { files: () => [join(below, "b.json")] });

    for (const act of [
      () => rmSync(below, { recursive: true }),
      () => mkdirSync(below),
      () => writeFileSync(join(below, "b.json"), "2"),
    ]) {
      const told = change();
      act();
      await told;
      await pause();
    }

    expect(changes).toBeGreaterThanOrEqual(3);
  });

  it("tells of a .env that comes", async () => {
    watch();
    const told = change();

    writeFileSync(join(folder, ".env"), "A=1");

    await told;
    expect(changes).toBe(1);
  });

  it("tells while writes do not end", async () => {
    watch(false, { quietMs: 10_000, patienceMs: 100 });
    const told = change();
    const writing = setInterval(() => writeFileSync(join(folder, "a.yaml"), String(Math.random())), 20);

    await told;
    clearInterval(writing);

    expect(changes).toBe(1);
  });

  it("tells of a file it is given later and that was written meanwhile", async () => {
    const files = [join(folder, "a.yaml")];
    watch(false, { files: () => files, since: Date.now() - 60_000 });
    await pause();
    const told = change();
    writeFileSync(join(folder, "late.json"), "1");
    files.push(join(folder, "late.json"));

    watcher?.refresh();

    await told;
    expect(changes).toBeGreaterThanOrEqual(1);
  });

  it("looks at the files itself when the system gives no watch, and says so once", async () => {
    const reasons: string[] = [];
    const system = (): never => {
      throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    };
    watch(false, { system, onPolling: (reason) => reasons.push(reason) });
    const told = change();

    writeFileSync(join(folder, "a.yaml"), "22");

    await told;
    expect(reasons).toEqual(["ENOSPC"]);
  });

  it("says nothing after it was closed", async () => {
    watch();
    writeFileSync(join(folder, "a.yaml"), "2");
    watcher?.close();
    await pause();

    expect(changes).toBe(0);
  });
});
