import type { Exchange, Handler } from "@backworks/core";
import { changeRequests } from "../transform/change-request.ts";
import { changeResponses } from "../transform/change-response.ts";
import { compileFieldMap } from "../transform/field-map.ts";
import { loadCode } from "../transform/load-code.ts";
import type { RunnableCode } from "../transform/run-code.ts";
import type { Compiling } from "./compile.ts";
import { maxBodyOf } from "./endpoint.ts";
import { toMs } from "@backworks/option-values";
import type { CodeOptions } from "./transform.ts";

/** What is done with bodies. */
export interface Changes {
  readonly changesRequests: boolean;
  readonly changesResponses: boolean;
  /** Whether requests are read whole. */
  readonly readsBody: boolean;
  /** Puts the changes around a handler that forwards. */
  around(forward: Handler): Handler;
}

/** Compiles `transform`, and what `transform_request` and `transform_response` say of bodies. */
export async function compileChanges(compiling: Compiling, toPath: (exchange: Exchange) => string): Promise<Changes> {
  const { transform_request: request, transform_response: response, transform } = compiling.options;
  const limit = maxBodyOf(compiling.options);
  const [requestMap, responseMap] = [request?.body?.map, response?.body?.map].map((map) => map && compileFieldMap(map));
  const requestCode = await compileCode("request", transform?.request, compiling);
  const responseCode = await compileCode("response", transform?.response, compiling);
  const changesRequests = requestMap !== undefined || requestCode !== undefined;
  const changesResponses = responseMap !== undefined || responseCode !== undefined;
  return {
    changesRequests,
    changesResponses,
    readsBody: changesRequests,
    around(forward) {
      const back = changesResponses
        ? changeResponses(forward, { map: responseMap, code: responseCode, limit })
        : forward;
      return changesRequests ? changeRequests(back, { map: requestMap, code: requestCode, limit, toPath }) : back;
    },
  };
}

/** Modules of users are loaded one after another. */
const importModule = (url: string): Promise<unknown> => import(url);

async function compileCode(
  which: "request" | "response",
  options: CodeOptions | undefined,
  { endpoint, context, mistakes }: Compiling,
): Promise<RunnableCode | undefined> {
  if (options === undefined) return undefined;
  const { handler: file, timeout } = options;
  try {
    const path = ["proxy", "transform", which, "handler"];
    const code = await loadCode(file, { endpoint, path, loadModule: importModule });
    const { scheduler, logger } = context;
    const what = which === "request" ? "the request" : "the answer";
    return { file, code, timeoutMs: toMs(timeout), what, scheduler, logger };
  } catch (error) {
    mistakes.keep(error);
    return undefined;
  }
}
