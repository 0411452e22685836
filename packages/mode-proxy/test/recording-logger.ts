import type { Logger } from "@backworks/core";

/** A logger that keeps its lines, fields as JSON behind them. */
export function createRecordingLogger(lines: string[] = []): Logger {
  const write = (message: string, fields?: unknown): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  return logger;
}
