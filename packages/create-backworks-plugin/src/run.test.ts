import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, describe, expect, it } from "@jest/globals";
import { kinds } from "./plan.ts";
import { run } from "./run.ts";

const scratch = mkdtempSync(join(tmpdir(), "backworks-create-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly folder: string;
}

let made = 0;
/** An answer that is none: the input ends there. */
const ended = "\u0000end";

/** Runs the command in a folder of its own; with answers somebody sits there. */
async function create(words: readonly string[], answers?: readonly string[]): Promise<Ended> {
  made += 1;
  const cwd = join(scratch, String(made));
  mkdirSync(cwd);
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const waiting = [...(answers ?? [])];
  const texts = { output: "", errors: "" };
  output.on("data", (chunk: Buffer) => {
    texts.output += chunk.toString();
    if (!/[?\]]: ?$|\? $/.test(texts.output)) return;
    const answer = waiting.shift() ?? "";
    if (answer === ended) input.end();
    else input.write(`${answer}\n`);
  });
  errors.on("data", (chunk: Buffer) => (texts.errors += chunk.toString()));
  const isTTY = answers !== undefined;
  const code = await run(words, {
    cwd,
    input: Object.assign(input, { isTTY }),
    output: Object.assign(output, { isTTY }),
    errors,
  });
  return { code, ...texts, folder: cwd };
}

function manifestOf(folder: string, name: string): Record<string, unknown> {
  // Written by the command.
  return JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as Record<string, unknown>;
}

describe("create-backworks-plugin", () => {
  it.each(Object.keys(kinds))("writes a plugin of kind %s", async (kind) => {
    const { code, output, folder } = await create(["my-cache", "--kind", kind, "--yes"]);

    expect(code).toBe(0);
    expect(output).toContain("cd my-cache");
    expect(manifestOf(folder, "my-cache")).toMatchObject({ name: "backworks-plugin-my-cache" });
    expect(readdirSync(join(folder, "my-cache")).sort()).toEqual(
      expect.arrayContaining([".gitignore", "README.md", "src"]),
    );
    const source = readFileSync(join(folder, "my-cache/src/index.ts"), "utf8");
    expect(source).toContain('name: "my-cache"');
    expect(source).not.toMatch(/my-thing|myThing/);
  });

  it("takes the name as a flag, another folder, and the usual kind", async () => {
    const { code, folder } = await create(["--name", "backworks-plugin-one", "--dir", "packages/one"]);

    expect(code).toBe(0);
    expect(manifestOf(folder, "packages/one")).toMatchObject({ name: "backworks-plugin-one" });
  });

  it("names the package of a scope in the YAML", async () => {
    const { folder } = await create(["@acme/one", "--yes"]);

    expect(manifestOf(folder, "one")).toMatchObject({ name: "@acme/backworks-plugin-one" });
    expect(readFileSync(join(folder, "one/README.md"), "utf8")).toContain('package: "@acme/backworks-plugin-one"');
  });

  it("leaves the package out of the YAML where its name says it", async () => {
    const { folder } = await create(["one", "--yes"]);

    expect(readFileSync(join(folder, "one/README.md"), "utf8")).toContain("one: { value: indeed }");
  });

  it("asks a person for what is missing, and again where an answer will not do", async () => {
    const { code, output, folder } = await create([], ["Not A Name", "one", "nonsense", "handler"]);

    expect(code).toBe(0);
    expect(output).toContain("cannot be the name of a plugin");
    expect(output).toContain("one of enhancement, handler, middleware, integration");
    expect(readFileSync(join(folder, "one/src/index.ts"), "utf8")).toContain("handlers:");
  });

  it("takes answers that come before their questions", async () => {
    const { code, folder } = await create([], ["one\nintegration"]);

    expect(code).toBe(0);
    expect(readFileSync(join(folder, "one/src/index.ts"), "utf8")).toContain("createBatch");
  });

  it("writes nothing when the input ends before the last answer", async () => {
    const { code, errors, folder } = await create([], ["one", ended]);

    expect(code).toBe(2);
    expect(errors).toContain("the input has ended");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("shows its help", async () => {
    const { code, output } = await create(["--help"]);

    expect(code).toBe(0);
    expect(output).toContain("--kind");
  });

  it.each([
    [[], "the plugin needs a name"],
    [["--yes"], "the plugin needs a name"],
    [["My Thing"], '"My Thing" cannot be the name of a plugin'],
    [["one", "two"], "there is one name, and two is another"],
    [["one", "--name", "two"], "the name is one, and --name says two"],
    [["one", "--kind", "thing"], "there is no kind thing"],
    [["one", "--colour"], "unknown option '--colour'"],
    [["config"], "config is a key of Backworks itself"],
    [["mock-responses"], "mock-responses is a key of Backworks itself"],
  ])("refuses %j", async (words, problem) => {
    const { code, errors, folder } = await create(words);

    expect(code).toBe(2);
    expect(errors).toContain(problem);
    expect(errors).toMatch(/\n {2}hint: \S/);
    expect(errors).not.toContain(" at ");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("writes into no folder that holds something", async () => {
    const folder = join(scratch, "full");
    mkdirSync(folder);
    writeFileSync(join(folder, "mine.txt"), "");

    const { code, errors } = await create(["one", "--dir", folder]);

    expect(code).toBe(2);
    expect(errors).toContain("is not empty");
    expect(readdirSync(folder)).toEqual(["mine.txt"]);
  });

  it("says it where a file stands in the way", async () => {
    const file = join(scratch, "file");
    writeFileSync(file, "");

    const { code, errors } = await create(["one", "--dir", join(file, "one")]);

    expect(code).toBe(2);
    expect(errors).toContain("ENOTDIR");
  });
});
