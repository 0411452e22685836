/** How serious a log line is, least first. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Further facts of a log line; values are written as JSON. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one structured line per call. */
export interface Logger {
  /** For whoever looks for a mistake; not written unless the level asks for it. */
  debug(message: string, fields?: LogFields): void;
  /** What an operator wants to know when all is well. */
  info(message: string, fields?: LogFields): void;
  /** Something that works but should not stay so. */
  warn(message: string, fields?: LogFields): void;
  /** Something that failed. */
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
