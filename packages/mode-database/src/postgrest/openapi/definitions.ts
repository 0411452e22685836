import type { Catalog, Link, Table } from "../catalog/catalog.ts";
import { keyOf } from "../catalog/catalog.ts";
import type { DescribedColumn, DescribedTable } from "./described.ts";
import type { Part } from "./parameters.ts";
import { defaultOf, swaggerType } from "./types.ts";

/** A row of a table. */
export function definitionOf(catalog: Catalog, schema: string, described: DescribedTable): Part {
  const table = catalog.tables.get(keyOf(schema, described.name));
  const required = described.columns.filter((column) => column.required).map(({ name }) => name);
  const properties = described.columns.map((column) => [column.name, propertyOf(catalog, table, column)]);
  return {
    type: "object",
    description: described.comment ?? undefined,
    properties: Object.fromEntries(properties),
    required: required.length === 0 ? undefined : required,
  };
}

function propertyOf(catalog: Catalog, table: Table | undefined, column: DescribedColumn): Part {
  const { type, value, length, labels } = column;
  return {
    ...swaggerType(type),
    format: type,
    description: descriptionOf(column, table && notesOf(catalog, table, column.name)),
    default: value === null ? undefined : defaultOf(type, value),
    maxLength: length ?? undefined,
    enum: labels ?? undefined,
  };
}

function descriptionOf({ comment }: DescribedColumn, notes: readonly string[] = []): string | undefined {
  if (notes.length === 0) return comment ?? undefined;
  return [...(comment === null ? [] : [comment, ""]), "Note:", ...notes].join("\n");
}

/** What tools for PostgREST read out of a description. */
function notesOf(catalog: Catalog, table: Table, column: string): readonly string[] {
  const key = table.primaryKey.includes(column) ? ["This is a Primary Key.<pk/>"] : [];
  const link = keyOfColumn(catalog, table, column);
  const other = link?.columns[0]?.[1];
  if (link === undefined || other === undefined) return key;
  const { target } = link;
  return [...key, `This is a Foreign Key to \`${target}.${other}\`.<fk table='${target}' column='${other}'/>`];
}

/** The foreign key of one column, to a table before the views that show it. */
function keyOfColumn({ tables }: Catalog, table: Table, column: string): Link | undefined {
  const links = table.links.filter(
    ({ schema, columns, holdsKey, junction }) =>
      schema === table.schema &&
      holdsKey &&
      junction === undefined &&
      columns.length === 1 &&
      columns[0]?.[0] === column,
  );
  return links.find(({ schema, target }) => tables.get(keyOf(schema, target))?.kind === "table") ?? links[0];
}
