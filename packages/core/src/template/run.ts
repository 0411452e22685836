import type { FakeSource } from "./faker.ts";
import type { Problem } from "./problem.ts";
import type { Span } from "./syntax.ts";
import type { Scope, TemplateOptions } from "./template.ts";

/** Values of the loops around an expression, by slot. One array per evaluation, written as the loops turn. */
export type Locals = unknown[];

/** An expression ready to be evaluated. `undefined` is missing data. */
export type Run = (scope: Scope, locals: Locals) => unknown;

/** An expression that was compiled. */
export interface Compiled {
  readonly run: Run;
  /** Whether it gives the same value always, without a scope. */
  readonly constant: boolean;
}

/** What compiling one expression needs, and where it says what it found. */
export interface ExpressionContext {
  readonly options: TemplateOptions;
  /** Slots of the loop variables that are in scope. */
  readonly locals: ReadonlyMap<string, number>;
  /** The text in which offsets count. */
  readonly text: string;
  /** Fakes by name. */
  readonly fake: (name: string) => FakeSource | undefined;
  /** Notes a mistake; the expression compiles on to find more. */
  report(problem: Problem): void;
  /** Notes that the body of the request is read. */
  readsBody(): void;
  /** Notes that something is read or written that outlives the request: state, counters, collections. */
  readsState(): void;
  /** Ends an evaluation that failed. @throws BW_TEMPLATE_FAILED */
  fail(span: Span, error: unknown): never;
  /** Called when data is missing where a value is needed; `undefined` when nobody wants to know. */
  missing(span: Span): (() => undefined) | undefined;
}

/** The scope of what needs none. */
// A constant never looks at its scope.
export const noScope = undefined as unknown as Scope;

/** Something that always gives this value. */
export function always(value: unknown): Compiled {
  return { run: () => value, constant: true };
}

/** The value of a constant. */
export function valueOf(compiled: Compiled): unknown {
  return compiled.run(noScope, []);
}
