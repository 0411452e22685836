import type { LogFields, Logger } from "@backworks/core";

/** A logger that keeps what it is warned of, one line each, and drops the rest. */
export interface WarningKeeper {
  readonly logger: Logger;
  readonly warnings: readonly string[];
}

export function keepWarnings(): WarningKeeper {
  const warnings: string[] = [];
  const create = (bound: LogFields): Logger => ({
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields = {}) => void warnings.push(lineOf(message, { ...bound, ...fields })),
    error: (message, fields = {}) => void warnings.push(lineOf(message, { ...bound, ...fields })),
    child: (fields) => create({ ...bound, ...fields }),
  });
  return { logger: create({}), warnings };
}

function lineOf(message: string, { plugin, ...fields }: LogFields): string {
  const facts = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return `${typeof plugin === "string" ? `plugin ${plugin}: ` : ""}${message}${facts.join("")}`;
}
