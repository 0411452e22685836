import { describe, expect, it } from "@jest/globals";
import { createProject } from "./testing/project.ts";
import type { Project } from "./testing/project.ts";

const yaml = "name: shop\nendpoints: {}\nplugins: { one: {} }\n";
const code = (more = ""): string =>
  `export default { [Symbol.for("backworks.plugin")]: true, name: "one", version: "1.2.0", ${more} initialize() {} };`;

function install(project: Project, { source = code(), ...manifest }: Record<string, unknown> = {}): void {
  const folder = "node_modules/backworks-plugin-one";
  const usual = { name: "backworks-plugin-one", version: "1.2.0", type: "module", exports: "./index.js" };
  const marked = { backworks: { plugin: true, api: "^1.0.0" } };
  project.write(`${folder}/package.json`, JSON.stringify({ ...usual, ...marked, ...manifest }));
  project.write(`${folder}/index.js`, String(source));
}

async function checksOf(project: Project): Promise<{ code: number; checks: readonly object[] }> {
  const ran = await project.run("plugins doctor --json");
  return { code: ran.code, checks: ran.json() as readonly object[] };
}

describe("plugins doctor", () => {
  it("finds nothing wrong with what fits", async () => {
    using project = createProject({ "backworks.yaml": yaml.replace("{} }", '{ version: "^1.0.0" } }') });
    install(project, {
      engines: { node: ">=20" },
      peerDependencies: { "@backworks/core": ">=1.0.0 <2", redis: "^6.0.0" },
      peerDependenciesMeta: { redis: { optional: true } },
    });

    expect(await checksOf(project)).toEqual({
      code: 0,
      checks: [{ what: "one", state: "good", found: "backworks-plugin-one@1.2.0, project" }],
    });
  });

  it.each([
    [
      "core",
      { peerDependencies: { "@backworks/core": ">=99" } },
      /^backworks-plugin-one@1\.2\.0 is written for @backworks\/core >=99, this is \d/,
    ],
    [
      "the plugin API",
      { backworks: { plugin: true, api: "^2.0.0" } },
      /^backworks-plugin-one@1\.2\.0 is written for plugin API \^2\.0\.0, this is 1\.0\.0$/,
    ],
    ["Node", { engines: { node: ">=99" } }, /^backworks-plugin-one@1\.2\.0 needs Node >=99, this is \d/],
    [
      "a peer that is missing",
      { peerDependencies: { redis: "^6.0.0" } },
      /^backworks-plugin-one@1\.2\.0 needs redis \^6\.0\.0, which is not installed$/,
    ],
    [
      "a peer that is too old, although it may be missing",
      { peerDependencies: { old: "^6.0.0" }, peerDependenciesMeta: { old: { optional: true } } },
      /^backworks-plugin-one@1\.2\.0 needs old \^6\.0\.0, which is 5\.1\.0 here$/,
    ],
  ])("tells what does not fit %s, and what to do", async (_what, manifest, found) => {
    using project = createProject({ "backworks.yaml": yaml });
    project.write("node_modules/old/package.json", '{ "name": "old", "version": "5.1.0" }');
    install(project, manifest);

    const { code: ended, checks } = await checksOf(project);

    expect(ended).toBe(7);
    expect(checks).toEqual([
      {
        what: "one",
        state: "bad",
        found: expect.stringMatching(found),
        mend: expect.stringMatching(/npm (view|install)/),
      },
    ]);
  });

  it("tells of another version than the configuration asks for", async () => {
    using project = createProject({ "backworks.yaml": yaml.replace("{} }", '{ version: "^2.0.0" } }') });
    install(project);

    expect((await checksOf(project)).checks).toEqual([
      {
        what: "one",
        state: "bad",
        found: "backworks-plugin-one@1.2.0 is installed, and the configuration asks for ^2.0.0",
        mend: 'npm install backworks-plugin-one@"^2.0.0"',
      },
    ]);
  });

  it.each([
    ["cannot be imported", "nothing.at.all;", /could not be imported|nothing is not defined/],
    ["is no plugin", "export default 5;", /is not a plugin/],
    ["requires another", code('requires: { two: "^1.0.0" },'), /two/],
  ])("tells of one that %s", async (_what, source, found) => {
    using project = createProject({ "backworks.yaml": yaml });
    install(project, { source });

    const { code: ended, checks } = await checksOf(project);

    expect(ended).toBe(7);
    expect(checks.at(-1)).toMatchObject({ state: "bad", found: expect.stringMatching(found) });
  });

  it("notes what the project has and nothing enables, and not what is only switched off", async () => {
    using project = createProject({
      "backworks.yaml": "name: shop\nendpoints: {}\n",
      "package.json": '{ "dependencies": { "backworks-plugin-one": "1.2.0", "plain": "1.0.0" } }',
      "node_modules/plain/package.json": '{ "name": "plain", "version": "1.0.0" }',
    });
    install(project);

    const unused = await checksOf(project);
    project.write("backworks.yaml", yaml.replace("{} }", "{ enabled: false } }"));
    const off = await checksOf(project);

    expect(unused).toEqual({
      code: 0,
      checks: [
        {
          what: "package.json",
          state: "note",
          found: "has backworks-plugin-one, which nothing enables",
          mend: "npm uninstall backworks-plugin-one, or enable what you need: backworks plugins add <name>",
        },
      ],
    });
    expect(off.checks).toEqual([{ what: "one", state: "good", found: "off: not looked for" }]);
  });
});
