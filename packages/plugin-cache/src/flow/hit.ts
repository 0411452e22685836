import type { ResponseInit } from "@backworks/core";
import { respondFrom } from "../answer/from-stored.ts";
import { ageOf, mayReplaceError } from "../rules/use.ts";
import type { StoredAnswer } from "../stored.ts";
import type { CacheContext } from "./context.ts";
import { tellStatus } from "./context.ts";
import type { Found } from "./found.ts";
import type { Look } from "./look.ts";

/** The response by an answer that is stored; `detail` says why, where that is not plain. */
export function hit(
  context: CacheContext,
  look: Look,
  { answer, detail }: { readonly answer: StoredAnswer; readonly detail?: string },
): ResponseInit {
  const { numbers, clock } = context;
  const nowMs = clock.now();
  const leftMs = answer.lifetimeMs - ageOf(answer, nowMs);
  numbers.hits += 1;
  if (leftMs <= 0) numbers.stale += 1;
  const told = { kind: "hit", ttlSeconds: Math.floor(leftMs / 1000) } as const;
  const status = tellStatus(context, detail === undefined ? told : { ...told, detail });
  return respondFrom(answer, look.exchange.request, { nowMs, status });
}

/** The response by what is stored, where that may stand in for a failure (RFC 5861, 4). */
export function standIn(context: CacheContext, { look, answer }: Found): ResponseInit | undefined {
  if (answer === undefined || !mayReplaceError(answer, look.wishes, context.clock.now())) return undefined;
  return hit(context, look, { answer, detail: "stale-if-error" });
}
