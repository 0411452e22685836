import { parse } from "zod/mini";
import { createPlans } from "../../../query/memory/plans.ts";
import type { ResourceAccess } from "../../../template/template.ts";
import { Mistakes } from "../mistakes.ts";
import type { Session } from "../session.ts";
import type { Collection } from "./collection.ts";
import { openCollection } from "./collection.ts";
import { resourceSchema } from "./options.ts";
import { createReader } from "./reader.ts";
import type { Resources, ResourceSource, ResourcesOptions } from "./resource.ts";
import { factsOf } from "./facts.ts";
import { checkAddress, routesOf } from "./routes.ts";
import { wrong } from "./seeds.ts";
import { didYouMean } from "../../../json/violation.ts";

/** The collections of one App. */
export function createResources(options: ResourcesOptions): Resources {
  const ignored = options.ignoredParameters ?? [];
  const plans = createPlans();
  const collections = new Map<string, Collection>();
  const sources = new Map<string, ResourceSource>();
  /** Those that could not be opened among them. */
  const names = new Set<string>();

  // A reset is a write: what is persisted goes back to the seeds as well.
  const unwatch = options.sessions.onReset((session) => {
    for (const collection of collections.values()) collection.startAgain(session);
  });

  return {
    async add(source) {
      names.add(source.name);
      checkAddress(source);
      const collection = await openCollection(source, options);
      collections.set(source.name, collection);
      sources.set(source.name, source);
      return { name: source.name, routes: routesOf(source, collection, { collections, ignored, plans }) };
    },
    async link() {
      for (const source of sources.values()) {
        refuseMisspelledRelations(source, names);
        await openRelated(source, collections, options);
      }
    },
    describe: async () =>
      [...sources.values()].flatMap((source) => {
        const collection = collections.get(source.name);
        return collection === undefined ? [] : [factsOf(source, collection)];
      }),
    access: (session) => accessOf(collections, session),
    async close() {
      unwatch();
      for (const collection of collections.values()) await collection.close();
    },
  };
}

/**
 * A relation may name a collection that no endpoint has; one that is nearly the name of an endpoint's is a slip.
 *
 * @throws BW_CONFIG_INVALID
 */
function refuseMisspelledRelations({ options, place }: ResourceSource, names: ReadonlySet<string>): void {
  const mistakes = new Mistakes(place);
  for (const [name, { resource }] of Object.entries(options.relations)) {
    const meant = names.has(resource) ? "" : didYouMean(resource, names);
    if (meant === "") continue;
    const problem = `names ${resource}, and no endpoint of that name has mock.resource${meant}`;
    wrong(mistakes, ["relations", name, "resource"], problem);
  }
  mistakes.throwIfAny();
}

/** Opens the collections that only relations name: empty at first, reached below an item and by templates. */
async function openRelated(
  source: ResourceSource,
  collections: Map<string, Collection>,
  shared: ResourcesOptions,
): Promise<void> {
  for (const [name, { resource }] of Object.entries(source.options.relations)) {
    if (collections.has(resource)) continue;
    const related: ResourceSource = {
      name: resource,
      owner: source.owner,
      files: source.files,
      path: `${source.path}/${name}`,
      methods: undefined,
      options: parse(resourceSchema, {}),
      place: () => source.place(["relations", name, "resource"]),
    };
    collections.set(resource, await openCollection(related, shared));
  }
}

function accessOf(collections: ReadonlyMap<string, Collection>, session: Session): ResourceAccess {
  return {
    resource(name) {
      const collection = collections.get(name);
      return collection && createReader(collection.table(session));
    },
  };
}
