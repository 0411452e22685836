import { BackworksError, formatErrors, isBackworksError } from "@backworks/core";
import type { Context } from "./context.ts";
import { exitCodeOf } from "./exit.ts";
import type { ExitCode } from "./exit.ts";

/** Shows what went wrong, and gives the exit code for it. */
export function reportFailure(error: unknown, context: Context): ExitCode {
  const known = isBackworksError(error) ? error : unexpected(error);
  if (context.json) {
    context.terminal.output.write(`${JSON.stringify({ event: "error", ...toErrorReport(known) })}\n`);
  } else {
    const color = context.terminal.errors.paint(context.paint.enabled ? undefined : false).enabled;
    context.terminal.errors.write(`${formatErrors(known, { color })}\n`);
    if (!isBackworksError(error)) showStack(error, context);
  }
  return exitCodeOf(known);
}

/** One error as JSON: what `--json` gives of it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly errors?: readonly ErrorReport[] | undefined;
}

/** An error, and everything it stands for, as JSON. */
export function toErrorReport(error: BackworksError): ErrorReport {
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    file: error.where?.source.file,
    line: error.where?.line,
    column: error.where?.column,
    errors: error.errors.length > 0 ? error.errors.map((part) => toErrorReport(part)) : undefined,
  };
}

/** A mistake of ours, or of the machine: said in one line, the stack only when somebody looks for it. */
function unexpected(error: unknown): BackworksError {
  const problem = error instanceof Error ? error.message : String(error);
  return new BackworksError("BW_CLI_UNEXPECTED", { problem }, { cause: error, hint: "BACKWORKS_DEBUG=1 shows where" });
}

function showStack(error: unknown, context: Context): void {
  if ((context.terminal.env["BACKWORKS_DEBUG"] ?? "") === "") return;
  context.terminal.errors.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
