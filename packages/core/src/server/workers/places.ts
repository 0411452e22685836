import { BackworksError, isBackworksError } from "../../errors.ts";
import type { Exchange, Handler, ResponseInit } from "../../exchange.ts";
import { createInnerClient } from "../http.ts";
import { forward } from "./forward.ts";

/** Requests wait this long for a worker that answers what needs one place. */
const waitMs = 2000;

/** Where the handlers run that keep state which several processes must not have each for themselves. */
export interface Places {
  /** A handler that runs in one place, wherever it is asked. */
  wrap(handler: Handler): Handler;
  /** That place: `here`, the socket file of another process, or nobody for the moment. */
  moveTo(owner: string | undefined): void;
}

/** Nobody is the owner until `moveTo` says so. */
export function createPlaces(): Places {
  const ask = createInnerClient();
  let owner: string | undefined;
  let arrivals: (() => void)[] = [];

  /** Resolves when there is an owner, or when the time is over. */
  const waitForOwner = (until: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, until - performance.now()));
      arrivals.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  const askOwner = async (exchange: Exchange, handler: Handler): Promise<ResponseInit> => {
    const until = performance.now() + waitMs;
    for (;;) {
      const asked = owner;
      if (asked === "here") return handler(exchange);
      try {
        if (asked !== undefined) return await forward(exchange, asked, ask);
      } catch (error) {
        if (!isUnreached(error)) throw gone(error);
        // Its socket file is there no longer, or nobody listens: whoever follows says so.
        if (owner === asked) owner = undefined;
      }
      if (performance.now() >= until) throw gone(undefined);
      if (owner === undefined) await waitForOwner(until);
    }
  };
  return {
    wrap: (handler) => (exchange: Exchange) => (owner === "here" ? handler(exchange) : askOwner(exchange, handler)),
    moveTo(next) {
      owner = next;
      if (next === undefined) return;
      const waiting = arrivals;
      arrivals = [];
      for (const arrive of waiting) arrive();
    },
  };
}

/** Whether nothing of a request arrived, so that it may be sent again. */
function isUnreached(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === "connect" && (code === "ENOENT" || code === "ECONNREFUSED");
}

/** A connection that broke: whether the request was answered there is not known, so it is not sent again. */
function gone(cause: unknown): unknown {
  if (isBackworksError(cause)) return cause;
  const { code = "" } = (cause ?? {}) as NodeJS.ErrnoException;
  if (cause !== undefined && !["ECONNRESET", "EPIPE", "ECONNREFUSED"].includes(code)) return cause;
  return new BackworksError("BW_WORKERS_OWNER_GONE", {}, { cause, headers: { "retry-after": "1" } });
}
