import type { Clock, MaybePromise, Processes, Scheduler } from "@backworks/core";
import { computed } from "../families/computed.ts";
import type { Family } from "../families/family.ts";
import { toAlert } from "./alert.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { History } from "./history.ts";
import { seriesWhere } from "./readings.ts";
import type { Rule } from "./rule.ts";
import { RuleState } from "./rule-state.ts";
import { gatherSignals, shareSignals } from "./signals.ts";
import type { Signals, SignalSources } from "./signals.ts";
import type { Turn } from "./turn.ts";

/** What an engine works with. */
export interface EngineParts {
  readonly rules: readonly Rule[];
  readonly intervalMs: number;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly processes: Processes;
  /** Of this process. */
  readonly sources: SignalSources;
  readonly history: History;
  /** States of rules, kept over reloads as long as the rule is the same. */
  readonly states: Map<string, RuleState>;
  /** Over a reload there are two for a while; the one that started last does the work. */
  readonly turn: Turn;
}

/** Evaluates rules from time to time: of several processes one does, for all. */
export class AlertEngine {
  readonly #parts: EngineParts;
  #end = (): void => {};
  #endSharing = (): MaybePromise<void> => {};
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
    const { rules, history, intervalMs, scheduler, processes, sources } = this.#parts;
    // Also without rules: those of before must not go on.
    this.#parts.turn.begin();
    if (rules.length === 0) return;
    this.#endSharing = shareSignals(processes, sources, rules);
    if (!processes.leads) return;
    const windows = rules.flatMap(({ condition }) => condition.comparisons.map(({ signal }) => signal.windowMs));
    history.keepMs = Math.max(...windows);
    this.#end = scheduler.every(intervalMs, () => this.#evaluate());
    // Windows look back to the start.
    void this.#look();
  }

  async stop(): Promise<void> {
    this.#end();
    this.#parts.turn.end();
    this.#parts.dispatcher.close();
    await this.#endSharing();
  }

  /** Reads every signal once, moves every alert on and tells channels. */
  async #evaluate(): Promise<void> {
    if (this.#isRunning || !this.#parts.turn.isOurs()) return;
    this.#isRunning = true;
    try {
      this.#forgetOthers();
      const { rules, clock, history, dispatcher } = this.#parts;
      const signals = await this.#look();
      if (signals === undefined) return;
      const at = clock.now();
      for (const rule of rules) {
        this.#stateOf(rule).evaluate(at, seriesWhere(rule.condition, { signals, history }), rule.times);
      }
      dispatcher.update(
        rules.flatMap((rule) => this.#stateOf(rule).alerts.flatMap((alert) => toAlert(rule, alert) ?? [])),
      );
    } finally {
      this.#isRunning = false;
    }
  }

  /** The signals of this moment, which the history remembers. */
  async #look(): Promise<Signals | undefined> {
    const { processes, history, clock } = this.#parts;
    // One of several processes fails to ask when it is about to end.
    const signals = await gatherSignals(processes).catch(() => undefined);
    if (signals !== undefined) history.take(clock.monotonic(), signals.requests);
    return signals;
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
