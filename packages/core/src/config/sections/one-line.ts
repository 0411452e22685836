import { minLength, regex, string } from "zod/mini";

/** What a name may be: it is shown in terminals, which would obey control characters. */
export const oneLinePattern = /^\P{Cc}*$/u;

export const oneLineProblem = "must be one line without control characters";

/** A text that names something. */
export const oneLine = string().check(minLength(1), regex(oneLinePattern, oneLineProblem));
