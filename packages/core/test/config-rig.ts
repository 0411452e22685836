import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod/mini";
import { checkConfig } from "../src/config/check.ts";
import type { Config } from "../src/config/config.ts";
import { formatErrors } from "../src/config/frame.ts";
import { readConfig } from "../src/config/read.ts";
import { isBackworksError } from "../src/errors.ts";
import type { BackworksError } from "../src/errors.ts";
import { modes as builtInModes } from "../src/modes/index.ts";
import { definePlugin } from "../src/plugin.ts";
import type { PluginDefinition } from "../src/plugin.ts";

/** Plugins that configurations of tests may enable. */
const cache = definePlugin({
  name: "cache",
  version: "1.0.0",
  options: z.strictObject({
    type: z._default(z.enum(["memory", "redis"]), "memory"),
    url: z.optional(z.string()),
    default_ttl: z._default(z.int().check(z.minimum(0)), 60),
    stores: z.optional(z.array(z.strictObject({ name: z.string(), size: z.optional(z.number()) }))),
  }),
  endpointOptions: z.strictObject({ ttl: z.number(), vary: z.optional(z.array(z.string())) }),
  initialize() {},
});

const audit = definePlugin({ name: "audit", version: "1.0.0", initialize() {} });

/** A plugin whose schema is of another library: messages and paths, nothing else. */
const foreign = definePlugin({
  name: "foreign",
  version: "1.0.0",
  options: {
    "~standard": {
      version: 1,
      vendor: "by hand",
      validate: (value) => {
        const { level } = value as { level?: unknown };
        if (level === "loud") return { value };
        return { issues: [{ message: "Level is loud or nothing", path: [{ key: "level" }] }] };
      },
    },
  },
  initialize() {},
});

export const testModes = new Map(builtInModes.map((mode) => [mode.name, mode]));
export const testPlugins: ReadonlyMap<string, PluginDefinition> = new Map<string, PluginDefinition>([
  ["cache", cache],
  ["audit", audit],
  ["foreign", foreign],
]);

export interface Project {
  /** Texts by file name; `backworks.yaml` is the configuration. */
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly environment?: string | undefined;
}

/** Reads and checks a project written to a folder of its own; the folder is gone afterwards. */
export async function checkProject({ files, env = {}, environment }: Project): Promise<Config> {
  const root = mkdtempSync(join(tmpdir(), "backworks-config-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const raw = await readConfig({ cwd: root, env, environment });
    return await checkConfig(raw, { modes: testModes, plugins: testPlugins });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The mistakes of a project; none when it is right. */
export async function mistakesOf(project: Project): Promise<readonly BackworksError[]> {
  try {
    await checkProject(project);
    return [];
  } catch (thrown) {
    if (!isBackworksError(thrown)) throw thrown;
    return thrown.errors.length > 0 ? thrown.errors : [thrown];
  }
}

/** What the command shows for a project. */
export async function framesOf(project: Project): Promise<string> {
  try {
    await checkProject(project);
    return "no mistake";
  } catch (thrown) {
    if (!isBackworksError(thrown)) throw thrown;
    return formatErrors(thrown, { limit: 100 });
  }
}
