import type { SchemaResult, StandardSchema } from "../schema.ts";
import { describeThrown } from "../thrown.ts";

/** What a schema says of a value. It is somebody else's code: one that throws has refused what it was given. */
export async function validated(schema: StandardSchema, value: unknown): Promise<SchemaResult<unknown>> {
  try {
    return await schema["~standard"].validate(value);
  } catch (error) {
    return { issues: [{ message: `cannot be checked, its schema throws: ${describeThrown(error).message}` }] };
  }
}
