import type { JsonValue, NewColumnType } from "@backworks/core";
import { inferColumns } from "./columns.ts";
import type { MockFacts } from "./plan.ts";

/** A field of the rows of one mock that holds the key of a row of another. */
export interface Link {
  readonly child: string;
  readonly parent: string;
  readonly column: string;
  /** The key that it holds: `suppliers.id`. */
  readonly to: string;
  /** Of that key. */
  readonly type: NewColumnType;
  /** Why the table has no foreign key for it; `undefined` when it has one. */
  readonly loose: string | undefined;
}

/** What relations say of the fields of rows. A database refuses what a mock lets pass: there the field is a plain column. */
export function findLinks(all: readonly MockFacts[]): readonly Link[] {
  const links: Link[] = [];
  for (const parent of all)
    for (const { resource, key: column } of relationsOf(parent)) {
      const child = all.find(({ mock }) => mock.name === resource);
      const { [parent.id.field]: key } = inferColumns({ ...parent, references: new Map() }).columns;
      if (child === undefined || key === undefined) continue;
      links.push({
        child: resource,
        parent: parent.mock.name,
        column,
        to: `${parent.mock.table}.${parent.id.field}`,
        type: key.type,
        loose: loosenessOf({ parent, child, column }, links),
      });
    }
  return links;
}

function relationsOf({ mock: { source } }: MockFacts): readonly { readonly resource: string; readonly key: string }[] {
  return source.kind === "resource" ? Object.values(source.resource.relations) : [];
}

interface Ends {
  readonly parent: MockFacts;
  readonly child: MockFacts;
  readonly column: string;
}

function loosenessOf({ parent, child, column }: Ends, links: readonly Link[]): string | undefined {
  const known = new Map(parent.rows.map((row, place) => [keyText(row[parent.id.field]), place]));
  const wanted = child.rows.flatMap((row, place) => {
    const value = row[column] ?? undefined;
    return value === undefined ? [] : [{ value: JSON.stringify(value), place, at: known.get(keyText(value)) }];
  });
  const lost = wanted.find(({ at }) => at === undefined);
  if (lost !== undefined) return `there is no row ${lost.value} of ${parent.mock.name}`;
  if (parent === child)
    return wanted.some(({ place, at = 0 }) => at > place) ? "some rows come before those that they name" : undefined;
  return leadsTo(links, parent.mock.name, child.mock.name)
    ? `${parent.mock.name} leads to ${child.mock.name} as well`
    : undefined;
}

/** The number 7 and the text "7" are the same key. */
function keyText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** Whether foreign keys lead from the rows of one to those of another. */
function leadsTo(links: readonly Link[], from: string, to: string): boolean {
  const onward = links.filter(({ child, parent, loose }) => child === from && parent !== from && loose === undefined);
  return onward.some(({ parent }) => parent === to || leadsTo(links, parent, to));
}
