import { BackworksError } from "../errors.ts";
import type { SchemaIssue } from "../schema.ts";
import { suggest } from "../suggest.ts";
import type { ValuePath } from "./config.ts";
import { isForeignKey } from "./foreign-key.ts";
import { hintFor, meant } from "./hint.ts";
import { mostMistakes } from "./most-mistakes.ts";
import type { Node } from "./node.ts";
import { childOf, entryOf, placeOf } from "./node.ts";
import { nearbyHomes } from "./nearby-home.ts";
import { numberRangeAt } from "./number-range.ts";
import { keysAt } from "./schema-keys.ts";
import { expectedType, found, isDefault, problemOf } from "./wording.ts";

/** What zod adds to an issue at run time; another library's issue has a message and a path. */
export interface Issue extends SchemaIssue {
  readonly code?: string;
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  /** Words that choose a branch of a union, where another word is. */
  readonly options?: readonly unknown[];
  readonly errors?: readonly (readonly Issue[])[];
  readonly issues?: readonly Issue[];
  readonly params?: { readonly hint?: string };
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly divisor?: number;
  readonly format?: string;
  readonly pattern?: string;
}

/** What was checked, and where it stands. */
export interface Subject {
  readonly tree: Node | undefined;
  /** Path of the checked value in the configuration. */
  readonly base: ValuePath;
  readonly schema: unknown;
  /** Keys of the value that the schema is not asked for. */
  readonly also?: readonly string[] | undefined;
  /** Where an unknown key would be at home: "methods belongs in endpoints.users". */
  readonly home: (key: string, path: ValuePath) => string | undefined;
}

/** Turns what a schema found into errors with places. Nothing is said about values reported before. */
export function toErrors(issues: readonly SchemaIssue[], subject: Subject): BackworksError[] {
  return issues.slice(0, mostMistakes).flatMap((issue) => toErrorsOf(issue, stepsOf(issue), subject));
}

function toErrorsOf(given: Issue, steps: ValuePath, subject: Subject): BackworksError[] {
  const issue = asChoice(given);
  const path = [...subject.base, ...steps];
  const node = nodeAt(subject.tree, path);
  if (node?.kind === "scalar" && node.broken) return [];
  const several = ofSeveral(issue, steps, { subject, node });
  if (several !== undefined) return several;
  if (node === undefined && path.length > 0) return [missingKey(issue, path, subject)];
  return [wrongValue(issue, path, { subject, node })];
}

/** A word that chooses no branch of a union is one of several that may stand there. */
function asChoice(issue: Issue): Issue {
  const { code, options } = issue;
  return code === "invalid_union" && options !== undefined
    ? { ...issue, code: "invalid_value", values: options }
    : issue;
}

/** The errors of an issue that may stand for more than one. */
function ofSeveral(issue: Issue, steps: ValuePath, at: At): BackworksError[] | undefined {
  const { subject } = at;
  if (issue.code === "unrecognized_keys")
    return issue.keys?.slice(0, mostMistakes).map((key) => unknownKey(key, steps, subject));
  if (issue.code === "invalid_key") {
    return issue.issues?.map((inner) => wrongKey(inner, [...subject.base, ...steps], subject));
  }
  return issue.code === "invalid_union" && isDefault(issue) ? ofUnion(issue, steps, at) : undefined;
}

interface At {
  readonly subject: Subject;
  readonly node: Node | undefined;
}

/** `undefined` for a value that is not there. */
export function nodeAt(tree: Node | undefined, path: ValuePath): Node | undefined {
  let node = tree;
  for (const step of path) node = childOf(node, step);
  return node;
}

export function pathText(path: ValuePath): string {
  if (path.length === 0) return "the configuration";
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const word = /^[\w-]+$/.test(step) ? step : JSON.stringify(step);
    return text === "" ? word : `${text}.${word}`;
  }, "");
}

export function unknownKey(key: string, steps: ValuePath, subject: Subject): BackworksError {
  const path = [...subject.base, ...steps];
  const entry = entryOf(nodeAt(subject.tree, path), key);
  const home = homeOf(key, nearbyHomes(key, steps, subject)) ?? subject.home(key, path);
  const near = suggest(key, [...keysAt(subject.schema, steps), ...(steps.length === 0 ? (subject.also ?? []) : [])]);
  const hint = home ?? (near === undefined ? knownKeys(subject.schema, steps) : `did you mean ${near}?`);
  const where = entry === undefined ? placeNear(subject.tree, path) : placeOf(entry.key);
  const details = { key, path: pathText(path), ...(home === undefined && near !== undefined ? { meant: near } : {}) };
  return new BackworksError("BW_CONFIG_UNKNOWN_KEY", details, { where, hint });
}

function homeOf(key: string, homes: readonly ValuePath[]): string | undefined {
  const [first, ...others] = homes;
  if (first === undefined || others.length > 2) return undefined;
  return `${key} belongs in ${[pathText(first), ...others.map((home) => String(home.at(-1)))].join(" or ")}`;
}

function knownKeys(schema: unknown, steps: ValuePath): string | undefined {
  const keys = keysAt(schema, steps);
  if (keys.length === 0) return undefined;
  const shown = keys.slice(0, 12).join(", ");
  return `known here: ${shown}${keys.length > 12 ? ", …" : ""}`;
}

