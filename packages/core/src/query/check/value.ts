import type { JsonValue } from "../../exchange.ts";
import { readListText } from "../list-text.ts";
import { parseRange } from "../range-text.ts";
import type { ScalarName, ValueType } from "../types.ts";

/** What a text stands for, or why it stands for nothing of its type. */
export type Read = { readonly value: JsonValue; readonly problem?: undefined } | { readonly problem: string };

/** Reads a text of a query as a value of a type. */
export function readValue(text: string, { name, of }: ValueType): Read {
  if (name === "list") return readList(text, of ?? "any");
  if (name === "range") return parseRange(text) === undefined ? wrong("a range such as [1,5)") : { value: text };
  if (name === "search") return { value: text };
  // Space around it belongs to a text and to nothing else.
  return scalars[name](name === "any" || name === "text" ? text : text.trim());
}

function wrong(what: string): Read {
  return { problem: `is not ${what}` };
}

function fits(pattern: RegExp, what: string): (text: string) => Read {
  return (text) => (pattern.test(text) ? { value: text } : wrong(what));
}

const scalars: Readonly<Record<ScalarName, (text: string) => Read>> = {
  any: (text) => ({ value: text }),
  text: (text) => ({ value: text }),
  bytes: (text) => ({ value: text }),
  boolean: readBoolean,
  integer: readInteger,
  number: readNumber,
  decimal: fits(/^[+-]?(?:\d+\.?\d*|\.\d+)$/, "a decimal number"),
  uuid: (text) =>
    /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text) ? { value: text.toLowerCase() } : wrong("a UUID"),
  date: (text) => (isDate(text) ? { value: text } : wrong("a date such as 2024-02-29")),
  time: fits(/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/, "a time such as 23:59:59"),
  timestamp: readTimestamp,
  json: readJson,
};

function readBoolean(text: string): Read {
  const word = text.toLowerCase();
  if (["true", "t", "yes", "y", "on", "1"].includes(word)) return { value: true };
  if (["false", "f", "no", "n", "off", "0"].includes(word)) return { value: false };
  return wrong("true or false");
}

/** A number that JSON cannot hold exactly stays a text. */
function readInteger(text: string): Read {
  if (!/^[+-]?\d{1,40}$/.test(text)) return wrong("a whole number");
  const number = Number(text);
  return { value: Number.isSafeInteger(number) ? number + 0 : BigInt(text).toString() };
}

function readNumber(text: string): Read {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? wrong("a number") : { value: number };
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function readTimestamp(text: string): Read {
  const [, date = "", rest = ""] = /^(\d{4}-\d\d-\d\d)(.*)$/.exec(text) ?? [];
  // A plus in a query is a space until it is percent-encoded.
  const clock = /^(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+ -]\d\d(?::?\d\d)?)?)?$/i;
  if (!isDate(date) || !clock.test(rest)) return wrong("a time such as 2024-02-29T12:00:00Z");
  return { value: date + rest.replace(/^[t ]/, "T").replace(/ (?=\d\d(?::?\d\d)?$)/, "+") };
}

function readJson(text: string): Read {
  try {
    // `JSON.parse` gives JSON.
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return { problem: "is not JSON: a text stands in quotation marks there, and ->> gives text to compare with" };
  }
}

function readList(text: string, of: ScalarName): Read {
  const texts = readListText(text);
  if (texts === undefined) return wrong("a list such as {a,b}");
  const values: JsonValue[] = [];
  for (const element of texts) {
    const read: Read = element === null ? { value: null } : scalars[of](element);
    if (read.problem !== undefined) return { problem: `holds ${element}, which ${read.problem}` };
    values.push(read.value);
  }
  return { value: values };
}
