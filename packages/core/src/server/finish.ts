import type { LiveExchange } from "../pipeline/exchange.ts";

/** Ends an exchange: `finished` hooks, the access log, the generation's count. Call it once, after the last byte. */
export function finish(exchange: LiveExchange, bytes: number, aborted: boolean): void {
  const { generation, matched } = exchange;
  const finished = matched === undefined ? null : matched.finished;
  if (finished !== null || generation.logRequest !== null) {
    const status = exchange.response?.status ?? exchange.answer.statusCode;
    const endedMonotonic = generation.clock.monotonic();
    const outcome = { status, bytes, durationMs: endedMonotonic - exchange.startedMonotonic, aborted };
    finished?.(exchange, outcome, endedMonotonic);
    generation.logRequest?.(exchange, outcome, endedMonotonic);
  }
  generation.traffic.end(exchange);
}

/** Ends an exchange when its connection is done with it, whichever way. */
export function finishOnClose(exchange: LiveExchange, bytes: number): void {
  const { answer } = exchange;
  if (answer.destroyed) return finish(exchange, 0, !answer.writableFinished);
  answer.once("close", () => finish(exchange, bytes, !answer.writableFinished));
}
