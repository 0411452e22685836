import type { Exchange, Logger, Scheduler } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import type { UserCode } from "./load-code.ts";

/** A function of a user, and how it is run. */
export interface RunnableCode {
  /** As the configuration names it. */
  readonly file: string;
  readonly code: UserCode;
  readonly timeoutMs: number;
  /** `the request` or `the answer`. */
  readonly what: string;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** What a function of a user is told of the request. */
export function describeRequest({ id, request }: Exchange): object {
  const { method, path, query, headers, params, ip } = request;
  return { id, method, path, query, headers, params, ip };
}

/** Runs it. @throws BW_PROXY_TRANSFORM_FAILED, with the reason in the log */
export async function runCode(runnable: RunnableCode, message: object, exchange: Exchange): Promise<unknown> {
  const { file, code, what, logger } = runnable;
  try {
    return await inTime(Promise.resolve(code(message, describeRequest(exchange))), runnable);
  } catch (cause) {
    logger.error(`${file} failed`, { requestId: exchange.id, error: cause });
    const problem = `${file} ${cause instanceof LateError ? cause.message : "failed"}`;
    throw new BackworksError("BW_PROXY_TRANSFORM_FAILED", { what, problem }, { cause });
  }
}

/** What is wrong with what a function gave back. */
export function failedGift(
  { file, what }: Pick<RunnableCode, "file" | "what">,
  problem: string,
  cause?: unknown,
): BackworksError {
  return new BackworksError("BW_PROXY_TRANSFORM_FAILED", { what, problem: `${file} ${problem}` }, { cause });
}

class LateError extends Error {}

function inTime<T>(work: Promise<T>, { timeoutMs, scheduler }: RunnableCode): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = scheduler.after(timeoutMs, () => reject(new LateError(`took longer than ${timeoutMs} ms`)));
    work
      .then(resolve, reject)
      .finally(cancel)
      .catch(() => {});
  });
}
