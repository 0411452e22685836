import { compileExpression, needed } from "./expression.ts";
import { findFunction } from "./calls.ts";
import { parse } from "./parser.ts";
import type { Part } from "./part.ts";
import { constantOf, constantPart, renderValue } from "./part.ts";
import { SyntaxProblem } from "./problem.ts";
import { rootOf } from "./roots.ts";
import type { Compiled } from "./run.ts";
import { always, valueOf } from "./run.ts";
import type { ExpressionSegment, Segment } from "./scan.ts";
import { scan } from "./scan.ts";
import type { Expression } from "./syntax.ts";
import type { ExpressionSource, ValueContext } from "./value-context.ts";
import { ScalarExpression, toError } from "./value-context.ts";
import { toJson, toText } from "./values.ts";
import { refuseWithheld } from "./withheld.ts";

/** Compiles a text of the configuration: typed when it is exactly one expression, a text otherwise. */
export function compileScalar(text: string, context: ValueContext): Part {
  if (!text.includes("${") && !text.includes("{{")) return constantPart(text);
  const segments = segmentsOf(text, context);
  const [only] = segments;
  const isText = context.frame.options.encode !== undefined;
  if (segments.length === 1 && only?.kind === "expression" && !isText) return wholePart(text, only, context);
  return textPart(segments.map((segment) => compileSegment(text, segment, context)));
}

function segmentsOf(text: string, context: ValueContext): readonly Segment[] {
  try {
    return scan(text);
  } catch (error) {
    reportSyntax(error, { text, opening: 0, context });
    return [];
  }
}

/** Notes what the tokenizer or the parser stopped at; anything else is a defect of ours. */
function reportSyntax(error: unknown, source: ExpressionSource): void {
  if (!(error instanceof SyntaxProblem)) throw error;
  source.context.report(toError(error.problem, source));
}

function wholePart(text: string, segment: ExpressionSegment, context: ValueContext): Part {
  const { compiled, fail } = compileOne(text, segment, context);
  const { run } = compiled;
  if (compiled.constant) return constantPart(valueOf(compiled) ?? null);
  return {
    constant: false,
    optional: false,
    evaluate: (scope, locals) => run(scope, locals) ?? null,
    render: (scope, locals) => {
      const value = run(scope, locals);
      if (typeof value !== "object") return renderValue(value);
      try {
        return toJson(value);
      } catch (error) {
        return fail(error);
      }
    },
  };
}

/** One expression; missing data is reported, and is `undefined`. */
function compileOne(
  text: string,
  segment: ExpressionSegment,
  context: ValueContext,
): { readonly compiled: Compiled; readonly fail: (error: unknown) => never } {
  const expressions = new ScalarExpression({ text, opening: segment.start, context });
  const span = { start: segment.from, end: segment.to };
  const fail = (error: unknown): never => expressions.fail(span, error);
  const node = parseSegment(text, segment, context);
  if (node === undefined) return { compiled: always(null), fail };
  refuseWithheld(node, expressions);
  const compiled = compileExpression(node, expressions);
  return { compiled: needed(withoutConstantGap(compiled), node, expressions), fail };
}

/** A constant without a value is looked at when it is evaluated, so that it is reported as missing. */
function withoutConstantGap(compiled: Compiled): Compiled {
  return compiled.constant && valueOf(compiled) === undefined ? { run: compiled.run, constant: false } : compiled;
}

function parseSegment(text: string, segment: ExpressionSegment, context: ValueContext): Expression | undefined {
  try {
    return parse(text, segment, {
      older: segment.older,
      isFunction: (name) => findFunction(name, context.frame) !== undefined,
      isRoot: (name) => rootOf(name) !== undefined || context.frame.locals.has(name),
    });
  } catch (error) {
    reportSyntax(error, { text, opening: segment.start, context });
    return undefined;
  }
}

function compileSegment(text: string, segment: Segment, context: ValueContext): Compiled {
  if (segment.kind === "text") return always(segment.text);
  const { compiled, fail } = compileOne(text, segment, context);
  const { encode } = context.frame.options;
  if (encode === undefined) return compiled;
  const run: Compiled["run"] = (scope, locals) => {
    const value = compiled.run(scope, locals);
    try {
      return encode(value, scope);
    } catch (error) {
      return fail(error);
    }
  };
  return { run, constant: false };
}

function textPart(pieces: readonly Compiled[]): Part {
  if (pieces.every((piece) => piece.constant))
    return constantPart(pieces.map((piece) => toText(valueOf(piece))).join(""));
  const runs = pieces.map(({ run }) => run);
  const evaluate = (...[scope, locals]: Parameters<Part["evaluate"]>): string => {
    let text = "";
    for (const run of runs) {
      const value = run(scope, locals);
      text += typeof value === "string" ? value : toText(value);
    }
    return text;
  };
  return {
    constant: false,
    optional: false,
    evaluate,
    render: (scope, locals) => JSON.stringify(evaluate(scope, locals)),
  };
}

/** The text of a key, computed when it holds an expression. */
export function compileKey(key: string, context: ValueContext): string | Compiled["run"] {
  const part = compileScalar(key, context);
  return part.constant ? toText(constantOf(part)) : (scope, locals) => toText(part.evaluate(scope, locals));
}
