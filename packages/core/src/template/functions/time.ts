import type { BuiltinFamily } from "../builtin.ts";
import { formatDate } from "../date-format.ts";
import { dateOf, moveDate } from "../dates.ts";
import { textOf, wrong } from "../parameters.ts";

export const time: BuiltinFamily = {
  now: {
    signature: "now([format])",
    description: "The current time as ISO 8601 text in UTC, or as `date_format` writes it.",
    arity: [0, 1],
    call: ({ clock }, format) => formatDate(new Date(clock.now()), textOf(format, "iso")),
  },
  timestamp: {
    signature: "timestamp([unit])",
    description: 'The current time as whole seconds since 1970, or as milliseconds with "ms".',
    arity: [0, 1],
    call: ({ clock }, unit) => {
      const name = textOf(unit, "s");
      if (name !== "s" && name !== "ms") throw wrong(unit, '"s" or "ms"');
      return Math.floor(name === "ms" ? clock.now() : clock.now() / 1000);
    },
  },
  uptime: {
    signature: "uptime()",
    description:
      "Seconds since the endpoint was loaded as it is, with three decimals; a reload that does not change it counts on.",
    arity: [0, 0],
    call: ({ uptimeMs }) => Math.round(uptimeMs) / 1000,
  },
  date_add: {
    signature: "date_add(date, amount[, unit])",
    description:
      'A later date as ISO text; the unit is days unless given, as a parameter or in the amount: `"2 hours"`.',
    arity: [2, 3],
    call: ({ clock }, ...[date, amount, unit]) =>
      isMissing(date) ? null : moveDate(dateOf(date, clock), amount, textOf(unit, "days")).toISOString(),
  },
  date_subtract: {
    signature: "date_subtract(date, amount[, unit])",
    description: "An earlier date as ISO text; as `date_add`.",
    arity: [2, 3],
    call: ({ clock }, ...[date, amount, unit]) =>
      isMissing(date) ? null : moveDate(dateOf(date, clock), negated(amount), textOf(unit, "days")).toISOString(),
  },
  date_format: {
    signature: "date_format(date[, format])",
    description:
      "A date by tokens (`YYYY-MM-DD`, the default), by `strftime` letters (`%d.%m.%Y`), or `iso`, `date`, `time`, `http`, `unix`.",
    arity: [1, 2],
    call: ({ clock }, date, format) =>
      isMissing(date) ? null : formatDate(dateOf(date, clock), textOf(format, "YYYY-MM-DD")),
  },
};

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function negated(amount: unknown): unknown {
  if (typeof amount === "number") return -amount;
  if (typeof amount !== "string") return amount;
  const text = amount.trim();
  return text.startsWith("-") ? text.slice(1) : `-${text.replace(/^\+/, "")}`;
}
