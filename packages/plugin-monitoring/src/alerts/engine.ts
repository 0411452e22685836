import type { Clock, Observation, Scheduler } from "@backworks/core";
import type { CheckWatch } from "../checks/watch.ts";
import type { LoopWatch } from "../collectors/event-loop.ts";
import { computed } from "../families/computed.ts";
import type { Family } from "../families/family.ts";
import { toAlert } from "./alert.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { History } from "./history.ts";
import { seriesWhere } from "./readings.ts";
import type { SignalSources } from "./readings.ts";
import type { Rule } from "./rule.ts";
import { RuleState } from "./rule-state.ts";
import type { Turn } from "./turn.ts";

/** What an engine works with. */
export interface EngineParts {
  readonly rules: readonly Rule[];
  readonly intervalMs: number;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly observation: Observation;
  readonly checks: CheckWatch;
  readonly loop: LoopWatch;
  readonly history: History;
  readonly gauges: ReadonlyMap<string, Family>;
  /** States of rules, kept over reloads as long as the rule is the same. */
  readonly states: Map<string, RuleState>;
  /** Over a reload there are two for a while; the one that started last does the work. */
  readonly turn: Turn;
}

/** Evaluates rules from time to time. */
export class AlertEngine {
  readonly #parts: EngineParts;
  #end = (): void => {};
  #isRunning = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** How many alerts there are, by rule and state. */
  get families(): readonly Family[] {
    const { rules } = this.#parts;
    if (rules.length === 0) return [];
    const about = { name: "backworks_alerts", help: "Alerts of a rule, by state.", type: "gauge" } as const;
    return [
      computed(about, () =>
        rules.flatMap((rule) =>
          ["pending", "firing"].map((state) => ({
            labels: { alertname: rule.name, state },
            value: this.#stateOf(rule).alerts.filter((alert) => alert.state === state).length,
          })),
        ),
      ),
    ];
  }

  start(): void {
    const { rules, history, intervalMs, scheduler, clock } = this.#parts;
    // Also without rules: those of before must not go on.
    this.#parts.turn.begin();
    if (rules.length === 0) return;
    const windows = rules.flatMap(({ condition }) => condition.comparisons.map(({ signal }) => signal.windowMs));
    history.keepMs = Math.max(...windows);
    history.take(clock.monotonic());
    this.#end = scheduler.every(intervalMs, () => this.evaluate());
  }

  stop(): void {
    this.#end();
    this.#parts.turn.end();
    this.#parts.dispatcher.close();
  }

  /** Reads every signal once, moves every alert on and tells channels. */
  async evaluate(): Promise<void> {
    if (this.#isRunning || !this.#parts.turn.isOurs()) return;
    this.#isRunning = true;
    try {
      this.#forgetOthers();
      const { rules, clock, history, dispatcher } = this.#parts;
      history.take(clock.monotonic());
      const sources = await this.#sources();
      const at = clock.now();
      for (const rule of rules) this.#stateOf(rule).evaluate(at, seriesWhere(rule.condition, sources), rule.times);
      dispatcher.update(
        rules.flatMap((rule) => this.#stateOf(rule).alerts.flatMap((alert) => toAlert(rule, alert) ?? [])),
      );
    } finally {
      this.#isRunning = false;
    }
  }

  async #sources(): Promise<SignalSources> {
    const { rules, observation, checks, loop, history, gauges } = this.#parts;
    const needsHealth = rules.some(({ condition }) =>
      condition.comparisons.some(({ signal }) => signal.kind === "plugin_unhealthy"),
    );
    const health = needsHealth ? await observation.pluginHealth() : {};
    const unhealthy = new Map(Object.entries(health).map(([name, { status }]) => [name, status === "unhealthy"]));
    return { history, observation, checks, gauges, lag: loop.lagSeconds(), unhealthy };
  }

  #stateOf(rule: Rule): RuleState {
    const { states } = this.#parts;
    const key = keyOf(rule);
    const known = states.get(key) ?? new RuleState();
    states.set(key, known);
    return known;
  }

  #forgetOthers(): void {
    const { rules, states } = this.#parts;
    const keys = new Set(rules.map(keyOf));
    for (const key of states.keys()) if (!keys.has(key)) states.delete(key);
  }
}

/** Another condition makes another rule; other times and words do not. */
function keyOf({ name, text, labels }: Rule): string {
  return JSON.stringify([name, text, labels]);
}
