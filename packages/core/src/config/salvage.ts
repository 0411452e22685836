import type { StandardSchema } from "../schema.ts";
import { meantBranch, stepsOf } from "./issues.ts";
import type { Issue } from "./issues.ts";
import type { ValuePath } from "./config.ts";
import { validated } from "./validated.ts";

type Fields = Record<string | number, unknown>;

/**
 * What a schema makes of a value without what it refused, so that mistakes in the rest can be told too.
 *
 * Items of lists are never taken out, which would move those behind them: the whole list is. `value` is changed.
 *
 * @returns `undefined` when the rest does not pass either
 */
export async function salvage(schema: StandardSchema, value: unknown): Promise<unknown> {
  const { issues } = await validated(schema, value);
  for (const issue of issues ?? []) prune(value, issue, stepsOf(issue));
  const rest = await validated(schema, value);
  return rest.issues === undefined ? rest.value : undefined;
}

function prune(value: unknown, issue: Issue, path: ValuePath): void {
  if (issue.code === "unrecognized_keys") {
    const holder = valueAt(value, path);
    for (const key of issue.keys ?? []) if (isFields(holder)) delete holder[key];
    return;
  }
  const inner = issue.code === "invalid_union" ? meantBranch(issue) : undefined;
  if (inner === undefined) dropNearest(value, path);
  else for (const one of inner) prune(value, one, [...path, ...stepsOf(one)]);
}

/** Takes out the value at a path, or the nearest one around it that stands at a key. */
function dropNearest(value: unknown, path: ValuePath): void {
  for (let length = path.length - 1; length >= 0; length -= 1) {
    const holder = valueAt(value, path.slice(0, length));
    const key = path[length];
    if (!isFields(holder) || Array.isArray(holder) || key === undefined) continue;
    delete holder[key];
    return;
  }
}

function valueAt(value: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((inside, step) => (isFields(inside) ? inside[step] : undefined), value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
