import { createResourcePool } from "../resource-pool.ts";
import type { Config, RawConfig } from "../config/config.ts";
import { BackworksError } from "../errors.ts";
import { compareApps } from "../model/difference.ts";
import type { Difference } from "../model/difference.ts";
import { RateTable } from "../pipeline/rate-table.ts";
import { Secrets } from "../secrets.ts";
import type { Logger } from "../logger.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import type { PluginManager } from "../plugins/manager.ts";
import { createModuleAddresses } from "../plugins/module-address.ts";
import { dismissUpgraded } from "./drain.ts";
import type { Change, Follower } from "./follower.ts";
import { loadGeneration, paceBeside } from "./generation.ts";
import { Generations } from "./generations.ts";
import type { GenerationsStatus } from "./generations.ts";
import { ReloadRecord } from "./reload-record.ts";
import type { ReloadHistory } from "./reload-record.ts";
import type { ListenOverride, LoadedGeneration, LoadWorld } from "./generation.ts";
import { readConfigOf } from "./load.ts";
import { hideInError } from "./hide-error.ts";
import { machineOf } from "./machine.ts";
import { openManager } from "./manager.ts";
import type { OpenOptions } from "./options.ts";
import type { ProcessPart } from "./process-part.ts";
import type { PluginOverrides } from "./override.ts";
import { servicesOf } from "./own-services.ts";
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

/** How things stand. */
export interface HostStatus extends GenerationsStatus, ReloadHistory {}

/** Holds the generation that serves, and leads from one to the next. */
export interface Host {
  readonly plugins: PluginManager;
  /** That of the generation that serves; of the first while that is loaded. */
  readonly logger: Logger;
  current(): LoadedGeneration;
  /** Starts the plugins; called once, before traffic. */
  start(): Promise<void>;
  /** Loads the configuration again. When that fails, the present generation serves on. @throws what `loadGeneration` throws */
  reload(overrides?: PluginOverrides): Promise<ReloadResult>;
  /** Takes the state of modes back to the seeds: of one session, or of all. */
  reset(session?: string): Promise<void>;
  /** From now on `follower` changes with every reload, or the reload fails. */
  follow(follower: Follower): void;
  /** How things stand. */
  status(): HostStatus;
  /** What is under way, whichever generation it began with. */
  underWay(): readonly LiveExchange[];
  /** Tells each time that another generation serves. */
  onSwap(told: () => void): void;
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
  /** When it is going to be listened to. */
  readonly listening?: ListenOverride | undefined;
  /** Told of each configuration before code of its plugins runs; the first time nothing serves yet. */
  readonly begins?: ((host: Host, config: Config) => void) | undefined;
}

