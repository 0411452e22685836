import { isDeepStrictEqual } from "node:util";
import { definePlugin, isBackworksError } from "@backworks/core";
import type { Exchange, Next, PluginContext, PluginDefinition, PluginInstance } from "@backworks/core";
import { NextWatch } from "./next-watch.ts";
import { hookSteps, lifeSteps } from "./steps.ts";
import type { Step } from "./steps.ts";

/** One call of something of a plugin. */
export interface Call {
  readonly step: Step;
  /** Which instance, from 0. */
  readonly instance: number;
  /** What it was called with; a hook's exchange is described. */
  readonly given: unknown;
  /** Whether the instance had been told to stop before. */
  readonly stopped: boolean;
  settled: boolean;
  /** Until it settled. */
  tookMs: number;
  /** What it gave, once it settled without failing. */
  value?: unknown;
  failed?: { readonly error: unknown };
  /** Of `around`: what it asked of the handler. */
  readonly asked?: NextWatch | undefined;
}

/** How calls are watched. */
export interface WitnessSettings {
  /** Runs code of the plugin so that what it opens is seen. */
  under<T>(run: () => T): T;
  /** Runs code of others that the plugin called. */
  outside<T>(run: () => T): T;
  /** Leaves `reconfigure` out, so that other options make another instance. */
  readonly alwaysAnew?: boolean;
}

/** A plugin that does what the real one does, while somebody looks. */
export interface Witness {
  readonly plugin: PluginDefinition;
  readonly calls: readonly Call[];
  /** What `initialize` got and returned, by instance. */
  readonly instances: readonly Witnessed[];
  /** What it wrote into that is not its own. */
  readonly written: readonly string[];
  /** Called when a hook has something to wait for. */
  onWaiting: ((call: Call) => void) | undefined;
}

/** One instance. */
export interface Witnessed {
  readonly context: PluginContext;
  readonly made: PluginInstance;
}

const members: ReadonlySet<string> = new Set(lifeSteps);

export function watchPlugin(plugin: PluginDefinition, settings: WitnessSettings): Witness {
  return new PluginWitness(plugin, settings);
}

class PluginWitness implements Witness {
  readonly plugin: PluginDefinition;
  readonly calls: Call[] = [];
  readonly instances: Witnessed[] = [];
  readonly written: string[] = [];
  onWaiting: ((call: Call) => void) | undefined;
  readonly #settings: WitnessSettings;
  readonly #stopped = new Set<number>();

  constructor(plugin: PluginDefinition, settings: WitnessSettings) {
    this.#settings = settings;
    this.plugin = definePlugin({ ...plugin, initialize: (context) => this.#initialize(plugin, context) });
  }

  async #initialize(plugin: PluginDefinition, context: PluginContext): Promise<PluginInstance> {
    const instance = this.instances.length;
    const slot = { context, made: {} as PluginInstance };
    this.instances.push(slot);
    const before = { options: copyOf(context.options), endpoints: copyOf(context.app.endpoints) };
    const made = ((await this.#call({ step: "initialize", instance, run: () => plugin.initialize(context) })) ??
      {}) as PluginInstance;
    slot.made = made;
    if (!isDeepStrictEqual(before.options, copyOf(context.options))) this.#write("options");
    if (!isDeepStrictEqual(before.endpoints, copyOf(context.app.endpoints))) this.#write("app.endpoints");
    return Object.fromEntries(
      Object.entries(made).flatMap(([name, member]: [string, unknown]) => {
        if (name === "reconfigure" && this.#settings.alwaysAnew === true) return [];
        return [[name, this.#wrap(name, member, { made, instance })]];
      }),
    );
  }

  #wrap(name: string, member: unknown, { made, instance }: { made: PluginInstance; instance: number }): unknown {
    const isHook = hookSteps.some((step) => step === name);
    if (isHook && typeof member === "object" && member !== null && "run" in member) {
      const { run } = member;
      return typeof run === "function"
        ? { ...member, run: this.#hook(name as Step, instance, run.bind(member)) }
        : member;
    }
    if (typeof member !== "function") return member;
    if (isHook) return this.#hook(name as Step, instance, member.bind(made));
    if (!members.has(name)) return member;
    return (...given: unknown[]) => {
      if (name === "stop" || name === "cleanup") this.#stopped.add(instance);
      return this.#call({ step: name as Step, instance, given: given[0], run: () => member.apply(made, given) });
    };
  }

  #hook(step: Step, instance: number, run: (...given: unknown[]) => unknown): (...given: unknown[]) => unknown {
    return (exchange, ...more) => {
      // Core gives an exchange to every hook.
      const { request } = exchange as Exchange;
      const facts = (): string => JSON.stringify([request.headers, request.params, request.query, request.rawHeaders]);
      const before = facts();
      const done = (): void => {
        if (facts() !== before) this.#write("exchange.request");
        // A list of headers has methods only.
        if (Object.keys((exchange as Exchange).response?.headers ?? {}).length > 0)
          this.#write("exchange.response.headers");
      };
      // Core gives `around` what comes next.
      const asked = step === "around" ? this.#watchNext(exchange as Exchange, more[0] as Next) : undefined;
      const given = `${request.method} ${request.url}`;
      const passed = asked === undefined ? more : [asked.next];
      return this.#call({ step, instance, given, asked, run: () => run(exchange, ...passed), done });
    };
  }

  /** What the handler opens is not the plugin's. */
  #watchNext(exchange: Exchange, next: Next): NextWatch {
    return new NextWatch(exchange, (own) => this.#settings.outside(() => next(own)));
  }

  #call({ step, instance, given, asked, run, done }: CallSource): unknown {
    const call: Call = {
      step,
      instance,
      given,
      asked,
      stopped: this.#stopped.has(instance),
      settled: false,
      tookMs: 0,
    };
    const began = performance.now();
    this.calls.push(call);
    const settle = ({ value, failed }: Pick<Call, "value" | "failed">): void => {
      const isAnswer = failed !== undefined && (asked?.isAnswer(failed.error) ?? isRefusal(step, failed.error));
      const end = isAnswer ? { value: failed.error } : failed === undefined ? { value } : { failed };
      Object.assign(call, { settled: true, tookMs: performance.now() - began }, end);
      done?.();
    };
    try {
      const result = this.#settings.under(run);
      if (!(result instanceof Promise)) {
        settle({ value: result });
        return result;
      }
      const waited = result.then(
        (value: unknown) => {
          settle({ value });
          return value;
        },
        (error: unknown) => {
          settle({ failed: { error } });
          throw error;
        },
      );
      this.onWaiting?.(call);
      return waited;
    } catch (error) {
      settle({ failed: { error } });
      throw error;
    }
  }

  #write(what: string): void {
    if (!this.written.includes(what)) this.written.push(what);
  }
}

interface CallSource {
  readonly step: Step;
  readonly instance: number;
  readonly given?: unknown;
  readonly asked?: NextWatch | undefined;
  run(): unknown;
  done?(): void;
}

/** A hook before the request may answer by what it throws. */
function isRefusal(step: Step, error: unknown): boolean {
  return step === "beforeRequest" && isBackworksError(error) && error.status < 500;
}

/** Options may hold what cannot be copied; then they are compared by themselves. */
function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}
