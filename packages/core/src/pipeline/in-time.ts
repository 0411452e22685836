import { BackworksError } from "../errors.ts";
import type { ResponseInit } from "../exchange.ts";
import { letGo } from "./content.ts";
import type { LiveExchange } from "./exchange.ts";

/**
 * What a handler answers with, unless that takes longer than `limitMs`. The handler is told by the signal of its exchange; what it
 * answers with later is dropped.
 *
 * @throws BW_HANDLER_TIMEOUT
 */
export function inTime<T extends ResponseInit | undefined>(
  answered: Promise<T>,
  exchange: LiveExchange,
  limitMs: number,
): Promise<T | undefined> {
  if (limitMs === Infinity) return answered;
  return new Promise((resolve, reject) => {
    const cancel = exchange.generation.scheduler.after(limitMs, () => {
      // Something mounted has begun to answer, and takes its time.
      if (exchange.answer.headersSent) return;
      const error = new BackworksError("BW_HANDLER_TIMEOUT", { limit: limitMs });
      exchange.expired = true;
      exchange.abort(error);
      if (exchange.onExpiry === undefined) return reject(error);
      exchange.onExpiry(error);
      resolve(undefined);
    });
    answered.then(
      (init) => {
        cancel();
        if (exchange.expired) letGo(init?.body);
        else resolve(init);
      },
      (error: unknown) => {
        cancel();
        if (exchange.expired) tell(error, exchange);
        // What the handler rejected with is what the request fails with.
        // oxlint-disable-next-line prefer-promise-reject-errors
        else reject(error);
      },
    );
  });
}

/** Most handlers that heed the signal fail because of it; nobody needs to know but who looks for it. */
function tell(error: unknown, { generation, id }: LiveExchange): void {
  generation.logger.debug("a handler failed after its time was over", { requestId: id, error });
}
