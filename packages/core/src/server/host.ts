import { createResourcePool } from "../resource-pool.ts";
import type { RawConfig } from "../config/config.ts";
import { compareApps } from "../model/difference.ts";
import type { Difference } from "../model/difference.ts";
import { RateTable } from "../pipeline/rate-table.ts";
import type { PluginManager } from "../plugins/manager.ts";
import { createModuleAddresses } from "../plugins/module-file.ts";
import { loadGeneration } from "./generation.ts";
import type { LoadedGeneration, LoadWorld } from "./generation.ts";
import { readConfigOf } from "./load.ts";
import { machineOf } from "./machine.ts";
import { openManager } from "./manager.ts";
import type { OpenOptions } from "./options.ts";
import type { ProcessPart } from "./process-part.ts";
import type { PluginOverrides } from "./override.ts";
import { createRelayLogger } from "./relay-logger.ts";

/** What a reload came to. */
export interface ReloadResult {
  /** `false`: everything is as it was, and the generation before serves on. */
  readonly changed: boolean;
  /** Number of the generation that serves. */
  readonly generation: number;
  /** What is different; nothing when `changed` is `false`. */
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

/** What a host may be given besides its options. */
export interface HostParts {
  /** The configuration, when it was read already. */
  readonly raw?: RawConfig | undefined;
  /** When several processes serve the same. */
  readonly part?: ProcessPart | undefined;
}

/** Loads a configuration and holds it. @throws what `loadGeneration` throws */
export async function openHost(options: OpenOptions, { raw: read, part }: HostParts = {}): Promise<Host> {
  const raw = read ?? (await readConfigOf(options, part?.snapshot()));
  const host = new GenerationHost(options, raw.root, part);
  part?.attach(host);
  await host.load(raw);
  return host;
}

class GenerationHost implements Host {
  readonly #world: LoadWorld;
  #current: LoadedGeneration | undefined;
  #started = false;
  #closing = false;
  #running: Promise<ReloadResult> | undefined;
  #queued: Promise<ReloadResult> | undefined;
  /** Ends of earlier generations that are under way. */
  readonly #endings = new Set<Promise<void>>();

  constructor(options: OpenOptions, root: string, part: ProcessPart | undefined) {
    const relay = createRelayLogger();
    const machine = machineOf(options);
    this.#world = {
      options,
      ...machine,
      rates: part?.rates ?? new RateTable(machine),
      part,
      relay,
      pool: createResourcePool(),
      manager: openManager(options, { root, logger: relay, rebuild: (overrides) => this.reload(overrides) }),
      addressOf: createModuleAddresses(),
      closing: () => this.#closing,
    };
  }

  get plugins(): PluginManager {
    return this.#world.manager;
  }

  /** The first load. */
  async load(raw: LoadedGeneration["config"]["raw"]): Promise<void> {
    const order = { number: this.#world.part?.firstGeneration ?? 1, overrides: noOverrides, before: undefined, raw };
    this.#current = await loadGeneration(this.#world, order);
  }

  current(): LoadedGeneration {
    if (this.#current === undefined) throw new TypeError("nothing is loaded");
    return this.#current;
  }

  async start(): Promise<void> {
    const { plugins } = this.current();
    await plugins.start();
    await plugins.commit(Promise.resolve());
    this.#started = true;
  }

  /** One at a time: whoever asks while one runs gets the one after it, together with everybody else who asks. */
  reload(overrides: PluginOverrides = noOverrides): Promise<ReloadResult> {
    const running = this.#running;
    if (running === undefined) return this.#run(overrides);
    const afterwards = running.then(
      () => {},
      () => {},
    );
    if (overrides.size > 0) return afterwards.then(() => this.reload(overrides));
    this.#queued ??= afterwards.then(() => {
      this.#queued = undefined;
      return this.reload();
    });
    return this.#queued;
  }

  reset(session?: string): Promise<void> {
    return this.current().built.reset(session);
  }

  drain(): void {
    this.#closing = true;
    this.current().generation.traffic.closing = true;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#running?.catch(() => {});
    await Promise.all(this.#endings);
    const { built, logging, plugins } = this.current();
    if (!this.#started) await plugins.abandon();
    await this.#world.manager.close();
    await built.close();
    logging.close();
  }

  #run(overrides: PluginOverrides): Promise<ReloadResult> {
    const turn = this.#replace(overrides).finally(() => {
      this.#running = undefined;
    });
    this.#running = turn;
    return turn;
  }

  async #replace(overrides: PluginOverrides): Promise<ReloadResult> {
    const before = this.current();
    const number = before.generation.app.generation + 1;
    const next = await loadGeneration(this.#world, { number, overrides, before });
    const difference = compareApps(before.generation.app, next.generation.app);
    if (overrides.size === 0 && difference.equal && isSame(before, next)) {
      await release(next, before);
      return { changed: false, generation: number - 1, difference };
    }
    try {
      await next.plugins.start();
      await this.#world.part?.agree(next, difference);
    } catch (error) {
      await release(next, before);
      throw error;
    }
    this.#swap(before, next);
    return { changed: true, generation: number, difference };
  }

  /** From the assignment on every request gets the next generation; the one before ends when its last request has. */
  #swap(before: LoadedGeneration, next: LoadedGeneration): void {
    this.#current = next;
    next.built.adopt();
    this.#world.relay.pointTo(next.logging.logger);
    const { part } = this.#world;
    const own = before.generation.traffic.drained();
    // A request of another process is in the traffic only while it is here.
    const drained = part === undefined ? own : part.released(before).then(() => before.generation.traffic.drained());
    this.#track(next.plugins.commit(drained));
    this.#track(drained.then(() => retire(before, next)));
  }

  #track(ending: Promise<void>): void {
    const done = ending
      .catch((error: unknown) => this.#world.relay.error("an earlier generation did not end well", { error }))
      .finally(() => this.#endings.delete(done));
    this.#endings.add(done);
  }
}

/** Lets go of a generation that never served. */
async function release(next: LoadedGeneration, serving: LoadedGeneration): Promise<void> {
  await next.plugins.abandon();
  await next.built.close();
  if (next.logging !== serving.logging) next.logging.close();
}

async function retire(before: LoadedGeneration, next: LoadedGeneration): Promise<void> {
  await before.built.close();
  if (before.logging !== next.logging) before.logging.close();
}

/** Whether both are made of the same code, and of the same parts: what a mode depends on need not stand in the configuration. */
function isSame(before: LoadedGeneration, next: LoadedGeneration): boolean {
  return (
    next.built.isMadeLike(before.built) &&
    before.code.length === next.code.length &&
    before.code.every((value, index) => value === next.code[index])
  );
}
