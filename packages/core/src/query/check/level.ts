import { BackworksError } from "../../errors.ts";
import { invalid } from "../errors.ts";
import type { Relation, Table } from "../relations.ts";
import { findRelations, isToOne, relationNames } from "../relations.ts";
import type { Condition, Embedded, EmbedItem, OrderTerm, Page, QuerySyntax, SelectItem } from "../syntax/syntax.ts";
import type { Scope } from "./scope.ts";
import { tableOf, unknownRelation } from "./scope.ts";

/** One table of a query with everything that is said of it. */
export interface Level {
  readonly table: Table;
  readonly select: readonly SelectItem[];
  readonly children: readonly Child[];
  readonly filters: Embedded<Condition>[];
  readonly orders: Embedded<readonly OrderTerm[]>[];
  readonly pages: Embedded<Page>[];
}

/** A level that is embedded in another. */
export interface Child extends Level {
  readonly item: EmbedItem;
  /** Its alias, or the name of the relation. */
  readonly name: string;
  readonly relation: Relation;
}

/** The tables of a query, each with its filters, orders and pages. @throws BW_QUERY_UNKNOWN_RELATION, BW_QUERY_AMBIGUOUS_RELATION */
export function buildLevels(scope: Scope, table: Table, query: QuerySyntax): Level {
  const root = createLevel(scope, table, query.select);
  for (const filter of query.filters) levelAt(root, filter).filters.push(filter);
  for (const order of query.orders) levelAt(root, order).orders.push(order);
  for (const page of query.pages) levelAt(root, page).pages.push(page);
  return root;
}

function createLevel(scope: Scope, table: Table, select: readonly SelectItem[]): Level {
  const children = select.filter((item) => item.kind === "embed").map((item) => createChild(scope, table, item));
  const names = children.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalid("select", `embeds ${twice} twice`, { hint: `give one of them another name: other:${twice}(…)` });
  return { table, select, children, filters: [], orders: [], pages: [] };
}

function createChild(scope: Scope, table: Table, item: EmbedItem): Child {
  const relation = relationOf(scope, table, item);
  if (item.spread && !isToOne(relation)) {
    throw invalid("select", `spreads ${item.relation}, which may be several rows`, {
      hint: `write ${item.relation}(…) without the dots`,
    });
  }
  const level = createLevel(scope, tableOf(scope, relation.target), item.select);
  return { ...level, item, name: item.alias ?? item.relation, relation };
}

function relationOf({ schema }: Scope, table: Table, { relation: name, hint }: EmbedItem): Relation {
  const found = findRelations(schema, table, { name, hint });
  const [relation] = found;
  if (relation === undefined) throw unknownRelation(name, table.name, relationNames(schema, table));
  if (found.length === 1) return relation;
  throw new BackworksError(
    "BW_QUERY_AMBIGUOUS_RELATION",
    { relation: name, collection: table.name },
    {
      hint: `write ${found.map(({ constraint, junction }) => `${name}!${junction?.table ?? constraint}`).join(" or ")}`,
      members: {
        relations: found.map(({ cardinality, constraint, target }) => ({
          cardinality,
          constraint,
          from: table.name,
          target,
        })),
      },
    },
  );
}

function levelAt(root: Level, { path, parameter }: Embedded<unknown>): Level {
  let level = root;
  for (const name of path) {
    const child = childOf(level, name);
    if (child === undefined) {
      throw invalid(parameter, `is about ${name}, which select does not embed`, { hint: `write select=*,${name}(*)` });
    }
    level = child;
  }
  return level;
}

/** The child a name means: its alias, or the relation where no other is called so. */
export function childOf({ children }: Level, name: string): Child | undefined {
  return children.find((child) => child.name === name) ?? children.find((child) => child.item.relation === name);
}
