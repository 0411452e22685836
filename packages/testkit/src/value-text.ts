import { inspect } from "node:util";

/** A value for people, on one line and cut. */
export function valueText(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`.slice(0, 300);
  return inspect(value, { depth: 3, breakLength: Infinity }).slice(0, 300);
}
