import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { fakeData, fakeNames } from "./fake-data.ts";
import { families } from "./functions/index.ts";
import { resourceMethods, stateMethods } from "./object-calls.ts";
import { roots } from "./roots.ts";

const page = path.join(import.meta.dirname, "../../../../docs/reference/templates.md");

/** What stands between the marks of a section. `UPDATE_REFERENCE=1` writes it. */
const sections: Readonly<Record<string, string>> = {
  roots: table(
    ["name", "what it is"],
    Object.entries(roots).map(([name, { description }]) => [code(name), description]),
  ),
  functions: Object.entries(families)
    .map(([family, functions]) => {
      const rows = Object.values(functions).map(({ signature, description }) => [code(signature), description]);
      return `**${family}**\n\n${table(["function", "answer"], rows)}`;
    })
    .join("\n\n"),
  fakes: table(
    ["name", "short names"],
    Object.keys(fakeData).map((name) => [
      code(name),
      Object.keys(fakeNames)
        .filter((short) => fakeNames[short] === name)
        .map(code)
        .join(" "),
    ]),
  ),
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ").trimEnd()} |`);
  return lines.join("\n");
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function between(text: string, name: string): string | undefined {
  return new RegExp(`<!-- ${name} -->\\n([^]*?)\\n?<!-- /${name} -->`).exec(text)?.[1];
}

function update(): void {
  let text = readFileSync(page, "utf8");
  for (const [name, content] of Object.entries(sections)) {
    text = text.replace(
      new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`),
      (_, open: string, close: string) => `${open}${content}\n${close}`,
    );
  }
  writeFileSync(page, text);
}

describe("docs/reference/templates.md", () => {
  if (process.env["UPDATE_REFERENCE"] === "1") update();
  const text = readFileSync(page, "utf8");

  it.each(Object.keys(sections))("lists the %s as they are", (name) => {
    expect(between(text, name)).toBe(sections[name]);
  });

  it("lists every call on state and resources", () => {
    for (const { signature } of [...Object.values(stateMethods), ...Object.values(resourceMethods)]) {
      expect(text).toContain(`| \`${signature}\` |`);
    }
  });
});
