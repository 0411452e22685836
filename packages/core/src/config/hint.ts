import { suggest } from "../suggest.ts";
import type { Issue } from "./issues.ts";
import type { Node, ScalarNode } from "./node.ts";
import { isDefault } from "./wording.ts";

/** What to do about a value that a schema refused; a value from the environment is never shown. */
export function hintFor(issue: Issue, node: Node | undefined): string | undefined {
  if (issue.params?.hint !== undefined) return issue.params.hint;
  if (node === undefined || !isDefault(issue)) return undefined;
  return node.kind === "scalar" ? hintForScalar(issue, node) : hintForAddress(node);
}

/** An address as it stands in URLs, which is a list in YAML. */
function hintForAddress(node: Node): string | undefined {
  const [only, ...others] = node.kind === "sequence" ? node.items : [];
  if (only?.kind !== "scalar" || others.length > 0 || !/^[\da-f:.]*:[\da-f:.]*$/i.test(only.text)) return undefined;
  return `write "[${only.text}]" in quotes`;
}

function hintForScalar({ code, values = [], expected = "" }: Issue, node: ScalarNode): string | undefined {
  if (code === "invalid_value") return meant(node.text, values);
  return code === "invalid_type" ? typeHints[expected]?.(node) : undefined;
}

/** The allowed word that was probably meant. */
export function meant(text: string, values: readonly unknown[]): string | undefined {
  const words = values.filter((value): value is string => typeof value === "string");
  const near = suggest(text, words);
  return near === undefined ? undefined : `did you mean ${near}?`;
}

const typeHints: Readonly<Record<string, (node: ScalarNode) => string | undefined>> = {
  number: hintForNumber,
  int: hintForNumber,
  boolean: hintForFlag,
  object: hintForMapping,
  record: hintForMapping,
  string: (node) => (node.value === null ? undefined : `write "${shown(node)}" in quotes`),
  array: (node) => (node.value === null ? undefined : `write [${shown(node)}]`),
};

/** `body:1` is one text: YAML wants a blank behind the colon. */
function hintForMapping(node: ScalarNode): string | undefined {
  const [, key, value] = /^([a-z_]+):([^\s:/].*)$/.exec(node.text) ?? [];
  return key === undefined || !node.plain ? undefined : `a blank must follow the colon: ${key}: ${value}`;
}

function hintForNumber(node: ScalarNode): string | undefined {
  const numeric = node.text.trim() !== "" && !Number.isNaN(Number(node.text));
  return numeric && !node.plain ? withoutQuotes(node) : undefined;
}

function hintForFlag(node: ScalarNode): string | undefined {
  if (/^(?:true|false)$/i.test(node.text)) return withoutQuotes(node);
  if (/^(?:yes|on|y|1)$/i.test(node.text)) return "write true";
  return /^(?:no|off|n|0)$/i.test(node.text) ? "write false" : undefined;
}

function withoutQuotes(node: ScalarNode): string {
  const written = node.source.text.slice(node.start + 1, node.end - 1);
  // In { } and [ ] an expression must be quoted, and what is quoted is a text.
  if (written.startsWith("${")) return `write ${written} on a line of its own, without quotes`;
  return `write ${node.variables.length > 0 ? "it" : node.text} without quotes`;
}

function shown(node: ScalarNode): string {
  return node.variables.length > 0 ? "…" : node.text;
}
