import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { framesOf } from "../../test/config-rig.ts";
import type { Project } from "../../test/config-rig.ts";

const folder = join(import.meta.dirname, "../../test/golden/config");
const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
const mark = "---- expect ----\n";

/** Parts of a golden file: the configuration, then `---- file x ----`, `---- env ----`, `---- environment x ----`. */
function projectOf(text: string): Project {
  const [main = "", ...parts] = text.split(/^(?=---- (?:file|env|environment)\b)/m);
  const read = parts.map((part) => /^---- (file|environment|env) ?(\S*) ?----\n([\s\S]*)$/.exec(part) ?? []);
  const ofKind = (kind: string): string[][] => read.filter(([, found]) => found === kind).map((part) => part.slice(2));
  const variables = ofKind("env").flatMap(([, body = ""]) => body.match(/^\w+=.*$/gm) ?? []);
  return {
    files: {
      "backworks.yaml": main,
      ...Object.fromEntries(ofKind("file").map(([name = "", body = ""]) => [name, body])),
    },
    env: Object.fromEntries(
      variables.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    ),
    environment: ofKind("environment")[0]?.[0],
  };
}

describe("broken configurations", () => {
  it("are at least 60", () => {
    expect(names.length).toBeGreaterThanOrEqual(60);
  });

  it.each(names)("%s is shown as written there", async (name) => {
    const path = join(folder, name);
    const [input = ""] = readFileSync(path, "utf8").split(mark);

    const frames = `${await framesOf(projectOf(input))}\n`;

    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, `${input}${mark}${frames}`);
    expect(frames).toBe(readFileSync(path, "utf8").split(mark)[1]);
  });
});
