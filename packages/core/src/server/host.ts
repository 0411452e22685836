import { compareApps } from "../model/difference.ts";
import type { Difference } from "../model/difference.ts";
import type { PluginManager } from "../plugins/manager.ts";
import { createModuleAddresses } from "../plugins/module-file.ts";
import { loadGeneration } from "./generation.ts";
import type { LoadedGeneration, LoadWorld } from "./generation.ts";
import { readConfigOf } from "./load.ts";
import { machineOf, openManager } from "./manager.ts";
import type { OpenOptions } from "./options.ts";
import type { PluginOverrides } from "./override.ts";
import { createRelayLogger } from "./relay-logger.ts";

/** What a reload came to. */
export interface ReloadResult {
  /** `false`: everything is as it was, and the generation before serves on. */
  readonly changed: boolean;
  /** Number of the generation that serves. */
  readonly generation: number;
  readonly difference: Difference;
}

/** Holds the generation that serves, and leads from one to the next. */
export interface Host {
  readonly plugins: PluginManager;
  current(): LoadedGeneration;
  /** Starts the plugins; called once, before traffic. */
  start(): Promise<void>;
  /** Loads the configuration again. When that fails, the present generation serves on. @throws what `loadGeneration` throws */
  reload(overrides?: PluginOverrides): Promise<ReloadResult>;
  /** Takes the state of modes back to the seeds: of one session, or of all. */
  reset(session?: string): Promise<void>;
  /** Says that the end is near: probes answer 503 and responses ask clients to leave. */
  drain(): void;
  /** Ends everything; requests must be done. */
  close(): Promise<void>;
}

const noOverrides: PluginOverrides = new Map();

/** Loads a configuration and holds it. @throws what `loadGeneration` throws */
export async function openHost(options: OpenOptions): Promise<Host> {
  let closing = false;
  let current: LoadedGeneration;
  let running: Promise<ReloadResult> | undefined;
  let queued: Promise<ReloadResult> | undefined;
  const endings = new Set<Promise<void>>();
  let started = false;
  const raw = await readConfigOf(options);
  const relay = createRelayLogger();
  const world: LoadWorld = {
    options,
    ...machineOf(options),
    relay,
    manager: openManager(options, { root: raw.root, logger: relay, rebuild: (overrides) => reload(overrides) }),
    addressOf: createModuleAddresses(),
    closing: () => closing,
  };

  async function replace(overrides: PluginOverrides): Promise<ReloadResult> {
    const before = current;
    const number = before.generation.app.generation + 1;
    const next = await loadGeneration(world, { number, overrides, before });
    const difference = compareApps(before.generation.app, next.generation.app);
    if (overrides.size === 0 && difference.equal && sameCode(before, next)) {
      await release(next, before);
      return { changed: false, generation: number - 1, difference };
    }
    try {
      await next.plugins.start();
    } catch (error) {
      await release(next, before);
      throw error;
    }
    current = next;
    world.relay.pointTo(next.logging.logger);
    const drained = before.generation.traffic.drained();
    track(next.plugins.commit(drained));
    track(drained.then(() => retire(before, next)));
    return { changed: true, generation: number, difference };
  }

  /** One at a time: whoever asks while one runs gets the one after it, together with everybody else who asks. */
  function reload(overrides: PluginOverrides = noOverrides): Promise<ReloadResult> {
    if (running === undefined) return run(overrides);
    if (overrides.size > 0) return running.catch(() => {}).then(() => reload(overrides));
    queued ??= running
      .catch(() => {})
      .then(() => {
        queued = undefined;
        return reload();
      });
    return queued;
  }

  function run(overrides: PluginOverrides): Promise<ReloadResult> {
    const turn = replace(overrides).finally(() => {
      running = undefined;
    });
    running = turn;
    return turn;
  }

  function track(ending: Promise<void>): void {
    const done = ending
      .catch((error: unknown) => world.relay.error("an earlier generation did not end well", { error }))
      .finally(() => endings.delete(done));
    endings.add(done);
  }

  current = await loadGeneration(world, { number: 1, overrides: noOverrides, before: undefined, raw });
  return {
    plugins: world.manager,
    current: () => current,
    reload,
    reset: (session) => current.built.reset(session),
    async start() {
      try {
        await current.plugins.start();
      } catch (error) {
        await release(current, undefined);
        throw error;
      }
      await current.plugins.commit(Promise.resolve());
      started = true;
    },
    drain() {
      closing = true;
      current.generation.traffic.closing = true;
    },
    async close() {
      closing = true;
      await running?.catch(() => {});
      await Promise.all(endings);
      if (!started) await current.plugins.abandon();
      await world.manager.close();
      await current.built.close();
      current.logging.close();
    },
  };
}

/** Lets go of a generation that never served. */
async function release(next: LoadedGeneration, serving: LoadedGeneration | undefined): Promise<void> {
  await next.plugins.abandon();
  await next.built.close();
  if (next.logging !== serving?.logging) next.logging.close();
}

async function retire(before: LoadedGeneration, next: LoadedGeneration): Promise<void> {
  await before.built.close();
  if (before.logging !== next.logging) before.logging.close();
}

function sameCode(before: LoadedGeneration, next: LoadedGeneration): boolean {
  return before.code.length === next.code.length && before.code.every((value, index) => value === next.code[index]);
}
