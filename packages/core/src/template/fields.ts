import { compare, equals, own } from "./values.ts";

/** The value at a dotted path, `address.city`; a key that holds dots itself comes first. */
export function fieldOf(value: unknown, path: string): unknown {
  const whole = own(value, path);
  if (whole !== undefined || !path.includes(".")) return whole;
  return path.split(".").reduce(own, value);
}

/** Order for sorting by a field: numbers and texts among themselves, what has no order last. */
export function compareFields(left: unknown, right: unknown): number {
  const order = compare(left, right);
  if (order !== undefined) return order;
  return rank(left) - rank(right);
}

function rank(value: unknown): number {
  if (value === undefined || value === null) return 3;
  return typeof value === "number" ? 0 : typeof value === "string" ? 1 : 2;
}

type Test = (value: unknown, wanted: unknown) => boolean;

const tests: Readonly<Record<string, Test>> = {
  "==": equals,
  "!=": (value, wanted) => !equals(value, wanted),
  "<": (value, wanted) => (compare(value, wanted) ?? 0) < 0,
  "<=": (value, wanted) => (compare(value, wanted) ?? 1) <= 0,
  ">": (value, wanted) => (compare(value, wanted) ?? 0) > 0,
  ">=": (value, wanted) => (compare(value, wanted) ?? -1) >= 0,
};

/** Whether an element is wanted by `filter_by(list, field, value)`, `(list, field, ">", value)` or `(list, {…})`. */
export function elementTest(condition: readonly unknown[]): (element: unknown) => boolean {
  const [field, operator, wanted] = condition;
  if (typeof field === "object" && field !== null) {
    const entries = Object.entries(field);
    return (element) => entries.every(([name, value]) => equals(fieldOf(element, name), value));
  }
  if (condition.length < 3) return (element) => equals(fieldOf(element, String(field)), operator);
  const test = typeof operator === "string" && Object.hasOwn(tests, operator) ? tests[operator] : undefined;
  if (test === undefined) throw new Error(`${String(operator)} is not one of ${Object.keys(tests).join(" ")}`);
  return (element) => test(fieldOf(element, String(field)), wanted);
}
