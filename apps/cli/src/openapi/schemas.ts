import type { CollectionColumn, CollectionFacts } from "@backworks/core";
import type { Part } from "./document.ts";

/** A collection with the name of its rows among the components. */
export interface NamedCollection extends CollectionFacts {
  readonly schemaName: string;
}

/** What follows the name for rows as they are read, made and changed. */
const forms = ["", "New", "Change"] as const;

/** Names that no two collections share: `a-b` is `AB`, and `a_b` beside it `AB2`. */
export function nameCollections(collections: readonly CollectionFacts[]): readonly NamedCollection[] {
  const used = new Set(["Problem"]);
  return collections.map((collection) => {
    const base = wordsOf(collection);
    const isFree = (name: string): boolean => forms.every((form) => !used.has(name + form));
    let schemaName = base;
    for (let number = 2; !isFree(schemaName); number += 1) schemaName = `${base}${number}`;
    for (const form of forms) used.add(schemaName + form);
    return { ...collection, schemaName };
  });
}

/** `order-lines` is `OrderLines`. */
function wordsOf({ endpoint }: CollectionFacts): string {
  const words = endpoint.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("") || "Collection";
}

/**
 * Rows of a collection as they are read, as they are made and as they are changed. None is closed: `select` gives rows embedded ones and other
 * names, and rows that are made may bring embedded ones with them.
 */
export function schemasOf({ schemaName: name, columns }: NamedCollection): Part {
  const writable = columns.filter(({ readOnly }) => !readOnly);
  const required = writable.filter((column) => column.required).map((column) => column.name);
  return {
    [name]: { type: "object", properties: propertiesOf(columns) },
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
