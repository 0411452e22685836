import type { CompileJsonSchema } from "./engines.ts";

/** JSON Schema 2020-12 (and draft-07 as far as the two agree). */
export async function loadJsonSchemas(): Promise<CompileJsonSchema> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  return (schema) => {
    if (typeof schema !== "object" || schema === null || Array.isArray(schema))
      throw new TypeError("a JSON Schema is an object");
    const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false, validateFormats: false });
    const { $schema: _draft, ...rest } = schema as Record<string, unknown>;
    const validate = ajv.compile(rest);
    return (value) => {
      if (validate(value)) return undefined;
      const problem = validate.errors?.[0];
      return problem ? `${problem.instancePath || "the body"} ${problem.message ?? "does not fit"}` : "does not fit";
    };
  };
}
