import type { Ajv, ErrorObject, Options } from "ajv";
import type { JsonValue } from "../../exchange.ts";
import { loadPatterns } from "./match/pattern.ts";
import { isObject } from "./resource/merge-patch.ts";
import type { Violation } from "./resource/violation.ts";
import { didYouMean, pointerTo, stepsOf } from "./resource/violation.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { extensionsOf, toSchemaProblem } from "./schema-problem.ts";

/** Says everything that is wrong with a value. */
export type CheckValue = (value: unknown) => readonly Violation[];

/** Compiles a JSON Schema, or says what is wrong with it. */
export type CompileJsonSchema = (schema: JsonValue) => CheckValue | SchemaProblem;

/**
 * Loads what compiles JSON Schemas: draft-07 and older when `$schema` says so, otherwise 2020-12. Formats are checked;
 * patterns run in linear time.
 */
export async function loadJsonSchemas(): Promise<CompileJsonSchema> {
  const createAjv = await loadAjv();
  return (schema) => {
    if (!isObject(schema)) return { problem: "must be a JSON Schema: an object", path: [] };
    const { $schema: draft, ...rest } = schema;
    const ajv = createAjv(typeof draft === "string" && draft.includes("draft-0"));
    ajv.addVocabulary([...annotations, ...extensionsOf(rest)]);
    if (ajv.validateSchema(rest) !== true) return toProblem(ajv.errors ?? []);
    try {
      const validate = ajv.compile(rest);
      const known = isObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
      return (value) => (validate(value) ? [] : (validate.errors ?? []).map((error) => toViolation(error, known)));
    } catch (error) {
      // A keyword or a format nobody knows, a reference to nowhere, a pattern that cannot run in linear time.
      return toSchemaProblem(error, { schema: rest, keywords: Object.keys(ajv.RULES.all) });
    }
  };
}

/** Keywords of OpenAPI that say nothing about what a row may be. */
const annotations = ["example", "xml", "externalDocs"];

function toProblem([first]: readonly ErrorObject[]): SchemaProblem {
  if (first === undefined) return { problem: "is not a JSON Schema", path: [] };
  const { pointer, detail } = toViolation(first, []);
  return { problem: detail, path: stepsOf(pointer) };
}

async function loadAjv(): Promise<(old: boolean) => Ajv> {
  const pattern = await loadPatterns();
  // Loaded one after the other: they share modules.
  const { Ajv: OldAjv } = await import("ajv");
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const { default: formats } = await import("ajv-formats");
  const options: Options = {
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
  };
  return (old) => {
    const ajv: Ajv = old ? new OldAjv(options) : new Ajv2020(options);
    formats.default(ajv);
    return ajv;
  };
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
