import { findRelations } from "@backworks/core/query";
import type { Column, Schema, Table } from "@backworks/core/query";
import type { RowRule } from "./access.ts";
import { ruleFor } from "./access.ts";
import { withRelations } from "./relation.ts";
import type { Collection, Collections } from "./collection.ts";

/** A database as requests with certain roles to a collection see it. */
export interface View {
  readonly collection: Collection;
  /** The collection's table, as the database has it. */
  readonly table: Table;
  /** Every table, as the database has it. */
  readonly full: Schema;
  /** Tables and columns that may be read. */
  readonly reads: Schema;
  /** Tables and columns that rows may be written with; whether they may, `grants` tells. */
  readonly writes: Schema;
  /** Which rows of a table are there at all, for those of which not all are. */
  readonly rules: ReadonlyMap<string, RowRule>;
  /** Tables that have columns which may not be read. */
  readonly narrowed: ReadonlySet<string>;
  /** Which rows of the collection may be read; `undefined`: none. */
  readonly read: RowRule | undefined;
  /** What may be written, by table: the collection's, and those of rows that are nested in its own. */
  readonly grants: ReadonlyMap<string, Grant>;
}

/** What may be written to a table. */
export interface Grant {
  readonly table: Table;
  /** Its own endpoint; `undefined` for a table that only joins two others. */
  readonly collection: Collection | undefined;
  /** `undefined`: nothing. */
  readonly rule: RowRule | undefined;
}

/** What a view is made of. */
export interface ViewSource {
  readonly full: Schema;
  readonly collection: Collection;
  readonly collections: Collections;
  readonly roles: readonly string[];
}

/** A table that is seen. */
interface Sight {
  readonly table: Table;
  readonly collection: Collection | undefined;
  readonly rule: RowRule;
}

export function buildView(source: ViewSource): View {
  const { full, collection, roles } = source;
  const table = full.table(collection.table);
  if (table === undefined) throw new TypeError(`no table ${collection.table}`);
  const read = ruleFor(collection.access, roles, "read");
  const sights = [...new Map(listSights(source, table, read).map((sight) => [sight.table.name, sight])).values()];
  const shown = new Map(sights.map((sight) => [sight.table.name, seen(sight)]));
  const junctions = junctionsOf(source, shown);
  for (const junction of junctions) shown.set(junction.table.name, joining(junction, shown));
  const narrowed = sights.filter(({ table: { name, columns } }) => shown.get(name)?.columns?.size !== columns?.size);
  const rules = [...sights, ...junctions]
    .filter(({ rule }) => rule.where.length > 0)
    .map((sight) => [sight.table.name, sight.rule] as const);
  const grants = grantsOf(source, shown, table);
  return {
    collection,
    table,
    full,
    reads: schemaOf(shown),
    writes: schemaOf(new Map([...grants.values()].map((grant) => [grant.table.name, exposed(grant, shown)]))),
    rules: new Map(rules),
    narrowed: new Set(narrowed.map(({ table: { name } }) => name)),
    read,
    grants,
  };
}

function schemaOf(tables: ReadonlyMap<string, Table>): Schema {
  return { table: (name) => tables.get(name), names: [...tables.keys()] };
}

/** A table with some of its columns, in its own order. */
function narrow(table: Table, columns: readonly string[] | undefined): Table {
  if (columns === undefined || table.columns === undefined) return table;
  const kept = [...table.columns].filter(([name]) => columns.includes(name));
  return { ...table, columns: new Map<string, Column>(kept) };
}

/** What is seen of a table. A relation by a column that may not be read would tell what stands there. */
function seen(sight: Sight): Table {
  const { table, rule } = sight;
  const mayRead = (name: string): boolean => rule.columns?.includes(name) ?? true;
  const foreignKeys = table.foreignKeys.filter(({ columns }) => columns.every(mayRead));
  return { ...narrow(table, columnsToRead(sight)), foreignKeys };
}

function columnsToRead({ collection, rule }: Sight): readonly string[] | undefined {
  const shown = collection?.options.expose?.columns;
  if (shown === undefined || rule.columns === undefined) return shown ?? rule.columns;
  return shown.filter((name) => rule.columns?.includes(name));
}

/** What may be written of a table. What is not seen of it but that it joins is not written by itself, either. */
function exposed({ table, collection }: Grant, shown: ReadonlyMap<string, Table>): Table {
  const { joinsOnly = false } = shown.get(table.name) ?? {};
  return { ...narrow(table, collection?.options.expose?.columns), joinsOnly };
}

