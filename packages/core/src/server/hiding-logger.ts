import type { LogFields, Logger, LogLevel } from "../logger.ts";
import type { Secrets } from "../secrets.ts";
import { hideInError } from "./hide-error.ts";

/** Passes on what is logged without its secrets, to a logger of somebody else's. */
export function hideFrom(target: Logger, secrets: Secrets): Logger {
  const pass =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (secrets.active) target[level](secrets.hide(message), hideInFields(fields, secrets));
      else target[level](message, fields);
    };
  return {
    debug: pass("debug"),
    info: pass("info"),
    warn: pass("warn"),
    error: pass("error"),
    child: (fields) => hideFrom(target.child(secrets.hideIn(fields)), secrets),
  };
}

function hideInFields(fields: LogFields | undefined, secrets: Secrets): LogFields | undefined {
  if (fields === undefined) return undefined;
  const entries = Object.entries(fields).map(([key, value]) => [
    key,
    value instanceof Error ? hideInError(value, secrets) : secrets.hideIn(value),
  ]);
  return Object.fromEntries(entries) as LogFields;
}
