import type { UpstreamAttempt, UpstreamObserver } from "@backworks/core";
import type { SeriesBudget } from "./families/budget.ts";
import { Histogram } from "./families/histogram.ts";
import { Numbers } from "./families/numbers.ts";
import { durationBuckets, methodLabel } from "./request-recorder.ts";

/** Counts what the proxy asks of its upstreams. */
export class UpstreamFamilies implements UpstreamObserver {
  readonly durations: Histogram;
  readonly failures: Numbers;
  /** By method, upstream and target, then by status or failure. */
  readonly #answered = new Map<string, Map<number, number>>();
  readonly #failed = new Map<string, Map<string, number>>();

  constructor(budget: SeriesBudget) {
    this.durations = new Histogram({
      name: "http_client_request_duration_seconds",
      help: "Time from an attempt to reach a target to the head of its answer.",
      labelNames: ["http_request_method", "backworks_upstream", "server_address", "http_response_status_code"],
      buckets: durationBuckets,
      budget,
    });
    this.failures = new Numbers({
      name: "backworks_upstream_failures_total",
      help: "Attempts to which no answer came, or not all of it.",
      type: "counter",
      labelNames: ["http_request_method", "backworks_upstream", "server_address", "error_type"],
      budget,
    });
  }

  attempted({ upstream, target, method: sent, outcome }: UpstreamAttempt): void {
    const method = methodLabel(sent);
    const labels = { http_request_method: method, backworks_upstream: upstream, server_address: target };
    const key = `${method}\n${upstream}\n${target}`;
    if (outcome.kind === "answered") {
      const bind = (status: number): number =>
        this.durations.bind({ ...labels, http_response_status_code: String(status) });
      this.durations.observe(bound(this.#answered, { key, last: outcome.status, bind }), outcome.ms / 1000);
    } else if (outcome.kind === "failed") {
      const bind = (failure: string): number => this.failures.bind({ ...labels, error_type: failure });
      this.failures.add(bound(this.#failed, { key, last: outcome.failure, bind }), 1);
    }
  }
}

/** The number that is bound to a key and its last part, bound on first need. */
function bound<Last>(
  numbers: Map<string, Map<Last, number>>,
  { key, last, bind }: { readonly key: string; readonly last: Last; bind(last: Last): number },
): number {
  let own = numbers.get(key);
  if (own === undefined) {
    own = new Map();
    numbers.set(key, own);
  }
  let number = own.get(last);
  if (number === undefined) {
    number = bind(last);
    own.set(last, number);
  }
  return number;
}
