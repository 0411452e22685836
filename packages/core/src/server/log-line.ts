import { displayText } from "../config/width.ts";
import type { LogFields, LogLevel } from "../logger.ts";
import { toPlainFields } from "../plain-fields.ts";
import { describeThrown } from "../thrown.ts";

/** One line of the log, before it is text. */
export interface LogRecord {
  /** ISO 8601. */
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A record as one line of JSON. Whatever the fields hold, there is a line. */
export function toJsonLine({ time, level, message, fields }: LogRecord): string {
  return JSON.stringify({ time, level, msg: message, ...toPlainFields(fields) });
}

const colors: Readonly<Record<LogLevel, string>> = { debug: "90", info: "36", warn: "33", error: "31" };

/** How a record is told to people. */
interface PrettyOptions {
  readonly color: boolean;
  /** Takes secrets out of a text, which may have several lines. */
  hide(text: string): string;
}

/** A record for people: time of day, level, message, fields. */
export function toPrettyLine({ time, level, message, fields }: LogRecord, { color, hide }: PrettyOptions): string {
  const paint = painter(color);
  const shown = (text: string): string => displayLines(hide(text));
  const { error, ...others } = fields;
  const facts = Object.entries(toPlainFields(others))
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)].map(shown))
    .map(([key = "", value = ""]) => `${paint("90", `${key}=`)}${value}`);
  const trouble = error === undefined ? "" : `\n  ${paint("31", shown(describe(error)))}`;
  return (
    [paint("90", time.slice(11, 23)), paint(colors[level], level.padEnd(5)), shown(message), ...facts].join(" ") +
    trouble
  );
}

/** A text of anybody's: it begins no line of the log, and commands no terminal. */
function displayLines(text: string): string {
  return text.split("\n").map(displayText).join("\n  ");
}

/** Wraps a text in an ANSI colour, or leaves it. */
export function painter(color: boolean): (code: string, text: string) => string {
  return color ? (code, text) => `\u001B[${code}m${text}\u001B[39m` : (_code, text) => text;
}

function describe(error: unknown): string {
  const { message, stack } = describeThrown(error);
  return stack ?? message;
}
