import type { ErrorCode } from "../errors.ts";

/** A mistake in one expression, before its place in the configuration is known. */
export interface Problem {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number>>;
  /** Offset in the scanned text at which the marked token begins. */
  readonly start: number;
  /** Offset at which it ends. */
  readonly end: number;
  readonly hint?: string | undefined;
}

/** Carries a problem out of the tokenizer or the parser, which stop at the first. */
export class SyntaxProblem extends Error {
  readonly problem: Problem;

  constructor(
    problem: string,
    start: number,
    options: { readonly end?: number; readonly hint?: string | undefined } = {},
  ) {
    super(problem);
    this.problem = {
      code: "BW_TEMPLATE_SYNTAX",
      details: { problem },
      start,
      end: options.end ?? start + 1,
      hint: options.hint,
    };
  }
}
