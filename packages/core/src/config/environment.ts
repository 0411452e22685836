import { BackworksError } from "../errors.ts";
import { escapeLiteral } from "./literal.ts";
import { mostMistakes } from "./most-mistakes.ts";
import { childrenOf, placeOf, withChildren } from "./node.ts";
import type { Node, ScalarNode } from "./node.ts";
import type { Pace } from "../pace.ts";
import { placeAt } from "./place.ts";
import { resolveExact } from "./scalar.ts";
import { suggest } from "../suggest.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts environment variables into the scalars of a tree: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`.
 *
 * Values are put in once and as literal text: what looks like an expression in a value is not one.
 * A scalar without quotes that is one reference and nothing else takes the YAML type of the value.
 */
export function interpolate(node: Node, environment: Environment, errors: BackworksError[]): Node {
  if (node.kind === "scalar") return interpolateScalar(node, environment, errors);
  const children = childrenOf(node);
  return withChildren(
    node,
    children.map((child) => interpolate(child, environment, errors)),
  );
}

/** What `interpolate` does, in slices: between the values of the root, and between those in them. */
export async function interpolateInSlices(
  node: Node,
  { environment, errors, pace }: { environment: Environment; errors: BackworksError[]; pace: Pace },
  levels: number = 2,
): Promise<Node> {
  if (node.kind === "scalar") return interpolateWhole(node, environment, errors);
  const values: Node[] = [];
  for (const child of childrenOf(node)) {
    const rest = pace();
    if (rest !== undefined) await rest;
    values.push(
      levels === 1
        ? interpolateWhole(child, environment, errors)
        : await interpolateInSlices(child, { environment, errors, pace }, levels - 1),
    );
  }
  return withChildren(node, values);
}

function interpolateWhole(node: Node, environment: Environment, errors: BackworksError[]): Node {
  return mentionsAny(node) ? interpolate(node, environment, errors) : node;
}

/** Whether anything in a node looks like a reference. Most endpoints have none, and need no lists of what is in them. */
function mentionsAny(node: Node): boolean {
  if (node.kind === "scalar") return typeof node.value === "string" && node.value.includes("${");
  if (node.kind === "sequence") return node.items.some(mentionsAny);
  for (const { value } of node.entries.values()) if (mentionsAny(value)) return true;
  return false;
}

interface Expansion {
  readonly environment: Environment;
  readonly variables: string[];
  readonly missing: Missing[];
}

interface Missing {
  readonly name: string;
  readonly message: string | undefined;
}

function interpolateScalar(node: ScalarNode, environment: Environment, errors: BackworksError[]): Node {
  if (typeof node.value !== "string" || !node.value.includes("${")) return node;
  const expansion: Expansion = { environment, variables: [], missing: [] };
  if (nestsTooDeep(node.value)) {
    const details = { what: "the nesting of ${ }", limit: `${maxDepth} deep` };
    errors.push(new BackworksError("BW_CONFIG_TOO_LARGE", details, { where: placeOf(node) }));
    return { ...node, value: null, broken: true };
  }
  const whole = node.plain ? wholeReference(node.value) : undefined;
  const value = whole === undefined ? expandText(node.value, expansion) : readReference(whole, expansion);
  const told = expansion.missing.slice(0, Math.max(0, mostMistakes - errors.length));
  for (const missing of told) errors.push(missingVariable(node, missing, environment));
  if (expansion.missing.length > 0) return { ...node, value: null, broken: true };
  const { variables } = expansion;
  if (value === node.value && variables.length === 0) return node;
  return { ...node, value, text: String(value), variables };
}

/** `${ }` in `${ }`; nobody means more, and each level is read once for every level around it. */
const maxDepth = 20;

function nestsTooDeep(text: string): boolean {
  const open: boolean[] = [];
  let depth = 0;
  for (let index = 0; index < text.length && depth <= maxDepth; index += 1) {
    const sign = text[index];
    if (sign === "{") {
      const isReference = text[index - 1] === "$";
      open.push(isReference);
      if (isReference) depth += 1;
    } else if (sign === "}" && open.pop() === true) depth -= 1;
  }
  return depth > maxDepth;
}

interface Reference {
  readonly name: string;
  readonly kind: "plain" | "default" | "required";
  /** Default or message. */
  readonly rest: string;
  /** Offset behind the closing brace. */
  readonly end: number;
}

