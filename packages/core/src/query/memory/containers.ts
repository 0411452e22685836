import type { JsonValue } from "../../exchange.ts";
import { readListText } from "../list-text.ts";
import type { Range } from "../range-text.ts";
import { compareBounds, parseRange } from "../range-text.ts";
import type { OperatorName } from "../operators.ts";
import type { ValueType } from "../types.ts";
import { comparatorOf, comparatorTo, compareJson } from "./compare.ts";
import { textOf } from "./field.ts";

/** What is asked of a value that is there; `undefined` is unknown. */
type Ask = (value: JsonValue) => boolean | undefined;

/** `cs`, `cd` and `ov` of lists, ranges and JSON, and what only ranges are asked. */
export function containerTest(operator: OperatorName, type: ValueType, operand: JsonValue): Ask {
  const range = type.name === "range" || type.name === "any" ? parseRange(textOf(operand)) : undefined;
  const ofRange = range && rangeTest(operator, range);
  if (type.name === "range") return ofRange ?? (() => undefined);
  const ofJson = jsonTest(operator, type, operand);
  return (value) => {
    if (typeof value === "string") return ofRange?.(value) ?? false;
    return typeof value === "object" && value !== null ? ofJson(value) : false;
  };
}

function rangeTest(operator: OperatorName, operand: Range): Ask {
  const relate = ofRanges[operator];
  return (value) => {
    const range = parseRange(textOf(value));
    return range === undefined || relate === undefined ? false : relate(range, operand);
  };
}

type Relate = (value: Range, operand: Range) => boolean;

/** Source: PostgreSQL 16, 9.20. Nothing is said of where an empty range lies. */
const ofRanges: Partial<Record<OperatorName, Relate>> = {
  cs: contains,
  cd: (value, operand) => contains(operand, value),
  ov: (value, operand) => !value.empty && !operand.empty && !isBelow(value, operand) && !isBelow(operand, value),
  sl: (value, operand) => !value.empty && !operand.empty && isBelow(value, operand),
  sr: (value, operand) => !value.empty && !operand.empty && isBelow(operand, value),
  nxr: (value, operand) => !value.empty && !operand.empty && compareUppers(value, operand) <= 0,
  nxl: (value, operand) => !value.empty && !operand.empty && compareLowers(value, operand) >= 0,
  adj: (value, operand) => !value.empty && !operand.empty && (touches(value, operand) || touches(operand, value)),
};

function contains(outer: Range, inner: Range): boolean {
  if (inner.empty || outer.empty) return inner.empty;
  return compareLowers(outer, inner) <= 0 && compareUppers(inner, outer) <= 0;
}

/** Whether all of one lies below all of the other. */
function isBelow(left: Range, right: Range): boolean {
  if (left.upper === undefined || right.lower === undefined) return false;
  const difference = compareBounds(left.upper, right.lower);
  return difference < 0 || (difference === 0 && !(left.upperIncluded && right.lowerIncluded));
}

function touches(left: Range, right: Range): boolean {
  if (left.upper === undefined || right.lower === undefined) return false;
  return compareBounds(left.upper, right.lower) === 0 && left.upperIncluded !== right.lowerIncluded;
}

function compareLowers(left: Range, right: Range): number {
  if (left.lower === undefined || right.lower === undefined)
    return Number(left.lower !== undefined) - Number(right.lower !== undefined);
  return compareBounds(left.lower, right.lower) || Number(right.lowerIncluded) - Number(left.lowerIncluded);
}

function compareUppers(left: Range, right: Range): number {
  if (left.upper === undefined || right.upper === undefined)
    return Number(right.upper !== undefined) - Number(left.upper !== undefined);
  return compareBounds(left.upper, right.upper) || Number(left.upperIncluded) - Number(right.upperIncluded);
}

function jsonTest(operator: OperatorName, type: ValueType, operand: JsonValue): Ask {
  if (type.name === "json") return ofJson(operator, operand);
  if (type.name === "list")
    return ofLists(operator, operand as readonly JsonValue[], comparatorOf({ name: type.of ?? "any" }));
  // Nobody said what the column holds: the operand says whether it is JSON, the value how its texts are read.
  const json = jsonOf(textOf(operand));
  const texts = readListText(textOf(operand)) ?? [];
  const list = ofLists(operator, texts, (value, text) => comparatorTo(type, text)(value));
  const object = json === undefined ? (): false => false : ofJson(operator, json);
  return (value) => (Array.isArray(value) && json === undefined ? list(value) : object(value));
}

function jsonOf(text: string): JsonValue | undefined {
  try {
    // `JSON.parse` gives JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function ofLists(
  operator: OperatorName,
  operand: readonly JsonValue[],
  compare: (value: JsonValue, element: JsonValue) => number,
): Ask {
  const has = (list: readonly JsonValue[], element: JsonValue): boolean =>
    element !== null && list.some((value) => value !== null && compare(value, element) === 0);
  return (value) => {
    const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
    if (operator === "cs") return operand.every((element) => has(list, element));
    if (operator === "ov") return operand.some((element) => has(list, element));
    return list.every(
      (one) => one !== null && operand.some((element) => element !== null && compare(one, element) === 0),
    );
  };
}

function ofJson(operator: OperatorName, operand: JsonValue): Ask {
  if (operator === "cs") return (value) => holds(value, operand);
  if (operator === "cd") return (value) => holds(operand, value);
  return (value) => partsOf(operand).some((part) => partsOf(value).some((other) => compareJson(part, other) === 0));
}

/** Source: PostgreSQL 16, 8.14.3; a list holds a plain value that is one of its items. */
function holds(outer: JsonValue, inner: JsonValue): boolean {
  if (Array.isArray(outer)) {
    const items = outer as readonly JsonValue[];
    const wanted: readonly JsonValue[] = Array.isArray(inner) ? (inner as readonly JsonValue[]) : [inner];
    if (!Array.isArray(inner) && typeof inner === "object" && inner !== null) return false;
    return wanted.every((one) => items.some((item) => holdsItem(item, one)));
  }
  if (typeof outer === "object" && outer !== null) return holdsMembers(outer as Members, inner);
  return compareJson(outer, inner) === 0;
}

/** Within a list only lists hold items: a plain value equals. */
function holdsItem(item: JsonValue, wanted: JsonValue): boolean {
  return Array.isArray(item) === Array.isArray(wanted) && holds(item, wanted);
}

type Members = Readonly<Record<string, JsonValue | undefined>>;

function holdsMembers(outer: Members, inner: JsonValue): boolean {
  if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return false;
  return Object.entries(inner as Members).every(([key, value]) => {
    const own = Object.hasOwn(outer, key) ? outer[key] : undefined;
    return value === undefined || (own !== undefined && holdsItem(own, value));
  });
}

function partsOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  return typeof value === "object" && value !== null ? Object.keys(value) : [value];
}
