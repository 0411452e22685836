import { isOwnCommand } from "./own-commands.ts";

type Shape = Readonly<Record<string, unknown>>;

/** What is wrong with the modes and commands on a definition; `undefined` when nothing. They are used before anything of the plugin runs. */
export function broughtProblem(definition: Shape): string | undefined {
  return firstProblem(definition, "modes", modeProblem) ?? firstProblem(definition, "commands", commandProblem);
}

function firstProblem(
  definition: Shape,
  key: "modes" | "commands",
  problemOf: (value: Shape) => string | undefined,
): string | undefined {
  // That it is a list was checked before.
  const list = (definition[key] ?? []) as readonly unknown[];
  for (const [index, value] of list.entries()) {
    const problem = isObject(value) ? problemOf(value) : "must be an object";
    if (problem !== undefined) return `${key}[${index}]${nameOf(value)} ${problem}`;
  }
  return undefined;
}

/** What is wrong with a mode; `undefined` when nothing. */
export function modeProblem(mode: Shape): string | undefined {
  if (!isName(mode["name"])) return nameRule;
  if (!isObject(mode["endpointKeys"])) return "needs endpointKeys: a schema for each of its endpoint keys";
  const missing = ["open", "compile"].find((key) => typeof mode[key] !== "function");
  if (missing !== undefined) return `needs the function ${missing}`;
  return (
    schemasProblem(mode, "endpointKeys") ??
    schemasProblem(mode, "rootKeys") ??
    listProblem(mode, "services", (service) => isKey(service["key"]) && typeof service["of"] === "function") ??
    listProblem(mode, "uses", isKey)
  );
}

function schemasProblem(mode: Shape, key: string): string | undefined {
  const schemas = mode[key];
  if (schemas === undefined) return undefined;
  if (!isObject(schemas)) return `has ${key} that are no object of schemas`;
  const broken = Object.keys(schemas).find((name) => !isSchema(schemas[name]));
  return broken === undefined ? undefined : `has a ${key}.${broken} that is not a Standard Schema`;
}

function listProblem(mode: Shape, key: string, isRight: (entry: Shape) => boolean): string | undefined {
  const list = mode[key] ?? [];
  const rule = key === "services" ? "made with offerService()" : "made with defineService()";
  if (!Array.isArray(list)) return `has ${key} that are no list`;
  const wrong = list.findIndex((entry: unknown) => !isObject(entry) || !isRight(entry));
  return wrong < 0 ? undefined : `has a ${key}[${wrong}] that was not ${rule}`;
}

function isKey(value: unknown): boolean {
  return isObject(value) && typeof value["name"] === "string" && value["name"] !== "";
}

function commandProblem(command: Shape): string | undefined {
  const { name } = command as { readonly name?: unknown };
  if (typeof name !== "string" || !isName(name.replace(/^export /, ""))) return nameRule;
  if (isOwnCommand(name)) return "has the name of a command of backworks itself";
  if (typeof command["description"] !== "string") return "needs a description, one line of the help";
  return typeof command["run"] === "function" ? undefined : "needs the function run";
}

const nameRule = "needs a name of lower-case letters, digits, hyphens and underscores";

function nameOf(value: unknown): string {
  return isObject(value) && typeof value["name"] === "string" ? ` (${value["name"]})` : "";
}

function isName(value: unknown): boolean {
  return typeof value === "string" && /^[a-z][a-z0-9_-]*$/.test(value);
}

/** arktype's schemas are functions. */
function isSchema(value: unknown): boolean {
  const standard = isObject(value) || typeof value === "function" ? (value as Shape)["~standard"] : undefined;
  return isObject(standard) && typeof standard["validate"] === "function";
}

function isObject(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}
