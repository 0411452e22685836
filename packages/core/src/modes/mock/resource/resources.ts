import type { ResourceAccess } from "../../../template/template.ts";
import { Mistakes } from "../mistakes.ts";
import type { Session } from "../session.ts";
import type { Collection } from "./collection.ts";
import { openCollection } from "./collection.ts";
import { createReader } from "./reader.ts";
import type { Resources, ResourceSource, ResourcesOptions } from "./resource.ts";
import { checkAddress, routesOf } from "./routes.ts";
import { wrong } from "./seeds.ts";
import { didYouMean } from "./violation.ts";

/** The collections of one App. */
export function createResources(options: ResourcesOptions): Resources {
  const ignored = options.ignoredParameters ?? [];
  const collections = new Map<string, Collection>();
  const sources: ResourceSource[] = [];

  // A reset is a write: what is persisted goes back to the seeds as well.
  options.sessions.onReset((session) => {
    for (const collection of collections.values()) collection.changed(session);
  });

  return {
    async add(source) {
      checkAddress(source);
      const collection = await openCollection(source, options);
      collections.set(source.name, collection);
      sources.push(source);
      return { name: source.name, routes: routesOf(source, collection, { collections, ignored }) };
    },
    link() {
      for (const source of sources) refuseRelationsToNowhere(source, collections);
    },
    access: (session) => accessOf(collections, session),
    async close() {
      for (const collection of collections.values()) await collection.close();
    },
  };
}

/** @throws BW_CONFIG_INVALID */
function refuseRelationsToNowhere(
  { options, place }: ResourceSource,
  collections: ReadonlyMap<string, Collection>,
): void {
  const mistakes = new Mistakes(place);
  for (const [name, { resource }] of Object.entries(options.relations)) {
    if (collections.has(resource)) continue;
    const problem = `names ${resource}, and no endpoint of that name has mock.resource${didYouMean(resource, collections.keys())}`;
    wrong(mistakes, ["relations", name, "resource"], problem);
  }
  mistakes.throwIfAny();
}

function accessOf(collections: ReadonlyMap<string, Collection>, session: Session): ResourceAccess {
  return {
    resource(name) {
      const collection = collections.get(name);
      return collection && createReader(collection.table(session));
    },
  };
}
