import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createRig, entry, plugin } from "../../test/plugin-rig.ts";
import type { PluginEntry } from "../config/config.ts";
import type { Place } from "../errors.ts";
import type { PluginDefinition } from "../plugin.ts";
import { loadModes } from "./load-modes.ts";
import { installedPlugin, missingModes, missingPlugins } from "./missing.ts";

let root = "";
let beside = "";

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "backworks-plugins-")));
  beside = realpathSync(mkdtempSync(join(tmpdir(), "backworks-beside-")));
});

afterEach(() => {
  for (const folder of [root, beside]) rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The code of a plugin that does nothing, marked without importing core. */
function code(name: string, more = ""): string {
  return `export default { [Symbol.for("backworks.plugin")]: true, name: "${name}", version: "1.2.0", ${more} initialize() {} };`;
}

interface PackageParts {
  readonly manifest?: Record<string, unknown>;
  readonly source?: string;
}

function install(folder: string, name: string, { manifest = {}, source }: PackageParts = {}): void {
  const plain = name.replace(/^.*plugin-/, "");
  const json = { name, version: "1.2.0", type: "module", exports: { ".": { import: "./main.js" } }, ...manifest };
  write(join(folder, "node_modules", name, "package.json"), JSON.stringify(json));
  write(join(folder, "node_modules", name, "main.js"), source ?? code(plain));
}

const place: Place = { source: { file: "backworks.yaml", text: "" }, line: 7, column: 3, length: 5 };

async function load(...entries: PluginEntry[]): Promise<string[]> {
  const { manager } = createRig({ root, searchFrom: [beside] });
  const found = await manager.loadPlugins(entries, new Map(), () => place);
  return [...found].map(([name, { version }]) => `${name}@${version}`);
}

describe("looking for a plugin", () => {
  it.each([
    ["the official package", "@backworks/plugin-cache", {}],
    ["a third party's package", "backworks-plugin-cache", {}],
    ["the package that is named", "@acme/backworks-plugin-cache", { package: "@acme/backworks-plugin-cache" }],
  ])("finds %s", async (_what, name, more) => {
    install(root, name);

    expect(await load(entry("cache", more))).toEqual(["cache@1.2.0"]);
  });

  it("finds it above the project and beside the command, the project first", async () => {
    install(beside, "@backworks/plugin-cache", { source: code("other") });
    install(root, "backworks-plugin-cache");
    const below = join(root, "apps", "shop");
    mkdirSync(below, { recursive: true });
    const { manager } = createRig({ root: below, searchFrom: [beside] });

    expect([...(await manager.loadPlugins([entry("cache")])).keys()]).toEqual(["cache"]);
  });

  it("takes an underscore in the YAML for a hyphen", async () => {
    install(root, "@backworks/plugin-rate-limit");

    expect(await load(entry("rate_limit"))).toEqual(["rate_limit@1.2.0"]);
  });

  it.each([
    ["exports as text", { exports: "./main.js" }],
    ["conditions without a dot", { exports: { types: "./x.d.ts", node: { import: "./main.js" } } }],
    ["a list of choices", { exports: { ".": [{ browser: "./no.js" }, "./main.js"] } }],
    ["main", { exports: undefined, main: "main.js" }],
    ["main without its ending", { exports: undefined, main: "main" }],
  ])("reads %s", async (_what, manifest) => {
    install(root, "@backworks/plugin-cache", { manifest });

    expect(await load(entry("cache"))).toEqual(["cache@1.2.0"]);
  });

  it("takes the default export that CommonJS compilers wrap", async () => {
    install(root, "@backworks/plugin-cache", {
      source: `const inner = (() => { ${code("cache").replace("export default", "return")} })();\nexport default { default: inner };`,
    });

    expect(await load(entry("cache"))).toEqual(["cache@1.2.0"]);
  });

  it("loads a file or a folder of the project by module_path", async () => {
    write(join(root, "plugins", "a.mjs"), code("a"));
    write(join(root, "b", "package.json"), JSON.stringify({ name: "b", type: "module", exports: "./lib/b.js" }));
    write(join(root, "b", "lib", "b.js"), code("b"));

    expect(await load(entry("a", { modulePath: "./plugins/a.mjs" }), entry("b", { modulePath: "b" }))).toEqual([
      "a@1.2.0",
      "b@1.2.0",
    ]);
  });

  it("takes a plain object from a file of the project", async () => {
    write(join(root, "a.mjs"), 'export default { name: "a", version: "0.1.0", initialize() {} };');

    expect(await load(entry("a", { modulePath: "a.mjs" }))).toEqual(["a@0.1.0"]);
  });

  it("loads a file outside the project only by its absolute path", async () => {
    write(join(beside, "a.mjs"), code("a"));
    symlinkSync(beside, join(root, "link"));

    expect(await load(entry("a", { modulePath: join(beside, "a.mjs") }))).toEqual(["a@1.2.0"]);
    for (const modulePath of [`../${beside.split("/").at(-1)}/a.mjs`, "link/a.mjs"]) {
      await expect(load(entry("a", { modulePath }))).rejects.toMatchObject({ code: "BW_FILE_OUTSIDE", where: place });
    }
  });

  it("imports a changed file anew", async () => {
    const urls: string[] = [];
    const file = join(root, "a.mjs");
    write(file, code("a"));
    const definition = plugin("a");
    const { manager } = createRig({ root, loadModule: async (url) => (urls.push(url), { default: definition }) });
    const wanted = [entry("a", { modulePath: "a.mjs" })];

    await manager.loadPlugins(wanted);
    await manager.loadPlugins(wanted);
    write(file, `${code("a")}\n`);
    await manager.loadPlugins(wanted);

    expect(urls[0]).toBe(urls[1]);
    expect(urls[2]).toMatch(/a\.mjs\?v=[0-9a-f]{12}$/);
    expect(manager.watchedFiles()).toEqual([file]);
  });

  it("imports nothing that is not asked for", async () => {
    install(root, "@backworks/plugin-other", { source: "globalThis.imported = true;" });
    install(root, "@backworks/plugin-cache");

    await load(entry("cache"));

    expect((globalThis as { imported?: boolean }).imported).toBeUndefined();
  });
});

describe("a plugin that cannot be used", () => {
  const missing = entry("cache", { version: "^2.0.0" });

  it.each([
    [
      "is not installed",
      {},
      missing,
      "BW_PLUGIN_NOT_FOUND",
      "npm install @backworks/plugin-cache@^2.0.0 or npm install backworks-plugin-cache@^2.0.0",
    ],
    [
      "has another version",
      { manifest: {} },
      missing,
      "BW_PLUGIN_VERSION",
      'npm install @backworks/plugin-cache@"^2.0.0"',
    ],
    [
      "is for another API, says package.json",
      { manifest: { backworks: { plugin: true, api: "^2.0.0" } }, source: "throw new Error('ran')" },
      entry("cache"),
      "BW_PLUGIN_API",
      "plugin API 1.0.0",
    ],
    [
      "is for another API, says the plugin",
      { source: code("cache", 'apiVersion: "^2.0.0",') },
      entry("cache"),
      "BW_PLUGIN_API",
      "plugin API 1.0.0",
    ],
    ["has another name", { source: code("store") }, entry("cache"), "BW_PLUGIN_NAME", "write store: below plugins"],
    [
      "throws while it loads",
      { source: "throw new Error('boom')" },
      entry("cache"),
      "BW_PLUGIN_IMPORT",
      "plugin-cache/main.js:1:7",
    ],
    ["has no default export", { source: "export const x = 1;" }, entry("cache"), "BW_PLUGIN_INVALID", undefined],
    [
      "was not made with definePlugin",
      { source: "export default { name: 'cache' };" },
      entry("cache"),
      "BW_PLUGIN_INVALID",
      undefined,
    ],
    [
      "has a member nobody knows",
      { source: code("cache", "initialise() {},") },
      entry("cache"),
      "BW_PLUGIN_INVALID",
      "did you mean initialize?",
    ],
    [
      "has a hook that initialize should return",
      { source: code("cache", "onRequest() {},") },
      entry("cache"),
      "BW_PLUGIN_INVALID",
      "hooks are returned by initialize",
    ],
    [
      "has options that are no schema",
      { source: code("cache", "options: {},") },
      entry("cache"),
      "BW_PLUGIN_INVALID",
      undefined,
    ],
  ] as const)("because it %s, is refused with what to do", async (...row) => {
    const [, parts, wanted, errorCode, hint] = row;
    if (Object.keys(parts).length > 0) install(root, "@backworks/plugin-cache", parts);

    const error: unknown = await load(wanted).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: errorCode, where: place });
    expect((error as { hint?: string }).hint ?? "").toContain(hint ?? "");
  });

  it.each([
    ["export const x = 1;", "BW_PLUGIN_INVALID"],
    ["export default { name: 'a', version: '1.0.0' };", "BW_PLUGIN_INVALID"],
    ["export default { get name() { throw new Error('no'); } };", "BW_PLUGIN_INVALID"],
    ["export default { name: 'a', version: '1.0', initialize() {} };", "BW_PLUGIN_INVALID"],
    ["export default { name: 'a', version: 'v1.0.0', initialize() {} };", "BW_PLUGIN_INVALID"],
    ["export default { name: 'a', version: '1.0.0', requires: ['b'], initialize() {} };", "BW_PLUGIN_INVALID"],
    ["export default { name: 'a', version: '1.0.0', order: { after: 'b' }, initialize() {} };", "BW_PLUGIN_INVALID"],
    ["export default { name: 'a', version: '1.0.0', order: { first: [] }, initialize() {} };", "BW_PLUGIN_INVALID"],
    ["import '@backworks/core-that-is-not-there';", "BW_PLUGIN_IMPORT"],
  ])("is refused when its file holds %s", async (source, errorCode) => {
    write(join(root, "a.mjs"), source);

    await expect(load(entry("a", { modulePath: "a.mjs" }))).rejects.toMatchObject({ code: errorCode, where: place });
  });

  it("is refused with the line of its code that throws", async () => {
    write(join(root, "a.mjs"), "\n\nthrow new Error('boom');");
    const error = new Error("boom");
    error.stack = `Error: boom\n    at file://${root}/a.mjs:3:7\n    at node:internal/x:1:1`;
    const { manager } = createRig({ root, loadModule: () => Promise.reject(error) });

    const loaded = manager.loadPlugins([entry("a", { modulePath: "a.mjs" })]);

    await expect(loaded).rejects.toMatchObject({ code: "BW_PLUGIN_IMPORT", hint: `at ${root}/a.mjs:3:7` });
  });

  it("is refused with its file when module_path leads nowhere", async () => {
    await expect(load(entry("a", { modulePath: "./no.js" }))).rejects.toMatchObject({
      code: "BW_FILE_MISSING",
      where: place,
    });
  });

  it("is refused when Node cannot load such a file", async () => {
    write(join(root, "business.so"), "");

    await expect(load(entry("a", { modulePath: "./business.so" }))).rejects.toMatchObject({
      code: "BW_PLUGIN_INVALID",
      hint: "a module ends in .js, .mjs, .cjs, .ts or .mts",
    });
  });

  it("does not hide the others", async () => {
    install(root, "@backworks/plugin-cache", { source: "throw new Error('boom')" });

    await expect(load(entry("ai"), entry("cache"))).rejects.toMatchObject({
      code: "BW_PLUGINS_INVALID",
      errors: [{ code: "BW_PLUGIN_NOT_FOUND" }, { code: "BW_PLUGIN_IMPORT" }],
    });
  });
});

