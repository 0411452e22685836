import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "@jest/globals";
import { kinds } from "./plan.ts";
import type { Kind } from "./plan.ts";
import { writePlugin } from "./write.ts";

// Below this package, whose node_modules hold what a plugin is made with.
const scratch = join(import.meta.dirname, "../temp/generated");
rmSync(scratch, { recursive: true, force: true });
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const tools = join(import.meta.dirname, "../../../node_modules/.bin");
const call = promisify(execFile);

function write(kind: Kind): string {
  const folder = join(scratch, kind);
  writePlugin({ kind, name: "first", packageName: "backworks-plugin-first", folder });
  return folder;
}

/** Runs a program in the folder of a plugin; what it said when it fails. */
async function problemOf(folder: string, program: string, words: readonly string[]): Promise<string | undefined> {
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env;
  return call(program, words, { cwd: folder, env, timeout: 100_000 }).then(
    () => undefined,
    (error: { stdout?: string; stderr?: string; message: string }) =>
      `${error.message}\n${error.stdout ?? ""}${error.stderr ?? ""}`,
  );
}

/** Elsewhere: git ignores what lies here, and so does the linter. */
async function lintProblemOf(folder: string): Promise<string | undefined> {
  const copy = mkdtempSync(join(tmpdir(), "backworks-lint-"));
  for (const name of ["src", "scripts", ".oxlintrc.json"])
    cpSync(join(folder, name), join(copy, name), { recursive: true });
  const problem = await problemOf(copy, join(tools, "oxlint"), ["--deny-warnings", "src", "scripts"]);
  rmSync(copy, { recursive: true });
  return problem;
}

describe.each(Object.keys(kinds) as Kind[])("a plugin of kind %s", (kind) => {
  it("compiles, is clean, documented and passes its tests and the contract", async () => {
    const folder = write(kind);

    expect(await problemOf(folder, join(tools, "tsc"), [])).toBeUndefined();
    expect(await problemOf(folder, process.execPath, ["scripts/write-options.js", "--check"])).toBeUndefined();
    expect(await lintProblemOf(folder)).toBeUndefined();
    const tests = ["--test", "dist/contract.test.js", "dist/index.test.js"];
    expect(await problemOf(folder, process.execPath, tests)).toBeUndefined();
  });

  it("has a package that publint and attw find nothing in", async () => {
    const folder = write(kind);
    await problemOf(folder, join(tools, "tsc"), []);
    const packed = await call("npm", ["pack", "--ignore-scripts", "--json"], { cwd: folder });
    const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];

    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist/index.js"]));
    expect(files.filter(({ path }) => path.includes(".test."))).toEqual([]);
    expect(await problemOf(folder, join(tools, "publint"), ["run", filename, "--strict"])).toBeUndefined();
    expect(await problemOf(folder, join(tools, "attw"), [filename, "--profile", "esm-only"])).toBeUndefined();
  });
});

describe("the release script", () => {
  async function prepare(): Promise<string> {
    const folder = join(scratch, "release");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writePlugin({ kind: "enhancement", name: "first", packageName: "backworks-plugin-first", folder });
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { scripts: object };
    const scripts = { ...manifest.scripts, test: "node -e 0" };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, scripts }, undefined, 2));
    for (const words of [
      ["init", "-q", "-b", "main"],
      ["config", "user.name", "author"],
      ["config", "user.email", "author@localhost"],
      ["add", "-A"],
      ["commit", "-qm", "begin"],
    ]) {
      await call("git", words, { cwd: folder });
    }
    return folder;
  }

  it("raises both versions, commits and tags", async () => {
    const folder = await prepare();

    expect(await problemOf(folder, process.execPath, ["scripts/release.js", "minor"])).toBeUndefined();

    expect(readFileSync(join(folder, "src/version.ts"), "utf8")).toContain('"0.2.0"');
    expect(readFileSync(join(folder, "package.json"), "utf8")).toContain('"version": "0.2.0"');
    const { stdout } = await call("git", ["tag", "--list"], { cwd: folder });
    expect(stdout.trim()).toBe("v0.2.0");
  });

  it("releases nothing that is not committed, and nothing without a word", async () => {
    const folder = await prepare();
    expect(await problemOf(folder, process.execPath, ["scripts/release.js"])).toContain("say which");

    cpSync(join(folder, "README.md"), join(folder, "NOTES.md"));

    expect(await problemOf(folder, process.execPath, ["scripts/release.js", "patch"])).toContain(
      "commit what is changed",
    );
  });
});
