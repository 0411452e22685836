import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { RawConfig } from "./config.ts";
import { readConfig } from "./read.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "backworks-read-"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

function read(options: Partial<Parameters<typeof readConfig>[0]> = {}): Promise<RawConfig> {
  return readConfig({ cwd: root, env: {}, ...options });
}

function plain(raw: RawConfig): unknown {
  return JSON.parse(JSON.stringify(raw.value));
}

describe("readConfig", () => {
  it("tries the three names in their order", async () => {
    write({ "project.yaml": "name: third" });
    expect((await read()).file).toBe("project.yaml");

    write({ "backworks.yml": "name: second" });
    expect((await read()).file).toBe("backworks.yml");

    write({ "backworks.yaml": "name: first" });
    expect((await read()).file).toBe("backworks.yaml");
  });

  it("takes the folder of a file as the root", async () => {
    write({ "api/shop.yaml": "name: shop" });

    expect(await read({ file: "api/shop.yaml" })).toMatchObject({ root: join(root, "api"), file: "shop.yaml" });
  });

  it("says what is missing", async () => {
    await expect(read()).rejects.toMatchObject({ code: "BW_CONFIG_NOT_FOUND" });
    await expect(read({ file: "none.yaml" })).rejects.toMatchObject({ code: "BW_FILE_MISSING" });
  });

  it("reads an object, and gives its mistakes a place", async () => {
    const raw = await read({ value: { name: "shop", server: { port: 1, extra: undefined } } });

    expect(plain(raw)).toEqual({ name: "shop", server: { port: 1 } });
    expect(raw.place(["server", "port"])).toMatchObject({ line: 4, source: { file: "<config>" } });
  });

  it.each([[{ a: () => 1 }], [{ a: NaN }], [{ a: new Date(0) }], [{ a: new Map() }]])(
    "refuses %p as an object",
    async (value) => {
      await expect(read({ value })).rejects.toMatchObject({ code: "BW_CONFIG_NOT_DATA" });
    },
  );

  it("lays a file over those it extends, whatever the depth", async () => {
    write({
      "backworks.yaml": "extends: [base/one.yaml, base/two.yaml]\nserver: { port: 3 }",
      "base/one.yaml": "extends: deep.yaml\nname: one\nserver: { port: 1, host: one }\nmiddleware: [one]",
      "base/two.yaml": "name: two\nmiddleware: [two]",
      "base/deep.yaml": "version: deep\nname: deep",
    });

    expect(plain(await read())).toEqual({
      version: "deep",
      name: "two",
      server: { port: 3, host: "one" },
      middleware: ["two"],
    });
  });

  it("puts included files side by side", async () => {
    write({
      "backworks.yaml": "name: shop\ninclude: [a.yaml, b.yaml]\nendpoints:\n  x: { path: /x }",
      "a.yaml": "include: c.yaml\nendpoints:\n  a: { path: /a }",
      "b.yaml": "include: c.yaml\nendpoints:\n  b: { path: /b }",
      "c.yaml": "seed: 1",
    });

    const raw = await read();

    expect(raw.errors).toEqual([]);
    expect(plain(raw)).toEqual({
      name: "shop",
      endpoints: { x: { path: "/x" }, a: { path: "/a" }, b: { path: "/b" } },
      seed: 1,
    });
    expect(raw.place(["endpoints", "b", "path"]).source.file).toBe("b.yaml");
  });

  it("lays the chosen environment over the rest", async () => {
    write({
      "backworks.yaml":
        "name: shop\nserver: { port: 1, host: a }\nenvironments:\n  production: { server: { port: 2 } }\n  test:",
    });

    expect(plain(await read())).toEqual({ name: "shop", server: { port: 1, host: "a" } });
    expect(plain(await read({ environment: "production" }))).toEqual({ name: "shop", server: { port: 2, host: "a" } });
    expect(plain(await read({ env: { BACKWORKS_ENV: "production" } }))).toEqual({
      name: "shop",
      server: { port: 2, host: "a" },
    });
    expect((await read({ environment: "test" })).errors).toEqual([]);
    expect((await read({ environment: "nope" })).errors).toMatchObject([{ code: "BW_CONFIG_ENVIRONMENT_UNKNOWN" }]);
  });

  it("does not mind BACKWORKS_ENV where there are no environments", async () => {
    write({ "backworks.yaml": "name: shop" });

    expect((await read({ env: { BACKWORKS_ENV: "production" } })).errors).toEqual([]);
    expect((await read({ environment: "production" })).errors).toMatchObject([
      { code: "BW_CONFIG_ENVIRONMENT_UNKNOWN" },
    ]);
  });

  it("takes variables from .env, and from the process before it", async () => {
    write({ "backworks.yaml": "name: ${NAME}\nserver: { host: '${HOST}' }", ".env": "NAME=dotenv\nHOST=dotenv" });

    const raw = await read({ env: { HOST: "process" } });

    expect(plain(raw)).toEqual({ name: "dotenv", server: { host: "process" } });
    expect(raw.files).toEqual([join(root, "backworks.yaml"), join(root, ".env")]);
  });

  it("takes the files of env_file instead, or none", async () => {
    write({
      "backworks.yaml": "env_file: [one.env, two.env]\nname: ${NAME}",
      ".env": "NAME=dotenv",
      "one.env": "NAME=one",
      "two.env": "NAME=two",
    });
    expect(plain(await read())).toEqual({ name: "two" });

    write({ "backworks.yaml": "env_file: false\nname: ${NAME:-none}" });
    expect(plain(await read())).toEqual({ name: "none" });
  });

  it("lists the modes that endpoints use, with the place that asks", async () => {
    const text =
      "mode: database\nendpoints:\n  a: { path: /a, mode: mock }\n  b: { path: /b }\n  c: { path: /c, mode: grpc }\n";

    const { modes } = await read({ text });

    expect([...modes].map(([name, { line }]) => [name, line])).toEqual([
      ["mock", 3],
      ["database", 1],
      ["grpc", 5],
    ]);
  });

  it("lists the modes that root keys belong to, after those of endpoints", async () => {
    const text = "apis: {}\nruntimes: {}\ndatabases: {}\nendpoints:\n  a: { path: /a, mode: database }\n";

    const { modes } = await read({ text });

    expect([...modes].map(([name, { line }]) => [name, line])).toEqual([
      ["database", 5],
      ["proxy", 1],
      ["runtime", 2],
    ]);
  });

  it.each([
    ["hybrid", "hybrid: { handle: { GET: database, PUT: { use: soap } } }", ["hybrid", "database", "soap"]],
    ["hybrid", "hybrid: { preset: auto_evolve }", ["hybrid", "mock", "database"]],
    ["auto_evolve", "x-none: 1", ["auto_evolve", "mock", "database"]],
    ["auto_evolve", "auto_evolve: { primary: proxy }", ["auto_evolve", "mock", "proxy"]],
    ["loud", "loud: { use: soap }", ["loud", "soap"]],
    ["mock", "hybrid: { handle: { GET: soap } }", ["mock"]],
  ])("lists the modes whose blocks %s names with %s", async (mode, block, expected) => {
    const text = `endpoints:\n  a: { path: /a, mode: ${mode}, mock: { body: soap }, proxy: {}, database: {}, soap: {}, ${block} }\n`;

    const { modes } = await read({ text });

    expect([...modes.keys()]).toEqual(expected);
  });

  it("lists the plugins that are not switched off", async () => {
    const text = `plugins:
  cache: { type: redis, package: my-cache, x-note: 1 }
  off: { enabled: false }
  no: false
  bare:
  file: { module_path: ./p.js, config: { a: "$\${x}" } }
`;

    const { plugins } = await read({ text });

    expect(JSON.parse(JSON.stringify(plugins))).toEqual([
      { name: "cache", package: "my-cache", options: { type: "redis" }, path: ["plugins", "cache"] },
      { name: "bare", options: {}, path: ["plugins", "bare"] },
      { name: "file", modulePath: "./p.js", options: { a: "${x}" }, path: ["plugins", "file", "config"] },
    ]);
  });

  it("places keys and values, and what is not there at the nearest that is", async () => {
    const raw = await read({ text: "server:\n  port: 80\n" });

    expect(raw.place(["server", "port"])).toMatchObject({ line: 2, column: 9, length: 2 });
    expect(raw.keyPlace(["server", "port"])).toMatchObject({ line: 2, column: 3, length: 4 });
    expect(raw.place(["server", "host", "x"])).toMatchObject({ line: 2, column: 3 });
    expect(raw.keyPlace(["server", "host"])).toMatchObject({ line: 1, column: 1 });
  });
});
