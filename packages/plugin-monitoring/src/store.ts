import type { CustomFamilies } from "./custom-metrics.ts";
import { SeriesBudget } from "./families/budget.ts";
import { SharedRegistry } from "./registry.ts";
import { RequestRecorder } from "./request-recorder.ts";
import { UpstreamFamilies } from "./upstream-families.ts";

/** What goes on over reloads: every number, and what others hold of ours. */
export class MetricsStore {
  readonly budget = new SeriesBudget(0);
  readonly registry = new SharedRegistry();
  readonly requests = new RequestRecorder(this.budget);
  readonly upstreams = new UpstreamFamilies(this.budget);
  readonly custom: CustomFamilies = new Map();
}
