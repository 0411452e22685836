import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { formatErrors } from "../config/frame.ts";
import { readConfig } from "../config/read.ts";
import { isBackworksError } from "../errors.ts";
import { compile, createScope } from "../../test/template-rig.ts";

const folder = path.join(import.meta.dirname, "../../test/golden/template");
const divider = "\n---- expect ----\n";

/** What a configuration's `value:` comes to: its JSON, or the frames of its mistakes. */
async function answerOf(text: string): Promise<string> {
  const raw = await readConfig({ cwd: tmpdir(), text, env: {} });
  const { value } = raw.value as { readonly value: unknown };
  try {
    const template = compile(value, { place: (inner) => raw.place(["value", ...inner]) });
    return JSON.stringify(template.evaluate(createScope()), undefined, 2);
  } catch (error) {
    if (isBackworksError(error)) return formatErrors(error);
    throw error;
  }
}

describe("templates in a configuration", () => {
  const files = readdirSync(folder);

  it("are in golden files", () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it.each(files)("%s", async (file) => {
    const [input = "", expected] = readFileSync(path.join(folder, file), "utf8").split(divider);
    const answer = (await answerOf(`${input}\n`)).trimEnd();
    if (process.env["UPDATE_GOLDEN"] === "1")
      writeFileSync(path.join(folder, file), `${input.trimEnd()}${divider}${answer}\n`);

    expect(process.env["UPDATE_GOLDEN"] === "1" ? answer : expected?.trimEnd()).toBe(answer);
  });
});
