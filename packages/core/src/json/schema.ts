import type { Ajv, ErrorObject, KeywordDefinition, Options, ValidateFunction } from "ajv";
import type { JsonValue } from "../exchange.ts";
import { findEndless } from "./endless.ts";
import { fixedValues } from "./fixed-values.ts";
import { boundFormats } from "./formats.ts";
import { multipleOf } from "./multiple-of.ts";
import { loadPatterns } from "./pattern.ts";
import type { CompilePattern } from "./pattern.ts";
import { bundleSchema, ReferenceProblem } from "./references.ts";
import type { ReadSchema, SchemaBundle } from "./references.ts";
import { toSchemaProblem } from "./schema-problem.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { createStepLimit } from "./step-limit.ts";
import type { StepLimit } from "./step-limit.ts";
import { uniqueItems } from "./unique-items.ts";
import { isObject } from "./value.ts";
import { didYouMean, pointerTo, stepsOf } from "./violation.ts";
import type { Violation } from "./violation.ts";

/** Says everything that is wrong with a value. */
export type CheckValue = (value: unknown) => readonly Violation[];

/** A schema at work. */
export interface CompiledSchema extends CheckValue {
  /** The first thing that is wrong with it, for values so large that a list of everything would be. */
  first(value: unknown): readonly Violation[];
}

/** Compiles a JSON Schema, or says what is wrong with it; `read` reads the files that it refers to. */
export type CompileJsonSchema = (schema: JsonValue, read?: ReadSchema) => CompiledSchema | SchemaProblem;

/**
 * Loads what compiles JSON Schemas: draft-07 when `$schema` says so, otherwise 2020-12. Formats are checked; patterns run in linear time.
 * The libraries are loaded once, and schemas share what is compiled for every one.
 */
// oxlint-disable-next-line typescript/promise-function-async -- everybody gets the same promise
export function loadJsonSchemas(): Promise<CompileJsonSchema> {
  return (loading ??= load());
}

let loading: Promise<CompileJsonSchema> | undefined;

async function load(): Promise<CompileJsonSchema> {
  const compilers = await loadCompilers();
  return (schema, read = readNothing) => {
    if (!isObject(schema) && typeof schema !== "string")
      return { problem: "must be a JSON Schema: an object", path: [] };
    try {
      const bundle = bundleSchema(schema, read);
      return findEndless(bundle) ?? compileBundle(bundle, compilers[bundle.draft === "draft-07" ? "old" : "recent"]);
    } catch (error) {
      if (error instanceof ReferenceProblem) return error;
      throw error;
    }
  };
}

function readNothing(file: string): never {
  throw new ReferenceProblem(`refers to the file ${file}, which cannot be read here`, []);
}

/** One that stops at the first violation, and one that goes on. */
interface Compilers {
  readonly compilePattern: CompilePattern;
  readonly first: Ajv;
  readonly all: Ajv;
  readonly limit: StepLimit;
}

function compileBundle(
  bundle: SchemaBundle,
  { first, all, limit, compilePattern }: Compilers,
): CompiledSchema | SchemaProblem {
  const { schema, documents } = bundle;
  for (const document of [...documents.values(), schema]) {
    if (all.validateSchema(document) !== true) return toProblem(all.errors ?? []);
  }
  const known = namesOf(bundle);
  try {
    const [checkFirst, checkAll] = [compile(bundle, first), compile(bundle, all)];
    const checkWith =
      (run: ValidateFunction) =>
      (value: unknown): readonly Violation[] =>
        limit.within(value, () => violationsOf(run, value, known)) ?? tooInvolved;
    return Object.assign(checkWith(checkAll), { first: checkWith(checkFirst) });
  } catch (error) {
    // A keyword or a format nobody knows, a reference to nowhere, a pattern that cannot run in linear time.
    const [keywords, formats] = [Object.keys(all.RULES.all), Object.keys(all.formats)];
    return toSchemaProblem(error, { schema, keywords, formats, compilePattern });
  }
}

const tooInvolved: readonly Violation[] = [{ pointer: "", detail: "takes too many steps to check", keyword: "$ref" }];

