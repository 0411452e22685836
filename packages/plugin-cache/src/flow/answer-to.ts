import { isBackworksError } from "@backworks/core";
import type { ResponseInit } from "@backworks/core";
import type { Asked } from "../request/ask.ts";
import type { Look } from "./look.ts";

/**
 * The handler's answer to a request that is asked for many; `undefined` when it refuses one that says less than the client did: what the client
 * said it might answer. Rejects with what else the handler throws.
 */
export async function answerTo({ next }: Look, { asking, withheld }: Asked): Promise<ResponseInit | undefined> {
  try {
    return (await next(asking)) ?? asking.response ?? { status: 204 };
  } catch (error) {
    if (!withheld || !isBackworksError(error) || error.status >= 500) throw error;
    return undefined;
  }
}
