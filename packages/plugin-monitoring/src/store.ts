import type { AlertMemory } from "./alerts/handover.ts";
import { History } from "./alerts/history.ts";
import { SeriesBudget } from "./families/budget.ts";
import { Numbers } from "./families/numbers.ts";
import { SharedRegistry } from "./registry.ts";
import { RequestRecorder } from "./request-recorder.ts";
import { UpstreamFamilies } from "./upstream-families.ts";

/** What alerts remember, and what is theirs beside it. */
export interface AlertStore extends AlertMemory {
  readonly notifications: Numbers;
  /** Those that started and have not stopped, the latest last: only that one evaluates and tells. */
  readonly running: object[];
}

/** What goes on over reloads: every number, and what others hold of ours. */
export class MetricsStore {
  readonly budget = new SeriesBudget(0);
  readonly registry = new SharedRegistry();
  readonly requests = new RequestRecorder(this.budget);
  readonly upstreams = new UpstreamFamilies(this.budget);
  readonly alerts: AlertStore = {
    history: new History(),
    states: new Map(),
    told: new Map(),
    running: [],
    notifications: new Numbers({
      name: "backworks_alert_notifications_total",
      help: "Notifications of alerts, by channel and result.",
      type: "counter",
      labelNames: ["channel", "result"],
      budget: this.budget,
    }),
  };
}
