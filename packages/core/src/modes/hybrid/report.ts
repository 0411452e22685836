import type { Clock } from "../../clock.ts";
import type { Exchange } from "../../exchange.ts";
import type { Logger } from "../../logger.ts";
import type { Outcome } from "./outcome.ts";

/** Told of every answer that a fallback gives. */
export type Report = (use: string, outcome: Outcome, exchange: Exchange) => void;

/** Between two lines of the log about one endpoint. */
const quietMs = 10_000;

/** Says in the log that a branch fails, now and then and with a count, so that an outage is seen and the log not filled. */
export function createReport(
  endpoint: string,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Report {
  let saidAt = -Infinity;
  let unsaid = 0;
  return (use, outcome, { id }) => {
    // That there is nothing yet is no failure.
    if (outcome.status < 500) return;
    const now = clock.monotonic();
    if (now - saidAt < quietMs) {
      unsaid += 1;
      return;
    }
    const reason = outcome.kind === "thrown" ? outcome.code || String(outcome.error) : `status ${outcome.status}`;
    logger.warn(`${use} answers in place of a branch that failed`, {
      endpoint,
      requestId: id,
      reason,
      ...(unsaid > 0 && { others: unsaid }),
    });
    saidAt = now;
    unsaid = 0;
  };
}