/** The collection's own table and those that it may embed. */
function listSights(source: ViewSource, table: Table, read: RowRule | undefined): readonly Sight[] {
  const { full, collection, roles } = source;
  const own: Sight = { table, collection, rule: read ?? { where: [], columns: [] } };
  const others = embeddable(source, table).flatMap(({ name, other }): Sight[] => {
    const target = full.table(name);
    const rule = other === undefined ? { where: [], columns: undefined } : ruleFor(other.access, roles, "read");
    return target === undefined || rule === undefined ? [] : [{ table: target, collection: other, rule }];
  });
  // What the collection itself says of its table comes last, and so counts.
  return [...others, own];
}

interface Embeddable {
  readonly name: string;
  readonly other: Collection | undefined;
}

function embeddable({ full, collection, collections }: ViewSource, table: Table): readonly Embeddable[] {
  const all = collections.of(collection.database);
  const { embed } = collection.options.expose ?? {};
  // Of several endpoints of one table the first counts: it is the last of the list.
  if (embed === undefined) return all.map((other) => ({ name: other.table, other })).toReversed();
  return embed
    .flatMap((name) => embedTargets(full, table, name))
    .map((name) => ({ name, other: all.find((one) => one.table === name) }));
}

/** Tables that a name of `expose.embed` means: of a table itself, or of a relation to it. */
export function embedTargets(full: Schema, table: Table, name: string): readonly string[] {
  if (full.table(name) !== undefined) return [name];
  return findRelations(full, table, { name, hint: undefined }).map(({ target }) => target);
}

/** Tables that join two others which are seen, and are not seen themselves. Where they have an endpoint, its rule says which of their rows do. */
function junctionsOf(source: ViewSource, shown: ReadonlyMap<string, Table>): readonly Sight[] {
  const { full, collection, collections, roles } = source;
  const all = collections.of(collection.database);
  return full.names.flatMap((name): Sight[] => {
    const table = full.table(name);
    if (table === undefined || shown.has(name)) return [];
    const owner = all.find((one) => one.table === name);
    const rule = ruleFor(owner?.access, roles, "read");
    if (rule === undefined) return [];
    const sight: Sight = { table, collection: owner, rule };
    return keysBetween(seen(sight), shown).length < 2 ? [] : [sight];
  });
}

function keysBetween({ foreignKeys }: Table, shown: ReadonlyMap<string, Table>): Table["foreignKeys"] {
  return foreignKeys.filter(({ target }) => shown.has(target));
}

/** A junction with nothing but the columns that join. */
function joining(sight: Sight, shown: ReadonlyMap<string, Table>): Table {
  const foreignKeys = keysBetween(seen(sight), shown);
  const columns = foreignKeys.flatMap((key) => key.columns);
  return { ...narrow(sight.table, columns), foreignKeys, joinsOnly: true };
}

function grantsOf(source: ViewSource, shown: ReadonlyMap<string, Table>, own: Table): ReadonlyMap<string, Grant> {
  const { full, collection, collections, roles } = source;
  const all = collections.of(collection.database);
  const grants = [...shown.keys()].flatMap((name): [string, Grant][] => {
    const table = full.table(name);
    const other = name === own.name ? collection : all.find((one) => one.table === name);
    if (table === undefined) return [];
    if (other !== undefined) return [[name, { table, collection: other, rule: ruleFor(other.access, roles, "write") }]];
    const joins = shown.get(name)?.joinsOnly === true || isJunction(table, shown);
    return [[name, { table, collection: undefined, rule: joins ? { where: [], columns: undefined } : undefined }]];
  });
  return new Map(grants);
}

function isJunction({ foreignKeys, columns }: Table, shown: ReadonlyMap<string, Table>): boolean {
  const own = foreignKeys.filter(({ target }) => shown.has(target));
  return own.length >= 2 && own.flatMap((key) => key.columns).length >= (columns?.size ?? 0);
}

/** Views that are kept for one collection. */
const mostViews = 200;

/** The views of a collection, by roles, as long as the database is as it was. */
export class Views {
  readonly #collection: Collection;
  readonly #collections: Collections;
  readonly #views = new Map<string, View>();
  #full: Schema | undefined;
  #changes = -1;

  constructor(collection: Collection, collections: Collections) {
    this.#collection = collection;
    this.#collections = collections;
  }

  of(full: Schema, roles: readonly string[]): View {
    const { changes } = this.#collections;
    if (this.#full !== full || this.#changes !== changes || this.#views.size > mostViews) {
      this.#views.clear();
      this.#full = full;
      this.#changes = changes;
    }
    const key = JSON.stringify(roles);
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const named = withRelations(full, this.#collections.of(this.#collection.database));
    const view = buildView({ full: named, collection: this.#collection, collections: this.#collections, roles });
    this.#views.set(key, view);
    return view;
  }
}
