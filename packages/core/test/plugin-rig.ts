import type { CheckedPlugin, Config, PluginEntry } from "../src/config/config.ts";
import { HeaderList } from "../src/headers.ts";
import type { Exchange } from "../src/exchange.ts";
import type { Logger } from "../src/logger.ts";
import { definePlugin } from "../src/plugin.ts";
import type { AppFacts, PluginContext, PluginDefinition, PluginInstance } from "../src/plugin.ts";
import { createPluginManager } from "../src/plugins/manager.ts";
import type { PluginManager, PluginManagerOptions } from "../src/plugins/manager.ts";
import type { PluginGeneration } from "../src/plugins/generation.ts";
import { createRandom } from "../src/random.ts";
import { createFakeTime } from "./fake-time.ts";
import type { FakeTime } from "./fake-time.ts";

/** One line of the log. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A plugin manager with everything around it made by hand. */
export interface PluginRig {
  readonly manager: PluginManager;
  readonly time: FakeTime;
  readonly log: readonly LogLine[];
  /** Loads, prepares, starts and commits; options by plugin. */
  load(plugins: readonly PluginDefinition[], settings?: RigSettings): Promise<PluginGeneration>;
  /** Loads and prepares only. */
  prepare(plugins: readonly PluginDefinition[], settings?: RigSettings): Promise<PluginGeneration>;
}

export interface RigSettings {
  readonly options?: Readonly<Record<string, unknown>>;
  /** By endpoint and plugin. */
  readonly endpoints?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function createRig(options: Partial<PluginManagerOptions> = {}): PluginRig {
  const time = createFakeTime();
  const log: LogLine[] = [];
  const manager = createPluginManager({
    root: "/project",
    clock: time.clock,
    scheduler: time.scheduler,
    random: createRandom(1),
    logger: recordingLogger(log, {}),
    development: false,
    loadModule: async (url) => import(url),
    createRouter: async () => {
      throw new Error("no router here");
    },
    rebuild: async () => {},
    ...options,
  });
  const prepare: PluginRig["prepare"] = async (plugins, settings = {}) => {
    const config = toConfig(plugins, settings);
    await manager.loadPlugins(config.plugins, new Map(plugins.map((plugin) => [plugin.name, plugin])));
    return manager.prepare(config, toFacts(config));
  };
  return {
    manager,
    time,
    log,
    prepare,
    async load(plugins, settings) {
      const generation = await prepare(plugins, settings);
      await generation.start();
      await generation.commit(Promise.resolve());
      return generation;
    },
  };
}

/** A plugin that does what it is given. */
export function plugin(
  name: string,
  made: PluginInstance | PluginDefinition["initialize"] = {},
  more: Partial<PluginDefinition> = {},
): PluginDefinition {
  const initialize = typeof made === "function" ? made : () => made;
  return definePlugin({ name, version: "1.0.0", initialize, ...more });
}

export function entry(name: string, more: Partial<PluginEntry> = {}): PluginEntry {
  return {
    name,
    package: undefined,
    version: undefined,
    modulePath: undefined,
    options: {},
    path: ["plugins", name],
    ...more,
  };
}

/** The part of an exchange that hooks use. */
export function createExchange(method = "GET"): Exchange {
  const exchange = {
    id: "1",
    request: { method },
    response: undefined,
    respond(init: { status?: number }) {
      const response = { status: init.status ?? 200, headers: HeaderList.from(), body: null };
      Object.assign(exchange, { response });
      return response;
    },
  };
  // What plugins/ itself touches of an exchange is here.
  return exchange as unknown as Exchange;
}

function toConfig(plugins: readonly PluginDefinition[], { options = {}, endpoints = {} }: RigSettings): Config {
  const checked = plugins.map(({ name }): CheckedPlugin => {
    const given = (options[name] ?? {}) as Record<string, unknown>;
    return { ...entry(name, { options: given }), checked: given };
  });
  const place = { source: { file: "backworks.yaml", text: "" }, line: 1, column: 1, length: 1 };
  const sections = Object.entries(endpoints).map(([name, pluginValues]) => ({
    name,
    path: `/${name}`,
    methods: ["GET"],
    mode: "mock",
    pluginValues,
  }));
  // The manager reads these parts and no other.
  return {
    name: "rig",
    version: undefined,
    plugins: checked,
    endpoints: sections,
    raw: { keyPlace: () => place },
    server: { timeouts: { hook: "250ms", lifecycle: "10s" } },
  } as unknown as Config;
}

function toFacts(config: Config): AppFacts {
  const endpoints = config.endpoints.map(({ name, path, methods, mode }) => ({ name, path, methods, mode }));
  return { name: config.name, version: config.version, development: false, endpoints };
}

export function recordingLogger(log: LogLine[], base: Readonly<Record<string, unknown>>): Logger {
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      log.push({ level, message, fields: { ...base, ...fields } });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => recordingLogger(log, { ...base, ...fields }),
  };
}