describe("plugins among each other", () => {
  async function order(...plugins: PluginDefinition[]): Promise<readonly string[]> {
    const given = new Map(plugins.map((one) => [one.name, one]));
    return [
      ...(
        await createRig().manager.loadPlugins(
          [...given.keys()].map((name) => entry(name)),
          given,
        )
      ).keys(),
    ];
  }

  it("come after what they require", async () => {
    expect(await order(plugin("a", {}, { requires: { z: "^1.0.0" } }), plugin("z"))).toEqual(["z", "a"]);
  });

  it.each([
    ["is not enabled", { requires: { monitoring: "^1.0.0" } }, "is not enabled"],
    ["is too old", { requires: { z: ">=1.5" } }, "is version 1.0.0 here"],
    ["is too old for an optional wish", { optional: { z: "~2.1" } }, "is version 1.0.0 here"],
    ["has a range nobody can read", { requires: { z: "about one" } }, "is not a version range"],
  ])("are refused when what they need %s", async (_why, more, problem) => {
    await expect(order(plugin("a", {}, more), plugin("z"))).rejects.toMatchObject({
      code: "BW_PLUGIN_REQUIRES",
      details: { plugin: "a", problem },
    });
  });

  it("may wish for what is not there", async () => {
    expect(
      await order(plugin("a", {}, { optional: { monitoring: "^1.0.0" }, order: { after: ["security"] } })),
    ).toEqual(["a"]);
  });

  it("are refused with the circle they wait in", async () => {
    const a = plugin("a", {}, { order: { after: ["b"] } });
    const b = plugin("b", {}, { order: { after: ["c"] } });
    const c = plugin("c", {}, { order: { after: ["a"] } });

    await expect(order(a, b, c)).rejects.toMatchObject({
      code: "BW_PLUGIN_ORDER",
      details: { circle: "a -> b -> c -> a" },
    });
  });

  it("are refused when both bring the same command", async () => {
    const commands = [{ name: "seed", description: "", run() {} }];

    await expect(order(plugin("a", {}, { commands }), plugin("b", {}, { commands }))).rejects.toMatchObject({
      code: "BW_PLUGIN_CONFLICT",
      details: { first: "a", second: "b", what: "the command seed" },
    });
  });
});

