import type { Clock, Scheduler } from "../clock.ts";
import { silentLogger } from "../logger.ts";
import type { LogFields, Logger, LogLevel } from "../logger.ts";
import type { LoggingSettings } from "../model/app.ts";
import { formatDetails, formatRequest, headOf, levelOf } from "../pipeline/access-log.ts";
import type { RequestLevel } from "../pipeline/access-log.ts";
import type { LogRequest } from "../pipeline/generation.ts";
import type { Secrets } from "../secrets.ts";
import { hideFrom } from "./hiding-logger.ts";
import { openFileSink, openOutputSink } from "./line-sink.ts";
import type { LineSink } from "./line-sink.ts";
import { toJsonLine, toPrettyLine } from "./log-line.ts";
import { toPrettyRequest } from "./pretty-request.ts";

/** Where a process of ours writes what happens. */
export interface Logging {
  readonly logger: Logger;
  /** Writes one line per request; `null` when requests are not logged. */
  readonly logRequest: LogRequest | null;
  /** Writes what waits. */
  flush(): void;
  close(): void;
}

interface LoggingParts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** A logger of the caller's, which then gets everything. */
  readonly logger: Logger | undefined;
  /** Whether pretty lines are coloured. */
  readonly color: boolean;
  /** What no line tells. */
  readonly secrets: Secrets;
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Opens the log that a configuration asks for. */
export function openLogging(settings: LoggingSettings, parts: LoggingParts): Logging {
  if (parts.logger !== undefined) return throughLogger(parts.logger, settings, parts.secrets);
  if (!settings.enabled) return { logger: silentLogger, logRequest: null, flush() {}, close() {} };
  const sink = settings.file === undefined ? openOutputSink(parts) : openFileSink(settings.file, parts);
  return {
    logger: createLogger(sink, settings, parts),
    logRequest: settings.requests ? requestWriter(sink, settings, parts) : null,
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}

/** A logger over a sink, in the format and from the level of the settings. */
function createLogger(
  sink: LineSink,
  { level: least, format }: Pick<LoggingSettings, "level" | "format">,
  { clock, color, secrets }: Pick<LoggingParts, "clock" | "color" | "secrets">,
): Logger {
  const hide = (text: string): string => secrets.hide(text);
  const make = (own: LogFields): Logger => {
    const write = (level: LogLevel) => (message: string, fields?: LogFields) => {
      if (ranks[level] < ranks[least]) return;
      const record = { time: new Date(clock.now()).toISOString(), level, message, fields: { ...own, ...fields } };
      sink.write(format === "json" ? hide(toJsonLine(record)) : toPrettyLine(record, { color, hide }));
    };
    return {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      child: (fields) => make({ ...own, ...fields }),
    };
  };
  return make({});
}

function requestWriter(sink: LineSink, settings: LoggingSettings, parts: LoggingParts): LogRequest {
  const { clock, color, secrets } = parts;
  const least = ranks[settings.level];
  const detailed = settings.includeHeaders || settings.includeBody;
  const stamp = createTimestamp(clock);
  const begin = createHead();
  return (exchange, outcome, endedMonotonic) => {
    const level = levelOf(outcome);
    if (ranks[level] < least) return;
    if (settings.format === "pretty")
      return sink.write(
        secrets.hide(toPrettyRequest(exchange, outcome, { time: stamp(endedMonotonic), color, settings })),
      );
    const line = formatRequest(exchange, outcome, begin(stamp(endedMonotonic), level));
    sink.write(secrets.hide(detailed ? `${line}${formatDetails(exchange, settings)}}` : `${line}}`));
  };
}

/** How lines begin, made anew only when time or level have changed. */
function createHead(): typeof headOf {
  let time = "";
  let level: RequestLevel | undefined;
  let text = "";
  return (nextTime, nextLevel) => {
    if (nextTime !== time || nextLevel !== level) {
      time = nextTime;
      level = nextLevel;
      text = headOf(time, level);
    }
    return text;
  };
}

/** How long the distance between the two clocks is trusted before it is measured again: the wall clock may be set. */
const trustMs = 1000;

/** ISO 8601 text of a moment of the monotonic clock, made anew only when the millisecond has changed. */
function createTimestamp(clock: Clock): (monotonic: number) => string {
  let distance = 0;
  let measuredAt = -Infinity;
  let last = Number.NaN;
  let text = "";
  return (monotonic) => {
    if (monotonic - measuredAt > trustMs) {
      distance = clock.now() - clock.monotonic();
      measuredAt = monotonic;
    }
    const now = Math.floor(monotonic + distance);
    if (now !== last) {
      last = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
}

function throughLogger(given: Logger, settings: LoggingSettings, secrets: Secrets): Logging {
  const logger = given === silentLogger ? given : hideFrom(given, secrets);
  const logRequest: LogRequest = (exchange, outcome) => {
    const head = headOf("", levelOf(outcome));
    const {
      time: _time,
      level,
      msg: _msg,
      ...fields
    } = JSON.parse(`${formatRequest(exchange, outcome, head)}${formatDetails(exchange, settings)}}`);
    logger[level as LogLevel]("request", fields);
  };
  const quiet = logger === silentLogger || !settings.enabled || !settings.requests;
  return { logger, logRequest: quiet ? null : logRequest, flush() {}, close() {} };
}
