import type { ZodMiniType } from "zod/mini";
import { record, string, unknown } from "zod/mini";
import type { JsonValue } from "../../../exchange.ts";

/** Any value of the file. */
export function jsonValue(): ZodMiniType<JsonValue, JsonValue> {
  // What was read from YAML is JSON; the type says what `unknown` cannot.
  return unknown() as unknown as ZodMiniType<JsonValue, JsonValue>;
}

/** A map from names to any value. */
export function jsonFields(): ZodMiniType<Readonly<Record<string, JsonValue>>, Readonly<Record<string, JsonValue>>> {
  return record(string(), jsonValue());
}
