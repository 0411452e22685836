import { realpathSync } from "node:fs";
import type { Config, PluginEntry } from "../config/config.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import type { JsonValue } from "../exchange.ts";
import type { ObservedPlugin } from "../observation.ts";
import type { AppFacts, PluginDefinition } from "../plugin.ts";
import { createModuleAddresses } from "./module-address.ts";
import { seatPlugins } from "./generation.ts";
import type { PluginGeneration, Seating, Seats } from "./generation.ts";
import type { Instance } from "./instance.ts";
import { loadAll } from "./load-all.ts";
import type { LoadedPlugin } from "./load.ts";
import { problemOf } from "./ledger.ts";
import { observe, reportHealth, reportNumbers } from "./report.ts";
import type { PluginNumbers, PluginReport } from "./report.ts";
import type { Definitions, PlaceOf } from "./requirements.ts";
import { createResourcePool } from "../resource-pool.ts";
import { createStrayGuard } from "./strays.ts";
import type { StrayGuard } from "./strays.ts";
import type { PluginWorld } from "./world.ts";

/** What a plugin manager works with. */
export interface PluginManagerOptions extends Omit<PluginWorld, "pool"> {
  /** Folders after `root` whose `node_modules` are searched. */
  readonly searchFrom?: readonly string[];
  readonly development: boolean;
  /** Imports a module by its address. */
  readonly loadModule: (url: string) => Promise<unknown>;
  /** Loads the configuration again with other options for some plugins, by name; rejects when that fails. */
  readonly rebuild: (overrides: ReadonlyMap<string, unknown>) => Promise<unknown>;
  /** Whether stray errors of unknown origin may be survived: the process serves nothing but this App. @defaultValue false */
  readonly ownsProcess?: boolean;
}

/** Loads plugins, and leads them through reloads to their end. */
export interface PluginManager {
  /**
   * Finds, imports and checks the enabled plugins, one after another; initializes none.
   *
   * Returns them in their order, dependencies first.
   *
   * @throws the one mistake, or BW_PLUGINS_INVALID with all of them
   */
  loadPlugins(
    entries: readonly PluginEntry[],
    given?: ReadonlyMap<string, PluginDefinition>,
    placeOf?: PlaceOf,
  ): Promise<Definitions>;
  /** Makes the next generation of what `loadPlugins` returned last. */
  prepare(config: Config, facts: AppFacts): Promise<PluginGeneration>;
  /** Gives one plugin other options, by the same road as a reload. @throws BW_PLUGIN_NOT_ENABLED */
  hotReload(name: string, options: unknown): Promise<void>;
  /** Has a plugin do what one of its commands asks for. @throws BW_PLUGIN_NOT_ENABLED, BW_PLUGIN_ACTION_UNKNOWN, and what the action throws */
  act(name: string, action: string, given?: JsonValue): Promise<JsonValue>;
  /** How every plugin is, in their order. */
  health(): Promise<readonly PluginReport[]>;
  /** By plugin. */
  metrics(): Promise<Readonly<Record<string, PluginNumbers>>>;
  /** What every plugin did so far, in their order. Asks none of them. */
  observe(): readonly ObservedPlugin[];
  /** Absolute paths of `module_path` files and of what they import relatively, for watching. */
  watchedFiles(): readonly string[];
  /** Absolute path of the folder or file that the code of each plugin lies in, by name. */
  codePlaces(): ReadonlyMap<string, string>;
  /** Counts that a plugin was seen to block the event loop; with `rest` its hooks are left out for a while. */
  blame(name: string, error: unknown, options: { readonly rest: boolean }): void;
  /** Ends every plugin, last first. */
  close(): Promise<void>;
}

export function createPluginManager(options: PluginManagerOptions): PluginManager {
  return new Manager(options);
}

class Manager implements PluginManager {
  readonly #options: PluginManagerOptions;
  readonly #world: PluginWorld;
  readonly #addressOf = createModuleAddresses();
  #loaded: ReadonlyMap<string, LoadedPlugin> = new Map();
  #definitions: Definitions = new Map();
  #current: Seats = new Map();
  /** Ends of earlier generations that are under way. */
  readonly #ending = new Set<Promise<void>>();
  readonly #strays: StrayGuard;
  /** Where the code lies of every plugin that was ever loaded: what one left behind may fail long after it ended. */
  readonly #code = new Map<string, string | undefined>();

