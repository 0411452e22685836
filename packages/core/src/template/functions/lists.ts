import type { BuiltinFamily } from "../builtin.ts";
import { compareFields, elementTest, fieldOf } from "../fields.ts";
import { limitItems } from "../limits.ts";
import { countOf, listOf, numberOf, textOf, wrong } from "../parameters.ts";
import { toJson, toNumber } from "../values.ts";

export const lists: BuiltinFamily = {
  range: {
    signature: "range([start, ]end[, step])",
    description: "Numbers from `start` (0) up to, and without, `end`.",
    arity: [1, 3],
    pure: true,
    call: (_, ...bounds) => {
      const [start, end] = bounds.length === 1 ? [0, numberOf(bounds[0])] : [numberOf(bounds[0]), numberOf(bounds[1])];
      return numbersBetween(start, end, { step: stepOf(bounds[2], start, end), inclusive: false });
    },
  },
  seq: {
    signature: "seq([first, ]last[, step]) | seq(name)",
    description:
      "Numbers from `first` (1) to `last`, both included; with a name, the next number of that counter in the session.",
    arity: [1, 3],
    call: (scope, ...bounds) => {
      const [name] = bounds;
      if (bounds.length === 1 && typeof name === "string" && toNumber(name) === undefined) {
        return scope.state.incr(`seq:${name}`, 1);
      }
      const [first, last] = bounds.length === 1 ? [1, numberOf(name)] : [numberOf(name), numberOf(bounds[1])];
      return numbersBetween(first, last, { step: stepOf(bounds[2], first, last), inclusive: true });
    },
  },
  slice: {
    signature: "slice(list | text, start[, end])",
    description: "The part from `start` up to, and without, `end`; negative positions count from the end.",
    arity: [2, 3],
    pure: true,
    call: (_, ...[whole, start, end]) => {
      const until = end === undefined || end === null ? undefined : numberOf(end);
      return Array.isArray(whole)
        ? whole.slice(numberOf(start, 0), until)
        : textOf(whole).slice(numberOf(start, 0), until);
    },
  },
  first: {
    signature: "first(list | text[, count])",
    description: "The first element, or the first `count` of them.",
    arity: [1, 2],
    pure: true,
    call: (_, whole, count) => {
      const elements = elementsOf(whole);
      return count === undefined ? elements[0] : together(whole, elements.slice(0, countOf(count)));
    },
  },
  last: {
    signature: "last(list | text[, count])",
    description: "The last element, or the last `count` of them.",
    arity: [1, 2],
    pure: true,
    call: (_, whole, count) => {
      const elements = elementsOf(whole);
      if (count === undefined) return elements.at(-1);
      return together(whole, elements.slice(Math.max(0, elements.length - countOf(count))));
    },
  },
  length: {
    signature: "length(list | text | object)",
    description: "How many elements, characters or keys; 0 for missing data.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => {
      if (typeof value === "string" || Array.isArray(value)) return value.length;
      return typeof value === "object" && value !== null ? Object.keys(value).length : textOf(value).length;
    },
  },
  reverse: {
    signature: "reverse(list | text)",
    description: "The other way round.",
    arity: [1, 1],
    pure: true,
    call: (_, whole) => together(whole, [...elementsOf(whole)].reverse()),
  },
  unique: {
    signature: "unique(list)",
    description: "Each different element once, in the order of the first.",
    arity: [1, 1],
    pure: true,
    call: (_, list) => uniqueElements(listOf(list)),
  },
  sort_by: {
    signature: 'sort_by(list[, field[, "desc"]])',
    description:
      "Sorted by a field of the elements, or by themselves; equal ones keep their order, missing ones come last.",
    arity: [1, 3],
    pure: true,
    call: (_, ...[list, field, direction]) => sortElements(listOf(list), textOf(field), textOf(direction, "asc")),
  },
  filter_by: {
    signature: "filter_by(list, field[, operator], value) | filter_by(list, {field: value})",
    description: "The elements whose field equals a value, or stands to it as `== != < <= > >=` says.",
    arity: [2, 4],
    pure: true,
    call: (_, list, ...condition) => listOf(list).filter(elementTest(condition)),
  },
  find_by: {
    signature: "find_by(list, field[, operator], value) | find_by(list, {field: value})",
    description: "The first element that `filter_by` would keep; missing when there is none.",
    arity: [2, 4],
    pure: true,
    call: (_, list, ...condition) => listOf(list).find(elementTest(condition)),
  },
  map_field: {
    signature: "map_field(list, field)",
    description: "One field of each element; a dotted path goes deeper.",
    arity: [2, 2],
    pure: true,
    call: (_, list, field) => listOf(list).map((element) => fieldOf(element, textOf(field)) ?? null),
  },
};

function stepOf(value: unknown, from: number, to: number): number {
  const step = numberOf(value, from <= to ? 1 : -1);
  if (step === 0) throw wrong(value, "a step");
  return step;
}

function numbersBetween(
  start: number,
  end: number,
  options: { readonly step: number; readonly inclusive: boolean },
): number[] {
  const { step, inclusive } = options;
  const steps = (end - start) / step;
  const count = Math.max(0, inclusive ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9));
  limitItems(count);
  return Array.from({ length: count }, (_, position) => start + position * step);
}

function elementsOf(whole: unknown): readonly unknown[] {
  return typeof whole === "string" ? Array.from(whole) : listOf(whole);
}

function together(whole: unknown, elements: readonly unknown[]): unknown {
  return typeof whole === "string" ? elements.join("") : elements;
}

function uniqueElements(elements: readonly unknown[]): unknown[] {
  const byContent = new Map<string, unknown>();
  for (const element of elements) {
    const content = toJson(inOrder(element));
    if (!byContent.has(content)) byContent.set(content, element);
  }
  return [...byContent.values()];
}

/** The same data with the keys of every object sorted, so that equal data has equal JSON. */
function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, part]) => [key, inOrder(part)]);
}

function sortElements(elements: readonly unknown[], field: string, direction: string): unknown[] {
  if (direction !== "asc" && direction !== "desc") throw wrong(direction, '"asc" or "desc"');
  const keyed = elements.map((element) => ({ element, key: field === "" ? element : fieldOf(element, field) }));
  const sign = direction === "asc" ? 1 : -1;
  keyed.sort((left, right) => {
    const missing = Number(isMissing(left.key)) - Number(isMissing(right.key));
    return missing === 0 ? sign * compareFields(left.key, right.key) : missing;
  });
  return keyed.map(({ element }) => element);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}