function wrongKey(issue: Issue, path: ValuePath, subject: Subject): BackworksError {
  const parent = nodeAt(subject.tree, path.slice(0, -1));
  const entry = entryOf(parent, String(path.at(-1)));
  const where = entry === undefined ? placeNear(subject.tree, path) : placeOf(entry.key);
  const details = {
    path: `key ${String(path.at(-1))}`,
    problem: isDefault(issue) ? problemOf(issue, undefined) : issue.message,
  };
  return new BackworksError("BW_CONFIG_WRONG_VALUE", details, { where, hint: issue.params?.hint });
}

function missingKey(issue: Issue, path: ValuePath, subject: Subject): BackworksError {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const hint = isDefault(issue) ? undefined : issue.message;
  return new BackworksError(
    "BW_CONFIG_MISSING_KEY",
    { path: pathText(parent), key },
    { where: keyPlaceNear(subject.tree, parent), hint },
  );
}

function wrongValue(issue: Issue, path: ValuePath, { subject, node }: At): BackworksError {
  const options = { where: wrongPlace(issue, path, { subject, node }), hint: hintFor(issue, node) };
  if (issue.code === "invalid_type" && isDefault(issue)) {
    const expected = numberRangeAt(subject.schema, path.slice(subject.base.length)) ?? expectedType(issue.expected);
    const details = { path: pathText(path), expected, found: found(node) };
    return new BackworksError("BW_CONFIG_WRONG_TYPE", details, options);
  }
  const problem = isDefault(issue) ? problemOf(issue, node) : ownWords(issue, node);
  // Words of an author that are no end of a sentence are put behind a colon.
  const colon = verbs.test(problem) ? "" : ":";
  return new BackworksError("BW_CONFIG_WRONG_VALUE", { path: `${pathText(path)}${colon}`, problem }, options);
}

/** The value; its key where a schema of somebody's own says that there is no such key. */
function wrongPlace(issue: Issue, path: ValuePath, { subject, node }: At): ReturnType<typeof placeOf> | undefined {
  const foreign = issue.code === undefined && isForeignKey(subject.schema, path.slice(subject.base.length));
  if (foreign) return keyPlaceNear(subject.tree, path);
  return node === undefined ? undefined : placeOf(node);
}

const verbs = /^(?:must|has|is|needs|cannot|may|does|holds|names|says|takes)\b/;

function ownWords(issue: Issue, node: Node | undefined): string {
  return issue.code === undefined || issue.code === "custom" ? issue.message : `${issue.message}, found ${found(node)}`;
}

/** Reports the branch that was probably meant: the one whose kind of value this is, with the fewest mistakes. */
function ofUnion(issue: Issue, steps: ValuePath, at: At): BackworksError[] {
  const best = meantBranch(issue);
  if (best !== undefined) return best.flatMap((inner) => toErrorsOf(inner, [...steps, ...stepsOf(inner)], at.subject));
  const path = [...at.subject.base, ...steps];
  if (at.node === undefined && path.length > 0) return [missingKey(issue, path, at.subject)];
  return [noBranch(flatten(issue), path, at.node)];
}

/** What is wrong in the branch of a union that was probably meant; `undefined` when the value is of no kind it takes. */
export function meantBranch(issue: Issue): readonly Issue[] | undefined {
  const fitting = flatten(issue).filter((branch) => !branch.some(isAboutTheWhole));
  return fitting.toSorted((left, right) => weight(left) - weight(right))[0];
}

function noBranch(branches: readonly (readonly Issue[])[], path: ValuePath, node: Node | undefined): BackworksError {
  const details = { path: pathText(path), expected: alternatives(branches), found: found(node) };
  const values = branches.flat().flatMap((inner) => inner.values ?? []);
  const hint = node?.kind === "scalar" ? meant(node.text, values) : undefined;
  const where = node === undefined ? undefined : placeOf(node);
  return new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where, hint });
}

/** The branches of a union, with those of unions in it. */
function flatten(issue: Issue): (readonly Issue[])[] {
  return (issue.errors ?? []).flatMap((branch) => {
    const [only] = branch;
    const nested = branch.length === 1 && only?.code === "invalid_union" && stepsOf(only).length === 0;
    return nested && only !== undefined ? flatten(only) : [branch];
  });
}

function isAboutTheWhole(issue: Issue): boolean {
  return stepsOf(issue).length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

function weight(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => sum + Math.max(1, issue.keys?.length ?? 1), 0);
}

function alternatives(branches: readonly (readonly Issue[])[]): string {
  const words = branches.flatMap((branch) => {
    const issue = branch.find(isAboutTheWhole);
    if (issue === undefined) return [];
    if (issue.code === "invalid_value") return (issue.values ?? []).map(String);
    return [isDefault(issue) ? expectedType(issue.expected) : issue.message];
  });
  const unique = [...new Set(words.flatMap((word) => (word === "true or false" ? ["true", "false"] : [word])))];
  const last = unique.pop() ?? "another value";
  return unique.length === 0 ? last : `${unique.join(", ")} or ${last}`;
}

export function stepsOf(issue: SchemaIssue): ValuePath {
  return (issue.path ?? []).map((step) => {
    const key = typeof step === "object" ? step.key : step;
    return typeof key === "number" ? key : String(key);
  });
}

function placeNear(tree: Node | undefined, path: ValuePath): ReturnType<typeof placeOf> | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(tree, path.slice(0, length));
    if (node !== undefined) return placeOf(node);
  }
  return undefined;
}

/** The key of a value; the value itself in a list. */
function keyPlaceNear(tree: Node | undefined, path: ValuePath): ReturnType<typeof placeOf> | undefined {
  const entry = path.length === 0 ? undefined : entryOf(nodeAt(tree, path.slice(0, -1)), String(path.at(-1)));
  return entry === undefined ? placeNear(tree, path) : placeOf(entry.key);
}
