import { AnswerProblem } from "./failure.ts";
import type { PlainAnswer } from "./answer.ts";
import { fromResponse, toAnswer } from "./answer.ts";
import type { HandlerContext } from "./handler-context.ts";
import type { HandlerRequest } from "./request.ts";

/** The function of a handler's module. */
export type HandlerFunction = (request: HandlerRequest, context: HandlerContext, again: HandlerContext) => unknown;

/** Answers one call. Rejects with what the handler throws. */
export type RunHandler = (request: HandlerRequest, context: HandlerContext) => Promise<PlainAnswer>;

/** A second parameter of this name is answered with, as in Express; then a function that returns nothing has not answered yet. */
const classic = /^(?:async\s+)?(?:function\b[^(]*)?\(\s*[\w$]+\s*,\s*(?:res|resp|response)\b/;

export function toRunHandler(handler: HandlerFunction): RunHandler {
  const answersLater = classic.test(Function.prototype.toString.call(handler));
  return async (request, context) => {
    const returned = await handler(request, context, context);
    if (context.headersSent) return fromResponse(context);
    if (returned === context || returned === undefined) {
      if (!answersLater)
        return returned === undefined && !isWritten(context) ? toAnswer(undefined) : fromResponse(context);
      await context.done;
      return fromResponse(context);
    }
    return toAnswer(returned);
  };
}

function isWritten({ statusCode, headers }: HandlerContext): boolean {
  return statusCode !== 200 || Object.keys(headers).length > 0;
}

/** The function a module means: its default export, its `handler`, or the one of a CommonJS module. @throws AnswerProblem */
export function findHandler(module: unknown): HandlerFunction {
  const exported = module as { readonly default?: unknown; readonly handler?: unknown };
  const inner = exported.default as { readonly default?: unknown; readonly handler?: unknown } | undefined;
  const candidates = [exported.default, exported.handler, inner?.default, inner?.handler];
  const found = candidates.find((candidate) => typeof candidate === "function");
  // Whatever its parameters are, it is called with these.
  if (found !== undefined) return found as HandlerFunction;
  throw new AnswerProblem(
    "exports no function: write export default, module.exports = or function handler(request, context)",
  );
}
