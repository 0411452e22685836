import type { CheckedPlugin, Config } from "../config/config.ts";
import type { RouteHooks } from "../model/app.ts";
import type { AppFacts } from "../plugin.ts";
import { parseDurationMs } from "../units.ts";
import type { HookRoute } from "./condition.ts";
import type { InstanceSettings, PluginTimes } from "./context.ts";
import { mergeContributions } from "./contributions.ts";
import type { MergedContributions } from "./contributions.ts";
import { fingerprint } from "./fingerprint.ts";
import { createHooksFor } from "./hooks-for.ts";
import { Instance } from "./instance.ts";
import { meantBy } from "./requirements.ts";
import type { Definitions } from "./requirements.ts";
import { createServices } from "./services.ts";
import type { Services } from "./services.ts";
import type { PluginWorld } from "./world.ts";

/** The plugins of one App: what is new was made, what did not change is the same instance as before. */
export interface PluginGeneration {
  readonly contributions: MergedContributions;
  /** Services, by name. */
  readonly services: ReadonlyMap<string, unknown>;
  /** Chains of one route, for when the App is built. */
  hooksFor(route: HookRoute): RouteHooks;
  /** Hands over state and starts what is new. Rejects with the first failure; then `abandon`. */
  start(): Promise<void>;
  /** Makes this the current generation. What the one before has and this has not ends once `drained` is there; resolves when it has. */
  commit(drained: Promise<void>): Promise<void>;
  /** Ends what is new and gives back the options of what was kept; the generation before never noticed. */
  abandon(): Promise<void>;
}

/** One plugin's seat in a generation. */
export interface Seat {
  readonly instance: Instance;
  /** Of what the instance was made from; with `facts` where it asked for them. */
  readonly own: string;
  readonly facts: string;
  readonly settings: InstanceSettings;
}

/** Seats by name, in the order of the plugins. */
export type Seats = ReadonlyMap<string, Seat>;

export interface GenerationSource {
  readonly config: Config;
  readonly facts: AppFacts;
  /** In the order of the plugins. */
  readonly definitions: Definitions;
  /** Seats of the current generation. */
  readonly current: Seats;
  readonly world: PluginWorld;
}

/** Seats while they are filled, with what undoes it. */
export interface Seating {
  readonly seats: Seats;
  readonly services: Services;
  /** Instances that were made for this generation, in order. */
  readonly fresh: readonly Instance[];
  readonly contributions: MergedContributions;
  hooksFor(route: HookRoute): RouteHooks;
  /** Ends what is fresh, last first, and gives kept instances their options back. */
  undo(): Promise<void>;
}

/**
 * Makes every instance a configuration needs, keeping those that nothing changed for.
 *
 * When one of them fails, what was made so far is ended again.
 *
 * @throws BW_PLUGIN_FAILED, BW_PLUGIN_TIMEOUT, BW_PLUGIN_INVALID, BW_PLUGIN_CONFLICT
 */
