import type { JsonSchema } from "@backworks/core";

/** What matters here of JSON Schema. */
interface OptionSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly OptionSchema[];
  readonly oneOf?: readonly OptionSchema[];
  readonly items?: OptionSchema;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly additionalProperties?: OptionSchema | boolean;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
}

/** Options inside of options are shown down to here. */
const deepest = 4;

/** One line per option of a schema that can be shown, those of lists and mappings below their own. */
export function optionLines(schema: JsonSchema): string | undefined {
  const lines = linesBelow(schema, "", 0);
  return lines.length === 0 ? undefined : lines.join("\n");
}

function linesBelow(schema: OptionSchema, path: string, depth: number): readonly string[] {
  if (depth > deepest) return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, option]) => {
    const name = path === "" ? key : `${path}.${key}`;
    return [lineOf(name, option, schema.required?.includes(key) ?? false), ...linesBelow(option, name, depth + 1)];
  });
  const items = schema.items === undefined ? [] : linesBelow(schema.items, `${path}[]`, depth + 1);
  const branches = branchesOf(schema).flatMap((branch) => linesBelow(branch, path, depth + 1));
  const { additionalProperties } = schema;
  const named =
    typeof additionalProperties === "object" ? linesBelow(additionalProperties, `${path}.<name>`, depth + 1) : [];
  return [...own, ...items, ...branches, ...named];
}

function lineOf(name: string, option: OptionSchema, required: boolean): string {
  const fallback = option.default === undefined ? "" : ` = ${JSON.stringify(option.default)}`;
  const must = required && option.default === undefined ? ", required" : "";
  return `${name}: ${typeOf(option)}${must}${fallback}  ${option.description ?? ""}`.trimEnd();
}

function typeOf(option: OptionSchema): string {
  if (option.enum !== undefined) return option.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (option.const !== undefined) return JSON.stringify(option.const);
  const branches = branchesOf(option);
  if (branches.length > 0) return [...new Set(branches.map((branch) => typeOf(branch)))].join(" | ");
  if (option.type === "array") return option.items === undefined ? "list" : `list of ${typeOf(option.items)}`;
  const { additionalProperties } = option;
  if (option.type === "object" && typeof additionalProperties === "object")
    return `${typeOf(additionalProperties)} by name`;
  return option.type === undefined ? "any" : [option.type].flat().join(" | ");
}

function branchesOf({ anyOf = [], oneOf = [] }: OptionSchema): readonly OptionSchema[] {
  return [...anyOf, ...oneOf];
}
