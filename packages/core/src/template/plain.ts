import { everyKey } from "./construct-keys.ts";
import { deepestValue } from "./limits.ts";
import { forbiddenNames } from "./values.ts";

/** Whether a value holds no expression, no construct and nothing that is refused, so that it is sent as it is. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return !value.includes("${") && !value.includes("{{");
  if (typeof value !== "object" || value === null) return true;
  if (depth > deepestValue) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  return Object.entries(value).every(([key, part]) => isPlainKey(key) && isPlain(part, depth + 1));
}

function isPlainKey(key: string): boolean {
  if (key.startsWith("$")) return !everyKey.has(key) && !everyKey.has(key.slice(1)) && isPlain(key);
  return !forbiddenNames.has(key) && isPlain(key);
}

/** A copy of plain data that may be frozen; dates become ISO texts, what JSON cannot say `null`. */
export function copyPlain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map(copyPlain);
  if (value instanceof Date) return value.toISOString();
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) copy[key] = copyPlain(part);
  return copy;
}
