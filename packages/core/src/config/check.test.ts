import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { validTexts } from "../../test/config-mutations.ts";
import { checkProject, mistakesOf, testModes, testPlugins } from "../../test/config-rig.ts";
import { isBackworksError } from "../errors.ts";
import { checkConfig } from "./check.ts";
import { formatErrors } from "./frame.ts";
import { readConfig } from "./read.ts";

function check(text: string, env: Readonly<Record<string, string>> = {}): ReturnType<typeof checkProject> {
  return checkProject({ files: { "backworks.yaml": text }, env });
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** What a text is answered with; only our own errors are caught. */
async function answerTo(text: string): Promise<{ frames: string; lines: readonly number[] }> {
  try {
    const raw = await readConfig({ cwd: "/", text, env: {} });
    await checkConfig(raw, { modes: testModes, plugins: testPlugins });
    return { frames: "", lines: [] };
  } catch (thrown) {
    if (!isBackworksError(thrown)) throw thrown;
    return { frames: formatErrors(thrown), lines: thrown.errors.map(({ where }) => where?.line ?? 0) };
  }
}

describe("checkConfig", () => {
  it("puts the defaults in", async () => {
    const config = await check("name: shop\nendpoints: {}");

    expect(plain({ ...config, raw: undefined })).toMatchObject({
      name: "shop",
      server: {
        host: "127.0.0.1",
        port: 8080,
        base_path: "",
        health: "/health",
        ready: "/ready",
        strict_slash: false,
        trust_proxy: false,
        allow_encoded_slash: false,
        limits: { header_size: "16KB", query_pairs: 1000 },
        timeouts: { headers: "10s", lifecycle: "10s" },
      },
      logging: { enabled: true, level: "info", requests: true, include_headers: false, include_body: false },
      global_headers: {},
      middleware: [],
      endpoints: [],
      plugins: [],
      modeValues: {},
    });
  });

  it("names the API after its folder when it has no name", async () => {
    expect((await check("endpoints: {}")).name).toMatch(/^backworks-config-/);
  });

  it("keeps numbers in places of text as they were written", async () => {
    const config = await check(
      "name: 007\nversion: 1.10\nglobal_headers: { X-Ratio: 1.0, X-Flag: true }\nendpoints: {}",
    );

    expect(config).toMatchObject({
      name: "007",
      version: "1.10",
      global_headers: { "X-Ratio": "1.0", "X-Flag": "true" },
    });
  });

  it("takes `cors: true` as every default, and `false` as none", async () => {
    expect((await check("server: { cors: true }\nendpoints: {}")).server.cors).toMatchObject({
      origins: ["*"],
      max_age: 600,
    });
    expect((await check("server: { cors: false }\nendpoints: {}")).server.cors).toBeUndefined();
  });

  it("takes an empty section as one that is not there", async () => {
    const config = await check("server:\nlogging:\nglobal_headers:\nplugins:\nendpoints:\n");

    expect(config).toMatchObject({ server: { port: 8080 }, plugins: [], endpoints: [] });
  });

  it("cuts the slash from the end of base_path", async () => {
    expect((await check("server: { base_path: /api/ }\nendpoints: {}")).server.base_path).toBe("/api");
  });

  it.each([
    ["method: post", ["POST"], true],
    ["methods: [get, GET, delete]", ["GET", "DELETE"], true],
    ["methods: PUT", ["PUT"], true],
    ["description: x", ["GET"], false],
  ])("reads the methods of %s", async (line, methods, methodsGiven) => {
    const { endpoints } = await check(`endpoints:\n  a: { path: /a, ${line}, mock: { body: 1 } }`);

    expect(endpoints[0]).toMatchObject({ methods, methodsGiven });
  });

  it("reads endpoints as a list, named by method and path where they have no name", async () => {
    const { endpoints } = await check(
      "endpoints:\n  - { path: '/a/:id', mock: { body: 1 } }\n  - { name: b, path: /b, mock: { body: 1 } }",
    );

    expect(endpoints).toMatchObject([
      { name: "GET /a/:id", path: "/a/{id}", configPath: ["endpoints", 0], mode: "mock" },
      { name: "b", path: "/b", configPath: ["endpoints", 1] },
    ]);
  });

  it("leaves x- keys to the user", async () => {
    const text =
      "x-a: 1\nserver: { x-b: 2 }\nendpoints:\n  a: { path: /a, x-c: 3, mock: { body: 1 } }\nplugins:\n  cache: { x-d: 4 }";

    await expect(check(text)).resolves.toMatchObject({ endpoints: [{ name: "a" }] });
  });

  it("reads `$${` as a literal where nothing is evaluated, and leaves it to the mode where something is", async () => {
    const config = await check("description: a $${b}\nendpoints:\n  a: { path: /a, mock: { body: 'a $${b}' } }");

    expect(config.description).toBe("a ${b}");
    expect(plain(config.endpoints[0]?.modeValues)).toEqual({ mock: { body: "a $${b}" } });
  });

  it("gives variables their YAML type without quotes, and text in quotes", async () => {
    await expect(
      check("server:\n  port: ${PORT}\nname: '${PORT}'\nendpoints: {}", { PORT: "81" }),
    ).resolves.toMatchObject({ name: "81", server: { port: 81 } });
  });

  it("checks the options of plugins, and of plugins at endpoints", async () => {
    const text =
      "plugins:\n  cache: { type: redis }\nendpoints:\n  a: { path: /a, mock: { body: 1 }, cache: { ttl: 5 } }";

    const config = await check(text);

    expect(config.plugins).toMatchObject([{ name: "cache", checked: { type: "redis", default_ttl: 60 } }]);
    expect(config.endpoints[0]?.pluginValues).toMatchObject({ cache: { ttl: 5 } });
  });

  it("reports the mistakes of all files in the order of reading", async () => {
    const files = {
      "backworks.yaml": "include: [b.yaml]\nsevrer: {}\nendpoints: {}\nlogging: { level: x }",
      "b.yaml": "nmae: b\n",
    };

    const errors = await mistakesOf({ files });

    expect(errors.map(({ where }) => `${where?.source.file}:${where?.line}`)).toEqual([
      "backworks.yaml:2",
      "backworks.yaml:4",
      "b.yaml:1",
    ]);
  });

  it("never shows a value that came from the environment", async () => {
    const text =
      'server:\n  port: "${SECRET}"\n  host: ${SECRET}/x\n  trust_proxy: ${SECRET}\n  cors: { origins: ${UNQUOTED} }\nlogging:\n  level: ${SECRET}\n';

    const errors = await mistakesOf({
      files: { "backworks.yaml": text.replace("  cors: { origins: ${UNQUOTED} }\n", "") + "endpoints: {}" },
      env: { SECRET: "hunter2" },
    });

    expect(errors.length).toBeGreaterThanOrEqual(4);
    expect(JSON.stringify(errors.map(({ message, hint, details }) => ({ message, hint, details })))).not.toContain(
      "hunter2",
    );
  });

  it.each(["{ credentials: true }", '{ credentials: true, origins: ["*"] }'])(
    "refuses credentials for everybody: %s",
    async (cors) => {
      const errors = await mistakesOf({ files: { "backworks.yaml": `server: { cors: ${cors} }\nendpoints: {}` } });

      expect(errors.map(({ where }) => where?.line)).toEqual([1]);
    },
  );

  it("answers any damaged text with frames, and nothing else", async () => {
    const damage = fc.array(
      fc.record({
        at: fc.nat(2000),
        cut: fc.nat(3),
        put: fc.constantFrom(
          "",
          " ",
          "\n",
          ":",
          "- ",
          "[",
          "}",
          '"',
          "${",
          "{{",
          "\t",
          "x",
          "*a",
          "&a ",
          "<<: ",
          "é",
          "\u0000",
        ),
      }),
      { minLength: 1, maxLength: 5 },
    );

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...validTexts), damage, async (valid, changes) => {
        const text = changes.reduce((sum, { at, cut, put }) => sum.slice(0, at) + put + sum.slice(at + cut), valid);
        const { frames, lines } = await answerTo(text);
        expect(frames).not.toMatch(/^\s+at /m);
        expect(lines.every((line) => line > 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
