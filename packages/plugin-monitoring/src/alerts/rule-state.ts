import type { Labels } from "../families/text.ts";
import { writeLabels } from "../families/text.ts";

/** What a rule waits for, in milliseconds. */
export interface RuleTimes {
  /** The condition must hold so long before the alert fires. */
  readonly forMs: number;
  /** It goes on firing so long after the condition last held. */
  readonly keepFiringForMs: number;
}

/** One series for which the condition of a rule held. */
export interface AlertState {
  readonly labels: Labels;
  state: "pending" | "firing" | "resolved";
  /** Of the series, when the condition last held. */
  value: number;
  /** Clock milliseconds at which the condition began to hold. */
  activeAt: number;
  /** When it began to fire. */
  firedAt: number | undefined;
  /** When it ended. */
  resolvedAt: number | undefined;
  /** Since when it fires although the condition does not hold. */
  keptSince: number | undefined;
}

/** Ended alerts are remembered so long, that their end can still be told. */
const resolvedForMs = 15 * 60_000;

/**
 * The alerts of one rule: inactive, pending, firing, resolved.
 *
 * Source: Prometheus, alerting rules: `for` and `keep_firing_for`.
 */
export class RuleState {
  readonly #alerts: Map<string, AlertState>;

  /** `alerts` are those it goes on with. */
  constructor(alerts: readonly AlertState[] = []) {
    this.#alerts = new Map(alerts.map((alert) => [writeLabels(alert.labels), alert]));
  }

  get alerts(): readonly AlertState[] {
    return [...this.#alerts.values()];
  }

  /** Takes the series for which the condition holds at a moment, and moves every alert on. */
  evaluate(at: number, series: readonly { readonly labels: Labels; readonly value: number }[], times: RuleTimes): void {
    const held = new Set<string>();
    for (const { labels, value } of series) {
      const key = writeLabels(labels);
      held.add(key);
      const known = this.#alerts.get(key);
      if (known === undefined || known.state === "resolved") this.#alerts.set(key, begin(at, labels, value));
      else Object.assign(known, { value, keptSince: undefined });
    }
    for (const [key, alert] of this.#alerts) this.#move(key, alert, { at, isHeld: held.has(key), times });
  }

  #move(key: string, alert: AlertState, now: Moment): void {
    if (alert.state === "resolved") {
      if (now.at - (alert.resolvedAt ?? now.at) > resolvedForMs) this.#alerts.delete(key);
    } else if (alert.state === "firing") {
      if (!now.isHeld) goOnOrEnd(alert, now);
    } else if (!now.isHeld) {
      this.#alerts.delete(key);
    } else if (now.at - alert.activeAt >= now.times.forMs) {
      Object.assign(alert, { state: "firing", firedAt: now.at });
    }
  }
}

/** One alert at one evaluation. */
interface Moment {
  readonly at: number;
  /** Whether the condition holds for its series. */
  readonly isHeld: boolean;
  readonly times: RuleTimes;
}

/** Of an alert that fires although the condition does not hold. */
function goOnOrEnd(alert: AlertState, { at, times }: Moment): void {
  alert.keptSince ??= at;
  const isKept = times.keepFiringForMs > 0 && at - alert.keptSince < times.keepFiringForMs;
  if (!isKept) Object.assign(alert, { state: "resolved", resolvedAt: at });
}

function begin(at: number, labels: Labels, value: number): AlertState {
  return {
    labels,
    state: "pending",
    value,
    activeAt: at,
    firedAt: undefined,
    resolvedAt: undefined,
    keptSince: undefined,
  };
}
