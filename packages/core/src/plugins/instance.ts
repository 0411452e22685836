import { BackworksError, isBackworksError } from "../errors.ts";
import type { JsonValue, MaybePromise } from "../exchange.ts";
import type { Logger } from "../logger.ts";
import type { PluginContext, PluginDefinition, PluginHealth, PluginInstance, PluginMetrics } from "../plugin.ts";
import { Breaker, hookLimits } from "./breaker.ts";
import { createContext } from "./context.ts";
import type { InstanceSettings } from "./context.ts";
import { guardInstance } from "./instance-hooks.ts";
import type { InstanceHooks, InstanceLanes } from "./instance-hooks.ts";
import { instanceMembers, instanceProblem } from "./instance-shape.ts";
import { createLedger, isAnswer, problemOf } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { PluginScope } from "./scope.ts";
import { runStep } from "./step.ts";
import type { PluginWorld } from "./world.ts";

/** `quarantined`: started, and its request hooks are left out for a while. */
export type InstanceState = "new" | "initialized" | "started" | "quarantined" | "failed" | "stopped";

/** Which plugin, under which name of the configuration, with which settings. */
export interface InstanceSource {
  /** The key under `plugins:`. */
  readonly name: string;
  readonly definition: PluginDefinition;
  readonly settings: InstanceSettings;
}

/** Steps whose failure refuses a configuration, and is told with it. */
const refusing: ReadonlySet<string> = new Set(["initialize", "importState", "start", "reconfigure"]);

/** Health checks and metrics are asked for by probes: they must be quick. */
const reportLimitMs = 1000;

/** So long is a plugin degraded that blocked the event loop. */
const blockedForMs = 60_000;

/** One life of a plugin. A step that fails or takes too long rejects with BW_PLUGIN_FAILED or BW_PLUGIN_TIMEOUT. */
export class Instance {
  readonly name: string;
  readonly definition: PluginDefinition;
  /** Adds the plugin's name to every line. */
  readonly logger: Logger;
  readonly ledger: Ledger;
  /** What the configuration says; a generation that takes the instance over writes its own. */
  settings: InstanceSettings;
  /** Whether it asked for the facts of the App, and so depends on them. */
  usesFacts = false;
  /** What `initialize` and `start` took together, in milliseconds. */
  startMs = 0;
  readonly #world: PluginWorld;
  readonly #scope: PluginScope;
  readonly #lanes: InstanceLanes;
  readonly #context: PluginContext;
  #state: Exclude<InstanceState, "quarantined"> = "new";
  #blockedAt = Number.NEGATIVE_INFINITY;
  #made: PluginInstance = {};
  #hooks: InstanceHooks;

