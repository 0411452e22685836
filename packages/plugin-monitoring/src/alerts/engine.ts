import type { Clock, MaybePromise, Processes, Scheduler } from "@backworks/core";
import { computed } from "../families/computed.ts";
import type { Family } from "../families/family.ts";
import { toAlert } from "./alert.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { AlertMemory, Handover } from "./handover.ts";
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
  /** Kept over reloads; the state of a rule as long as the rule is the same. */
  readonly memory: AlertMemory;
  /** `undefined` where there is no other process. */
  readonly handover: Handover | undefined;
  /** Over a reload there are two for a while; the one that started last does the work. */
  readonly turn: Turn;
}

/** Evaluates rules from time to time: of several processes one does, for all. */
export class AlertEngine {
  readonly #parts: EngineParts;
  #end = (): void => {};
  #endSharing = (): MaybePromise<void> => {};
  #isRunning = false;
  #isStopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** How many alerts there are, by rule and state. */
  get families(): readonly Family[] {
    const { rules, processes } = this.#parts;
    if (rules.length === 0) return [];
    // The others know the alerts too, and they are not there twice.
    const count = (rule: Rule, state: string): number =>
      processes.leads ? this.#stateOf(rule).alerts.filter((alert) => alert.state === state).length : 0;
    const about = { name: "backworks_alerts", help: "Alerts of a rule, by state.", type: "gauge" } as const;
    return [
      computed(about, () =>
        rules.flatMap((rule) =>
          ["pending", "firing"].map((state) => ({
            labels: { alertname: rule.name, state },
            value: count(rule, state),
          })),
        ),
      ),
    ];
  }

  start(): void {
    const { rules, memory, processes, sources, handover } = this.#parts;
    // Also without rules: those of before must not go on.
    this.#parts.turn.begin();
    if (rules.length === 0) return;
    this.#endSharing = shareSignals(processes, sources, rules);
    const windows = rules.flatMap(({ condition }) => condition.comparisons.map(({ signal }) => signal.windowMs));
    memory.history.keepMs = Math.max(...windows);
    handover?.begin();
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const { memory, processes, handover, scheduler, intervalMs } = this.#parts;
    if (handover !== undefined && memory.history.isEmpty) await handover.recall();
    if (!processes.leads || this.#isStopped) return;
    this.#end = scheduler.every(intervalMs, () => this.#evaluate());
    // Windows look back to the start.
    await this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#end();
    this.#parts.turn.end();
    this.#parts.dispatcher.close();
    await this.#parts.handover?.end();
    await this.#endSharing();
  }

  /** Reads every signal once, moves every alert on and tells channels. */
  async #evaluate(): Promise<void> {
    if (this.#isRunning || !this.#parts.turn.isOurs()) return;
    this.#isRunning = true;
    try {
      this.#forgetOthers();
      const { rules, clock, memory, dispatcher, handover } = this.#parts;
      const signals = await this.#look();
      if (signals === undefined) return;
      const at = clock.now();
      for (const rule of rules) {
        this.#stateOf(rule).evaluate(at, seriesWhere(rule.condition, { signals, history: memory.history }), rule.times);
      }
      dispatcher.update(
        rules.flatMap((rule) => this.#stateOf(rule).alerts.flatMap((alert) => toAlert(rule, alert) ?? [])),
      );
      handover?.tell();
    } finally {
      this.#isRunning = false;
    }
  }

  /** The signals of this moment, which the history remembers. */
  async #look(): Promise<Signals | undefined> {
    const { processes, memory, clock } = this.#parts;
    // One of several processes fails to ask when it is about to end.
    const signals = await gatherSignals(processes).catch(() => undefined);
    if (signals !== undefined) memory.history.take(clock.monotonic(), signals.requests);
    return signals;
  }

  #stateOf(rule: Rule): RuleState {
    const { states } = this.#parts.memory;
    const key = keyOf(rule);
    const known = states.get(key) ?? new RuleState();
    states.set(key, known);
    return known;
  }

  #forgetOthers(): void {
    const { rules, memory } = this.#parts;
    const keys = new Set(rules.map(keyOf));
    for (const key of memory.states.keys()) if (!keys.has(key)) memory.states.delete(key);
  }
}

/** Another condition makes another rule; other times and words do not. */
function keyOf({ name, text, labels }: Rule): string {
  return JSON.stringify([name, text, labels]);
}
