import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { Ajv } from "ajv";
import { validTexts } from "../../test/config-mutations.ts";
import { testModes, testPlugins } from "../../test/config-rig.ts";
import { toJsonSchema } from "./json-schema.ts";
import { toValue } from "./node.ts";
import { createSource, parseYaml } from "./parse.ts";

const examples = join(import.meta.dirname, "../../../../examples");
/** Not configurations, or of plugins that are not loaded here. */
const others = new Set(["cache", "plugins", "with-plugins", "node_modules"]);

/** Whether every mode is core's own. */
function isOfCore(name: string): boolean {
  return (
    !others.has(name) && !/\b(?:proxy|database):/.test(readFileSync(join(examples, name, "backworks.yaml"), "utf8"))
  );
}

const schema = toJsonSchema({ modes: testModes, plugins: testPlugins });
const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(schema);

function valueOf(text: string): unknown {
  const { root } = parseYaml(createSource("test.yaml", text));
  return root === undefined ? undefined : JSON.parse(JSON.stringify(toValue(root)));
}

function mistakes(text: string): string[] {
  validate(valueOf(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Every object below `properties`, with its path. */
function* properties(node: unknown, path: string = ""): Generator<readonly [string, Record<string, unknown>]> {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "properties")
      for (const [name, item] of Object.entries(value as object))
        yield [`${path}/${name}`, item as Record<string, unknown>];
    yield* properties(value, `${path}/${key}`);
  }
}

describe("toJsonSchema", () => {
  it("is a valid schema of draft-07", () => {
    expect(schema["$schema"]).toBe("http://json-schema.org/draft-07/schema#");
    expect(new Ajv({ strict: false }).validateSchema(schema)).toBe(true);
  });

  it.each(readdirSync(examples).filter(isOfCore))("accepts examples/%s", (name) => {
    expect(mistakes(readFileSync(join(examples, name, "backworks.yaml"), "utf8"))).toEqual([]);
  });

  it.each(validTexts.map((text, index) => [index, text]))("accepts the valid text %i", (_, text) => {
    expect(mistakes(String(text))).toEqual([]);
  });

  it.each([
    "server: { port: ${PORT:-80}, trust_proxy: ${T} }\nlogging: { level: ${L} }".replaceAll(
      /\$\{[^}]*\}/g,
      (found) => `"${found}"`,
    ),
    "x-note: 1\nserver: { x-note: 1 }",
    "plugins: { cache: false, other: { anything: 1 }, foreign: { level: 1 } }",
  ])("accepts %j", (text) => {
    expect(mistakes(text)).toEqual([]);
  });

  it.each([
    ["sevrer: {}", "must NOT have additional properties"],
    ["server: { prot: 1 }", "must NOT have additional properties"],
    ["server: { port: 70000 }", "must be <= 65535"],
    ["logging: { level: loud }", "must be equal to one of the allowed values"],
    ["endpoints: { a: { pth: /a } }", "must have required property 'path'"],
    ["plugins: { cache: { typ: 1 } }", "must NOT have additional properties"],
  ])("refuses %j", (text, message) => {
    expect(mistakes(text).join("\n")).toContain(message);
  });

  it("describes every key of core", () => {
    const core = toJsonSchema({ modes: new Map(), plugins: new Map() });
    const blocks = new Set(["mock", "runtime", "hybrid", "auto_evolve", "database", "proxy", "server", "logging"]);

    const silent = [...properties(core)].filter(
      ([path, item]) => item["description"] === undefined && !blocks.has(path.split("/").at(-1) ?? ""),
    );

    expect(silent.map(([path]) => path)).toEqual([]);
  });
});
