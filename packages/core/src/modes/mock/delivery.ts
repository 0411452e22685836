import type { Scheduler } from "../../clock.ts";
import type { BackworksResponse, MaybePromise, ResponseInit } from "../../exchange.ts";
import { ConnectionFault } from "../../exchange.ts";
import { HeaderList } from "../../headers.ts";
import { toBytes } from "./answer/response.ts";
import { applyFault, strikes, type Fault } from "./fault.ts";
import type { Delay } from "./latency/delay.ts";
import { pacedStream, type Pace } from "./latency/pace.ts";
import { sleep } from "./latency/sleep.ts";
import type { MockScope } from "./scope.ts";

/** How a response is sent. */
export interface Delivery {
  readonly delay: Delay | undefined;
  readonly pace: Pace | undefined;
  readonly fault: Fault | undefined;
}

/** Whether responses leave at once and whole. */
export function isPlain({ delay, pace, fault }: Delivery): boolean {
  return delay === undefined && pace === undefined && fault === undefined;
}

/** Sends a response the way the delivery says. Everything that is drawn is drawn now; only the waiting is left. */
export function deliver(
  response: BackworksResponse,
  delivery: Delivery,
  { scope, scheduler }: { readonly scope: MockScope; readonly scheduler: Scheduler },
): MaybePromise<ResponseInit> {
  const { delay, pace, fault } = delivery;
  const sent = fault !== undefined && strikes(fault, scope) ? applyFault(fault.kind, response, scope) : response;
  const waitMs = delay?.(scope.random) ?? 0;
  const finish = (): ResponseInit => (pace === undefined ? sent : paced(sent, pace, { scope, scheduler }));
  return waitMs > 0 ? sleep(waitMs, scheduler, scope.exchange.signal).then(finish) : finish();
}

function paced(
  response: ResponseInit,
  pace: Pace,
  { scope, scheduler }: { readonly scope: MockScope; readonly scheduler: Scheduler },
): ResponseInit {
  const { body, status, headers } = response;
  const isWhole = body !== null && body !== undefined && !(body instanceof ConnectionFault);
  if (!isWhole || scope.request.method === "HEAD") return response;
  const bytes = toBytes(body);
  const list = HeaderList.from(headers);
  list.set("content-length", String(bytes.length));
  return { status, headers: list, body: pacedStream(bytes, pace, scheduler) };
}
