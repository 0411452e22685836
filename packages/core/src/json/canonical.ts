import type { JsonValue } from "../exchange.ts";
import { isObject } from "./value.ts";

/** A text that is the same for equal values only. Source: JSON Schema 2020-12, Core, 4.2.2: the order of members does not count. */
export function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonical(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const members = Object.keys(value).toSorted();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
