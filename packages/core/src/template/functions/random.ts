import type { Random } from "../../clock.ts";
import type { BuiltinFamily } from "../builtin.ts";
import { dateOf } from "../dates.ts";
import { email, fullName, phoneNumber, uuid } from "../fake-data.ts";
import { limitItems } from "../limits.ts";
import { countOf, listOf, numberOf, spreadOf, textOf, wrong } from "../parameters.ts";
import { anyOf, below, shuffled, wholeBetween } from "../randomness.ts";
import { roundTo } from "./numbers.ts";

const dayMs = 86_400_000;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Named sets of characters for `random_string`; any other text is the set itself. */
const alphabets: Readonly<Record<string, string>> = {
  alphanumeric: `${letters}0123456789`,
  letters,
  lower: letters.slice(26),
  upper: letters.slice(0, 26),
  digits: "0123456789",
  hex: "0123456789abcdef",
};

export const random: BuiltinFamily = {
  random_int: {
    signature: "random_int([[min, ]max])",
    description:
      "A whole number from `min` to `max`, both included; 0 to `max` with one parameter, 1 to 1000 with none.",
    arity: [0, 2],
    call: ({ random }, ...bounds) => {
      const [min, max] = boundsOf(bounds, [1, 1000]);
      return wholeBetween(random, Math.ceil(min), ordered(Math.ceil(min), Math.floor(max)));
    },
  },
  random_float: {
    signature: "random_float([[min, ]max[, digits]])",
    description:
      "A number from `min` to `max` with `digits` decimals (2); 0 to `max` with one parameter, 0 to 100 with none.",
    arity: [0, 3],
    call: ({ random }, ...bounds) => {
      const [min, max] = boundsOf(bounds, [0, 100]);
      const value = min + random() * (ordered(min, max) - min);
      return Math.min(max, Math.max(min, roundTo(value, Math.min(15, countOf(bounds[2], 2)))));
    },
  },
  random_uuid: {
    signature: "random_uuid()",
    description: "A UUID, version 4.",
    arity: [0, 0],
    call: ({ random }) => uuid(random),
  },
  random_email: {
    signature: "random_email()",
    description: "An e-mail address at a domain reserved for examples.",
    arity: [0, 0],
    call: ({ random }) => email(random),
  },
  random_name: {
    signature: "random_name()",
    description: "A first and a last name.",
    arity: [0, 0],
    call: ({ random }) => fullName(random),
  },
  random_phone: {
    signature: "random_phone()",
    description: "A telephone number of the range reserved for fiction.",
    arity: [0, 0],
    call: ({ random }) => phoneNumber(random),
  },
  random_bool: {
    signature: "random_bool([probability])",
    description: "`true` with a probability from 0 to 1 (0.5).",
    arity: [0, 1],
    call: ({ random }, probability) => random() < numberOf(probability, 0.5),
  },
  random_choice: {
    signature: "random_choice(list | a, b, …)",
    description: "One of the elements.",
    arity: [1, Infinity],
    call: ({ random }, ...choices) => anyOf(random, spreadOf(choices)),
  },
  random_string: {
    signature: "random_string([length[, characters]])",
    description:
      "Random characters, 16 unless `length` says; `alphanumeric` (the default), `letters`, `lower`, `upper`, `digits`, `hex` or a set of your own.",
    arity: [0, 2],
    call: ({ random }, length, characters) =>
      randomString(random, countOf(length, 16), textOf(characters, "alphanumeric")),
  },
  random_date: {
    signature: "random_date([from[, to]])",
    description: "A time between two dates as ISO text; the last 365 days when none is given, until now when one is.",
    arity: [0, 2],
    call: ({ random, clock }, from, to) => {
      const start = from === undefined || from === null ? clock.now() - 365 * dayMs : dateOf(from, clock).getTime();
      const end = to === undefined || to === null ? clock.now() : dateOf(to, clock).getTime();
      return new Date(wholeBetween(random, Math.min(start, end), Math.max(start, end))).toISOString();
    },
  },
  pick: {
    signature: "pick(list | a, b, …)",
    description: "One of the elements, as `random_choice`.",
    arity: [1, Infinity],
    call: ({ random }, ...choices) => anyOf(random, spreadOf(choices)),
  },
  sample: {
    signature: "sample(list, count)",
    description: "So many different elements in random order; all of them when there are fewer.",
    arity: [2, 2],
    call: ({ random }, list, count) => shuffled(random, listOf(list), countOf(count)),
  },
  shuffle: {
    signature: "shuffle(list)",
    description: "All elements in random order.",
    arity: [1, 1],
    call: ({ random }, list) => shuffled(random, listOf(list), listOf(list).length),
  },
};

function boundsOf(
  bounds: readonly unknown[],
  otherwise: readonly [number, number],
): readonly [min: number, max: number] {
  if (bounds.length === 0) return otherwise;
  return bounds.length === 1 ? [0, numberOf(bounds[0])] : [numberOf(bounds[0]), numberOf(bounds[1])];
}

function ordered(min: number, max: number): number {
  if (min > max) throw new Error(`the smallest value ${min} is larger than the largest ${max}`);
  return max;
}

function randomString(random: Random, length: number, characters: string): string {
  limitItems(length);
  const set = Array.from(Object.hasOwn(alphabets, characters) ? (alphabets[characters] ?? "") : characters);
  if (set.length === 0) throw wrong(characters, "a set of characters");
  return Array.from({ length }, () => set[below(random, set.length)]).join("");
}
