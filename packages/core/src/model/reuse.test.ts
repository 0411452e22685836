import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "../clock.ts";
import { checkConfig } from "../config/check.ts";
import { createProjectFiles } from "../config/project-files.ts";
import { readConfig } from "../config/read.ts";
import type { Place } from "../errors.ts";
import type { Handler } from "../exchange.ts";
import { silentLogger } from "../logger.ts";
import { defineMode } from "../mode.ts";
import type { EndpointSource, Mode } from "../mode.ts";
import { noPace } from "../pace.ts";
import { createResourcePool } from "../resource-pool.ts";
import { createRouter } from "../router/router.ts";
import { noHooks } from "./built-in.ts";
import { buildApp } from "./build.ts";
import type { BuildParts, BuiltApp } from "./build.ts";

const anything = {
  "~standard": { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) },
};

interface Block {
  readonly file?: string;
  readonly fail?: boolean;
  readonly shared?: boolean;
}

/** A mode that says what is done with it. */
function createMode(events: string[], places: Map<string, Place>): Mode {
  let opened = 0;
  const blockOf = ({ values }: EndpointSource): Block => values["test"] as Block;
  return defineMode<number>({
    name: "test",
    description: "for tests",
    endpointKeys: { test: anything },
    rootKeys: { root: anything },
    identity: (endpoints) => endpoints.filter((one) => blockOf(one).shared === true).map(({ identity }) => identity),
    async open({ values, files, resources }) {
      opened += 1;
      events.push(`open ${opened}`);
      const { file, fail } = (values["root"] ?? {}) as Block;
      if (file !== undefined) files.readText(file);
      await resources.acquire("pool", {
        open: () => events.push("pool opened"),
        close: () => void events.push("pool closed"),
      });
      if (fail === true) throw new TypeError("cannot open");
      return opened;
    },
    compile(endpoint): Handler {
      const { file, fail } = blockOf(endpoint);
      if (file !== undefined) endpoint.files.readText(file);
      if (fail === true) throw new TypeError("cannot compile");
      events.push(`compile ${endpoint.name}`);
      places.set(endpoint.name, endpoint.place(["test"]));
      return () => ({});
    },
    release: ({ name }) => void events.push(`release ${name}`),
    close: (resources) => void events.push(`close ${resources}`),
  });
}

class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "backworks-reuse-"));
  readonly events: string[] = [];
  readonly places = new Map<string, Place>();
  readonly mode = createMode(this.events, this.places);
  readonly pool = createResourcePool();
  parts: Partial<BuildParts["context"]> = {};

  async build(yaml: string, before?: BuiltApp): Promise<BuiltApp> {
    const modes = new Map([["test", this.mode]]);
    const raw = await readConfig({ cwd: this.folder, text: `name: x\nmode: test\n${yaml}`, env: {} });
    const config = await checkConfig(raw, { modes, plugins: new Map() });
    const answer: Handler = () => ({});
    const built = await buildApp(config, {
      generation: 1,
      development: false,
      logFormat: "json",
      modes,
      before,
      pace: noPace,
      context: {
        files: createProjectFiles(this.folder),
        clock: systemClock,
        scheduler: systemScheduler,
        random: () => 0,
        logger: silentLogger,
        environment: {},
        templateFunctions: new Map(),
        services: new Map(),
        pool: this.pool,
        hide() {},
        templateSettings: {},
        createTemplates: () => ({
          compile: () => {
            throw new TypeError("no template is compiled");
          },
        }),
        ...this.parts,
      },
      findHooks: () => noHooks,
      compileValidation: async () => undefined,
      findLimit: () => null,
      rateLimit: undefined,
      handlers: [],
      middleware: [],
      mounts: [],
      answers: {
        notFound: answer,
        malformed: answer,
        notAllowed: () => answer,
        options: () => answer,
        preflight: (handler) => handler,
        health: answer,
        ready: answer,
      },
      createRouter,
    });
    built.adopt();
    return built;
  }

  /** What happened since the last call. */
  taken(): readonly string[] {
    return this.events.splice(0);
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }
}

const two = "endpoints:\n  a: { path: /a, test: { k: 1 } }\n  b: { path: /b, test: { k: 1 } }\n";

