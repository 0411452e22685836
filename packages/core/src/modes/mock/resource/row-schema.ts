import type { Ajv, ErrorObject } from "ajv";
import type { JsonValue } from "../../../exchange.ts";
import type { Row } from "../../../query/query.ts";
import { loadPatterns } from "../match/pattern.ts";
import { isObject } from "./merge-patch.ts";
import type { Violation } from "./violation.ts";
import { didYouMean, pointerTo } from "./violation.ts";

/** Says everything that is wrong with a row. */
export type CheckRow = (row: Row) => readonly Violation[];

/**
 * Compiles a JSON Schema: draft-07 and older when its `$schema` says so, otherwise 2020-12. Formats are checked; patterns run in linear time.
 *
 * Throws what is wrong with the schema.
 */
export async function compileRowSchema(schema: JsonValue): Promise<CheckRow> {
  if (!isObject(schema)) throw new TypeError("a JSON Schema is an object");
  const { $schema: draft, ...rest } = schema;
  const ajv = await createAjv(typeof draft === "string" && draft.includes("draft-0"));
  const validate = ajv.compile(rest);
  const known = isObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  return (row) => (validate(row) ? [] : (validate.errors ?? []).map((error) => toViolation(error, known)));
}

async function createAjv(old: boolean): Promise<Ajv> {
  const pattern = await loadPatterns();
  // Loaded one after the other: the second shares modules with the first.
  const { default: formats } = await import("ajv-formats");
  const options = {
    allErrors: true,
    strict: false,
    logger: false,
    // Ajv tells patterns apart by their text.
    code: {
      regExp: Object.assign((source: string) => ({ test: pattern(source), toString: () => source }), { code: "" }),
    },
  } as const;
  const ajv: Ajv = old
    ? new (await import("ajv")).Ajv(options)
    : new (await import("ajv/dist/2020.js")).Ajv2020(options);
  formats.default(ajv);
  return ajv;
}

function toViolation(error: ErrorObject, known: readonly string[]): Violation {
  const { instancePath, params } = error;
  const detail = error.message ?? "does not fit";
  if (typeof params["missingProperty"] === "string") {
    return { pointer: instancePath + pointerTo(params["missingProperty"]), detail: "is required" };
  }
  const extra: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
  if (typeof extra === "string") {
    const hint = instancePath === "" ? didYouMean(extra, known) : "";
    return { pointer: instancePath + pointerTo(extra), detail: `is not allowed${hint}` };
  }
  const allowed: unknown = params["allowedValues"];
  return {
    pointer: instancePath,
    detail: Array.isArray(allowed) ? `must be one of ${allowed.map(spell).join(", ")}` : detail,
  };
}

function spell(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
