import type { CollectionColumn, CollectionFacts } from "@backworks/core";
import type { Part } from "./document.ts";

/** Name of a component: `order-lines` is `OrderLines`. */
export function schemaName({ endpoint }: CollectionFacts): string {
  const words = endpoint.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("") || "Collection";
}

/** Rows of a collection as they are read, as they are made and as they are changed. */
export function schemasOf(collection: CollectionFacts): Part {
  const name = schemaName(collection);
  const { columns, open } = collection;
  const writable = columns.filter(({ readOnly }) => !readOnly);
  const required = writable.filter((column) => column.required).map((column) => column.name);
  return {
    [name]: { type: "object", properties: propertiesOf(columns), ...(open ? {} : { additionalProperties: false }) },
    [`${name}New`]: {
      type: "object",
      properties: propertiesOf(writable),
      ...(required.length === 0 ? {} : { required }),
    },
    [`${name}Change`]: { type: "object", properties: propertiesOf(writable) },
  };
}

function propertiesOf(columns: readonly CollectionColumn[]): Part {
  return Object.fromEntries(
    columns.map(({ name, schema, readOnly }) => [name, readOnly ? { ...schema, readOnly: true } : schema]),
  );
}