export async function seatPlugins(source: GenerationSource): Promise<Seating> {
  const seats = new Map<string, Seat>();
  const fresh: Instance[] = [];
  const undos: (() => Promise<void>)[] = [];
  const services = createServices(source.world.services?.(source.config));
  const undo = async (): Promise<void> => {
    for (const step of undos.splice(0).reverse()) await step();
  };
  try {
    for (const plugin of inOrder(source)) {
      const wanted = describeSeat(plugin, source, services);
      const kept = await keep(wanted, source, { fresh, undos });
      const seat = kept ?? (await make(wanted, source.world, { fresh, undos }));
      seats.set(plugin.name, seat);
      services.add(plugin.name, seat.instance.made.contributes?.services ?? []);
    }
    const instances = [...seats.values()].map(({ instance }) => instance);
    const contributions = mergeContributions(
      instances.map(({ name, ledger, made }) => ({ plugin: name, ledger, contributes: made.contributes })),
    );
    const hooksFor = createHooksFor(instances.map(({ hooks }) => hooks));
    return { seats, services, fresh, contributions, hooksFor, undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

interface Bench {
  readonly fresh: Instance[];
  readonly undos: (() => Promise<void>)[];
}

type Wanted = Omit<Seat, "instance"> & {
  readonly plugin: CheckedPlugin;
  readonly definition: Instance["definition"];
};

function inOrder({ config, definitions }: GenerationSource): readonly CheckedPlugin[] {
  const place = new Map([...definitions.keys()].map((name, index) => [name, index]));
  return config.plugins
    .filter(({ name }) => place.has(name))
    .sort((left, right) => (place.get(left.name) ?? 0) - (place.get(right.name) ?? 0));
}

const factPrints = new WeakMap<object, string>();

/** The same facts for every plugin, of every endpoint: written down once. */
function factsPrint(facts: GenerationSource["facts"]): string {
  const known = factPrints.get(facts);
  if (known !== undefined) return known;
  const print = JSON.stringify(facts);
  factPrints.set(facts, print);
  return print;
}

function describeSeat(plugin: CheckedPlugin, source: GenerationSource, services: Services): Wanted {
  const definition = source.definitions.get(plugin.name);
  // `inOrder` leaves out what has no definition.
  if (definition === undefined) throw new TypeError(`no definition of ${plugin.name}`);
  const endpointOptions = new Map<string, unknown>();
  for (const { name, pluginValues } of source.config.endpoints) {
    if (plugin.name in pluginValues) endpointOptions.set(name, pluginValues[plugin.name]);
  }
  return {
    plugin,
    definition,
    own: fingerprint([plugin.options, plugin.checked, endpointOptions]),
    facts: factsPrint(source.facts),
    settings: {
      options: plugin.checked,
      endpointOptions,
      facts: source.facts,
      services,
      times: timesOf(source.config),
    },
  };
}

function timesOf({ server: { timeouts } }: Config): PluginTimes {
  const { hook, lifecycle } = timeouts;
  return { hookMs: parseDurationMs(hook) ?? Infinity, lifecycleMs: parseDurationMs(lifecycle) ?? Infinity };
}

/** The seat of the instance that is there, if it can go on: nothing changed, or it takes the change in place. */
async function keep(wanted: Wanted, source: GenerationSource, bench: Bench): Promise<Seat | undefined> {
  const { plugin, definition, own, facts, settings } = wanted;
  const before = source.current.get(plugin.name);
  if (before === undefined || before.instance.definition !== definition) return undefined;
  const { instance } = before;
  if (dependsOn(definition, source.definitions).some((name) => bench.fresh.some((made) => made.name === name)))
    return undefined;
  const seat = { instance, own, facts, settings };
  if (before.own === own && (!instance.usesFacts || before.facts === facts)) return seat;
  if (instance.made.reconfigure === undefined) return undefined;
  return (await takeInPlace(before, settings, bench)) ? seat : undefined;
}

function dependsOn(definition: Instance["definition"], definitions: Definitions): readonly string[] {
  const words = [...Object.keys(definition.requires ?? {}), ...Object.keys(definition.optional ?? {})];
  return words.flatMap((word) => meantBy(word, definitions));
}

async function takeInPlace(before: Seat, settings: InstanceSettings, bench: Bench): Promise<boolean> {
  const { instance } = before;
  const old = instance.settings;
  const restore = async (): Promise<void> => {
    instance.settings = old;
    // A failure is in the instance's ledger; there is nothing else to go back to.
    await instance.reconfigure(old.options).catch(() => false);
  };
  // Services stay those of the current generation until this one is committed.
  instance.settings = { ...settings, services: old.services };
  try {
    if (await instance.reconfigure(settings.options)) {
      bench.undos.push(restore);
      return true;
    }
  } catch (error) {
    await restore();
    throw error;
  }
  instance.settings = old;
  return false;
}

async function make(wanted: Wanted, world: PluginWorld, bench: Bench): Promise<Seat> {
  const { plugin, definition, own, facts, settings } = wanted;
  const instance = new Instance({ name: plugin.name, definition, settings }, world);
  bench.fresh.push(instance);
  bench.undos.push(async () => instance.end());
  await instance.initialize();
  return { instance, own, facts, settings };
}
