import type { Ajv, ErrorObject } from "ajv";
import type { JsonValue } from "../../../exchange.ts";
import type { Row } from "../../../query/query.ts";
import { loadPatterns } from "../match/pattern.ts";
import { isObject } from "./merge-patch.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { extensionsOf, toSchemaProblem } from "./schema-problem.ts";
import type { Violation } from "./violation.ts";
import { didYouMean, pointerTo, stepsOf } from "./violation.ts";

/** Says everything that is wrong with a row. */
export type CheckRow = (row: Row) => readonly Violation[];

/**
 * Compiles a JSON Schema: draft-07 and older when its `$schema` says so, otherwise 2020-12. Formats are checked; patterns run in linear time.
 */
export async function compileRowSchema(schema: JsonValue): Promise<CheckRow | SchemaProblem> {
  if (!isObject(schema)) return { problem: "must be a JSON Schema: an object", path: [] };
  const { $schema: draft, ...rest } = schema;
  const ajv = await createAjv(typeof draft === "string" && draft.includes("draft-0"));
  ajv.addVocabulary([...annotations, ...extensionsOf(rest)]);
  if (ajv.validateSchema(rest) !== true) return toProblem(ajv.errors ?? []);
  try {
    const validate = ajv.compile(rest);
    const known = isObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
    return (row) => (validate(row) ? [] : (validate.errors ?? []).map((error) => toViolation(error, known)));
  } catch (error) {
    // A keyword or a format nobody knows, a reference to nowhere, a pattern that cannot run in linear time.
    return toSchemaProblem(error, { schema: rest, keywords: Object.keys(ajv.RULES.all) });
  }
}

/** Keywords of OpenAPI that say nothing about what a row may be. */
const annotations = ["example", "xml", "externalDocs"];

function toProblem([first]: readonly ErrorObject[]): SchemaProblem {
  if (first === undefined) return { problem: "is not a JSON Schema", path: [] };
  const { pointer, detail } = toViolation(first, []);
  return { problem: detail, path: stepsOf(pointer) };
}

async function createAjv(old: boolean): Promise<Ajv> {
  const pattern = await loadPatterns();
  // Loaded one after the other: the second shares modules with the first.
  const { default: formats } = await import("ajv-formats");
  const options = {
    allErrors: true,
    verbose: true,
    // A keyword that is not known is a slip; the other strict checks are matters of taste.
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
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
  return { pointer: instancePath, detail: Array.isArray(allowed) ? oneOf(allowed.map(spell), error.data) : detail };
}

function oneOf(allowed: readonly string[], value: unknown): string {
  const hint = typeof value === "string" ? didYouMean(value, allowed) : "";
  return `must be one of ${allowed.join(", ")}${hint}`;
}

function spell(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
