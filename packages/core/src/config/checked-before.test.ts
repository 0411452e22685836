import { describe, expect, it } from "@jest/globals";
import { isBackworksError } from "../errors.ts";
import { partsOf } from "../invalid-config.ts";
import { defineMode } from "../mode.ts";
import type { Mode } from "../mode.ts";
import { definePlugin } from "../plugin.ts";
import type { PluginDefinition } from "../plugin.ts";
import type { StandardSchema } from "../schema.ts";
import type { CheckedConfig } from "./checked-before.ts";
import { checkConfig } from "./check.ts";
import type { EndpointSection } from "./config.ts";
import { readConfig } from "./read.ts";

/** Takes everything, and remembers what. */
function createSchema(seen: unknown[]): StandardSchema {
  return { "~standard": { version: 1, vendor: "test", validate: (value) => (seen.push(value), { value }) } };
}

function createMode(name: string, seen: unknown[]): Mode {
  return defineMode({
    name,
    description: "for tests",
    endpointKeys: { [name]: createSchema(seen) },
    open: () => undefined,
    compile: () => () => ({}),
  });
}

function createPlugin(seen: unknown[]): PluginDefinition {
  return definePlugin({
    name: "stamp",
    version: "1.0.0",
    endpointOptions: createSchema(seen),
    initialize: () => ({}),
  });
}

class Reader {
  readonly seen: unknown[] = [];
  readonly other: Mode = createMode("other", this.seen);
  modes: ReadonlyMap<string, Mode> = new Map([
    ["test", createMode("test", this.seen)],
    ["other", this.other],
  ]);
  plugins: ReadonlyMap<string, PluginDefinition> = new Map([["stamp", createPlugin(this.seen)]]);

  async read(text: string, before?: CheckedConfig, env: Record<string, string> = {}): Promise<CheckedConfig> {
    const { modes, plugins } = this;
    const raw = await readConfig({ cwd: "/", text: `name: x\n${text}`, env });
    return { config: await checkConfig(raw, { modes, plugins, before }), modes, plugins };
  }
}

function byName({ config }: CheckedConfig): Record<string, EndpointSection> {
  return Object.fromEntries(config.endpoints.map((section) => [section.name, section]));
}

async function codesOf(refused: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await refused.catch((reason: unknown) => reason);
  return isBackworksError(error) ? partsOf(error).map(({ code }) => code) : [];
}

const yaml = `mode: test
plugins: { stamp: {} }
endpoints:
  a: { path: /a, test: 1 }
  b: { path: /b, test: { deep: [1, "\${WORD:-x}"] }, stamp: 5 }
  c: { path: /c, mode: other, other: 2 }
`;

describe("a configuration that is checked again", () => {
  it("checks only the endpoints that say something else", async () => {
    const reader = new Reader();
    const first = await reader.read(yaml);
    reader.seen.length = 0;

    const second = await reader.read(`# moved\n${yaml.replace("test: 1", "test: 3")}`, first);

    expect(reader.seen).toEqual([3]);
    const [before, after] = [byName(first), byName(second)];
    expect([after["b"] === before["b"], after["c"] === before["c"]]).toEqual([true, true]);
    expect(after["a"]?.modeValues).toEqual({ test: 3 });
  });

  it.each<[string, (reader: Reader) => string, readonly unknown[]]>([
    [
      "everything when the mode of all is another",
      () => yaml.replace("mode: test", "mode: other").replace("/a,", "/a, mode: test,"),
      [1],
    ],
    ["a text in place of a number", () => yaml.replace("test: 1", 'test: "1"'), ["1"]],
    ["nothing when keys have another order", () => yaml.replace("path: /a, test: 1", "test: 1, path: /a"), []],
    [
      "what another schema of a mode checks",
      (reader) => {
        reader.modes = new Map([...reader.modes, ["other", createMode("other", reader.seen)]]);
        return yaml;
      },
      [2],
    ],
    [
      "what another schema of a plugin checks",
      (reader) => {
        reader.plugins = new Map([["stamp", createPlugin(reader.seen)]]);
        return yaml;
      },
      [{ deep: [1, "x"] }, 5],
    ],
  ])("looks at %s", async (_what, change, checked) => {
    const reader = new Reader();
    const first = await reader.read(yaml);
    reader.seen.length = 0;

    await reader.read(change(reader), first).catch(() => {});

    expect(reader.seen.filter((value) => checked.some((one) => JSON.stringify(one) === JSON.stringify(value)))).toEqual(
      checked,
    );
  });

  it("checks what a variable of the environment made different", async () => {
    const reader = new Reader();
    const first = await reader.read(yaml, undefined, { WORD: "one" });
    reader.seen.length = 0;

    const second = await reader.read(yaml, first, { WORD: "two" });

    expect(reader.seen).toEqual([{ deep: [1, "two"] }, 5]);
    expect(byName(second)["b"]?.modeValues).toEqual({ test: { deep: [1, "two"] } });
  });

  it("still refuses two endpoints that answer the same", async () => {
    const reader = new Reader();
    const first = await reader.read(yaml);

    const refused = await codesOf(reader.read(`${yaml}  d: { path: /a, test: 1 }\n`, first));

    expect(refused).toEqual(["BW_CONFIG_DUPLICATE_ROUTE"]);
  });

  it("refuses the key of a plugin that is gone", async () => {
    const reader = new Reader();
    const first = await reader.read(yaml);
    reader.plugins = new Map();

    const refused = await codesOf(reader.read(yaml.replace("plugins: { stamp: {} }\n", ""), first));

    expect(refused).toEqual(["BW_CONFIG_UNKNOWN_KEY"]);
  });
});