  constructor({ name, definition, settings }: InstanceSource, world: PluginWorld) {
    this.name = name;
    this.definition = definition;
    this.settings = settings;
    this.#world = world;
    const { clock, scheduler, pool } = world;
    const logger = world.logger.child({ plugin: name });
    this.logger = logger;
    this.ledger = createLedger({ clock, logger });
    this.#scope = new PluginScope({ plugin: name, scheduler, pool, ledger: this.ledger });
    const hookMs = (): number => this.settings.times.hookMs;
    const lane = { plugin: name, ledger: this.ledger, clock, scheduler, hookMs };
    this.#lanes = {
      request: { ...lane, failure: definition.failure ?? "open", breaker: new Breaker(clock, hookLimits) },
      finished: { ...lane, failure: "open", breaker: new Breaker(clock, hookLimits) },
    };
    this.#hooks = guardInstance(this.#made, this.#lanes);
    this.#context = createContext({
      name,
      scope: this.#scope,
      logger,
      world,
      settings: () => this.settings,
      factsRead: () => {
        this.usesFacts = true;
      },
    });
  }

  get state(): InstanceState {
    return this.#state === "started" && this.#lanes.request.breaker.state !== "closed" ? "quarantined" : this.#state;
  }

  /** Whether it was seen to block the event loop within the last minute. */
  get blockedLately(): boolean {
    return this.#world.clock.monotonic() - this.#blockedAt < blockedForMs;
  }

  /** Counts that it blocked the event loop; with `rest` its hooks are left out for a while. */
  blame(error: unknown, { rest }: { readonly rest: boolean }): void {
    this.#blockedAt = this.#world.clock.monotonic();
    // Whoever saw it tells it.
    this.ledger.count("event loop", error);
    if (!rest) return;
    const { breaker } = this.#lanes.request;
    breaker.trip();
    this.ledger.quarantined(breaker.restMs);
  }

  /** What `initialize` returned. */
  get made(): PluginInstance {
    return this.#made;
  }

  get hooks(): InstanceHooks {
    return this.#hooks;
  }

  /** @throws BW_PLUGIN_FAILED, BW_PLUGIN_TIMEOUT, BW_PLUGIN_INVALID */
  async initialize(): Promise<void> {
    this.#state = "failed";
    const from = this.#world.clock.monotonic();
    const returned = await this.#step(
      "initialize",
      () => this.definition.initialize(this.#context),
      (late) => {
        void this.#quietly("cleanup", () => late?.cleanup?.());
      },
    );
    // Kept before it is checked, so that its cleanup runs either way.
    this.#made = returned ?? {};
    this.#hooks = this.#read();
    this.startMs = this.#world.clock.monotonic() - from;
    this.#state = "initialized";
  }

  /** The hooks of what `initialize` returned. @throws BW_PLUGIN_INVALID */
  #read(): InstanceHooks {
    try {
      check(this.name, this.#made);
      return guardInstance(this.#made, this.#lanes);
    } catch (cause) {
      if (isBackworksError(cause)) throw cause;
      const problem = `what initialize returned cannot be read: ${problemOf(cause)}`;
      throw new BackworksError("BW_PLUGIN_INVALID", { module: this.name, problem }, { cause });
    }
  }

  /** State to hand over; `undefined` when there is none or it cannot be had. */
  async exportState(): Promise<unknown> {
    if (this.#made.exportState === undefined) return undefined;
    return this.#step("exportState", () => this.#made.exportState?.()).catch(() => {});
  }

  /** Takes the state of the instance before it. */
  async importState(state: unknown): Promise<void> {
    if (this.#made.importState !== undefined) await this.#step("importState", () => this.#made.importState?.(state));
  }

  async start(): Promise<void> {
    this.#state = "failed";
    const from = this.#world.clock.monotonic();
    await this.#step("start", () => this.#made.start?.());
    this.startMs += this.#world.clock.monotonic() - from;
    this.#state = "started";
  }

  /** Whether the new options were taken in place. */
  async reconfigure(options: unknown): Promise<boolean> {
    if (this.#made.reconfigure === undefined) return false;
    return (await this.#step("reconfigure", () => this.#made.reconfigure?.(options))) !== false;
  }

  /** Stops what was started and frees everything. Never rejects. */
  async end(): Promise<void> {
    const started = this.#state === "started";
    this.#state = "stopped";
    if (started) await this.#quietly("stop", () => this.#made.stop?.());
    this.#scope.silence();
    await this.#quietly("cleanup", () => this.#made.cleanup?.());
    await this.#quietly("release", async () => this.#scope.release());
  }

  /** `undefined` when the plugin has no check. */
  async healthCheck(): Promise<PluginHealth | undefined> {
    if (this.#made.healthCheck === undefined) return undefined;
    return this.#step("healthCheck", () => this.#made.healthCheck?.());
  }

  /** The plugin's own numbers; none when it has none or they cannot be had. */
  async metrics(): Promise<PluginMetrics> {
    if (this.#made.getMetrics === undefined) return {};
    const read = async (): Promise<PluginMetrics> => {
      const given: unknown = await this.#made.getMetrics?.();
      return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => typeof value === "number"));
    };
    return this.#step("getMetrics", read).catch(() => ({}));
  }

  /** Has the plugin do what one of its commands asks for. @throws BW_PLUGIN_ACTION_UNKNOWN, BW_PLUGIN_FAILED, BW_PLUGIN_TIMEOUT, and what the action refuses with */
  async act(name: string, given: JsonValue): Promise<JsonValue> {
    const actions = this.#made.contributes?.actions ?? {};
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      const hint = `it has ${Object.keys(actions).join(", ") || "none"}: is the plugin that serves of another version?`;
      throw new BackworksError("BW_PLUGIN_ACTION_UNKNOWN", { plugin: this.name, action: name }, { hint });
    }
    return (await this.#step(`action ${name}`, () => action(given))) ?? null;
  }

  async #step<T>(step: string, run: () => MaybePromise<T>, late?: (value: T) => void): Promise<T> {
    const isReport = step === "healthCheck" || step === "getMetrics";
    const limitMs = isReport ? reportLimitMs : this.settings.times.lifecycleMs;
    try {
      return await runStep({ plugin: this.name, name: step, scheduler: this.#world.scheduler, run, late, limitMs });
    } catch (error) {
      const { cause } = error as { readonly cause?: unknown };
      if (step.startsWith("action ") && isAnswer(cause)) throw cause;
      if (refusing.has(step)) this.ledger.count(step, error);
      else this.ledger.record(step, error);
      throw error;
    }
  }

  /** A step whose failure is recorded and does not keep the next one from running. */
  async #quietly(step: string, run: () => MaybePromise<unknown>): Promise<void> {
    await this.#step(step, run).catch(() => {});
  }
}

function check(name: string, returned: PluginInstance): void {
  const problem = instanceProblem(returned);
  if (problem === undefined) return;
  const hint = problem.startsWith("initialize returned") ? `it may return ${instanceMembers}` : undefined;
  throw new BackworksError("BW_PLUGIN_INVALID", { module: name, problem }, { hint });
}
