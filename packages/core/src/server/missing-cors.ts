import type { Logger } from "../logger.ts";
import type { LogRequest } from "../pipeline/generation.ts";

/** Origins that are told of at most. */
const mostTold = 20;

/**
 * Tells a developer whose page asks and may not read the answers, once for each origin: the browser says it in words that name no setting of ours.
 *
 * @param logRequest - what is done at the end of a request besides
 */
export function tellMissingCors(logRequest: LogRequest | null, logger: Logger): LogRequest {
  const told = new Set<string>();
  return (exchange, outcome, endedMonotonic) => {
    logRequest?.(exchange, outcome, endedMonotonic);
    const { origin, host } = exchange.request.headers;
    if (typeof origin !== "string" || told.has(origin) || told.size >= mostTold) return;
    const isOwn = typeof host === "string" && origin.endsWith(`//${host}`);
    if (isOwn || exchange.response?.headers.has("access-control-allow-origin") === true) return;
    told.add(origin);
    logger.warn(`pages of ${origin} may not read these answers: server: { cors: true } lets them`);
  };
}
