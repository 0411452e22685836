import { BackworksError, isBackworksError } from "../../errors.ts";
import type { JsonValue } from "../../exchange.ts";
import { invalidConfig } from "../../invalid-config.ts";
import { loadJsonSchemas } from "../../json/schema.ts";
import type { SchemaProblem } from "../../json/schema-problem.ts";
import type { CompiledSchema, CompileJsonSchema } from "../../json/schema.ts";
import { isObject } from "../../json/value.ts";
import { didYouMean } from "../../json/violation.ts";
import type { EndpointValidation, ValidatedEndpoint } from "../../model/validation.ts";
import { createCheck } from "./check.ts";
import { compileFields } from "./field.ts";
import type { Fields } from "./field.ts";
import { bodyMethods, collectSchemas, isPart, parts } from "./sources.ts";
import type { PartSchema } from "./sources.ts";

/** A schema of a part at work. */
export interface CompiledPart extends Pick<PartSchema, "part" | "methods" | "required"> {
  readonly check: CompiledSchema;
  /** How the fields of the part are read from text. */
  readonly fields: Fields;
}

/**
 * Compiles what an endpoint says of its requests: once, when it is loaded.
 *
 * @throws BW_CONFIG_INVALID with everything that is wrong with it
 */
export async function compileValidation(endpoint: ValidatedEndpoint): Promise<EndpointValidation | undefined> {
  const { rules } = endpoint.section;
  if (rules === undefined) return undefined;
  const compile = await loadJsonSchemas();
  const mistakes: BackworksError[] = [...misplaced(endpoint)];
  const compiled = collectSchemas(endpoint.section).flatMap((schema) => {
    const result = compilePart(schema, endpoint, compile);
    if ("check" in result) return [result];
    mistakes.push(isBackworksError(result) ? result : toMistake(result, schema, endpoint.source));
    return [];
  });
  if (mistakes.length > 0) throw invalidConfig(mistakes);
  return {
    of(method, pattern) {
      const names = namesIn(pattern);
      return createCheck(
        compiled.filter((part) => holdsFor(part, method, names)),
        method,
      );
    },
  };
}

function compilePart(
  source: PartSchema,
  { source: { files, place } }: ValidatedEndpoint,
  compile: CompileJsonSchema,
): CompiledPart | SchemaProblem | BackworksError {
  const { part, schema, methods, required } = source;
  const read = (file: string): JsonValue => files.readData(file, place(source.place([])));
  try {
    const check = compile(schema, read);
    if (typeof check !== "function") return check;
    const root = typeof schema === "string" ? read(schema) : schema;
    return { part, methods, required, check, fields: compileFields(isObject(root) ? root : {}, part) };
  } catch (error) {
    // A file that is not there, or no data.
    if (isBackworksError(error)) return error;
    throw error;
  }
}

/** Places inside a file are not known here. */
function toMistake(
  { problem, path, ofKey }: SchemaProblem,
  { schema, place }: PartSchema,
  source: ValidatedEndpoint["source"],
): BackworksError {
  const inFile = typeof schema === "string";
  const found = inFile && path.length > 0 ? `${schema} ${path.join(".")} ${problem}` : problem;
  const spot = place(inFile ? [] : path);
  const where = ofKey === true && !inFile ? source.keyPlace(spot) : source.place(spot);
  return new BackworksError("BW_SCHEMA_INVALID", { problem: found }, { where });
}

/** Whether a part is checked of requests with this method, to a path with these parameters. */
function holdsFor({ part, methods, fields }: CompiledPart, method: string, names: ReadonlySet<string>): boolean {
  if (methods !== undefined && !methods.includes(method)) return false;
  // Of routes below the endpoint that have no such parameter nothing can be asked.
  return part !== "path" || fields.names.length === 0 || fields.names.some((name) => names.has(name));
}

function namesIn(pattern: string): ReadonlySet<string> {
  const names = [...pattern.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name);
  return new Set(pattern.endsWith("/*") ? [...names, "*"] : names);
}

/** What can never be: a parameter that no path has, a body that no request has, a part beside keywords. */
function* misplaced({ section, source, patterns }: ValidatedEndpoint): IterableIterator<BackworksError> {
  const names = new Set([section.path, ...patterns].flatMap((pattern) => [...namesIn(pattern)]));
  for (const said of collectSchemas(section)) {
    const { part, schema } = said;
    if (part === "path" && typeof schema !== "string") {
      yield* unknownNames(schema, names, (path) => source.place(said.place(path)));
    }
    if (part === "body" && section.methodsGiven) yield* withoutBody(said, section.methods, source);
  }
  yield* mixed(section.rules?.schema, source);
}

/** A parameter that does not say where it is may be in the query instead. */
function* withoutBody(
  { methods = bodyMethods, place }: PartSchema,
  answered: readonly string[],
  { keyPlace }: ValidatedEndpoint["source"],
): IterableIterator<BackworksError> {
  const path = place([]);
  if (path[0] === "parameters" || methods.some((method) => answered.includes(method))) return;
  const hint = `write methods: [${methods[0] ?? ""}]`;
  const problem = `is about the body of ${methods.join(", ")}, which the endpoint does not answer`;
  yield new BackworksError("BW_SCHEMA_MISPLACED", { problem }, { where: keyPlace(path), hint });
}

function* unknownNames(
  schema: { readonly [key: string]: JsonValue | undefined },
  names: ReadonlySet<string>,
  place: (path: readonly (string | number)[]) => BackworksError["where"],
): IterableIterator<BackworksError> {
  const { properties } = schema;
  for (const name of isObject(properties) ? Object.keys(properties) : []) {
    if (names.has(name)) continue;
    const problem = `names the path parameter ${name}, which no path of the endpoint has${didYouMean(name, names)}`;
    yield new BackworksError("BW_SCHEMA_MISPLACED", { problem }, { where: place(["properties", name]) });
  }
}

/** Parts and keywords of one schema side by side. */
function* mixed(
  schema: JsonValue | undefined,
  { keyPlace }: ValidatedEndpoint["source"],
): IterableIterator<BackworksError> {
  const keys = isObject(schema) ? Object.keys(schema).filter((key) => !key.startsWith("x-")) : [];
  if (!keys.some(isPart)) return;
  for (const key of keys.filter((candidate) => !isPart(candidate))) {
    const problem = `has ${key} beside parts of the request${didYouMean(key, parts)}`;
    const hint = `parts are ${parts.join(", ")}; a schema of the body alone stands there without them`;
    yield new BackworksError("BW_SCHEMA_MISPLACED", { problem }, { where: keyPlace(["schema", key]), hint });
  }
}
