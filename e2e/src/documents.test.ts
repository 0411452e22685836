import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { runCommand } from "./command.ts";
import { completeFragment } from "./fragment.ts";
import { guides } from "./guide.ts";
import { fileOf, readFences } from "./markdown.ts";
import type { Fence } from "./markdown.ts";
import { runConsole } from "./session.ts";
import { createWorkspace, root } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** Exit code of `validate` for a configuration with mistakes. */
const invalid = 3;
const documents = listDocuments();
let tried = 0;
/** Languages that would escape the test, with the one to write instead. */
const instead: Readonly<Record<string, string>> = { yml: "yaml", sh: "console", bash: "console", shell: "console" };

describe("documents", () => {
  it.each(documents)(
    "%s: every block does what it says",
    async (name) => {
      const problems = await tryDocument(path.join(root, name));

      expect(problems).toEqual([]);
    },
    180_000,
  );

  it("hold blocks to try", () => {
    expect(tried).toBeGreaterThan(20);
  });
});

/** README, guides and references, and the README of every package and example; those that install and publish are tried with a registry. */
function listDocuments(): readonly string[] {
  const folders = ["packages", "apps", "examples", "examples/plugins"];
  const below = folders.flatMap((folder) => {
    const names = existsSync(path.join(root, folder)) ? readdirSync(path.join(root, folder)) : [];
    return names.map((name) => path.join(folder, name, "README.md"));
  });
  const docs = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("adr"))
    .map((name) => path.join("docs", name));
  const names = ["README.md", ...docs.sort(), ...below].filter((name) => !guides.includes(name));
  return names.filter((name) => existsSync(path.join(root, name)));
}

async function tryDocument(file: string): Promise<readonly string[]> {
  const fences = readFences(readFileSync(file, "utf8"));
  using workspace = createWorkspace(exampleOf(file));
  for (const fence of fences) writeFile(fence, workspace);
  const problems: string[] = [];
  for (const fence of fences) {
    const found = await tryFence(fence, workspace);
    problems.push(...found.map((problem) => `line ${fence.line}: ${problem}`));
  }
  return problems;
}

/** Documents in an example speak of its files. */
function exampleOf(file: string): string | undefined {
  const folder = path.dirname(file);
  return path.relative(root, folder).startsWith("examples/") ? folder : undefined;
}

function writeFile(fence: Fence, workspace: Workspace): void {
  const name = fileOf(fence);
  if (name !== undefined) workspace.write(name, fence.text);
}

async function tryFence(fence: Fence, workspace: Workspace): Promise<readonly string[]> {
  writeFile(fence, workspace);
  const better = instead[fence.language];
  if (better !== undefined) return [`write ${better}, so that it is tried`];
  if (fence.language === "console") {
    tried += 1;
    return runConsole(fence.text, workspace);
  }
  if (fence.language !== "yaml" || fileOf(fence) !== undefined) return [];
  tried += 1;
  return tryConfiguration(fence, workspace);
}

async function tryConfiguration({ words, text }: Fence, workspace: Workspace): Promise<readonly string[]> {
  const [kind, place = ""] = words;
  if (kind !== undefined && kind !== "fragment" && kind !== "invalid") return [`yaml ${kind} is not known`];
  const name = kind === undefined ? "backworks.yaml" : "try.yaml";
  workspace.write(name, kind === "fragment" ? completeFragment(text, place) : text);
  const { code, stdout, stderr } = await runCommand(["validate", name], { cwd: workspace.folder });
  const expected = kind === "invalid" ? invalid : 0;
  return code === expected ? [] : [`validate ended with ${code}, not ${expected}\n${stdout}${stderr}`];
}
