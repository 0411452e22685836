import type { ZodMiniType } from "zod/mini";
import { number, refine, string, union } from "zod/mini";

const expectation = "must be a share such as 5% or 0.05";

/** A share of requests: `5%`, or a ratio from 0 to 1. `toRatio` makes a ratio of it. */
export function share(): ZodMiniType<number | string, number | string> {
  return union([number(), string()], expectation).check(({ value, issues }) => {
    if (parseRatio(value) !== undefined) return;
    const hint = parsePercent(value) === undefined ? undefined : `write ${value}%`;
    issues.push({ code: "custom", message: expectation, params: { hint }, input: value });
  });
}

/** `30` or `"30%"`: parts of a hundred. */
export function percent(): ZodMiniType<number | string, number | string> {
  const wanted = "must be a percentage from 0 to 100";
  return union([number(), string()], wanted).check(refine((value) => parsePercent(value) !== undefined, wanted));
}

/** Ratio, 0 to 1, of a checked share. */
export function toRatio(value: number | string): number {
  return parseRatio(value) ?? 0;
}

/** Ratio, 0 to 1, of a checked percentage. */
export function percentToRatio(value: number | string): number {
  return parsePercent(value) ?? 0;
}

function parseRatio(value: number | string): number | undefined {
  if (typeof value === "number") return value >= 0 && value <= 1 ? value : undefined;
  return value.trim().endsWith("%") ? parsePercent(value) : undefined;
}

function parsePercent(value: number | string): number | undefined {
  const text = String(value).trim().replace(/%$/, "").trim();
  const number = text === "" ? Number.NaN : Number(text);
  return number >= 0 && number <= 100 ? number / 100 : undefined;
}
