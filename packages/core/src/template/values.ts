import { BackworksError } from "../errors.ts";

/** Names that lead out of the data, refused wherever a template names a property. */
export const forbiddenNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * A property that a value itself holds; `undefined` when it holds none.
 *
 * Texts and lists have `length` and positions; nothing is ever taken from a prototype.
 *
 * @throws BW_TEMPLATE_FORBIDDEN
 */
export function own(value: unknown, key: string): unknown {
  if (forbiddenNames.has(key)) throw new BackworksError("BW_TEMPLATE_FORBIDDEN", { name: key });
  if (typeof value === "string") return textMember(value, key);
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  // Checked on the line above to be the object's own.
  return (value as Record<string, unknown>)[key];
}

function textMember(text: string, key: string): unknown {
  if (key === "length") return text.length;
  return /^\d+$/.test(key) ? text[Number(key)] : undefined;
}

/** A value as part of a text: nothing for missing data, ISO 8601 for dates, JSON for lists and objects. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "number" || typeof value === "boolean" ? String(value) : toJson(value);
}

/** A value as JSON text; what JSON cannot say is `null`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** A number, or a text that is exactly a decimal number; `undefined` for everything else. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && isNumeric(value) ? Number(value) : undefined;
}

function isNumeric(text: string): boolean {
  return /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?\s*$/.test(text) && Number.isFinite(Number(text));
}

/** Whether a condition holds, as in JavaScript: not for missing data, `null`, `false`, `0` and the empty text. */
export function isTruthy(value: unknown): boolean {
  return Boolean(value);
}

/**
 * Whether two values are the same data.
 *
 * Lists and objects are compared by what they hold. A number equals a text that spells it, a boolean
 * the text `true` or `false`, because query and path hold texts; missing data equals `null`.
 */
export function equals(left: unknown, right: unknown): boolean {
  if (identical(left, right)) return true;
  if (typeof left === "string" && typeof right !== "string") return spells(left, right);
  return typeof right === "string" && typeof left !== "string" && spells(right, left);
}

function spells(text: string, value: unknown): boolean {
  if (typeof value === "number") return toNumber(text) === value;
  return typeof value === "boolean" && text === String(value);
}

/** `equals` without any conversion between types. */
export function identical(left: unknown, right: unknown): boolean {
  const one = left ?? null;
  const other = right ?? null;
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && identical(read(one, name), read(other, name)));
}

function read(holder: object, name: string): unknown {
  // The caller took the name from the object's own keys.
  return (holder as Record<string, unknown>)[name];
}

/**
 * Negative, zero or positive as `left` comes before, with or after `right`; `undefined` when they have no order.
 *
 * Numbers and texts that spell numbers are compared as numbers, other texts by code unit.
 */
export function compare(left: unknown, right: unknown): number | undefined {
  const one = toNumber(left);
  const other = toNumber(right);
  if (one !== undefined && other !== undefined) return one - other;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Freezes data through and through; what is frozen already is not looked into. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
