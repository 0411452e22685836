import type { CollectionColumn, CollectionFacts } from "../../../collections.ts";
import type { JsonValue } from "../../../exchange.ts";
import { isObject } from "../../../json/value.ts";
import type { Collection } from "./collection.ts";
import type { ResourceSource } from "./resource.ts";
import { itemPathOf } from "./routes.ts";

/** What a client may know of a collection: its schema, and that rows may hold more. */
export function factsOf({ name, path, options }: ResourceSource, collection: Collection): CollectionFacts {
  const { identity, properties = {}, page } = collection;
  const { [identity.field]: id, ...others } = properties;
  const columns = Object.entries(others).map(([column, schema]) => toColumn(column, schema, collection));
  return {
    endpoint: name,
    path,
    itemPath: itemPathOf(path, collection),
    columns: [
      {
        ...toColumn(identity.field, id ?? { type: identity.type }, collection),
        required: identity.generate === "none",
      },
      ...columns,
    ],
    key: [identity.field],
    page,
    embeds: Object.keys(options.relations),
    below: Object.entries(options.relations).map(([relation, { resource }]) => ({
      name: relation,
      endpoint: resource,
    })),
  };
}

function toColumn(name: string, schema: JsonValue | undefined, { required }: Collection): CollectionColumn {
  return { name, schema: isObject(schema) ? schema : {}, required: required.includes(name), readOnly: false };
}
