import { displayText } from "../config/width.ts";
import type { Exchange } from "../exchange.ts";
import type { LoggingSettings } from "../model/app.ts";
import { formatDetails } from "../pipeline/access-log.ts";
import { redactText } from "../pipeline/redact.ts";
import type { Outcome } from "../plugin.ts";
import { painter } from "./log-line.ts";

interface PrettyOptions {
  /** ISO 8601. */
  readonly time: string;
  readonly color: boolean;
  readonly settings: LoggingSettings;
}

/** One request for people: `12:00:00.000 GET    /users 200 1.2 ms  users`. */
export function toPrettyRequest(
  exchange: Exchange,
  outcome: Outcome,
  { time, color, settings }: PrettyOptions,
): string {
  const paint = painter(color);
  const { request, route, forwardedTo } = exchange;
  const parts = [
    paint("90", time.slice(11, 23)),
    paint("1", request.method.padEnd(6)),
    displayText(request.search === "" ? request.path : `${request.path}?${redactText(request.search)}`),
    paint(statusColor(outcome.status), String(outcome.status)),
    paint("90", `${outcome.durationMs.toFixed(1)} ms`),
    ...(route === undefined ? [] : [paint("90", route.endpoint)]),
    ...(forwardedTo === undefined ? [] : [paint("90", `→ ${displayText(forwardedTo.target)}`)]),
    ...(outcome.aborted ? [paint("33", "client left")] : []),
  ];
  const details = formatDetails(exchange, settings);
  return parts.join(" ") + (details === "" ? "" : ` ${paint("90", displayText(`{${details.slice(1)}}`))}`);
}

function statusColor(status: number): string {
  if (status >= 500) return "31";
  if (status >= 400) return "33";
  return status >= 300 ? "36" : "32";
}
