import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isBackworksError } from "../errors.ts";
import { openApp } from "../server/open-app.ts";
import { hostileFiles } from "../../test/hostile/files.ts";
import { hostileNames } from "../../test/hostile/names.ts";
import { hostileTexts } from "../../test/hostile/texts.ts";
import type { HostileCase } from "../../test/hostile/case.ts";

const golden = join(import.meta.dirname, "../../test/hostile/outcomes.txt");
const cases = [...hostileTexts, ...hostileNames, ...hostileFiles];
const expected = new Map(
  readFileSync(golden, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("  ->  "))
    .map(([name = "", outcome = ""]) => [name, outcome]),
);
const found: string[] = [];
let outside = "";

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "backworks-hostile-"));
  execFileSync("mkfifo", [join(outside, "pipe")]);
});

afterAll(() => {
  rmSync(outside, { recursive: true, force: true });
  if (process.env["UPDATE_HOSTILE"] === "1") writeFileSync(golden, `${found.join("\n")}\n`);
});

/** A folder with the configuration and with things that are no files, below one that holds a secret. */
function lay({ yaml, files = {} }: HostileCase): string {
  const folder = mkdtempSync(join(outside, "project-"));
  writeFileSync(join(outside, "secret.json"), "[]");
  symlinkSync("../secret.json", join(folder, "link.json"));
  symlinkSync("..", join(folder, "linked"));
  symlinkSync("nowhere.json", join(folder, "dangling.json"));
  symlinkSync("circle.json", join(folder, "circle.json"));
  mkdirSync(join(folder, "folder.json"));
  linkSync(join(outside, "pipe"), join(folder, "pipe.json"));
  for (const [name, text] of Object.entries({ ...files, "backworks.yaml": yaml }))
    writeFileSync(join(folder, name), text);
  return folder;
}

/** `served`, or the code and the place of the first mistake with how many there are. */
async function outcomeOf(hostile: HostileCase): Promise<string> {
  const folder = lay(hostile);
  try {
    await using app = await openApp({ cwd: folder, env: hostile.env ?? {} });
    return `served, ${app.app.endpoints.length} endpoints`;
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    const [first = error] = error.errors;
    const { code, where } = first;
    const place = where === undefined ? "nowhere" : `${where.source.file}:${where.line}:${where.column}`;
    return `${code} ${place}${error.errors.length > 1 ? `, ${error.errors.length} in all` : ""}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("a configuration that may do harm", () => {
  it.each(cases.map((one) => [one.name, one] as const))("comes to what is known: %s", async (name, hostile) => {
    const outcome = await outcomeOf(hostile);

    found.push(`${name}  ->  ${outcome}`);
    expect(outcome).toBe(process.env["UPDATE_HOSTILE"] === "1" ? outcome : expected.get(name));
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