describe("what is missing", () => {
  it("is told with what npm may be asked for", () => {
    install(root, "backworks-plugin-there");

    const missing = missingPlugins(
      [
        entry("there"),
        entry("local", { modulePath: "./x.js" }),
        entry("rate_limit", { version: "^1.2.0" }),
        entry("mine", { package: "@acme/mine" }),
      ],
      [root],
    );

    expect(missing).toEqual([
      {
        name: "rate_limit",
        kind: "plugin",
        specs: ["@backworks/plugin-rate-limit@^1.2.0", "backworks-plugin-rate-limit@^1.2.0"],
      },
      { name: "mine", kind: "plugin", specs: ["@acme/mine"] },
    ]);
  });

  it("includes modes", () => {
    expect(missingModes(["mock", "proxy"], [root], new Set(["mock"]))).toEqual([
      { name: "proxy", kind: "mode", specs: ["@backworks/mode-proxy", "backworks-mode-proxy"] },
    ]);
  });

  it("does not include what is installed, whose facts are read without importing it", () => {
    const manifest = { backworks: { plugin: true, api: "^1.0.0" }, peerDependencies: { "@backworks/core": "^1.0.0" } };
    install(beside, "backworks-plugin-cache", { manifest, source: "throw new Error('imported')" });

    expect(installedPlugin(entry("cache"), [root, beside])).toMatchObject({
      name: "backworks-plugin-cache",
      version: "1.2.0",
      api: "^1.0.0",
      corePeer: "^1.0.0",
      directory: join(beside, "node_modules", "backworks-plugin-cache"),
      foundFrom: beside,
    });
  });
});

describe("loadModes", () => {
  const mode = (name: string): string =>
    `export default { name: "${name}", description: "", endpointKeys: {}, open() {}, compile() {} };`;
  const sources = (): { folders: string[]; loadModule: (url: string) => Promise<unknown> } => ({
    folders: [root],
    loadModule: async (url) => import(url),
  });

  it("finds modes by their name and leaves out what is not installed", async () => {
    install(root, "@backworks/mode-soap", { source: mode("soap") });

    const modes = await loadModes(
      new Map([
        ["soap", place],
        ["mok", place],
      ]),
      sources(),
    );

    expect([...modes.keys()]).toEqual(["soap"]);
  });

  it.each([
    ["is not a mode", "export default {};"],
    ["is another mode", mode("rest")],
    ["throws while it loads", "throw new Error('boom');"],
    ["offers what is no service", mode("soap").replace("open()", "services: [{}], open()")],
    ["uses what is no service", mode("soap").replace("open()", "uses: ['apis'], open()")],
  ])("refuses a package that %s", async (_what, source) => {
    install(root, "backworks-mode-soap", { source });

    await expect(loadModes(new Map([["soap", place]]), sources())).rejects.toMatchObject({
      code: "BW_MODE_INVALID",
      where: place,
    });
  });
});
