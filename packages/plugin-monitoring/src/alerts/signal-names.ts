/** What is known of a signal before anything is measured. */
export interface SignalFacts {
  readonly name: SignalName;
  readonly unit: "ratio" | "seconds" | "number";
  /** Whether it looks back over a window: `error_rate[5m]`. */
  readonly windowed: boolean;
  /** Whether it has a series for each plugin, target or check. */
  readonly series: boolean;
  /** The same in PromQL; `window` as Prometheus writes durations. */
  promql(window: string): string;
}

export type SignalName =
  | "error_rate"
  | "request_rate"
  | "p50"
  | "p90"
  | "p95"
  | "p99"
  | "active_requests"
  | "eventloop_lag"
  | "plugin_unhealthy"
  | "upstream_down"
  | "check_down";

const count = "http_server_request_duration_seconds_count";

/** Prometheus has no value where nothing failed, or nothing came. */
function errorRate(window: string): string {
  const failed = `sum(rate(${count}{http_response_status_code=~"5.."}[${window}]))`;
  return `${failed} / sum(rate(${count}[${window}]))`;
}

function percentile(name: SignalName, ratio: number): SignalFacts {
  const bucket = "http_server_request_duration_seconds_bucket";
  return {
    name,
    unit: "seconds",
    windowed: true,
    series: false,
    promql: (window) => `histogram_quantile(${ratio}, sum by (le) (rate(${bucket}[${window}])))`,
  };
}

const now = { windowed: false, series: false } as const;
const each = { unit: "number", windowed: false, series: true } as const;

const signals: readonly SignalFacts[] = [
  { name: "error_rate", unit: "ratio", windowed: true, series: false, promql: errorRate },
  {
    name: "request_rate",
    unit: "number",
    windowed: true,
    series: false,
    promql: (window) => `sum(rate(${count}[${window}]))`,
  },
  percentile("p50", 0.5),
  percentile("p90", 0.9),
  percentile("p95", 0.95),
  percentile("p99", 0.99),
  { name: "active_requests", unit: "number", ...now, promql: () => "http_server_active_requests" },
  { name: "eventloop_lag", unit: "seconds", ...now, promql: () => 'backworks_eventloop_lag_seconds{stat="p99"}' },
  { name: "plugin_unhealthy", ...each, promql: () => "1 - backworks_plugin_healthy" },
  { name: "upstream_down", ...each, promql: () => 'backworks_circuit_state{state="open"}' },
  { name: "check_down", ...each, promql: () => "1 - backworks_check_up" },
];

export const signalNames: readonly string[] = signals.map(({ name }) => name);

/** The signal of this name. */
export function findSignal(name: string): SignalFacts | undefined {
  return signals.find((signal) => signal.name === name);
}
