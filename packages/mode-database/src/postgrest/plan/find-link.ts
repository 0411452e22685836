import { suggest } from "@backworks/core";
import type { Link, Table } from "../catalog/catalog.ts";
import { refusals } from "../refusal.ts";

/** What `select` says of related rows. */
interface Wanted {
  readonly relation: string;
  readonly hint: string | undefined;
}

/** Where links may lead. */
interface LinkScope {
  readonly schema: string;
  /** Schemas that may be seen. */
  readonly schemas: readonly string[];
  readonly tables: ReadonlySet<string> | undefined;
}

/** The one link that is meant; it leads to the schema of the request, by tables that may be seen. */
export function findLink(table: Table, { relation: name, hint }: Wanted, scope: LinkScope): Link {
  const { schema } = scope;
  const links = table.links.filter((link) => link.schema === schema && isSeen(link, scope));
  const computed = links.find(({ kind, constraint }) => kind === "computed" && constraint === name);
  if (computed !== undefined) return computed;
  const found = links.filter((link) => link.kind !== "computed" && fits(table, link, { relation: name, hint }));
  const [link, second] = found;
  if (link === undefined) throw missing(table, links, { name, hint, schema });
  if (second === undefined) return link;
  throw refusals.ambiguousRelation(
    table.name,
    name,
    found.map((one) => describe(table, one)),
  );
}

/** A row of a hidden table says nothing, not even which others belong together. */
function isSeen({ target, junction }: Link, { schemas, tables }: LinkScope): boolean {
  if (junction !== undefined && !schemas.includes(junction.schema)) return false;
  return tables === undefined || (tables.has(target) && (junction === undefined || tables.has(junction.name)));
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
  readonly schema: string;
}

function missing(table: Table, links: readonly Link[], { name, hint, schema }: Missed): Error {
  const near = suggest(name, [...new Set(links.map(({ target }) => target))]);
  return refusals.relation({ from: table.name, to: name, schema, hint }, near);
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
