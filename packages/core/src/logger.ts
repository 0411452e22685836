/** How serious a log line is, least first. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Further facts of a log line; values are written as JSON. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one structured line per call. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
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
