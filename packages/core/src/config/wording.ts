import type { Issue } from "./issues.ts";
import type { Node, ScalarNode } from "./node.ts";

const types: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  map: "a mapping",
  array: "a list",
  tuple: "a list",
  set: "a list",
  null: "null",
  undefined: "nothing",
  never: "nothing",
  date: "a date",
};

/** A type as people call it. */
export function expectedType(type: string | undefined): string {
  return types[type ?? ""] ?? type ?? "another value";
}

/** What stands there, shortened; a value that came from the environment is never shown. */
export function found(node: Node | undefined): string {
  if (node === undefined) return "nothing";
  if (node.kind !== "scalar") return node.kind === "mapping" ? "a mapping" : "a list";
  return node.variables.length > 0 ? foundVariable(node) : foundScalar(node);
}

function foundVariable(node: ScalarNode): string {
  const names = node.variables.map((name) => `\${${name}}`).join(" and ");
  return node.value === "" ? `nothing in ${names}` : `the value of ${names}`;
}

function foundScalar(node: ScalarNode): string {
  if (node.value === null) return node.text === "" ? "nothing" : node.text;
  if (typeof node.value !== "string") return node.text;
  const text = node.value.length > 40 ? `${node.value.slice(0, 39)}…` : node.value;
  return `the text ${JSON.stringify(text)}`;
}

/** What is wrong with a value of the right type, as the end of a sentence that begins with its path. */
export function problemOf(issue: Issue, node: Node | undefined): string {
  if (issue.code === "custom" || issue.code === undefined) return issue.message;
  const rule = rules[issue.code]?.(issue) ?? "is not what is expected here";
  return node === undefined || rule === "must not be empty" ? rule : `${rule}, found ${found(node)}`;
}

const rules: Readonly<Record<string, (issue: Issue) => string>> = {
  invalid_value: ({ values = [] }) =>
    values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.map(String).join(", ")}`,
  too_small: (issue) => bound(issue, issue.minimum ?? 0, issue.inclusive === false ? "more than" : "at least"),
  too_big: (issue) => bound(issue, issue.maximum ?? 0, issue.inclusive === false ? "less than" : "at most"),
  not_multiple_of: ({ divisor = 1 }) => `must be a multiple of ${divisor}`,
  invalid_format: ({ format, pattern }) =>
    format === "regex" && pattern !== undefined ? `must match ${pattern}` : `must be ${formatName(format)}`,
};

function bound(issue: Issue, limit: number | bigint, words: string): string {
  if (issue.origin === "string") {
    return issue.code === "too_small" && limit === 1 ? "must not be empty" : `must have ${words} ${limit} characters`;
  }
  if (issue.origin === "array" || issue.origin === "set") {
    return issue.code === "too_small" && limit === 1 ? "must not be empty" : `must have ${words} ${limit} entries`;
  }
  return `must be ${words} ${limit}`;
}

function formatName(format: string | undefined): string {
  const names: Readonly<Record<string, string>> = {
    url: "a URL",
    email: "an email address",
    uuid: "a UUID",
    regex: "of the right form",
  };
  return names[format ?? ""] ?? `a valid ${format ?? "value"}`;
}

/** Whether the message of an issue is the library's and not the author's. */
export function isDefault(issue: Issue): boolean {
  if (issue.code === undefined || issue.code === "custom") return false;
  return /^(?:Invalid |Unrecognized |Too (?:small|big))/.test(issue.message);
}
