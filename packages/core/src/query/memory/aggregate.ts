import type { JsonValue } from "../../exchange.ts";
import type { Decimal } from "../decimal.ts";
import { addDecimals, decimalText, toDecimal } from "../decimal.ts";
import { invalid } from "../errors.ts";
import type { AggregateName } from "../operators.ts";
import type { ValueType } from "../types.ts";
import { comparatorOf } from "./compare.ts";
import { textOf } from "./field.ts";

/** What the values of a group come to; values that are nothing do not count. */
export function aggregate(name: AggregateName, type: ValueType, values: readonly JsonValue[]): JsonValue {
  if (name === "count") return values.length;
  if (values.length === 0) return null;
  if (name === "sum") return sum(values, type);
  if (name === "avg") return numbersOf(values).reduce((total, value) => total + value, 0) / values.length;
  const compare = comparatorOf(type);
  return values.reduce((best, value) => (compare(value, best) < 0 === (name === "min") ? value : best));
}

function sum(values: readonly JsonValue[], type: ValueType): JsonValue {
  if (values.every((value) => typeof value === "number") && type.name !== "decimal") {
    const total = values.reduce((left, right) => left + right, 0);
    // Whole numbers that left the safe range are added again, exactly.
    if (!Number.isInteger(total) || Number.isSafeInteger(total)) return total;
  }
  const total = values.map(decimalOf).reduce(addDecimals);
  const text = decimalText(total);
  return type.name === "integer" && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

function decimalOf(value: JsonValue): Decimal {
  const decimal = toDecimal(textOf(value));
  if (decimal === undefined) throw notANumber(value);
  return decimal;
}

function numbersOf(values: readonly JsonValue[]): readonly number[] {
  return values.map((value) => {
    const number = typeof value === "object" || value === "" ? Number.NaN : Number(value);
    if (Number.isNaN(number)) throw notANumber(value);
    return number;
  });
}

function notANumber(value: JsonValue): Error {
  return invalid("select", `adds ${textOf(value)}, which is not a number`);
}