  constructor(options: PluginManagerOptions) {
    this.#options = options;
    this.#world = { ...options, pool: createResourcePool() };
    this.#strays = createStrayGuard({
      owners: () => [...this.#code].map(([name, code]) => ({ name, code })),
      stray: (owner, error) => this.#recordStray(owner, error),
      onlyProject: options.ownsProcess === true ? realpathSync(options.root) : undefined,
    });
  }

  async loadPlugins(
    entries: readonly PluginEntry[],
    given: ReadonlyMap<string, PluginDefinition> = new Map(),
    placeOf: PlaceOf = () => undefined,
  ): Promise<Definitions> {
    const { root, searchFrom = [], loadModule } = this.#options;
    const sources = { root, folders: [root, ...searchFrom], given, loadModule, addressOf: this.#addressOf };
    this.#loaded = await loadAll(entries, sources, placeOf);
    for (const [name, { code }] of this.#loaded) this.#code.set(name, code);
    this.#definitions = new Map([...this.#loaded].map(([name, { definition }]) => [name, definition]));
    return this.#definitions;
  }

  async prepare(config: Config, facts: AppFacts): Promise<PluginGeneration> {
    const definitions = this.#definitions;
    // Middleware and modes are code of others too; in somebody's own process they are theirs.
    if (config.plugins.length > 0 || this.#options.ownsProcess === true) this.#strays.begin();
    const placeOf: PlaceOf = (name) => config.raw.keyPlace(["plugins", name]);
    try {
      const seating = await seatPlugins({ config, facts, definitions, current: this.#current, world: this.#world });
      warnOfUnknownEndpoints(seating, facts);
      return this.#generation(seating, placeOf);
    } catch (error) {
      this.#calm();
      throw placed(error, placeOf);
    }
  }

  async hotReload(name: string, options: unknown): Promise<void> {
    if (!this.#current.has(name)) throw new BackworksError("BW_PLUGIN_NOT_ENABLED", { plugin: name });
    await this.#options.rebuild(new Map([[name, options]]));
  }

  // oxlint-disable-next-line max-params -- whom, what, and what with
  async act(name: string, action: string, given: JsonValue = null): Promise<JsonValue> {
    const seat = this.#current.get(name);
    if (seat === undefined) throw new BackworksError("BW_PLUGIN_NOT_ENABLED", { plugin: name });
    return seat.instance.act(action, given);
  }

  async health(): Promise<readonly PluginReport[]> {
    return Promise.all([...this.#current.values()].map(async ({ instance }) => reportHealth(instance)));
  }

  async metrics(): Promise<Readonly<Record<string, PluginNumbers>>> {
    const numbers = [...this.#current.values()].map(
      async ({ instance }) => [instance.name, await reportNumbers(instance)] as const,
    );
    return Object.fromEntries(await Promise.all(numbers));
  }

  observe(): readonly ObservedPlugin[] {
    return [...this.#current.values()].map(({ instance }) => observe(instance));
  }

  watchedFiles(): readonly string[] {
    return [...this.#loaded.values()].flatMap(({ files }) => files);
  }

  codePlaces(): ReadonlyMap<string, string> {
    return new Map([...this.#code].flatMap(([name, code]) => (code === undefined ? [] : [[name, code] as const])));
  }

  blame(name: string, error: unknown, options: { readonly rest: boolean }): void {
    this.#current.get(name)?.instance.blame(error, options);
  }

  async close(): Promise<void> {
    const last = [...this.#current.values()].map(({ instance }) => instance);
    this.#current = new Map();
    await this.#retire(last, Promise.resolve());
    await Promise.all(this.#ending);
    this.#strays.end();
  }

  #generation(seating: Seating, placeOf: PlaceOf): PluginGeneration {
    const { seats, fresh, services, contributions, hooksFor } = seating;
    return {
      contributions,
      hooksFor,
      services: services.offered,
      start: async () => {
        try {
          for (const instance of fresh) await startAfter(instance, this.#current.get(instance.name)?.instance);
        } catch (error) {
          throw placed(error, placeOf);
        }
      },
      commit: async (drained) => {
        const unused = unusedIn(seats, this.#current);
        this.#current = seats;
        for (const { instance, settings } of seats.values()) instance.settings = settings;
        await this.#retire(unused, drained);
      },
      abandon: async () => {
        await seating.undo();
        this.#calm();
      },
    };
  }

  /** Ends instances one after another, last first, when the requests that may use them are done. */
  async #retire(instances: readonly Instance[], drained: Promise<void>): Promise<void> {
    const ended = (async () => {
      await drained.catch(() => {});
      for (const instance of [...instances].reverse()) await instance.end();
    })();
    this.#ending.add(ended);
    await ended;
    this.#ending.delete(ended);
  }

  /** Where no plugin is left to be guarded, nobody listens. */
  #calm(): void {
    if (this.#current.size === 0 && this.#options.ownsProcess !== true) this.#strays.end();
  }

  #recordStray(owner: string | undefined, error: unknown): void {
    const instance = owner === undefined ? undefined : this.#current.get(owner)?.instance;
    if (instance !== undefined) instance.ledger.record("stray", error);
    else this.#options.logger.error("stray error", { plugin: owner, problem: problemOf(error) });
  }
}

/** State goes over as late as possible, so that little is lost. */
async function startAfter(instance: Instance, before: Instance | undefined): Promise<void> {
  const state = await before?.exportState();
  if (state !== undefined) await instance.importState(state);
  await instance.start();
}

function unusedIn(next: Seats, before: Seats): readonly Instance[] {
  const used = new Set([...next.values()].map(({ instance }) => instance));
  return [...before.values()].flatMap(({ instance }) => (used.has(instance) ? [] : [instance]));
}

/** A hook for an endpoint that is not there never runs: most likely a slip of the pen. */
function warnOfUnknownEndpoints({ seats }: Seating, facts: AppFacts): void {
  const known = new Set(facts.endpoints.map(({ name }) => name));
  for (const { instance } of seats.values()) {
    const { beforeRequest, afterResponse, finished } = instance.hooks;
    for (const hook of [beforeRequest, afterResponse, finished].flatMap((placedHook) => placedHook ?? [])) {
      const unknown = hook.endpoints.filter((name) => !known.has(name) && !name.includes("."));
      if (unknown.length > 0)
        instance.logger.warn("hook is for endpoints that are not there", { hook: hook.name, endpoints: unknown });
    }
  }
}

/** Says where the plugin stands that an error names. */
function placed(error: unknown, placeOf: PlaceOf): unknown {
  if (!isBackworksError(error) || error.where !== undefined) return error;
  const { code, details, hint, cause } = error;
  const name = details["second"] ?? details["plugin"] ?? details["module"];
  return new BackworksError(code, details, { where: placeOf(String(name)), hint, cause });
}