/** What is compiled keeps what it needs: the compiler, which others share, forgets the schema. */
function compile({ schema, documents }: SchemaBundle, ajv: Ajv): ValidateFunction {
  try {
    for (const [address, document] of documents) ajv.addSchema(document, address);
    return ajv.compile(schema);
  } finally {
    for (const [address, document] of documents) ajv.removeSchema(address).removeSchema(document);
    ajv.removeSchema(schema);
  }
}

function namesOf({ schema, documents }: SchemaBundle): readonly string[] {
  const [first = schema] = typeof schema["$ref"] === "string" ? documents.values() : [schema];
  return isObject(first["properties"]) ? Object.keys(first["properties"]) : [];
}

function violationsOf(check: ValidateFunction, value: unknown, known: readonly string[]): readonly Violation[] {
  return check(value) ? [] : (check.errors ?? []).map((error) => toViolation(error, known));
}

/** Keywords of OpenAPI that say nothing about what a value may be. */
const annotations = ["example", "xml", "externalDocs"];

/** Keywords that the library follows and takes for unknown. */
const names = ["$anchor"];

/** In place of the library's. */
const ownKeywords: readonly KeywordDefinition[] = [...fixedValues, multipleOf, uniqueItems];

function toProblem([first]: readonly ErrorObject[]): SchemaProblem {
  if (first === undefined) return { problem: "is not a JSON Schema", path: [] };
  const { pointer, detail } = toViolation(first, []);
  return { problem: detail, path: stepsOf(pointer) };
}

async function loadCompilers(): Promise<Readonly<Record<"old" | "recent", Compilers>>> {
  const compilePattern = await loadPatterns();
  const limit = createStepLimit();
  // Loaded one after the other: they share modules.
  const { Ajv: OldAjv } = await import("ajv");
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const { default: formats } = await import("ajv-formats");
  const options: Options = {
    verbose: true,
    // A keyword that is not known is a slip; the other strict checks are matters of taste.
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
    // Properties of a value are its own: `toString` is none.
    ownProperties: true,
    // Ajv tells patterns apart by their text.
    code: {
      ...limit.code,
      regExp: Object.assign((source: string) => ({ test: compilePattern(source), toString: () => source }), {
        code: "",
      }),
    },
  };
  const create = (Compiler: typeof OldAjv | typeof Ajv2020, allErrors: boolean): Ajv => {
    const ajv: Ajv = new Compiler({ ...options, allErrors });
    formats.default(ajv);
    boundFormats(ajv);
    for (const own of ownKeywords) ajv.removeKeyword(String(own.keyword)).addKeyword(own);
    // Checks that wait for something are not ours: nobody would wait for them.
    return ajv.removeKeyword("$async").addVocabulary([...names, ...annotations]);
  };
  return {
    old: { compilePattern, limit, first: create(OldAjv, false), all: create(OldAjv, true) },
    recent: { compilePattern, limit, first: create(Ajv2020, false), all: create(Ajv2020, true) },
  };
}

function toViolation(error: ErrorObject, known: readonly string[]): Violation {
  const { instancePath, params, keyword } = error;
  const detail = error.message ?? "does not fit";
  if (typeof params["missingProperty"] === "string") {
    return { pointer: instancePath + pointerTo(params["missingProperty"]), detail: "is required", keyword };
  }
  const extra: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
  if (typeof extra === "string") {
    const hint = instancePath === "" ? didYouMean(extra, known) : "";
    return { pointer: instancePath + pointerTo(extra), detail: `is not allowed${hint}`, keyword };
  }
  const allowed: unknown = params["allowedValues"];
  const wanted = Array.isArray(allowed) ? oneOf(allowed.map(spell), error.data) : detail;
  return { pointer: instancePath, detail: wanted, keyword };
}

function oneOf(allowed: readonly string[], value: unknown): string {
  const hint = typeof value === "string" ? didYouMean(value, allowed) : "";
  return `must be one of ${allowed.join(", ")}${hint}`;
}

function spell(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
