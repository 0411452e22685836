import { silentLogger } from "../logger.ts";
import type { LogFields, Logger } from "../logger.ts";

/** A logger that passes everything on to another, which may change: plugins keep theirs over reloads. */
export interface RelayLogger extends Logger {
  /** Whoever gets the lines from now on. */
  pointTo(target: Logger): void;
}

/** Begins silent. */
export function createRelayLogger(): RelayLogger {
  let target = silentLogger;
  const make = (own: LogFields): Logger => ({
    debug: (message, fields) => target.debug(message, { ...own, ...fields }),
    info: (message, fields) => target.info(message, { ...own, ...fields }),
    warn: (message, fields) => target.warn(message, { ...own, ...fields }),
    error: (message, fields) => target.error(message, { ...own, ...fields }),
    child: (fields) => make({ ...own, ...fields }),
  });
  return {
    ...make({}),
    pointTo(next) {
      target = next;
    },
  };
}
