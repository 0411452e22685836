import type { Readable } from "node:stream";
import { isStream } from "../../body-source.ts";
import { BackworksError } from "../../errors.ts";
import type { Exchange, Handler, MaybePromise, ResponseInit, UpgradeHandler } from "../../exchange.ts";
import { HeaderList } from "../../headers.ts";
import { onceBegun } from "../../stream-begun.ts";
import { isThenable, letGo } from "./attempt.ts";
import { answered, thrown } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Report } from "./report.ts";
import { chooseWay } from "./ways.ts";
import type { Way, WayOut } from "./ways.ts";

/** Says which mode answered in place of the one that was asked. */
export const servedBy = "backworks-served-by";

/** Answers by the first way whose condition holds, and by a way out when that fails. */
export function toHandler(ways: readonly Way[], waysOut: readonly WayOut[], report: Report): Handler {
  const [first] = ways;
  const only = first?.condition === undefined ? first : undefined;
  const choose = only === undefined ? (exchange: Exchange) => chooseWay(ways, exchange) : () => only;
  if (waysOut.length === 0) {
    return only?.answer ?? ((exchange) => (choose(exchange) ?? nobody(exchange)).answer(exchange));
  }
  return (exchange) => {
    const way = choose(exchange);
    const leave = (outcome: Outcome): MaybePromise<ResponseInit> => {
      const others = waysOut.filter(({ branch }) => branch.use !== way?.branch.use);
      const fitting = others.find((other) => other.takes(outcome));
      // Who has left, or has waited too long already, gets no other answer.
      if (fitting === undefined || (outcome.kind === "thrown" && exchange.signal.aborted)) return settle(outcome);
      report(fitting.branch.use, outcome, exchange);
      return leaveBy(others, outcome, exchange);
    };
    return outcomeOf(way?.answer ?? nobody, exchange, leave);
  };
}

function nobody({ request: { method, path } }: Exchange): never {
  throw new BackworksError("BW_HYBRID_UNMATCHED", { method, path });
}

/** Goes on with what a handler came to; a promise only when the handler waits. */
function outcomeOf<T>(
  handler: Handler,
  exchange: Exchange,
  goOn: (outcome: Outcome) => MaybePromise<T>,
): MaybePromise<T> {
  const settled = (init: ResponseInit | undefined): MaybePromise<T> => {
    // One that answered by `respond` returns nothing.
    const whole = init ?? exchange.response ?? { status: 204 };
    const toHead = exchange.request.method === "HEAD";
    return isStream(whole.body)
      ? begun(whole.body).then(
          (body) => goOn(answered({ ...whole, body }, toHead)),
          (error: unknown) => goOn(thrown(error)),
        )
      : goOn(answered(whole, toHead));
  };
  let answer: MaybePromise<ResponseInit>;
  try {
    answer = handler(exchange);
  } catch (error) {
    return goOn(thrown(error));
  }
  if (!isThenable(answer)) return settled(answer);
  return answer.then(settled, (error: unknown) => goOn(thrown(error)));
}

/** A stream that fails before its first byte is no answer yet; one without any is an empty body. Rejects with what it fails with. */
function begun(stream: Readable): Promise<Readable | null> {
  return new Promise((resolve, reject) => {
    onceBegun(stream, (beginning) => {
      if (typeof beginning === "object") reject(beginning.failed);
      else resolve(beginning === "empty" ? null : stream);
    });
  });
}

function settle(outcome: Outcome): ResponseInit {
  if (outcome.kind === "thrown") throw outcome.error;
  return outcome.answer;
}

/**
 * Tries ways out in their order, each for how the one before ended. One that throws is passed over: the next may also be for how the branch ended,
 * and when none answers, that is what the client gets.
 */
async function leaveBy(ways: readonly WayOut[], first: Outcome, exchange: Exchange): Promise<ResponseInit> {
  let best = first;
  let by: WayOut | undefined;
  let last = first;
  for (const way of ways) {
    if (!way.takes(last) && !(last.kind === "thrown" && way.takes(first))) continue;
    last = await outcomeOf(way.answer, exchange, (outcome) => outcome);
    if (last.kind === "thrown") continue;
    if (best.kind === "answered") letGo(best.answer.body);
    best = last;
    by = way;
  }
  const answer = settle(best);
  return by === undefined ? answer : mark(answer, by);
}

function mark({ status, headers, body }: ResponseInit, way: WayOut): ResponseInit {
  const marked = HeaderList.from(headers);
  marked.set(servedBy, way.branch.use);
  return { status: way.status ?? status, headers: marked, body };
}

/** Hands a connection to the first way that takes over connections and whose condition holds. */
export function toUpgrade(ways: readonly Way[]): UpgradeHandler | undefined {
  const able = ways.filter(({ upgrade }) => upgrade !== undefined);
  if (able.length === 0) return undefined;
  return (exchange, socket, head) => (chooseWay(able, exchange) ?? nobody(exchange)).upgrade?.(exchange, socket, head);
}
