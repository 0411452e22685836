import type { BuiltinFamily } from "../builtin.ts";
import { fieldOf } from "../fields.ts";
import { countOf, listOf, numberOf, spreadOf, textOf } from "../parameters.ts";
import { toNumber } from "../values.ts";

export const numbers: BuiltinFamily = {
  round: {
    signature: "round(number[, digits])",
    description: "Rounded half away from zero, to `digits` decimals (0).",
    arity: [1, 2],
    pure: true,
    call: (_, value, digits) => roundTo(numberOf(value, 0), Math.min(15, countOf(digits, 0))),
  },
  floor: {
    signature: "floor(number)",
    description: "The next whole number below.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => Math.floor(numberOf(value, 0)),
  },
  ceil: {
    signature: "ceil(number)",
    description: "The next whole number above.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => Math.ceil(numberOf(value, 0)) + 0,
  },
  abs: {
    signature: "abs(number)",
    description: "The number without its sign.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => Math.abs(numberOf(value, 0)),
  },
  sum: {
    signature: "sum(list[, field])",
    description: "The sum of the numbers in a list, or of a field of its elements; what is no number counts 0.",
    arity: [1, 2],
    pure: true,
    call: (_, list, field) => add(numbersOf(list, field)),
  },
  avg: {
    signature: "avg(list[, field])",
    description: "The mean of the numbers in a list, or of a field of its elements; `null` when there are none.",
    arity: [1, 2],
    pure: true,
    call: (_, list, field) => {
      const found = numbersOf(list, field);
      return found.length === 0 ? null : add(found) / found.length;
    },
  },
  min: {
    signature: "min(list | a, b, …)",
    description: "The smallest number; `null` when there is none.",
    arity: [1, Infinity],
    pure: true,
    call: (_, ...parameters) => extreme(parameters, (one, best) => one < best),
  },
  max: {
    signature: "max(list | a, b, …)",
    description: "The largest number; `null` when there is none.",
    arity: [1, Infinity],
    pure: true,
    call: (_, ...parameters) => extreme(parameters, (one, best) => one > best),
  },
};

/** Decimal rounding by shifting the exponent, so that 1.005 becomes 1.01. */
export function roundTo(value: number, digits: number): number {
  const shifted = Number(`${Math.abs(value)}e${digits}`);
  if (!Number.isFinite(shifted)) return value;
  return Math.sign(value) * Number(`${Math.round(shifted)}e-${digits}`) + 0;
}

function numbersOf(list: unknown, field: unknown): number[] {
  const name = textOf(field);
  const values = listOf(list).map((element) => (name === "" ? element : fieldOf(element, name)));
  return values.map(toNumber).filter((value) => value !== undefined);
}

function add(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function extreme(parameters: readonly unknown[], better: (one: number, best: number) => boolean): number | null {
  let best: number | null = null;
  for (const parameter of spreadOf(parameters)) {
    const value = toNumber(parameter);
    if (value !== undefined && (best === null || better(value, best))) best = value;
  }
  return best;
}
