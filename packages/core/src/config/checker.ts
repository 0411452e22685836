import { safeParse } from "zod/mini";
import type { ZodMiniType, output } from "zod/mini";
import { BackworksError } from "../errors.ts";
import type { StandardSchema } from "../schema.ts";
import type { RawConfig, ValuePath } from "./config.ts";
import { nodeAt, pathText, toErrors, unknownKey } from "./issues.ts";
import type { FindHome } from "./known-homes.ts";
import { expressionIn, unescapeLiteral } from "./literal.ts";
import { mostMistakes } from "./most-mistakes.ts";
import type { Node } from "./node.ts";
import { placeOf, toValue } from "./node.ts";
import { salvage } from "./salvage.ts";
import { treeOf } from "./tree.ts";
import { validated } from "./validated.ts";

/** Checks values of one configuration and collects what is wrong. */
export interface Checker {
  readonly raw: RawConfig;
  readonly tree: Node | undefined;
  readonly errors: BackworksError[];
  /** Where unknown keys would be at home. */
  readonly home: FindHome;
  /** Whether something stands at a path; a key with nothing behind it says nothing. */
  has(path: ValuePath): boolean;
  /** Checks a value of core's own; `undefined` when it is wrong. Nothing evaluates such values, so expressions in them are mistakes. */
  check<Schema extends ZodMiniType>(schema: Schema, at: CheckedValue): Promise<output<Schema> | undefined>;
  /** Checks a value of a mode or a plugin by any Standard Schema; `undefined` when it is wrong. */
  checkForeign(schema: StandardSchema, path: ValuePath, given?: ForeignValue): Promise<unknown>;
  /** What a schema makes of a refused value without what it refused; `undefined` when nothing can be made of it. */
  salvage(schema: StandardSchema, path: ValuePath): Promise<unknown>;
  /** Refuses keys of a mapping that are not known; `x-…` is free. */
  refuseUnknown(path: ValuePath, known: ReadonlySet<string>): void;
}

export interface CheckedValue {
  readonly path: ValuePath;
  /** Takes these keys of the mapping only. */
  readonly keys?: readonly string[];
  /** Key whose value is somebody else's, who may evaluate it. */
  readonly foreign?: string;
  /** The value when nothing stands there. */
  readonly defaults?: unknown;
}

/** A value that is not what stands in the file as it is. */
export interface ForeignValue {
  readonly value: unknown;
  /** Keys beside those of the schema. */
  readonly also?: readonly string[];
}

export function createChecker(raw: RawConfig, home: FindHome): Checker {
  const { root: tree } = treeOf(raw);
  const errors: BackworksError[] = [];
  const checker: Checker = {
    raw,
    tree,
    errors,
    home,
    has: (path) => !isBlank(nodeAt(tree, path)),
    check: (schema, at) => Promise.resolve(checkOwn(checker, schema, at)),
    checkForeign: (schema, path, given) => checkForeign(checker, schema, { path, given }),
    salvage: async (schema, path) => {
      const node = nodeAt(tree, path);
      return node === undefined ? undefined : salvage(schema, toValue(node));
    },
    refuseUnknown: (path, known) => refuseUnknown(checker, path, known),
  };
  return checker;
}

function checkOwn<Schema extends ZodMiniType>(
  checker: Checker,
  schema: Schema,
  at: CheckedValue,
): output<Schema> | undefined {
  const node = nodeAt(checker.tree, at.path);
  if (isBlank(node) && at.defaults === undefined) return undefined;
  const before = checker.errors.length;
  const value = isBlank(node) || node === undefined ? at.defaults : ownValue(checker, node, at);
  const result = safeParse(schema, value);
  if (result.success) return checker.errors.length === before ? result.data : undefined;
  const { tree, home } = checker;
  checker.errors.push(...toErrors(result.error.issues, { tree, base: at.path, schema, home }));
  return undefined;
}

/** The value with `$${` read as `${`, `x-…` keys left out and numbers in places of text as they were written. */
function ownValue(checker: Checker, node: Node, at: CheckedValue): unknown {
  if (node.kind !== "mapping") return literalValue(checker, node, at.path);
  const value = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) {
    if (!isWanted(key, at)) continue;
    if (key === at.foreign) value[key] = toValue(entry.value);
    else if (!isBlank(entry.value)) value[key] = literalValue(checker, entry.value, [...at.path, key]);
    else if (entry.value.kind === "scalar" && !entry.value.broken) value[key] = null;
  }
  return value;
}

function isWanted(key: string, { keys, path }: CheckedValue): boolean {
  return keys === undefined ? !key.startsWith("x-") || path[0] === "global_headers" : keys.includes(key);
}

/** Keys whose numbers are text: `version: 1.10` is not 1.1. */
const textKeys: ReadonlySet<string> = new Set(["name", "version", "description"]);

function literalValue(checker: Checker, node: Node, path: ValuePath): unknown {
  if (node.kind === "sequence") return node.items.map((item, index) => literalValue(checker, item, [...path, index]));
  if (node.kind === "mapping") return ownValue(checker, node, { path });
  const textual = path[0] === "global_headers" || textKeys.has(String(path.at(-1)));
  if (typeof node.value !== "string") return textual && node.value !== null ? node.text : node.value;
  const expression = expressionIn(node.value);
  if (expression !== undefined) checker.errors.push(refuseExpression(node, path, expression));
  return unescapeLiteral(node.value);
}

function refuseExpression(node: Node, path: ValuePath, expression: string): BackworksError {
  const name = /^\$\{\s*([A-Za-z_]\w*)/.exec(expression)?.[1];
  const parameter = path.at(-1) === "path" && name !== undefined;
  const variable =
    name === undefined
      ? "write $${ for a literal ${"
      : `a variable is written \${${name.toUpperCase()}}, a literal $\${`;
  const hint = parameter ? `write {${name}} for a parameter` : variable;
  const details = { path: pathText(path), expression };
  return new BackworksError("BW_CONFIG_EXPRESSION", details, { where: placeOf(node), hint });
}

async function checkForeign(
  checker: Checker,
  schema: StandardSchema,
  at: { path: ValuePath; given: ForeignValue | undefined },
): Promise<unknown> {
  const node = nodeAt(checker.tree, at.path);
  const value = at.given === undefined ? (node === undefined ? undefined : toValue(node)) : at.given.value;
  const result = await validated(schema, value);
  if (result.issues === undefined) return result.value;
  const { tree, home } = checker;
  checker.errors.push(...toErrors(result.issues, { tree, base: at.path, schema, home, also: at.given?.also }));
  return undefined;
}

function refuseUnknown(checker: Checker, path: ValuePath, known: ReadonlySet<string>): void {
  const node = nodeAt(checker.tree, path);
  if (node?.kind !== "mapping") return;
  for (const key of node.entries.keys()) {
    if (known.has(key) || key.startsWith("x-")) continue;
    if (checker.errors.length >= mostMistakes) return;
    const shape = Object.fromEntries([...known].map((name) => [name, true]));
    const schema = { _zod: { def: { type: "object", shape } } };
    checker.errors.push(unknownKey(key, [], { tree: checker.tree, base: path, schema, home: checker.home }));
  }
}

export function isBlank(node: Node | undefined): boolean {
  return node === undefined || (node.kind === "scalar" && node.value === null && node.text === "");
}
