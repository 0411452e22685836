import type { ForeignKey, Schema, Table } from "@backworks/core/query";
import type { Collection } from "./collection.ts";

/** How rows below an item find it: columns of theirs, and of the item. */
export interface Link {
  readonly pairs: readonly (readonly [column: string, own: string])[];
}

/** The two tables of a relation. */
export interface LinkEnds {
  readonly parent: string;
  readonly child: string;
  /** Column of the child, where the configuration says it. */
  readonly key: string | undefined;
}

/** How a child leads to its parent, or why it does not. */
export function linkOf(full: Schema, ends: LinkEnds): Link | { readonly problem: string } {
  const { parent, child, key } = ends;
  const [above, below] = [full.table(parent), full.table(child)];
  if (above === undefined || below === undefined) return { problem: `needs the table ${child}` };
  const keys = below.foreignKeys.filter(({ target }) => target === parent);
  const fitting = key === undefined ? keys : keys.filter(({ columns }) => columns.length === 1 && columns[0] === key);
  const [found, ...others] = fitting;
  if (found !== undefined && others.length === 0)
    return { pairs: found.columns.map((column, index) => [column, found.targetColumns[index] ?? ""] as const) };
  if (key !== undefined) return linkByColumn(above, below, key);
  const count = found === undefined ? "no foreign key" : "several foreign keys";
  return { problem: `has ${count} from ${child} to ${parent}: name the column with key` };
}

/** A column that leads to the key of the parent, though the database does not say so. */
function linkByColumn(above: Table, below: Table, key: string): Link | { readonly problem: string } {
  if (below.columns?.has(key) !== true)
    return { problem: `names the key ${key}, and ${below.name} has no such column` };
  const [own, ...rest] = above.primaryKey;
  if (own === undefined || rest.length > 0) return { problem: `needs a primary key of one column in ${above.name}` };
  return { pairs: [[key, own]] };
}

/** A database whose relations have the names that endpoints give them, those without a foreign key among them. */
export function withRelations(full: Schema, collections: readonly Collection[]): Schema {
  const changed = new Map<string, Table>();
  const find = (name: string): Table | undefined => changed.get(name) ?? full.table(name);
  for (const { name, parent, resource, key } of relationsOf(collections)) {
    const child = find(collections.find((one) => one.name === resource)?.table ?? "");
    const link = child && linkOf(full, { parent, child: child.name, key });
    if (child && link && "pairs" in link) changed.set(child.name, named(child, { name, parent, link }));
  }
  return changed.size === 0 ? full : { table: find, names: full.names };
}

interface Configured {
  readonly name: string;
  readonly parent: string;
  readonly resource: string;
  readonly key: string | undefined;
}

function relationsOf(collections: readonly Collection[]): readonly Configured[] {
  return collections.flatMap(({ table: parent, options }) =>
    Object.entries(options.relations ?? {}).map(([name, { resource, key }]) => ({ name, parent, resource, key })),
  );
}

interface Naming {
  readonly name: string;
  readonly parent: string;
  readonly link: Link;
}

function named(child: Table, { name, parent, link: { pairs } }: Naming): Table {
  const columns = pairs.map(([column]) => column);
  const same = (key: ForeignKey): boolean =>
    key.target === parent && JSON.stringify(key.columns) === JSON.stringify(columns);
  if (child.foreignKeys.some(same))
    return { ...child, foreignKeys: child.foreignKeys.map((key) => (same(key) ? { ...key, inverse: name } : key)) };
  const constraint = `${child.name}_${columns.join("_")}_fkey`;
  const own = {
    name: constraint,
    columns,
    target: parent,
    targetColumns: pairs.map(([, column]) => column),
    inverse: name,
  };
  return { ...child, foreignKeys: [...child.foreignKeys, own] };
}
