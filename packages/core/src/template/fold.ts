import { isBackworksError } from "../errors.ts";
import type { Compiled, ExpressionContext, Run } from "./run.ts";
import { always, noScope } from "./run.ts";
import type { Span } from "./syntax.ts";
import { deepFreeze } from "./values.ts";

export interface Foldable {
  readonly run: Run;
  /** What the expression is made of. */
  readonly parts: readonly Compiled[];
  readonly node: Span;
}

/** Evaluates at load what is made of constants only; a failure there is a mistake in the configuration. */
export function foldConstant({ run, parts, node }: Foldable, context: ExpressionContext): Compiled {
  if (!parts.every((part) => part.constant)) return { run, constant: false };
  try {
    return always(deepFreeze(run(noScope, [])));
  } catch (error) {
    const details = { expression: context.text.slice(node.start, node.end), problem: messageOf(error) };
    const said = isBackworksError(error) ? error : { code: "BW_TEMPLATE_FAILED" as const, details };
    context.report({ code: said.code, details: said.details, start: node.start, end: node.end });
    return always(null);
  }
}

/** Wraps an evaluation that may fail, so that the error says which expression it was. */
export function guarded(run: Run, node: Span, context: ExpressionContext): Run {
  return (scope, locals) => {
    try {
      return run(scope, locals);
    } catch (error) {
      return context.fail(node, error);
    }
  };
}

/** What went wrong, in words for people. */
export function messageOf(error: unknown): string {
  if (isBackworksError(error) && error.code === "BW_TEMPLATE_FAILED") return String(error.details["problem"]);
  return error instanceof Error ? error.message : String(error);
}
