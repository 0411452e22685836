import type { LogFields, LogLevel } from "../logger.ts";
import { describeThrown, member } from "../thrown.ts";

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

/** A record for people: time of day, level, message, fields. */
export function toPrettyLine({ time, level, message, fields }: LogRecord, color: boolean): string {
  const paint = painter(color);
  const { error, ...others } = fields;
  const facts = Object.entries(toPlainFields(others))
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${paint("90", `${key}=`)}${typeof value === "string" ? value : JSON.stringify(value)}`);
  const trouble = error === undefined ? "" : `\n  ${paint("31", describe(error)).replaceAll("\n", "\n  ")}`;
  return (
    [paint("90", time.slice(11, 23)), paint(colors[level], level.padEnd(5)), message, ...facts].join(" ") + trouble
  );
}

/** Wraps a text in an ANSI colour, or leaves it. */
export function painter(color: boolean): (code: string, text: string) => string {
  return color ? (code, text) => `\u001B[${code}m${text}\u001B[39m` : (_code, text) => text;
}

function describe(error: unknown): string {
  const { message, stack } = describeThrown(error);
  return stack ?? message;
}

/** Levels of a field that are written, and members of each. */
const deepest = 6;
const mostMembers = 200;
const longestText = 8192;

function toPlainFields(fields: LogFields): Readonly<Record<string, unknown>> {
  const plain = toPlain(fields, 0);
  // Fields are an object, and one of plain data comes from it.
  return (typeof plain === "object" ? plain : { fields: plain }) as Readonly<Record<string, unknown>>;
}

/** A value as data that JSON can hold; nothing of a plugin's can throw from it, go in circles or fill the disk. */
function toPlain(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > deepest) return "…";
  try {
    return toPlainObject(value, depth);
  } catch {
    // A proxy, or a toJSON that throws: there is nothing to see.
    return "something that cannot be shown";
  }
}

function toPlainObject(value: object, depth: number): unknown {
  if (value instanceof Error) return toPlainError(value);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return value.slice(0, mostMembers).map((item) => toPlain(item, depth + 1));
  const toJson = member(value, "toJSON");
  if (typeof toJson === "function") return toPlain(Reflect.apply(toJson, value, []), depth + 1);
  const entries = Object.keys(value)
    .slice(0, mostMembers)
    .map((key) => [key, toPlain(member(value, key), depth + 1)]);
  return Object.fromEntries(entries);
}

function toPlainError(error: Error): unknown {
  const { name: _name, ...facts } = describeThrown(error);
  return facts;
}
