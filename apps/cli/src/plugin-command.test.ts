import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { serve } from "@backworks/core";
import { silentLogger } from "@backworks/core/testing";
import { createProject } from "./testing/project.ts";

const counter = `export default {
  name: "counter", version: "1.2.0", description: "Counts", commands: [
    { name: "count", description: "Counts the words it is given",
      run(words, { write, options, projectRoot, logger }) {
        logger.warn("counted", { at: projectRoot.length > 0 });
        write(words.join("+") + "=" + words.length + JSON.stringify(options) + "\\n");
        return words.length;
      } },
  ],
  initialize() { throw new Error("a command does not initialize"); },
};`;
const yaml = `name: shop # of mine
plugins:
  # counts
  counter: { module_path: ./counter.mjs }
  other:
    enabled: false
endpoints: {}
`;

describe("a command of a plugin", () => {
  it("runs with the words after its name, and gives its exit code", async () => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    const ran = await project.run("--config backworks.yaml count a --b");

    expect(ran).toMatchObject({ code: 2, out: "a+--b=2{}\n", err: "warn counter: counted at=true\n" });
  });

  it("is named with its plugin when it throws", async () => {
    const broken = counter.replace(/run\([^]*?\} \},/, 'run() { throw new Error("no disk"); } },');
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": broken });

    const ran = await project.run("count");

    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringContaining("counter failed in the command count: no disk"),
    });
  });

  it("asks the server that runs, and says what that refuses with", async () => {
    const asking = `export default {
  name: "counter", version: "1.2.0", commands: [
    { name: "count", description: "Counts in the server",
      async run(words, { ask, write }) { write(JSON.stringify(await ask(words[0], words.slice(1))) + "\\n"); } },
  ],
  initialize() {
    let count = 0;
    return { contributes: { actions: {
      add: (given) => ({ count: (count += given.length) }),
      fail() { throw new Error("no disk"); },
    } } };
  },
};`;
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": asking });
    const alone = await project.run("count add a");
    await using _running = await serve({ cwd: project.folder, port: 0, control: true, logger: silentLogger });

    expect(alone).toMatchObject({ code: 1, err: expect.stringContaining("BW_CLI_NOT_RUNNING") });
    expect(await project.run("count --cwd . add a b")).toMatchObject({ code: 0, out: '{"count":2}\n' });
    expect((await project.run("count add c --config=backworks.yaml")).out).toBe('{"count":3}\n');
    expect((await project.run("count fail")).err).toContain("plugin counter failed in action fail: no disk");
    expect((await project.run("count lose")).err).toContain("plugin counter has no action lose");
  });

  it("is refused when backworks has one of that name, and when two plugins do", async () => {
    const twin = counter.replace('name: "counter"', 'name: "twin"');
    const files = { "counter.mjs": counter.replace('name: "count"', 'name: "start"'), "twin.mjs": twin };
    using own = createProject({ "backworks.yaml": yaml, ...files });
    using both = createProject({
      "backworks.yaml":
        "name: x\nplugins: { counter: { module_path: ./counter.mjs }, twin: { module_path: ./twin.mjs } }",
      ...files,
      "counter.mjs": counter,
    });

    expect((await own.run("validate")).out).toContain(
      "./counter.mjs is not a plugin: commands[0] (start) has the name of a command of backworks itself",
    );
    expect((await both.run("validate")).out).toContain("plugins counter and twin both bring the command count");
  });

  it("stands in the help of the project", async () => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    expect((await project.run("--help")).out).toMatch(/count +Counts the words/);
  });

  it("is found by a near word, and not taken for unknown when the configuration does not load", async () => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    const near = await project.run("cuont");
    project.write("backworks.yaml", "nme: x\n");
    const unsure = await project.run("count");

    expect(near).toMatchObject({ code: 2, err: expect.stringContaining("did you mean count?") });
    expect(unsure).toMatchObject({ code: 2, err: expect.stringContaining("does not load") });
  });
});

