import type { ValuePath } from "./config.ts";

/** The part of a zod 4 definition that is walked here; every copy and flavour of zod 4 has it. */
export interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly innerType?: unknown;
  readonly in?: unknown;
  readonly getter?: () => unknown;
  readonly options?: readonly unknown[];
  readonly left?: unknown;
  readonly right?: unknown;
  readonly valueType?: unknown;
  readonly element?: unknown;
  readonly items?: readonly unknown[];
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: NumberCheck } }[];
}

/** A bound of a number, among checks of other kinds. */
interface NumberCheck {
  readonly check: string;
  readonly value?: unknown;
  readonly inclusive?: boolean;
}

/** The keys a schema knows in the mapping at a path, of every branch; empty when the schema does not tell. */
export function keysAt(schema: unknown, path: ValuePath): string[] {
  const keys = new Set<string>();
  for (const definition of definitionsAt(schema, path)) {
    for (const key of Object.keys(definition.shape ?? {})) keys.add(key);
  }
  return [...keys];
}

/** The definitions of the value at a path, one of each branch. */
export function definitionsAt(schema: unknown, path: ValuePath): Definition[] {
  const [step, ...rest] = path;
  const here = unwrap(schema, 0);
  if (step === undefined) return here;
  return here.flatMap((definition) => below(definition, step).flatMap((child) => definitionsAt(child, rest)));
}

function below(definition: Definition, step: string | number): unknown[] {
  if (definition.type === "object") return present([definition.shape?.[step]]);
  if (definition.type === "record") return present([definition.valueType]);
  if (definition.type === "array") return present([definition.element]);
  return definition.type === "tuple" ? present([definition.items?.[Number(step)]]) : [];
}

/** The definitions a schema comes to once wrappers and unions are opened. */
function unwrap(schema: unknown, depth: number): Definition[] {
  const definition = definitionOf(schema);
  if (definition === undefined || depth > 20) return [];
  const inner = present([
    definition.innerType,
    definition.in,
    definition.getter?.(),
    definition.left,
    definition.right,
  ]);
  const branches = [...inner, ...(definition.options ?? [])];
  return branches.length === 0 ? [definition] : branches.flatMap((branch) => unwrap(branch, depth + 1));
}

function definitionOf(schema: unknown): Definition | undefined {
  if (typeof schema !== "object" || schema === null || !("_zod" in schema)) return undefined;
  // The one member of zod's internals that its documentation promises to library authors.
  return (schema._zod as { def?: Definition }).def;
}

function present(values: readonly unknown[]): unknown[] {
  return values.filter((value) => value !== undefined);
}
