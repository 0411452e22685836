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

/** What values of one file, inside the same loops, are compiled with. */
export interface ValueFrame {
  readonly options: TemplateOptions;
  readonly place: (path: readonly (string | number)[]) => Place;
  /** Slots of loop variables that are in scope. */
  readonly locals: ReadonlyMap<string, number>;
  /** First slot that is free; 0 counts what `$repeat` made. */
  readonly nextSlot: number;
  /** Absolute paths of the files around the value. */
  readonly files: readonly string[];
  readonly fake: (name: string) => FakeSource | undefined;
  readonly report: (error: BackworksError) => void;
  readonly readsBody: () => void;
  readonly readsState: () => void;
}

/** What compiling one value needs. Small, because one is kept with every expression. */
export class ValueContext {
  readonly frame: ValueFrame;
  readonly parent: ValueContext | undefined;
  readonly key: string | number;

  constructor(frame: ValueFrame, parent?: ValueContext, key: string | number = "") {
    this.frame = frame;
    this.parent = parent;
    this.key = key;
  }

  /** Path below the value that is compiled, or below the file around it. */
  get path(): readonly (string | number)[] {
    return this.parent === undefined ? [] : [...this.parent.path, this.key];
  }

  /** The same value with something else around it. */
  with(changes: Partial<ValueFrame>): ValueContext {
    return new ValueContext({ ...this.frame, ...changes }, this.parent, this.key);
  }

  report(error: BackworksError): void {
    this.frame.report(error);
  }
}

/** The context of a value below. */
export function below(context: ValueContext, key: string | number): ValueContext {
  return new ValueContext(context.frame, context, key);
}

/** The place of the value itself. */
export function placeOf(context: ValueContext): Place {
  return context.frame.place(context.path);
}

/** A scalar, and where in it the expression begins. */
export interface ExpressionSource {
  readonly context: ValueContext;
  readonly text: string;
  readonly opening: number;
}

/** The context of one expression in a scalar. */
export class ScalarExpression implements ExpressionContext {
  readonly #source: ExpressionSource;

  constructor(source: ExpressionSource) {
    this.#source = source;
  }

  get text(): string {
    return this.#source.text;
  }

  get options(): TemplateOptions {
    return this.#frame.options;
  }

  get locals(): ReadonlyMap<string, number> {
    return this.#frame.locals;
  }

  fake(name: string): FakeSource | undefined {
    return this.#frame.fake(name);
  }

  readsBody(): void {
    this.#frame.readsBody();
  }

  readsState(): void {
    this.#frame.readsState();
  }

  report(problem: Problem): void {
    this.#frame.report(toError(problem, this.#source));
  }

  fail(span: Span, error: unknown): never {
    throw failure(error, { expression: this.#expressionAt(span), where: this.#placeAt(span) });
  }

  missing(span: Span): (() => undefined) | undefined {
    const expression = this.#expressionAt(span);
    return missingReporter(this.options, { expression, where: () => this.#placeAt(span) });
  }

  get #frame(): ValueFrame {
    return this.#source.context.frame;
  }

  #expressionAt({ start, end }: Span): string {
    return this.#source.text.slice(start, end);
  }

  #placeAt(span: Span): Place {
    return locate(placeOf(this.#source.context), stretchOf(this.#source, span));
  }
}

function stretchOf({ text, opening }: ExpressionSource, { start, end }: Span): Stretch {
  return { value: text, start, end, opening };
}

/** The error of a mistake, with its place. */
export function toError(problem: Problem, source: ExpressionSource): BackworksError {
  const where = locate(placeOf(source.context), stretchOf(source, problem));
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
      const place = where();
      const hint = "give it a default with :- or turn strict_templates off";
      const members = { expression, at: `${place.source.file}:${place.line}:${place.column}` };
      throw new BackworksError("BW_TEMPLATE_MISSING", { expression }, { where: place, hint, members });
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