describe("plugins", () => {
  it("lists enabled and disabled ones with where they come from", async () => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    const ran = await project.run("plugins");

    expect(ran.out).toMatch(/● counter +\.\/counter\.mjs +file\n○ other +off\n/);
    expect((await project.run("plugins list --json")).json()).toEqual([
      { name: "counter", enabled: true, from: "file", file: "./counter.mjs" },
      { name: "other", enabled: false, from: "off" },
    ]);
  });

  it("tells about one", async () => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    expect((await project.run("plugins info counter --json")).json()).toMatchObject({
      name: "counter",
      version: "1.2.0",
      from: "./counter.mjs",
      commands: "count",
    });
  });

  it("shows options of lists and mappings below their own", async () => {
    const schema = `{ "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }), jsonSchema: { input: () => ({
      type: "object", required: ["name"],
      properties: {
        name: { type: "string" },
        mode: { enum: ["a", "b"], default: "a", description: "How" },
        stores: { type: "array", items: { type: "object", properties: { url: { type: "string", description: "Where" } } } },
        retry: { type: "object", properties: { attempts: { anyOf: [{ type: "integer" }, { const: false }] } } },
        limits: { type: "object", additionalProperties: { type: "number" } },
      } }) } } }`;
    const withOptions = counter.replace('version: "1.2.0",', `version: "1.2.0", options: ${schema},`);
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": withOptions });

    expect((await project.run("plugins info counter --json")).json()).toMatchObject({
      options: [
        "name: string, required",
        'mode: "a" | "b" = "a"  How',
        "stores: list of object",
        "stores[].url: string  Where",
        "retry: object",
        "retry.attempts: integer | false",
        "limits: number by name",
      ].join("\n"),
    });
  });

  it("are warned of by validate when a hook is for an endpoint that is not there", async () => {
    const slip = counter.replace(
      /initialize[^]*/,
      'initialize: () => ({ finished: { when: { endpoints: ["usrs"] }, run() {} } }) };',
    );
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": slip });

    const ran = await project.run("validate");

    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining("warn plugin counter: hook is for endpoints") });
    expect((await project.run("validate --json")).json()).toMatchObject({
      valid: true,
      warnings: [expect.stringContaining('endpoints=["usrs"]')],
    });
  });

  it.each([
    ["other", "  other:\n    enabled: true\n"],
    ["cache@^1.2.0", '  cache:\n    enabled: true\n    version: "^1.2.0"\n'],
    ["@acme/bw-auth --as auth", '  auth:\n    enabled: true\n    package: "@acme/bw-auth"\n'],
    ["./plugins/mine.js", '  mine:\n    enabled: true\n    module_path: "./plugins/mine.js"\n'],
  ])("adds %s and keeps comments", async (words, expected) => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter, "plugins/mine.js": counter });

    const ran = await project.run(`plugins add ${words} --no-install`);

    expect(ran.code).toBe(0);
    expect(project.read("backworks.yaml")).toContain(expected);
    expect(project.read("backworks.yaml")).toContain("name: shop # of mine\nplugins:\n  # counts\n");
    expect(existsSync(join(project.folder, ".backworks"))).toBe(false);
  });

  it.each([
    ["./plugins/none.js", "BW_FILE_MISSING"],
    ["'./plugins/my own.js'", "--as <name>"],
    ["@acme/bw-auth --as a.b", "--as <name>"],
  ])("adds nothing of what cannot be one: %s", async (words, told) => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    const ran = await project.run(`plugins add ${words} --no-install`);

    expect(ran.code).not.toBe(0);
    expect(ran.err).toContain(told);
    expect(project.read("backworks.yaml")).toBe(yaml);
  });

  it("adds to the file that a link leads to", async () => {
    using project = createProject({ "kept/shop.yaml": yaml, "counter.mjs": counter });
    symlinkSync("kept/shop.yaml", join(project.folder, "backworks.yaml"));

    await project.run("plugins add other --no-install");

    expect(project.read("kept/shop.yaml")).toContain("other:");
  });

  it("removes one and says so when there is none", async () => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    const removed = await project.run("plugins remove counter");
    const missing = await project.run("plugins remove othr");

    expect(removed.code).toBe(0);
    expect(project.read("backworks.yaml")).not.toContain("counter:");
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("did you mean other?") });
  });

  it("does not touch a layout it does not understand", async () => {
    using project = createProject({ "backworks.yaml": "{ name: shop, endpoints: {} }\n" });

    const ran = await project.run("plugins add cache --no-install");

    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("BW_CLI_EDIT_UNSAFE") });
    expect(project.read("backworks.yaml")).toBe("{ name: shop, endpoints: {} }\n");
  });

  it("doctor ends with 7 when one is missing", async () => {
    using project = createProject({ "backworks.yaml": yaml, "counter.mjs": counter });

    const good = await project.run("plugins doctor");
    await project.run("plugins add cache --no-install");
    const bad = await project.run("plugins doctor");
    const all = await project.run("doctor --json");

    expect(good.code).toBe(0);
    expect(bad).toMatchObject({ code: 7, out: expect.stringContaining("✗ cache  not installed") });
    expect(all.code).toBe(7);
    expect(all.json()).toContainEqual(expect.objectContaining({ what: "Node", state: "good" }));
  });
});