const opening = /\$\{([A-Z_][A-Z0-9_]*)(\}|:-|:\?)/y;

/** The reference to a variable that begins at an offset. */
function referenceAt(text: string, offset: number): Reference | undefined {
  opening.lastIndex = offset;
  const found = opening.exec(text);
  if (found === null) return undefined;
  const [whole, name = "", sign] = found;
  const start = offset + whole.length;
  if (sign === "}") return { name, kind: "plain", rest: "", end: start };
  const close = closingBrace(text, start);
  if (close === undefined) return undefined;
  return { name, kind: sign === ":-" ? "default" : "required", rest: text.slice(start, close), end: close + 1 };
}

function wholeReference(text: string): Reference | undefined {
  const reference = referenceAt(text, 0);
  return reference?.end === text.length ? reference : undefined;
}

function closingBrace(text: string, start: number): number | undefined {
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    if (text[index] === "{") depth += 1;
    else if (text[index] === "}" && depth === 0) return index;
    else if (text[index] === "}") depth -= 1;
  }
  return undefined;
}

/** A whole scalar that is one reference: the value keeps the type YAML gives it. */
function readReference(reference: Reference, expansion: Expansion): string | number | boolean | null {
  const value = lookUp(reference, expansion);
  if (value !== undefined) {
    const typed = value === "" ? value : resolveExact(value);
    return typeof typed === "string" ? escapeLiteral(typed) : typed;
  }
  const text = reference.kind === "default" ? expandText(reference.rest, expansion) : "";
  return text === "" ? text : resolveExact(text);
}

/** Puts variables into a text; inside a request expression they become literals of it. */
function expandText(text: string, expansion: Expansion): string {
  let result = "";
  let inExpression = 0;
  let index = 0;
  while (index < text.length) {
    const literal = text.startsWith("$${", index);
    const reference = literal ? undefined : referenceAt(text, index);
    if (reference !== undefined) {
      result += substitute(reference, { expansion, inExpression: inExpression > 0 });
      index = reference.end;
      continue;
    }
    const piece = literal ? "$${" : text.startsWith("${", index) ? "${" : text.slice(index, index + 1);
    inExpression = depthAfter(piece, inExpression);
    result += piece;
    index += piece.length;
  }
  return result;
}

/** How many braces of an expression are open behind a piece of text. */
function depthAfter(piece: string, depth: number): number {
  if (piece === "${") return depth + 1;
  if (depth === 0) return 0;
  return piece === "{" ? depth + 1 : piece === "}" ? depth - 1 : depth;
}

function substitute(reference: Reference, around: { expansion: Expansion; inExpression: boolean }): string {
  const value = lookUp(reference, around.expansion);
  if (value === undefined) return reference.kind === "default" ? expandText(reference.rest, around.expansion) : "";
  if (!around.inExpression) return escapeLiteral(value, true);
  const typed = value === "" ? value : resolveExact(value);
  return typeof typed === "string" ? JSON.stringify(typed) : String(typed);
}

/** The value, or `undefined` when the default is wanted; notes what is missing. */
function lookUp(reference: Reference, { environment, variables, missing }: Expansion): string | undefined {
  const { name, kind, rest } = reference;
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined && (value !== "" || kind === "plain")) {
    variables.push(name);
    return value;
  }
  if (kind === "default") return undefined;
  missing.push({ name, message: kind === "required" && rest !== "" ? rest : undefined });
  return "";
}

function missingVariable(node: ScalarNode, { name, message }: Missing, environment: Environment): BackworksError {
  const raw = node.source.text.slice(node.start, node.end);
  const found = new RegExp(`\\$\\{${name}(?![A-Z0-9_])`).exec(raw);
  const start = node.start + (found?.index ?? 0);
  const end = found === null ? node.end : start + (/^[^}]*\}/.exec(raw.slice(found.index))?.[0].length ?? 1);
  const known = suggest(name, Object.keys(environment));
  const advice = known === undefined ? `set it, or give a default: \${${name}:-value}` : `did you mean ${known}?`;
  const where = placeAt(node.source, start, end);
  return new BackworksError("BW_CONFIG_VARIABLE_MISSING", { name }, { where, hint: message ?? advice });
}
