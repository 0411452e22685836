import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { given } from "../../test/expect-one-failure.ts";
import { good } from "../../test/good-plugin.ts";
import { runChecks } from "../check.ts";
import { pluginContract } from "./contract.ts";

const scratch = mkdtempSync(join(tmpdir(), "backworks-package-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const code = `export default { name: "good", version: "1.0.0", initialize() {}, [Symbol.for("backworks.plugin")]: true };\n`;
const manifest = {
  name: "backworks-plugin-good",
  version: "1.0.0",
  type: "module",
  keywords: ["backworks-plugin"],
  engines: { node: ">=20.19" },
  backworks: { plugin: true, api: "^1.0.0" },
  exports: { ".": "./index.js", "./package.json": "./package.json" },
  peerDependencies: { "@backworks/core": ">=1.0.0 <2" },
};

interface BrokenPackage {
  readonly change?: object;
  readonly code?: string;
}

const broken: Readonly<Record<string, BrokenPackage>> = {
  "package: can be imported": { code: "export const plugin = 1;" },
  "package: can be required": { code: `await 0;\n${code}` },
  "package: costs nothing while it is disabled": { code: `setInterval(() => {}, 1000).unref();\n${code}` },
  "package: writes nothing when it is imported": { code: `console.log("hello");\n${code}` },
  "package: says that it is a plugin": { change: { backworks: { plugin: true, api: "^2.0.0" } } },
  "package: can be found": { change: { keywords: ["plugin"] } },
  "package: has core as a peer": { change: { peerDependencies: { "@backworks/core": ">=2" } } },
  "package: has no install scripts": { change: { scripts: { postinstall: "node build.js" } } },
  "package: has the version of the plugin": { change: { version: "1.2.0" } },
  "package: exports its package.json": { change: { exports: { ".": "./index.js" } } },
  "package: has every file it exports": { change: { exports: { ...manifest.exports, "./more": "./more.js" } } },
  "package: names the Node it runs on": { change: { engines: { node: ">=99" } } },
};

let made = 0;

function makePackage({ change, code: text = code }: BrokenPackage): string {
  made += 1;
  const folder = join(scratch, String(made));
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, ...change }));
  writeFileSync(join(folder, "index.js"), text);
  return folder;
}

/** Only what is asked of packages: the rest is asked of the plugin itself. */
async function failuresOf(source: BrokenPackage): Promise<readonly string[]> {
  const checks = pluginContract(good, { ...given, packageFolder: makePackage(source) });
  const outcomes = await runChecks(checks.filter(({ name }) => name.startsWith("package: ")));
  expect(outcomes).toHaveLength(Object.keys(broken).length);
  return outcomes.filter(({ kind }) => kind === "failed").map(({ check }) => check);
}

describe("a package with a plugin", () => {
  it("passes when everything is in order", async () => {
    expect(await failuresOf({})).toEqual([]);
  });

  it.each([
    ["by hand", code.replace("export default", "module.exports =")],
    ["by a compiler", code.replace("export default", "exports.__esModule = true; exports.default =")],
  ])("passes in CommonJS written %s", async (_how, text) => {
    expect(await failuresOf({ code: text, change: { type: "commonjs" } })).toEqual([]);
  });

  it.each(Object.entries(broken))("fails %s, and nothing else", async (name, source) => {
    expect(await failuresOf(source)).toEqual([name]);
  });

  it("has a package.json", async () => {
    const checks = pluginContract(good, { packageFolder: join(scratch, "nobody") });
    const outcomes = await runChecks(checks.filter(({ name }) => name === "package: can be found"));

    expect(outcomes[0]).toMatchObject({ kind: "failed", error: { found: expect.stringContaining("no package.json") } });
  });
});
