import type { LogFields, Logger, LogLevel } from "@backworks/core";
import type { Context } from "./context.ts";

/** A logger for commands: warnings and errors always, the rest unless `--quiet`; on standard error. */
export function createTerminalLogger(context: Context, name: string): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (context.quiet && level !== "warn" && level !== "error") return;
      const facts = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
      context.terminal.errors.write(`${level} ${name}: ${message}${facts.join("")}\n`);
    };
  return {
    debug: () => undefined,
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: () => createTerminalLogger(context, name),
  };
}
