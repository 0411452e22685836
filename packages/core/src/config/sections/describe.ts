import { describe as description } from "zod/mini";
import type { ZodMiniType } from "zod/mini";

/** Says in one sentence what a key is for; the reference and the JSON Schema show it. */
export function describe<Schema extends ZodMiniType>(schema: Schema, text: string): Schema {
  return schema.check(description(text));
}
