import type { Row } from "../../engine.ts";
import { textIn } from "../../schema/schema.ts";
import { keyOf } from "./catalog.ts";
import type { Allows, Catalog, Column, Link, MediaHandler, Representation, Routine, Table } from "./catalog.ts";
import { linksOf } from "./links.ts";
import type { KeyedTable } from "./links.ts";
import { byParameters, isCallable, mediaOf, toRoutine } from "./routines.ts";
import { castNames } from "./types.ts";
import { showThroughViews } from "./view-keys.ts";

/** What the server told, query by query. */
export interface CatalogRows {
  readonly columns: readonly Row[];
  readonly keys: readonly Row[];
  readonly views: readonly Row[];
  readonly routines: readonly Row[];
  readonly handlers: readonly Row[];
  readonly types: readonly Row[];
}

/** A table while its keys are put together. */
interface Draft {
  readonly id: string;
  readonly table: Omit<Table, "primaryKey" | "computed" | "links" | "handlers" | "allows">;
  /** Names by their number. */
  readonly numbered: ReadonlyMap<number, string>;
}

/** Puts a catalog together. */
export function assembleCatalog(rows: CatalogRows): Catalog {
  const drafts = toDrafts(rows.columns);
  const keyed = showThroughViews(drafts, rows);
  const handlers = handlersOf(rows.handlers);
  const allows = new Map(rows.views.map((row) => [String(row["id"]), toAllows(Number(row["allows"]))]));
  const tables = new Map<string, Table>();
  const byId = new Map<string, Table>();
  const computedOf = new Map<string, Map<string, Routine>>();
  const linked = new Map<string, Link[]>();
  for (const { id, table } of drafts) {
    const computed = new Map<string, Routine>();
    const links: Link[] = [];
    const whole: Table = {
      ...table,
      primaryKey: [...table.columns.keys()].filter((name) => keyed.get(id)?.primaryKey.includes(name)),
      computed,
      links,
      handlers: handlers.get(id) ?? [],
      allows: allows.get(id) ?? toAllows(everything),
    };
    computedOf.set(id, computed);
    linked.set(id, links);
    byId.set(id, whole);
    if (table.kind !== "type") tables.set(keyOf(table.schema, table.name), whole);
  }
  fillLinks(keyed, linked, byId);
  const routines = fillRoutines(rows.routines, { byId, computedOf, linked });
  const anyRows = handlers.get(undefined) ?? [];
  return Object.freeze({ tables, routines, types: castNames(rows.types), anyRows });
}

/** Source: PostgreSQL 15, `pg_relation_is_updatable`: a bit for each kind of statement. */
const bits = { insert: 8, update: 4, delete: 16 } as const;
const everything = bits.insert | bits.update | bits.delete;

function toAllows(said: number): Allows {
  const has = (bit: number): boolean => Math.floor(said / bit) % 2 === 1;
  return { insert: has(bits.insert), update: has(bits.update), delete: has(bits.delete) };
}

/** By the number of their table; `undefined` for those that take rows of any. */
function handlersOf(rows: readonly Row[]): ReadonlyMap<string | undefined, readonly MediaHandler[]> {
  const handlers = new Map<string | undefined, MediaHandler[]>();
  for (const row of rows) {
    const owner = textIn(row, "takes_table");
    const makes = mediaOf(row);
    if (makes === undefined) continue;
    const handler = { schema: String(row["schema"]), name: String(row["name"]), makes };
    handlers.set(owner, [...(handlers.get(owner) ?? []), handler]);
  }
  return handlers;
}

function toDrafts(rows: readonly Row[]): readonly Draft[] {
  const drafts = new Map<string, Draft & { columns: Map<string, Column>; numbers: Map<number, string> }>();
  for (const row of rows) {
    const id = String(row["id"]);
    const draft = drafts.get(id) ?? startDraft(id, row);
    drafts.set(id, draft);
    const name = textIn(row, "name");
    // A table may have no column at all.
    if (name === undefined) continue;
    draft.columns.set(name, columnOf(row, name));
    draft.numbers.set(Number(row["position"]), name);
  }
  return [...drafts.values()];
}

function columnOf(row: Row, name: string): Column {
  const value = textIn(row, "value");
  return { name, type: String(row["type"]), required: row["required"] === true, value, represents: representsOf(row) };
}

function representsOf(row: Row): Representation | undefined {
  const [toJson, fromJson, fromText] = [textIn(row, "to_json"), textIn(row, "from_json"), textIn(row, "from_text")];
  return (toJson ?? fromJson ?? fromText) ? { toJson, fromJson, fromText } : undefined;
}

const kinds: Readonly<Record<string, Table["kind"]>> = { v: "view", m: "view", c: "type" };

function startDraft(id: string, row: Row): Draft & { columns: Map<string, Column>; numbers: Map<number, string> } {
  const columns = new Map<string, Column>();
  const numbers = new Map<number, string>();
  const kind = kinds[String(row["kind"])] ?? "table";
  const table = { schema: String(row["schema"]), name: String(row["table"]), kind, columns };
  return { id, table, numbered: numbers, columns, numbers };
}

function fillLinks(
  keyed: ReadonlyMap<string, KeyedTable>,
  linked: ReadonlyMap<string, Link[]>,
  byId: ReadonlyMap<string, Table>,
): void {
  for (const [id, links] of linksOf(keyed, byId)) linked.get(id)?.push(...links);
}

interface Filling {
  readonly byId: ReadonlyMap<string, Table>;
  readonly computedOf: ReadonlyMap<string, Map<string, Routine>>;
  readonly linked: ReadonlyMap<string, Link[]>;
}

/** A function of one row is a column of its table, or leads to another. */
function fillRoutines(
  rows: readonly Row[],
  { byId, computedOf, linked }: Filling,
): ReadonlyMap<string, readonly Routine[]> {
  const routines = new Map<string, Routine[]>();
  for (const row of rows) {
    const routine = toRoutine(row, byId);
    const key = keyOf(routine.schema, routine.name);
    if (isCallable(routine)) routines.set(key, [...(routines.get(key) ?? []), routine].toSorted(byParameters));
    const owner = textIn(row, "takes_table");
    if (owner === undefined) continue;
    const link = computedLink(routine);
    if (link !== undefined) linked.get(owner)?.push(link);
    else if (routine.returns.kind === "value" && !routine.returns.set)
      computedOf.get(owner)?.set(routine.name, routine);
  }
  return routines;
}

function computedLink(routine: Routine): Link | undefined {
  const { kind, table, set, oneRow } = routine.returns;
  if (kind !== "row" || table === undefined || table.name === "" || table.kind === "type") return undefined;
  return {
    kind: "computed",
    constraint: routine.name,
    schema: table.schema,
    target: table.name,
    columns: [],
    junction: undefined,
    routine,
    holdsKey: false,
    toOne: !set || oneRow,
  };
}
