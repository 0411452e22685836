import type { Clock } from "../clock.ts";
import { numberOf, wrong } from "./parameters.ts";
import { toNumber } from "./values.ts";

/** Milliseconds of one unit; months and years have no fixed length. */
const lengths = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
} as const;

type Unit = keyof typeof lengths | "months" | "years";

const units: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ...named("milliseconds", "millisecond", "millis", "ms"),
  ...named("seconds", "second", "secs", "sec", "s"),
  ...named("minutes", "minute", "mins", "min", "m"),
  ...named("hours", "hour", "hrs", "hr", "h"),
  ...named("days", "day", "d"),
  ...named("weeks", "week", "w"),
  ...named("months", "month", "mo"),
  ...named("years", "year", "yr", "y"),
]);

function named(unit: Unit, ...others: readonly string[]): [string, Unit][] {
  return [unit, ...others].map((name) => [name, unit]);
}

/** Numbers from here on are milliseconds since the epoch, smaller ones seconds: the year 5138 in seconds, 1973 in milliseconds. */
const leastMilliseconds = 100_000_000_000;

/** A date as ISO text, as seconds or milliseconds since the epoch, or `now`. A time without a zone is UTC. */
export function dateOf(value: unknown, clock: Clock): Date {
  if (value === "now" || value === "now()") return new Date(clock.now());
  const number = toNumber(value);
  const date = number === undefined ? parseDate(value) : fromNumber(number);
  if (date === undefined || Number.isNaN(date.getTime())) throw wrong(value, "a date");
  return date;
}

function fromNumber(value: number): Date {
  return new Date(Math.abs(value) < leastMilliseconds ? value * 1000 : value);
}

function parseDate(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (typeof value !== "string" || !/^[+-]?\d{4}/.test(value)) return undefined;
  const text = value.trim().replace(/^(\d{4}-\d{2}-\d{2}) /, "$1T");
  return new Date(/T[^Z+-]*$/i.test(text) ? `${text}Z` : text);
}

/** Moves a date by an amount, `3` with a unit or `"3 hours"` without; the last day of a month stays within it. */
export function moveDate(date: Date, amount: unknown, unit: string): Date {
  const [count, name] = amountOf(amount, unit);
  const known = units.get(name.toLowerCase());
  if (known === undefined) throw wrong(name, `one of ${Object.keys(lengths).join(", ")}, months, years`);
  const moved =
    known === "months" || known === "years" ? moveMonths(date, count, known) : moveBy(date, count * lengths[known]);
  if (Number.isNaN(moved.getTime())) throw wrong(amount, "an amount that leads to a date");
  return moved;
}

function amountOf(amount: unknown, unit: string): readonly [count: number, unit: string] {
  const parts = typeof amount === "string" ? /^\s*([-+]?\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(amount) : null;
  return parts === null ? [numberOf(amount, 0), unit] : [Number(parts[1]), parts[2] ?? unit];
}

function moveBy(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds);
}

function moveMonths(date: Date, count: number, unit: "months" | "years"): Date {
  const months = Math.trunc(unit === "years" ? count * 12 : count);
  const moved = new Date(date.getTime());
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return moved;
}
