import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { createProject } from "../testing/project.ts";
import type { Project, Ran } from "../testing/project.ts";
import { startRegistry } from "../testing/registry.ts";
import type { ServedPackage } from "../testing/registry.ts";

// npm and another process run here
jest.setTimeout(60_000);

const schema = `{ "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }), jsonSchema: { input: () => ({
  type: "object", required: ["url"],
  properties: { url: { type: "string", description: "Where" }, most: { type: "integer", default: 5, description: "How many" } },
}) } } }`;

function plugin(
  name: string,
  { first = "", api = "^1.0.0", peer = "^1.0.0", marked = true, needs = "" } = {},
): ServedPackage {
  const code = `import { definePlugin } from "@backworks/core";
import { readFileSync } from "node:fs";
${first}
export default definePlugin({ name: "${name}", version: "1.0.0", apiVersion: "${api}", options: ${schema}, initialize() {} });`;
  const manifest = {
    description: "Does things",
    license: "MIT",
    peerDependencies: { "@backworks/core": peer },
    ...(needs !== "" && { dependencies: { [needs]: "^1.0.0" } }),
    ...(marked && { backworks: { plugin: true, api } }),
  };
  return { name: `backworks-plugin-${name}`, version: "1.0.0", manifest, files: { "index.js": code } };
}

/** `plugins info` of the one package that the registry has. */
async function infoOf(project: Project, one: ServedPackage, name: string): Promise<Ran> {
  await using registry = await startRegistry([one]);
  // The registry is there until the command has ended.
  return await project.run(`plugins info ${name} --json`, { env: { PATH: process.env["PATH"], ...registry.env } });
}

describe("plugins info of a package that is not installed", () => {
  it("tells its options with defaults, and installs nothing", async () => {
    using project = createProject();

    const ran = await infoOf(project, plugin("one"), "one");

    expect(ran.json()).toEqual({
      package: "backworks-plugin-one",
      version: "1.0.0",
      description: "Does things",
      license: "MIT",
      core: "^1.0.0",
      enabled: "no: backworks plugins add one",
      name: "one",
      api: "^1.0.0",
      failure: "open",
      options: "url: string, required  Where\nmost: integer = 5  How many",
    });
    expect(existsSync(join(project.folder, ".backworks"))).toBe(false);
  });

  it("lets its code not read, write or run anything", async () => {
    using project = createProject({ secret: "s3cret" });
    const file = JSON.stringify(join(project.folder, "made"));
    const first = `import { writeFileSync } from "node:fs";
import { execSync } from "node:child_process";
import { Worker } from "node:worker_threads";
const attempts = {
  read: () => readFileSync(${file} + "/../secret"),
  write: () => writeFileSync(${file}, ""),
  run: () => execSync("touch " + ${file}),
  thread: () => new Worker("", { eval: true }),
  environment: () => process.env.PATH.length,
};
const could = Object.entries(attempts).filter(([, attempt]) => {
  try { attempt(); return true; } catch { return false; }
});
throw new Error("it could " + could.map(([name]) => name).join());`;

    const ran = await infoOf(project, plugin("one", { first }), "one");

    expect(ran.json()).toMatchObject({ options: "cannot be told: it could " });
    expect(existsSync(join(project.folder, "made"))).toBe(false);
  });

  it.each([
    ["is written for another core", { peer: ">=99" }, /cannot be told: .*>=99/],
    ["needs what the registry does not have", { needs: "nobody" }, /cannot be told: npm could not install/],
    ["throws", { first: "nothing.at.all;" }, /cannot be told: nothing is not defined/],
    ["ends the process", { first: "process.exit(0);" }, /cannot be told: /],
  ])("tells what it can of one that %s", async (_what, parts, problem) => {
    using project = createProject();

    const ran = await infoOf(project, plugin("one", parts), "one");

    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({ description: "Does things", options: expect.stringMatching(problem) });
  });

  it("runs nothing of a package that does not call itself a plugin", async () => {
    using project = createProject();

    const ran = await infoOf(project, plugin("one", { marked: false }), "backworks-plugin-one");

    expect(ran.code).toBe(4);
    expect(ran.err + ran.out).toContain("backworks-plugin-one@1.0.0 is not a plugin");
  });
});