/** One way in which a step of a plugin goes wrong. */
export interface Misbehaviour {
  readonly how: string;
  /** `fails` at once, `hangs` until its time is over, `blocks` for longer than a hook may, or is `well` and goes wrong later. */
  readonly kind: "fails" | "hangs" | "blocks" | "later";
  /** What the failure's message has. */
  readonly says: string;
  run(world: { readonly time: FakeTime; readonly context: PluginContext | undefined }): unknown;
}

class UnreadableError extends Error {
  override get message(): string {
    throw new Error("cannot be read");
  }
  override get stack(): string {
    throw new Error("cannot be read");
  }
}

const unwritable = {
  toString(): string {
    throw new Error("cannot be written");
  },
  toJSON(): string {
    throw new Error("cannot be written");
  },
};

function throwing(how: string, thrown: unknown, says: string): Misbehaviour[] {
  const fail = (): never => {
    throw thrown;
  };
  return [
    { how: `throws ${how}`, kind: "fails", says, run: fail },
    { how: `rejects with ${how}`, kind: "fails", says, run: async () => fail() },
  ];
}

/** Every way there is within one process of a test. */
export const misbehaviours: readonly Misbehaviour[] = [
  ...throwing("an error", new Error("boom"), "boom"),
  ...throwing("a text", "boom", "boom"),
  ...throwing("nothing", undefined, "threw undefined"),
  ...throwing("a frozen error", Object.freeze(new Error("boom")), "boom"),
  ...throwing("an error that cannot be read", new UnreadableError(), "threw a value of type object"),
  ...throwing("an object that cannot be written", unwritable, "threw a value of type object"),
  {
    how: "gives what throws when it is waited for",
    kind: "fails",
    says: "boom",
    run: () => ({
      // oxlint-disable-next-line unicorn/no-thenable -- what plugins give is not ours to choose
      then() {
        throw new Error("boom");
      },
    }),
  },
  { how: "hangs", kind: "hangs", says: "did not finish", run: () => new Promise(() => {}) },
  { how: "blocks the process", kind: "blocks", says: "did not finish", run: ({ time }) => time.block(300) },
  {
    how: "throws in a timer later",
    kind: "later",
    says: "boom",
    run: ({ context }) =>
      void context?.scheduler.after(5, () => {
        throw new Error("boom");
      }),
  },
];

/** Those that go wrong by themselves, for code that is called with nothing. */
export const failingWays = misbehaviours
  .filter(({ kind }) => kind === "fails" || kind === "hangs")
  .map(({ how, kind, says, run }) => ({
    how,
    says,
    code: kind === "hangs" ? ("BW_PLUGIN_TIMEOUT" as const) : ("BW_PLUGIN_FAILED" as const),
    // A step gives what it likes.
    run: (): never => run({ time: createFakeTime(), context: undefined }) as never,
  }));
