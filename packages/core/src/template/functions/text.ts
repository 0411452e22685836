import type { BuiltinFamily } from "../builtin.ts";
import { limitCharacters } from "../limits.ts";
import { countOf, listOf, textOf, wrong } from "../parameters.ts";
import { equals, toText } from "../values.ts";

export const text: BuiltinFamily = {
  upper: {
    signature: "upper(text)",
    description: "In capital letters.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => textOf(value).toUpperCase(),
  },
  lower: {
    signature: "lower(text)",
    description: "In small letters.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => textOf(value).toLowerCase(),
  },
  title: {
    signature: "title(text)",
    description: "Each word with a capital first letter, the rest small.",
    arity: [1, 1],
    pure: true,
    call: (_, value) =>
      textOf(value)
        .toLowerCase()
        .replace(/(^|[\s_-])(\p{L})/gu, (_whole, before: string, letter: string) => before + letter.toUpperCase()),
  },
  trim: {
    signature: "trim(text)",
    description: "Without white space at both ends.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => textOf(value).trim(),
  },
  split: {
    signature: "split(text[, separator])",
    description: "The parts between separators (a comma); an empty separator gives the characters.",
    arity: [1, 2],
    pure: true,
    call: (_, value, separator) => splitText(textOf(value), textOf(separator, ",")),
  },
  join: {
    signature: "join(list[, separator])",
    description: "The elements as one text, with the separator (a comma) between them.",
    arity: [1, 2],
    pure: true,
    call: (_, list, separator) => joinTexts(listOf(list).map(toText), textOf(separator, ",")),
  },
  replace: {
    signature: "replace(text, search, replacement)",
    description: "With every occurrence of a plain text replaced; patterns are not taken.",
    arity: [3, 3],
    pure: true,
    call: (_, ...[value, search, replacement]) => {
      const wanted = textOf(search);
      return wanted === "" ? textOf(value) : joinTexts(textOf(value).split(wanted), textOf(replacement));
    },
  },
  repeat: {
    signature: "repeat(text, times)",
    description: "The text several times over.",
    arity: [2, 2],
    pure: true,
    call: (_, value, times) => {
      const [piece, count] = [textOf(value), countOf(times)];
      limitCharacters(piece.length * count);
      return piece.repeat(count);
    },
  },
  pad_start: {
    signature: "pad_start(text, length[, fill])",
    description: "Filled at the front to a length, with blanks or `fill`.",
    arity: [2, 3],
    pure: true,
    call: (_, ...[value, length, fill]) => textOf(value).padStart(lengthOf(length), textOf(fill, " ")),
  },
  pad_end: {
    signature: "pad_end(text, length[, fill])",
    description: "Filled at the end to a length, with blanks or `fill`.",
    arity: [2, 3],
    pure: true,
    call: (_, ...[value, length, fill]) => textOf(value).padEnd(lengthOf(length), textOf(fill, " ")),
  },
  contains: {
    signature: "contains(text | list, part)",
    description: "Whether a text holds another, or a list an equal element.",
    arity: [2, 2],
    pure: true,
    call: (_, whole, part) =>
      Array.isArray(whole) ? whole.some((element) => equals(element, part)) : textOf(whole).includes(textOf(part)),
  },
  starts_with: {
    signature: "starts_with(text, beginning)",
    description: "Whether a text begins with another.",
    arity: [2, 2],
    pure: true,
    call: (_, value, beginning) => textOf(value).startsWith(textOf(beginning)),
  },
  ends_with: {
    signature: "ends_with(text, end)",
    description: "Whether a text ends with another.",
    arity: [2, 2],
    pure: true,
    call: (_, value, end) => textOf(value).endsWith(textOf(end)),
  },
};

function splitText(value: string, separator: string): readonly string[] {
  if (value === "") return [];
  return separator === "" ? Array.from(value) : value.split(separator);
}

/** Knows the length before it joins, so that no text is made that is too long. */
function joinTexts(parts: readonly string[], separator: string): string {
  const between = separator.length * Math.max(0, parts.length - 1);
  limitCharacters(parts.reduce((total, part) => total + part.length, between));
  return parts.join(separator);
}

function lengthOf(value: unknown): number {
  if (value === undefined || value === null) throw wrong(value, "a number");
  const length = countOf(value);
  limitCharacters(length);
  return length;
}
