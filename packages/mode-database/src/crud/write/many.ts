import type { JsonValue, ResponseInit } from "@backworks/core";
import {
  checkAffected,
  checkQuery,
  onlyColumns,
  pageOf,
  readJson,
  refuseUnfiltered,
  rowOfBody,
  textOf,
} from "@backworks/core/query";
import type { Row } from "@backworks/core/query";
import type { Call } from "../call.ts";
import type { Key } from "../keys.ts";
import { keyText } from "../keys.ts";
import { hiddenKey, hiddenName, keysOfQuery } from "../selections.ts";
import { checkNames } from "./names.ts";
import type { WriteRequest } from "./request.ts";
import { answerWrite, changeable, isShown, readChange, showRows } from "./request.ts";
import { partsOfKeys } from "./statements.ts";
import type { Run } from "./transact.ts";
import type { Target } from "./update.ts";
import { deleteRows, mergedColumns, patchRows } from "./update.ts";

/** PATCH of a collection: every row that fits the filters with a merge patch applied. */
export async function patchAll(call: Call): Promise<ResponseInit> {
  const write = readMany(call, "PATCH");
  const { syntax, grant } = write;
  const body = rowOfBody(call.collection.name, readJson(call.exchange.request, "merge-patch"));
  const change = checkNames(call, onlyColumns(body, syntax.columns));
  return answerWrite(write, { isolation: "rows" }, async (run, locks) => {
    const targets = await findTargets(write, mergedColumns(grant.table, change), { run, locks });
    if (targets.length > 0) await patchRows(call, change, { targets, grant, run });
    return { status: 200, keys: targets.map(({ key }) => key), single: false, followed: ["maxAffected"] };
  });
}

/** DELETE of a collection: every row that fits the filters. */
export async function removeAll(call: Call): Promise<ResponseInit> {
  const write = readMany(call, "DELETE");
  const { grant } = write;
  return answerWrite(write, { isolation: "rows", removes: true }, async (run, locks) => {
    const targets = await findTargets(write, [], { run, locks });
    const keys = targets.map(({ key }) => key);
    const shown = isShown(write, "minimal") ? await showRows(write, { keys, single: false }, run) : undefined;
    await deleteRows(call, { targets, grant, run });
    return { status: 200, keys, shown, single: false, otherwise: "minimal", followed: ["maxAffected"] };
  });
}

function readMany(call: Call, method: string): WriteRequest {
  const write = readChange(call);
  const { name, options } = call.collection;
  if (options.allow_full_table !== true)
    refuseUnfiltered(write.syntax, { method, collection: name, block: "database" });
  return write;
}

interface Finding {
  readonly run: Run;
  /** Whether rows are locked before they are believed. */
  readonly locks: boolean;
}

/** The rows a write to the collection is about; those of a page, when the query says one. */
async function findTargets(
  write: WriteRequest,
  merged: readonly string[],
  { run, locks }: Finding,
): Promise<readonly Target[]> {
  const found = await readTargets(write, merged, run);
  const targets = locks && found.length > 0 ? await lockTargets(write, found, { run, merged }) : found;
  checkAffected(write.preferences, targets.length);
  return targets;
}

async function readTargets(write: WriteRequest, merged: readonly string[], run: Run): Promise<readonly Target[]> {
  const { call, syntax } = write;
  const { view, reader } = call;
  const page = pageOf(syntax, { default: undefined, max: undefined });
  const paged = checkQuery(syntax, { schema: view.reads, table: view.table.name, page });
  const { rows } = await reader.read(keysOfQuery(changeable(write, paged), view, merged), { run });
  return rows.map((row) => ({ key: hiddenKey(view, row), json: jsonOf(row, merged) }));
}

/** Those of the rows that were found that are still meant when nobody else can change them. */
async function lockTargets(
  write: WriteRequest,
  found: readonly Target[],
  { run, merged }: { readonly run: Run; readonly merged: readonly string[] },
): Promise<readonly Target[]> {
  const { view, writers } = write.call;
  const statements = await writers.of(view.table.name, run);
  // Everybody locks in the same order, so that nobody waits for each other.
  const keys = found.map(({ key }) => key).toSorted(compareKeys);
  for (const part of partsOfKeys(keys)) await run(statements.lock(part.length), part.flat());
  const locked = new Set(keys.map(keyText));
  return (await readTargets(write, merged, run)).filter(({ key }) => locked.has(keyText(key)));
}

function compareKeys(one: Key, other: Key): number {
  for (const [index, part] of one.entries()) {
    const rest = other[index] ?? null;
    if (part === rest) continue;
    if (typeof part === "number" && typeof rest === "number") return part - rest;
    return textOf(part) < textOf(rest) ? -1 : 1;
  }
  return 0;
}

/** What a patch merges with. */
export function jsonOf(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((name): [string, JsonValue] => [name, row[hiddenName(name)] ?? null]));
}