describe("an App that follows another", () => {
  let bench = new Bench();

  beforeEach(() => {
    bench = new Bench();
  });

  afterEach(() => rmSync(bench.folder, { recursive: true }));

  const handlerOf = ({ app }: BuiltApp, endpoint: string): unknown =>
    app.routes.find(({ info }) => info?.endpoint === endpoint)?.handler;

  it("compiles only the endpoint that changed", async () => {
    const first = await bench.build(two);
    bench.taken();

    const second = await bench.build(two.replace("/b, test: { k: 1 }", "/b, test: { k: 2 }"), first);

    expect(bench.taken()).toEqual(["compile b"]);
    expect(handlerOf(second, "a")).toBe(handlerOf(first, "a"));
    expect(handlerOf(second, "b")).not.toBe(handlerOf(first, "b"));
  });

  it("ends what nobody has any more, once, in the order in which it was given up", async () => {
    const first = await bench.build(two);
    const second = await bench.build(two.replace("/b, test: { k: 1 }", "/b, test: { k: 2 }"), first);
    bench.taken();

    await first.close();
    expect(bench.taken()).toEqual(["release b"]);
    await second.close();
    expect(bench.taken()).toEqual(["release a", "release b", "close 1", "pool closed"]);
  });

  it("is made like the one before when nothing changed", async () => {
    const first = await bench.build(two);
    const second = await bench.build(two, first);
    const third = await bench.build(`${two}root: { k: 1 }\n`, second);

    expect([second.isMadeLike(first), third.isMadeLike(second)]).toEqual([true, false]);
    expect(second.app.hash).toBe(first.app.hash);
  });

  it("does not compile an endpoint that only moved, and its places move along", async () => {
    const first = await bench.build(two);
    bench.taken();

    await bench.build(`# a comment\n\n${two}`, first);

    expect(bench.taken()).toEqual([]);
    expect(bench.places.get("b")?.line).toBe(7);
    expect(bench.places.get("b")?.source.text).toContain("# a comment");
  });

  it("leaves places alone when it never serves", async () => {
    const first = await bench.build(two);

    await expect(bench.build(`# a comment\n${two}  c: { path: /c, test: { fail: true } }\n`, first)).rejects.toThrow(
      "cannot compile",
    );

    expect(bench.places.get("b")?.line).toBe(5);
  });

  it("compares the content of files", async () => {
    bench.write("a.txt", "one");
    const yaml = two.replace("/a, test: { k: 1 }", "/a, test: { file: a.txt }");
    const first = await bench.build(yaml);
    bench.taken();

    bench.write("a.txt", "one");
    const second = await bench.build(yaml, first);
    expect(bench.taken()).toEqual([]);
    bench.write("a.txt", "two");
    const third = await bench.build(yaml, second);

    expect(bench.taken()).toEqual(["compile a"]);
    expect(third.app.hash).not.toBe(second.app.hash);
    expect(third.files).toEqual(["a.txt"]);
  });

  it.each<[string, string, Partial<BuildParts["context"]>]>([
    ["a root key", `${two}root: { k: 2 }\n`, {}],
    ["the base path", `${two}server: { base_path: /v1 }\n`, {}],
    ["the environment", two, { environment: { A: "1" } }],
    ["what holds for all templates", two, { templateSettings: { strict: true } }],
    ["a service", two, { services: new Map([["s", {}]]) }],
    ["a template function", two, { templateFunctions: new Map([["f", { call: () => null }]]) as never }],
    ["what the mode says of all endpoints", `${two}  c: { path: /c, test: { shared: true } }\n`, {}],
  ])("opens the mode again when %s is another", async (_what, yaml, parts) => {
    const first = await bench.build(two);
    bench.taken();
    bench.parts = parts;

    const second = await bench.build(yaml, first);
    const events = bench.taken();
    await first.close();

    expect(events).toEqual(expect.arrayContaining(["open 2", "compile a", "compile b"]));
    expect(bench.taken()).toEqual(["release a", "release b", "close 1"]);
    await second.close();
    expect(bench.pool.keys).toEqual([]);
  });

  it("opens the mode again when a file that it read for itself changed", async () => {
    bench.write("root.txt", "one");
    const yaml = `${two}root: { file: root.txt }\n`;
    const first = await bench.build(yaml);
    bench.write("root.txt", "two");
    bench.taken();

    await bench.build(yaml, first);

    expect(bench.taken()).toContain("open 2");
  });

  it.each([
    ["compiled", `${two}  c: { path: /c, test: { fail: true } }\n`],
    ["opened", `${two}root: { fail: true }\n`],
    ["understood", two.replace("path: /a", "path: '/b'")],
  ])("that cannot be %s leaves the one before as it was", async (_what, yaml) => {
    const first = await bench.build(two);
    const handler = handlerOf(first, "a");
    bench.taken();

    await expect(bench.build(yaml, first)).rejects.toBeInstanceOf(Error);
    const ended = bench.taken().filter((event) => /^(?:release [ab]|close 1|pool closed)$/.test(event));
    const third = await bench.build(two, first);

    expect(ended.filter((event) => event !== "release a")).toEqual([]);
    expect(handlerOf(third, "a")).toBe(handler);
    await first.close();
    await third.close();
    expect(bench.taken()).toEqual(expect.arrayContaining(["release a", "release b", "close 1", "pool closed"]));
  });

  it("keeps the identity of an endpoint until it changes", async () => {
    const identities: string[] = [];
    const { compile } = bench.mode;
    Object.assign(bench.mode, {
      compile: (endpoint: EndpointSource, resources: unknown) => {
        identities.push(`${endpoint.name} ${endpoint.identity}`);
        return compile(endpoint, resources, new Map());
      },
    });
    bench.write("a.txt", "one");
    const yaml = two.replace("/a, test: { k: 1 }", "/a, test: { file: a.txt }");
    const first = await bench.build(yaml);
    const second = await bench.build(`${yaml}root: { k: 1 }\n`, first);
    bench.write("a.txt", "two");
    await bench.build(`${yaml}root: { k: 1 }\n`, second);

    const [a1, b1, a2, b2, a3, ...none] = identities;
    expect([a2, b2, none]).toEqual([a1, b1, []]);
    expect(a3).not.toBe(a1);
  });
});
