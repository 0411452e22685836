import type { PluginDefinition } from "../plugin.ts";
import { pluginBrand } from "../plugin.ts";
import { suggest } from "../suggest.ts";
import { broughtProblem } from "./brought-shape.ts";
import { problemOf } from "./ledger.ts";
import { strangerIn } from "./unknown-member.ts";

const members: ReadonlySet<string> = new Set([
  "name",
  "version",
  "description",
  "apiVersion",
  "options",
  "endpointOptions",
  "requires",
  "optional",
  "provides",
  "order",
  "failure",
  "oneProcess",
  "modes",
  "commands",
  "initialize",
]);

/** A module's plugin, or what is wrong with it. */
export type ReadDefinition =
  | { readonly kind: "plugin"; readonly definition: PluginDefinition }
  | ({ readonly kind: "problem" } & DefinitionProblem);

/** What is wrong with a definition, and what to do. */
export interface DefinitionProblem {
  readonly problem: string;
  readonly hint?: string;
}

/**
 * Finds the plugin among a module's exports: the default, also that of CommonJS.
 *
 * A package must carry the mark of `definePlugin`. A file that somebody named may be a plain object, so that it needs no
 * import of core.
 */
export function readDefinition(namespace: unknown, expected: { readonly marked: boolean }): ReadDefinition {
  try {
    return findDefinition(namespace, expected);
  } catch (error) {
    return { kind: "problem", problem: `its default export cannot be read: ${problemOf(error)}` };
  }
}

function findDefinition(namespace: unknown, { marked }: { readonly marked: boolean }): ReadDefinition {
  const candidates = [defaultOf(defaultOf(namespace)), defaultOf(namespace)].filter(isObject);
  const found = candidates.find(isBranded) ?? (marked ? undefined : candidates[0]);
  if (found === undefined) {
    return marked
      ? { kind: "problem", problem: "its default export was not made with definePlugin()", hint: exportHint }
      : { kind: "problem", problem: "its default export is not a plugin", hint: exportHint };
  }
  const problem = definitionProblem(found);
  if (problem !== undefined) return { kind: "problem", ...problem };
  // Every member was looked at.
  return { kind: "plugin", definition: found as unknown as PluginDefinition };
}

const exportHint = "write export default definePlugin({ name, version, initialize })";

type Shape = Readonly<Record<PropertyKey, unknown>>;

function defaultOf(value: unknown): unknown {
  return isObject(value) ? value["default"] : undefined;
}

/** The mark is a registered symbol, so a plugin made with another copy of core is one too. */
function isBranded(value: unknown): value is Shape {
  return isObject(value) && value[pluginBrand] === true;
}

function isObject(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}

function definitionProblem(value: Shape): DefinitionProblem | undefined {
  const stranger = Object.keys(value).find((key) => !members.has(key));
  if (stranger !== undefined) return strangerProblem(stranger);
  const problem = memberProblem(value) ?? schemaProblem(value) ?? tableProblem(value) ?? broughtProblem(value);
  return problem === undefined ? undefined : { problem };
}

function strangerProblem(stranger: string): DefinitionProblem {
  const member = suggest(stranger, members);
  const hint =
    member === undefined
      ? `a plugin has ${[...members].join(", ")}; hooks are returned by initialize`
      : `did you mean ${member}?`;
  return { problem: `unknown member ${stranger}`, hint };
}

function memberProblem(value: Shape): string | undefined {
  if (typeof value["name"] !== "string" || !/^[a-z][a-z0-9_-]*$/.test(value["name"])) {
    return "name must be lower-case letters, digits and hyphens";
  }
  if (!isVersion(value["version"])) return "version must be a semantic version such as 1.0.0";
  if (typeof value["initialize"] !== "function") return "initialize must be a function";
  if (![undefined, "open", "closed"].includes(value["failure"] as string)) return "failure must be open or closed";
  if (!["undefined", "string"].includes(typeof value["oneProcess"])) return "oneProcess must be the reason, as a text";
  return undefined;
}

/** Source: Semantic Versioning 2.0.0, 2, 9 and 10. Without the library: it is no part of a start. */
function isVersion(value: unknown): boolean {
  const number = "(?:0|[1-9]\\d*)";
  const label = "[\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*";
  const form = new RegExp(`^${number}\\.${number}\\.${number}(?:-${label})?(?:\\+${label})?$`);
  return typeof value === "string" && form.test(value);
}

function schemaProblem(value: Shape): string | undefined {
  const broken = ["options", "endpointOptions"].find((key) => {
    const schema = value[key];
    if (schema === undefined) return false;
    const standard = isObject(schema) || typeof schema === "function" ? (schema as Shape)["~standard"] : undefined;
    return !isObject(standard) || typeof standard["validate"] !== "function";
  });
  return broken === undefined
    ? undefined
    : `${broken} is not a Standard Schema (zod 3.24 or later, valibot, arktype …)`;
}

function tableProblem(value: Shape): string | undefined {
  const notTable = ["requires", "optional"].find((key) => value[key] !== undefined && !isTable(value[key]));
  if (notTable !== undefined) return `${notTable} must give a version range for each name`;
  const notList = ["provides", "modes", "commands"].find((key) => ![undefined, true].includes(isList(value[key])));
  return notList === undefined ? orderProblem(value["order"]) : `${notList} must be a list`;
}

function orderProblem(order: unknown): string | undefined {
  if (order === undefined) return undefined;
  if (!isObject(order)) return "order must be { before, after }";
  const wrong = orderMembers.find((key) => ![undefined, true].includes(isList(order[key])));
  if (wrong !== undefined) return `order.${wrong} must be a list of names`;
  return strangerIn("order", order, new Set(orderMembers));
}

const orderMembers = ["before", "after"];

function isTable(value: unknown): boolean {
  return isObject(value) && !Array.isArray(value) && Object.values(value).every((range) => typeof range === "string");
}

function isList(value: unknown): boolean | undefined {
  return value === undefined ? undefined : Array.isArray(value);
}
