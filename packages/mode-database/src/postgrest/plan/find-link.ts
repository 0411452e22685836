import { keyOf } from "../catalog/catalog.ts";
import type { Catalog, Link, Table } from "../catalog/catalog.ts";
import { refusals } from "../refusal.ts";
import { nearest } from "./nearest.ts";

/** What `select` says of related rows. */
interface Wanted {
  readonly relation: string;
  readonly hint: string | undefined;
}

/** Where links may lead. */
interface LinkScope {
  readonly catalog: Catalog;
  readonly schema: string;
  /** Schemas that may be seen. */
  readonly schemas: readonly string[];
  readonly tables: ReadonlySet<string> | undefined;
}

/** The one link that is meant; it leads to the schema of the request. */
export function findLink(table: Table, { relation: name, hint }: Wanted, scope: LinkScope): Link {
  const links = table.links.filter((link) => leadsInto(scope, link));
  const computed = links.find(({ kind, constraint }) => kind === "computed" && constraint === name);
  if (computed !== undefined) return computed;
  const fitting = links.filter((link) => link.kind !== "computed" && fits(table, link, { relation: name, hint }));
  // A key means its table, unless a view is named.
  const found = fitting.filter((link) => link.target === name || isSelf(table, link) || !isView(scope, link));
  const [link, second] = found;
  if (link === undefined) throw missing(table, links, { name, hint, scope });
  if (second === undefined) return link;
  throw refusals.ambiguousRelation(
    table.name,
    name,
    found.map((one) => describe(table, one)),
  );
}

/** Nobody goes through a table that cannot be asked for: a hidden row says nothing, not even which others belong together. */
function leadsInto({ schema, schemas, tables }: LinkScope, link: Link): boolean {
  const { junction } = link;
  return (
    link.schema === schema &&
    (tables?.has(link.target) ?? true) &&
    (junction === undefined || (schemas.includes(junction.schema) && (tables?.has(junction.name) ?? true)))
  );
}

function isView({ catalog }: LinkScope, { schema, target }: Link): boolean {
  return catalog.tables.get(keyOf(schema, target))?.kind === "view";
}

function fits(table: Table, link: Link, wanted: Wanted): boolean {
  return isSelf(table, link) ? fitsSelf(link, wanted) : fitsOther(link, wanted);
}

function isSelf(table: Table, { schema, target, kind }: Link): boolean {
  return kind !== "many-to-many" && table.schema === schema && table.name === target;
}

/** One key of a table that leads to itself gives two links: by the table's name to many, by the column to one. */
function fitsSelf(link: Link, { relation, hint }: Wanted): boolean {
  const { constraint, holdsKey, target } = link;
  if (holdsKey) return hint === undefined && relation === ownColumn(link);
  if (relation !== target) return false;
  return hint === undefined || hint === constraint || hint === otherColumn(link);
}

function fitsOther(link: Link, { relation, hint }: Wanted): boolean {
  if (hint !== undefined) return relation === link.target && hintsOf(link).includes(hint);
  if (relation === link.target) return true;
  if (link.junction !== undefined) return false;
  return relation === link.constraint || (link.holdsKey && relation === ownColumn(link));
}

function hintsOf(link: Link): readonly (string | undefined)[] {
  const { constraint, junction } = link;
  if (junction !== undefined) return [junction.name, junction.near, junction.far];
  return [constraint, ownColumn(link), otherColumn(link)];
}

function ownColumn({ columns }: Link): string | undefined {
  return columns.length === 1 ? columns[0]?.[0] : undefined;
}

function otherColumn({ columns }: Link): string | undefined {
  return columns.length === 1 ? columns[0]?.[1] : undefined;
}

interface Missed {
  readonly name: string;
  readonly hint: string | undefined;
  readonly scope: LinkScope;
}

/** Names that are less like than this are no help. */
const leastAlike = 0.33;

function missing(table: Table, links: readonly Link[], { name, hint, scope }: Missed): Error {
  const { catalog, schema } = scope;
  const related = [...catalog.tables.values()].filter((one) => one.schema === schema && one.links.length > 0);
  // Of a table that is related to others the other is wrong, or else the table itself.
  const [wrong, names] = related.includes(table)
    ? [name, links.map(({ target }) => target)]
    : [table.name, related.map((one) => one.name)];
  const near = nearest(wrong, names, leastAlike);
  const helps = near !== undefined && near.likeness < 1;
  const meant = helps ? { wrong, near: near.name } : undefined;
  return refusals.relation({ from: table.name, to: name, schema, hint }, meant);
}

function describe(table: Table, link: Link): Readonly<Record<string, string>> & { readonly hint: string } {
  const { kind, constraint, junction, target, columns } = link;
  const own = columns.map(([column]) => column).join(", ");
  const other = columns.map(([, column]) => column).join(", ");
  return {
    cardinality: kind,
    embedding: `${table.name} with ${target}`,
    relationship:
      junction === undefined ? `${constraint} using ${table.name}(${own}) and ${target}(${other})` : constraint,
    hint: junction?.name ?? constraint,
  };
}
