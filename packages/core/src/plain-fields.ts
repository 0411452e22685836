import type { LogFields } from "./logger.ts";
import { describeThrown, member } from "./thrown.ts";

/** Levels of a field that are written, and members of each. */
const deepest = 6;
const mostMembers = 200;
const longestText = 8192;

/** Fields of a log line as data that JSON can hold, whatever they are. */
export function toPlainFields(fields: LogFields): Readonly<Record<string, unknown>> {
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