/** Loads a configuration and holds it. @throws what `loadGeneration` throws */
export async function openHost(options: OpenOptions, parts: HostParts = {}): Promise<Host> {
  const { part } = parts;
  const raw = parts.raw ?? (await readConfigOf(options, part?.snapshot()));
  const host = new GenerationHost(options, raw.root, parts);
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
  readonly #listeners: (() => void)[] = [];
  readonly #followers: Follower[] = [];
  readonly #generations: Generations;
  readonly #record: ReloadRecord;
  /** Ends of earlier generations that are under way. */
  readonly #endings = new Set<Promise<void>>();

  constructor(options: OpenOptions, root: string, { part, begins, listening }: HostParts) {
    const relay = createRelayLogger();
    const machine = machineOf(options);
    this.#world = {
      options,
      ...machine,
      rates: part?.rates ?? new RateTable(machine),
      secrets: new Secrets(),
      part,
      listening,
      relay,
      pool: createResourcePool(),
      manager: openManager(options, {
        root,
        logger: relay,
        services: servicesOf({ host: this, serving: () => this.#current, world: () => this.#world }),
        rebuild: (overrides) => this.reload(overrides),
      }),
      addressOf: createModuleAddresses(),
      closing: () => this.#closing,
      begins: (config) => begins?.(this, config),
    };
    this.#generations = new Generations(machine);
    this.#record = new ReloadRecord(machine.clock);
  }

  get logger(): Logger {
    return this.#world.relay;
  }

  get plugins(): PluginManager {
    return this.#world.manager;
  }

  /** The first load. */
  async load(raw: LoadedGeneration["config"]["raw"]): Promise<void> {
    const order = { number: this.#world.part?.firstGeneration ?? 1, overrides: noOverrides, before: undefined, raw };
    this.#current = await this.#withoutSecrets(loadGeneration(this.#world, order));
    this.#current.built.adopt();
    this.#generations.begin(this.#current.generation);
  }

  current(): LoadedGeneration {
    if (this.#current === undefined) throw new TypeError("nothing is loaded");
    return this.#current;
  }

  async start(): Promise<void> {
    const { plugins, built } = this.current();
    await this.#withoutSecrets(built.start().then(() => plugins.start()));
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

  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  underWay(): readonly LiveExchange[] {
    return this.#generations.underWay();
  }

  status(): HostStatus {
    return { ...this.#generations.status, ...this.#record.history };
  }

  onSwap(told: () => void): void {
    this.#listeners.push(told);
  }

  drain(): void {
    this.#closing = true;
    for (const { traffic } of this.#generations.alive) traffic.closing = true;
    dismissUpgraded(this.underWay(), this.#world.scheduler);
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
    const turn = this.#record.remember(this.#withoutSecrets(this.#replace(overrides))).finally(() => {
      this.#running = undefined;
    });
    this.#running = turn;
    return turn;
  }

  /** What fails tells why, and whoever tells it must not tell what the environment holds. */
  async #withoutSecrets<T>(task: Promise<T>): Promise<T> {
    try {
      return await task;
    } catch (error) {
      throw hideInError(error, this.#world.secrets);
    }
  }

  async #replace(overrides: PluginOverrides): Promise<ReloadResult> {
    this.#refuseAtTheEnd();
    const before = this.current();
    const number = before.generation.app.generation + 1;
    const next = await loadGeneration(this.#world, { number, overrides, before });
    const difference = await compareApps(before.generation.app, next.generation.app, paceBeside(before));
    if (overrides.size === 0 && difference.equal && isSame(before, next)) {
      await this.#release(next, before);
      return { changed: false, generation: number - 1, difference };
    }
    this.#swap(before, next, await this.#prepare(before, next, difference));
    const stays = this.#world.part === undefined && next.config.server.workers !== before.config.server.workers;
    if (stays) this.#world.relay.warn("server.workers takes effect at the next start");
    return { changed: true, generation: number, difference };
  }

  /** Starts what is new; when anything of it fails, all of it is ended again. */
  async #prepare(before: LoadedGeneration, next: LoadedGeneration, difference: Difference): Promise<readonly Change[]> {
    const changes: Change[] = [];
    try {
      await next.built.start();
      await next.plugins.start();
      for (const follower of this.#followers) changes.push(await follower.prepare(next));
      await this.#world.part?.agree(next, difference);
      this.#refuseAtTheEnd();
      return changes;
    } catch (error) {
      for (const change of changes.reverse()) change.abandon();
      await this.#release(next, before);
      throw error;
    }
  }

  /** A server that goes down begins nothing that would have to be ended again. */
  #refuseAtTheEnd(): void {
    if (this.#closing) throw new BackworksError("BW_SERVER_CLOSING");
  }

  /** Lets go of a generation that never served; that the reload failed, or changed nothing, is what is told. */
  async #release(next: LoadedGeneration, serving: LoadedGeneration): Promise<void> {
    for (const end of [() => next.plugins.abandon(), () => next.built.close(paceBeside(serving))]) {
      await end().catch((error: unknown) =>
        this.#world.relay.error("a generation that did not serve did not end well", { error }),
      );
    }
    if (next.logging !== serving.logging) next.logging.close();
  }

  /** From the assignment on every request gets the next generation; the one before ends when its last request has. */
  #swap(before: LoadedGeneration, next: LoadedGeneration, changes: readonly Change[]): void {
    this.#current = next;
    this.#generations.begin(next.generation);
    next.built.adopt();
    this.#world.relay.pointTo(next.logging.logger);
    for (const change of changes) change.commit();
    for (const told of this.#listeners) told();
    // A request of another process is in the traffic only while it is here.
    const drained = this.#generations.drain(before.generation, this.#world.part?.released(before));
    this.#track(next.plugins.commit(drained.all));
    this.#track(drained.own.then(() => before.built.close(paceBeside(this.current()))));
    if (before.logging !== next.logging) this.#track(drained.all.then(() => before.logging.close()));
  }

  #track(ending: Promise<void>): void {
    const done = ending
      .catch((error: unknown) => this.#world.relay.error("an earlier generation did not end well", { error }))
      .finally(() => this.#endings.delete(done));
    this.#endings.add(done);
  }
}

/** Whether both are made of the same code, and of the same parts: what a mode depends on need not stand in the configuration. */
function isSame(before: LoadedGeneration, next: LoadedGeneration): boolean {
  return (
    next.built.isMadeLike(before.built) &&
    before.code.length === next.code.length &&
    before.code.every((value, index) => value === next.code[index])
  );
}
