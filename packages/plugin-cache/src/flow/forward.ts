import { BackworksError, HeaderList } from "@backworks/core";
import type { Exchange, MaybePromise, Next, ResponseInit } from "@backworks/core";
import type { Forward } from "../rules/cache-status.ts";
import { judgeAnswer } from "../rules/storable.ts";
import type { CacheContext } from "./context.ts";
import { tellStatus } from "./context.ts";
import { passKey } from "./look.ts";
import type { Found } from "./found.ts";

/** A request that goes through as it came. */
export interface Forwarded {
  readonly exchange: Exchange;
  readonly next: Next;
  readonly reason: Forward;
  /** What is known of it; absent for what the cache has no part in. */
  readonly found?: Found;
}

/** Has the handler answer for this client alone. */
export function forward(context: CacheContext, request: Forwarded): MaybePromise<ResponseInit> {
  const { exchange, next, reason, found } = request;
  const requestMs = context.clock.now();
  const finish = (answer: ResponseInit | undefined): ResponseInit => {
    const response = answer ?? exchange.response ?? { status: 204 };
    if (found !== undefined) learn(context, { found, requestMs }, response);
    return withStatus(context, response, { reason, status: response.status ?? 200 });
  };
  const answer = next(exchange);
  return answer instanceof Promise ? answer.then(finish) : finish(answer);
}

/** @throws BW_CACHE_ONLY always */
export function refuseOnly(): never {
  throw new BackworksError("BW_CACHE_ONLY", {});
}

/** The answer with what the cache did. */
export function withStatus(
  context: CacheContext,
  response: ResponseInit,
  { reason, status }: { readonly reason: Forward; readonly status: number },
): ResponseInit {
  const told = tellStatus(context, { kind: "forwarded", reason, status });
  const headers = HeaderList.from(response.headers);
  if (told !== undefined) headers.append("cache-status", told);
  // It is said to this cache alone.
  headers.delete("backworks-cache-control");
  return { status, headers, body: response.body ?? null };
}

/** An answer that could have been for many has the next one asked for many. */
function learn(
  context: CacheContext,
  { found, requestMs }: { readonly found: Found; readonly requestMs: number },
  response: ResponseInit,
): void {
  const { look } = found;
  const head = { status: response.status ?? 200, headers: HeaderList.from(response.headers) };
  const trip = { requestMs, responseMs: context.clock.now() };
  if (typeof judgeAnswer(head, look.policy.defaults, trip) === "string") return;
  look.policy.luck.succeeded();
  context.passes.delete(passKey(look));
}
