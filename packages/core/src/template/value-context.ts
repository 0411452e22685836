import type { Place } from "../errors.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import type { FakeSource } from "./faker.ts";
import { messageOf } from "./fold.ts";
import type { Stretch } from "./locate.ts";
import { locate } from "./locate.ts";
import type { Problem } from "./problem.ts";
import type { ExpressionContext } from "./run.ts";
import type { Span } from "./syntax.ts";
import type { TemplateOptions } from "./template.ts";

/** What compiling one value of the configuration needs, and where it says what it found. */
export interface ValueContext {
  readonly options: TemplateOptions;
  readonly place: (path: readonly (string | number)[]) => Place;
  /** Path of the value below the one that is compiled. */
  readonly path: readonly (string | number)[];
  /** Slots of loop variables that are in scope. */
  readonly locals: ReadonlyMap<string, number>;
  /** First slot that is free; 0 counts what `$repeat` made. */
  readonly nextSlot: number;
  /** Absolute paths of the files around the value. */
  readonly files: readonly string[];
  readonly fake: (name: string) => FakeSource | undefined;
  report(error: BackworksError): void;
  readsBody(): void;
}

/** The context of a value below. */
export function below(context: ValueContext, key: string | number): ValueContext {
  return { ...context, path: [...context.path, key] };
}

/** The place of the value itself. */
export function placeOf(context: ValueContext): Place {
  return context.place(context.path);
}

/** A scalar, and where in it the expression begins. */
export interface ExpressionSource {
  readonly text: string;
  readonly opening: number;
  /** Where the scalar stands. */
  readonly place: () => Place;
}

/** The context of one expression in a scalar. */
export function expressionContext(context: ValueContext, source: ExpressionSource): ExpressionContext {
  const where = (span: Span): Place => locate(source.place(), stretchOf(source, span));
  const expressionAt = (span: Span): string => source.text.slice(span.start, span.end);
  return {
    options: context.options,
    locals: context.locals,
    text: source.text,
    fake: context.fake,
    readsBody: context.readsBody,
    report: (problem) => context.report(toError(problem, source)),
    fail: (span, error) => {
      throw failure(error, { expression: expressionAt(span), where: where(span) });
    },
    missing: (span) => missingReporter(context.options, { expression: expressionAt(span), where: () => where(span) }),
  };
}

function stretchOf({ text, opening }: ExpressionSource, { start, end }: Span): Stretch {
  return { value: text, start, end, opening };
}

/** The error of a mistake, with its place. */
export function toError(problem: Problem, source: ExpressionSource): BackworksError {
  const where = locate(source.place(), stretchOf(source, problem));
  return new BackworksError(problem.code, problem.details, { where, hint: problem.hint });
}

/** What an evaluation ends with that failed; an error that knows its place stays as it is. */
export function failure(error: unknown, at: { readonly expression: string; readonly where: Place }): BackworksError {
  const { expression, where } = at;
  if (!isBackworksError(error)) {
    return new BackworksError("BW_TEMPLATE_FAILED", { expression, problem: messageOf(error) }, { where, cause: error });
  }
  if (error.where !== undefined) return error;
  return new BackworksError(error.code, error.details, { where, hint: error.hint, cause: error });
}

/** Says that data is missing: an error when templates are strict, one warning per expression in development. */
export function missingReporter(
  { strict, development, logger }: TemplateOptions,
  { expression, where }: { readonly expression: string; readonly where: () => Place },
): (() => undefined) | undefined {
  if (strict) {
    return () => {
      const hint = "give it a default with :- or turn strict_templates off";
      throw new BackworksError("BW_TEMPLATE_MISSING", { expression }, { where: where(), hint });
    };
  }
  if (!development) return undefined;
  let said = false;
  return () => {
    if (said) return undefined;
    said = true;
    const { source, line, column } = where();
    logger.warn(`${expression} has no value`, { file: source.file, line, column });
    return undefined;
  };
}
