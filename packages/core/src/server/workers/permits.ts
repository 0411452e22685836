import type { Clock, Random } from "../../clock.ts";
import { RateTable } from "../../pipeline/rate-table.ts";
import type { GiveBackOrder, Grant, TakeOrder } from "./calls.ts";

/** Longest time in which a permit may wait for its request. */
const longestMs = 1000;

/**
 * Gives permits of one rate limit to several workers; together they admit what one process would.
 *
 * The GCRA (see `RateTable`) gives each request a theoretical time `τ`, at least `I` after the one before, and admits it at a
 * time `t` with `τ - L <= t`. Where besides `t <= τ` holds, no stretch of time `d` sees more than `(d + L) / I + 1` requests,
 * whoever admits them in whatever order. So a permit may be used by somebody else and later, as long as that is not after its `τ`: of
 * a client that is ahead of its rate permits can be handed out in advance, and only of such a one they are worth it.
 */
export class Permits {
  readonly #table: RateTable;

  constructor(parts: { readonly clock: Pick<Clock, "monotonic">; readonly random: Random }) {
    this.#table = new RateTable(parts);
  }

  take({ key, rate, waiting, extra }: TakeOrder): Grant {
    let verdict = this.#table.take(key, rate);
    if (!verdict.admitted) return { ...verdict, permits: 0, validMs: 0, mark: 0 };
    const ahead = Math.min(longestMs, verdict.resetMs - rate.intervalMs);
    const most = ahead > 0 ? waiting + extra : waiting;
    let permits = 1;
    let retryMs = 0;
    while (permits < most) {
      const next = this.#table.take(key, rate);
      if (!next.admitted) {
        retryMs = next.retryMs;
        break;
      }
      verdict = next;
      permits += 1;
    }
    const { remaining, resetMs } = verdict;
    return { permits, validMs: ahead, mark: this.#table.timeOf(key) ?? 0, remaining, resetMs, retryMs };
  }

  /** Permits count as never given when nobody took any since; otherwise their time has passed unused. */
  giveBack({ key, rate, permits, mark }: GiveBackOrder): void {
    this.#table.rewind(key, mark, mark - permits * rate.intervalMs);
  }
}
