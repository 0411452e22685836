import type { BuiltinFamily } from "../builtin.ts";
import { limitCharacters } from "../limits.ts";
import { countOf } from "../parameters.ts";
import { toNumber, toText } from "../values.ts";

const falseWords = new Set(["", "0", "false", "no", "off", "null"]);

export const conversions: BuiltinFamily = {
  string: {
    signature: "string(value)",
    description: "The value as text; empty for missing data, JSON for lists and objects.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => toText(value),
  },
  int: {
    signature: "int(value[, otherwise])",
    description: "A whole number, cut towards zero; `otherwise` (or `null`) for what is no number.",
    arity: [1, 2],
    pure: true,
    call: (_, value, otherwise) => {
      const number = asNumber(value);
      return number === undefined ? otherwise : Math.trunc(number) + 0;
    },
  },
  float: {
    signature: "float(value[, otherwise])",
    description: "A number; `otherwise` (or `null`) for what is no number.",
    arity: [1, 2],
    pure: true,
    call: (_, value, otherwise) => asNumber(value) ?? otherwise,
  },
  bool: {
    signature: "bool(value)",
    description:
      "`false` for missing data, `0` and the texts `false`, `no`, `off`, `0` and the empty one; otherwise `true`.",
    arity: [1, 1],
    pure: true,
    call: (_, value) => (typeof value === "string" ? !falseWords.has(value.trim().toLowerCase()) : Boolean(value)),
  },
  json: {
    signature: "json(value[, indent])",
    description: "The value as JSON text, with `indent` blanks per level when given.",
    arity: [1, 2],
    pure: true,
    call: (_, value, indent) => {
      const text = JSON.stringify(value, undefined, Math.min(10, countOf(indent, 0))) ?? "null";
      limitCharacters(text.length);
      return text;
    },
  },
  parse_json: {
    signature: "parse_json(text)",
    description: "The value that a JSON text holds; `null` when it is no JSON.",
    arity: [1, 1],
    pure: true,
    call: (_, text) => {
      try {
        return JSON.parse(toText(text)) as unknown;
      } catch {
        // A client may send anything; what does not parse is missing data.
        return null;
      }
    },
  },
};

function asNumber(value: unknown): number | undefined {
  return typeof value === "boolean" ? Number(value) : toNumber(value);
}
