import { parseDurationMs, suggest } from "@backworks/core";
import { findSignal, signalNames } from "./signal-names.ts";
import type { SignalFacts, SignalName } from "./signal-names.ts";

/** How a value is compared. */
export type Operator = ">" | ">=" | "<" | "<=" | "==" | "!=";

/** `error_rate[5m] > 0.05` */
export interface Comparison {
  readonly signal: Signal;
  readonly operator: Operator;
  readonly value: number;
}

/** What is compared. */
export interface Signal {
  /** A signal of ours, or `metric` for a gauge of `custom:`. */
  readonly kind: SignalName | "metric";
  /** As it is written, without the window. */
  readonly name: string;
  /** Of rates and percentiles; 0 where there is none. */
  readonly windowMs: number;
}

/** All comparisons must hold. */
export interface Condition {
  readonly comparisons: readonly Comparison[];
}

/** Why a condition cannot be read. */
export class ConditionMistake extends Error {}

/** Of rates and percentiles that name none. */
const usualWindowMs = 5 * 60_000;
const longestWindowMs = 7 * 24 * 3_600_000;

const shape = /^\s*([A-Za-z_]\w*)\s*(?:\[\s*([^\]]*?)\s*\])?\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*$/;

/** Reads a condition: comparisons joined by `and`. @throws ConditionMistake */
export function readCondition(text: string, gauges: readonly string[]): Condition {
  const comparisons = text.split(/\s+and\s+/).map((part) => readComparison(part, gauges));
  const manySeries = comparisons.filter(({ signal }) => hasSeries(signal));
  if (manySeries.length > 1)
    throw new ConditionMistake("has two signals of several series, which nothing brings together");
  return { comparisons };
}

/** Whether a signal has a series for each plugin, target, check or label. */
export function hasSeries({ kind }: Signal): boolean {
  return kind === "metric" || findSignal(kind)?.series === true;
}

function readComparison(text: string, gauges: readonly string[]): Comparison {
  const [, name = "", window, operator = "", value = ""] = shape.exec(text) ?? [];
  if (name === "") {
    throw new ConditionMistake(
      `must be comparisons such as error_rate > 0.05, joined by and; found ${text.trim() || "nothing"}`,
    );
  }
  const signal = toSignal(name, window, gauges);
  return { signal, operator: operator as Operator, value: readValue(value, signal) };
}

function toSignal(name: string, window: string | undefined, gauges: readonly string[]): Signal {
  const known = findSignal(name);
  if (known === undefined && !gauges.includes(name)) {
    const near = suggest(name, [...signalNames, ...gauges]);
    throw new ConditionMistake(
      `has the unknown signal ${name}${near === undefined ? `; known are ${signalNames.join(", ")}` : `; did you mean ${near}?`}`,
    );
  }
  if (known?.windowed !== true) {
    if (window !== undefined) throw new ConditionMistake(`has a window of ${name}, which is a value of the moment`);
    return { kind: known?.name ?? "metric", name, windowMs: 0 };
  }
  return { kind: known.name, name, windowMs: window === undefined ? usualWindowMs : readWindow(window) };
}

function readWindow(text: string): number {
  const windowMs = parseDurationMs(text);
  if (windowMs === undefined || windowMs < 1000 || windowMs > longestWindowMs) {
    throw new ConditionMistake(`has the window [${text}], which must be from 1s to 7d`);
  }
  return windowMs;
}

/** A number, a percentage of a ratio (`5%`), or a duration of what is measured in seconds (`500ms`). */
function readValue(text: string, { kind, name }: Signal): number {
  const {
    expected,
    read,
    most = Infinity,
  } = units[kind === "metric" ? "number" : (findSignal(kind)?.unit ?? "number")];
  const number = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : read(text);
  if (number !== undefined && number <= most) return number;
  throw new ConditionMistake(`compares ${name} with ${text}, which must be ${expected}`);
}

/** What a value may be besides a number. */
const units: Readonly<
  Record<
    SignalFacts["unit"],
    {
      readonly expected: string;
      /** What no value is ever above. */
      readonly most?: number;
      read(text: string): number | undefined;
    }
  >
> = {
  number: { expected: "a number", read: () => undefined },
  ratio: {
    expected: "a number from 0 to 1 or a percentage",
    most: 1,
    read(text) {
      const [, percentage] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
      return percentage === undefined ? undefined : Number(percentage) / 100;
    },
  },
  seconds: {
    expected: "a number of seconds or a duration",
    read(text) {
      const milliseconds = parseDurationMs(text);
      return milliseconds === undefined ? undefined : milliseconds / 1000;
    },
  },
};

const comparers: Readonly<Record<Operator, (value: number, bound: number) => boolean>> = {
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  "==": (value, bound) => value === bound,
  "!=": (value, bound) => value !== bound,
};

/** Whether a comparison holds for a value. */
export function holds({ operator, value: bound }: Comparison, value: number): boolean {
  return comparers[operator](value, bound);
}
