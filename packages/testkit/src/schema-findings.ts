import { isDeepStrictEqual } from "node:util";
import { jsonSchemaOf } from "@backworks/core";
import type { StandardSchema } from "@backworks/core";
import type { Finding } from "./check.ts";
import { valueText } from "./value-text.ts";

/** One option as the JSON Schema of a mapping says it. */
interface Property {
  readonly path: string;
  readonly schema: JsonObject;
  readonly isRequired: boolean;
}

type JsonObject = Readonly<Record<string, unknown>>;

const describeItself: Finding = {
  found: "the schema has no JSON Schema, so nobody can read what options there are",
  mend: "use a library with Standard JSON Schema (zod 4.2 or later, valibot, arktype), or write ~standard.jsonSchema",
};

/** The options of a schema with those of mappings within; `undefined` when it does not say. */
async function propertiesOf(schema: StandardSchema): Promise<readonly Property[] | undefined> {
  const { $schema: _dialect, ...described } = await jsonSchemaOf(schema);
  return Object.keys(described).length === 0 ? undefined : below(described, "");
}

/** A union has the options of all its forms. */
function below(schema: JsonObject, path: string): readonly Property[] {
  const forms = formsOf(schema);
  if (forms.length > 0) return forms.flatMap((form) => below(form, path));
  const required = Array.isArray(schema["required"]) ? (schema["required"] as unknown[]) : [];
  return Object.entries(toObject(schema["properties"])).flatMap(([name, property]): Property[] => {
    const own = toObject(property);
    const full = path === "" ? name : `${path}.${name}`;
    return [{ path: full, schema: own, isRequired: required.includes(name) }, ...below(own, full)];
  });
}

function formsOf(schema: JsonObject): readonly JsonObject[] {
  const forms = schema["anyOf"] ?? schema["oneOf"];
  return Array.isArray(forms) ? forms.map(toObject) : [];
}

/** Whether something else than a mapping may stand there, as a short form of one. */
async function hasShortForms(schema: StandardSchema): Promise<boolean> {
  const forms = formsOf(await jsonSchemaOf(schema));
  return forms.some(({ type }) => type !== "object");
}

function toObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}

export async function descriptionsFinding(schema: StandardSchema): Promise<Finding | undefined> {
  const properties = await propertiesOf(schema);
  if (properties === undefined) return describeItself;
  const bare = properties.filter(({ schema: own }) => !isText(own["description"])).map(({ path }) => path);
  if (bare.length === 0) return undefined;
  return { found: `no description of ${bare.join(", ")}`, mend: "write .describe(what it does, with its unit)" };
}

export async function defaultsFinding(
  schema: StandardSchema,
  without: ReadonlySet<string>,
): Promise<Finding | undefined> {
  const missing = ((await propertiesOf(schema)) ?? [])
    .filter(({ path, isRequired, schema: own }) => !isRequired && !("default" in own) && !without.has(path))
    .map(({ path }) => path);
  if (missing.length === 0) return undefined;
  const mend = "write .default(…); where absence means something of its own, name it in withoutDefault";
  return { found: `no default of ${missing.join(", ")}`, mend };
}

/** Only defaults of the first level: what stands below is there when its mapping is. */
export async function usedDefaultsFinding(schema: StandardSchema, options: unknown): Promise<Finding | undefined> {
  const properties = ((await propertiesOf(schema)) ?? []).filter(({ path }) => !path.includes("."));
  const given = toObject(options);
  const needed = Object.fromEntries(
    Object.entries(given).filter(([key]) => properties.some((one) => one.path === key && one.isRequired)),
  );
  const result = await schema["~standard"].validate(needed);
  const value = toObject(result.issues === undefined ? result.value : undefined);
  const wrong = properties.find(
    ({ path, schema: own }) => "default" in own && !isWithin(plain(own["default"]), plain(value[path])),
  );
  if (wrong === undefined) return undefined;
  const { path, schema: own } = wrong;
  const found = `${path} is said to be ${valueText(own["default"])} and is ${valueText(value[path])} when it is absent`;
  return { found, mend: "keep the default in the schema only, and have its JSON Schema say the same" };
}

/** A default that is a mapping may leave out keys which have defaults themselves. */
function isWithin(given: unknown, used: unknown): boolean {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return isDeepStrictEqual(given, used);
  return Object.entries(given).every(([key, value]) => isWithin(value, toObject(used)[key]));
}

/** Defaults are compared as JSON has them. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

const strangerKey = "surely_no_option";

export async function unknownFinding(schema: StandardSchema, options: unknown): Promise<Finding | undefined> {
  const result = await tried(schema, { ...toObject(options), [strangerKey]: 1 });
  // What throws has a check of its own.
  if (result instanceof Error) return undefined;
  const mend = "use a strict schema: z.strictObject({ … })";
  if (result.issues === undefined) return { found: `${strangerKey} is taken without a word`, mend };
  // Libraries have the key in the message, the path or a member of their own.
  const named = result.issues.some((issue) => JSON.stringify(issue).includes(strangerKey));
  if (named) return undefined;
  return { found: `the mistake names nothing: ${valueText(result.issues[0]?.message)}`, mend };
}

const noMappings: readonly unknown[] = ["text", 42, true, [1], null];

export async function refusalFinding(schema: StandardSchema): Promise<Finding | undefined> {
  const mayAccept = await hasShortForms(schema);
  for (const value of noMappings) {
    const result = await tried(schema, value);
    if (result instanceof Error)
      return {
        found: `${valueText(value)} has it throw ${valueText(result)}`,
        mend: "return { issues: [{ message }] } instead",
      };
    if (result.issues === undefined && mayAccept) continue;
    if (result.issues !== undefined && result.issues.every(({ message }) => isText(message))) continue;
    const found =
      result.issues === undefined
        ? `${valueText(value)} is accepted`
        : `${valueText(value)} is refused without a message`;
    return { found, mend: "begin the schema with a mapping: z.strictObject({ … })" };
  }
  return undefined;
}

export async function mutationFinding(schema: StandardSchema, options: unknown): Promise<Finding | undefined> {
  const given = structuredClone(options);
  await tried(schema, given);
  // Two clones: a test runner may have classes of its own.
  if (isDeepStrictEqual(structuredClone(given), structuredClone(options))) return undefined;
  return { found: `${valueText(options)} was made ${valueText(given)}`, mend: "return a new value from validate" };
}

async function tried(schema: StandardSchema, value: unknown) {
  try {
    return await schema["~standard"].validate(value);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
