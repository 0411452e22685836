import type { MaybePromise } from "@backworks/core";
import type { CacheContext } from "./context.ts";

/** Throws away what has one of these tags, here and in the other processes; whether that is done everywhere. */
export function purge(context: CacheContext, tags: readonly string[]): MaybePromise<boolean> {
  context.numbers.purges += tags.length;
  const here = context.store.purge(tags);
  // What is under way may have been answered before; who asks from now on must not get that.
  context.flights.forget(tags);
  const there = context.processes.tell(topic, { purged: tags } satisfies Purged);
  if (here === true && there === true) return true;
  return Promise.all([here, there]).then((done) => done.every(Boolean));
}

const topic = "cache.purge";

/** What caches tell each other. */
interface Purged {
  readonly purged: readonly string[];
}

/** Throws away what other processes have thrown away, until what is returned ends it. */
export function listen({ processes, store, flights }: CacheContext): () => void {
  return processes.listen(topic, (message) => {
    // Only `purge` tells anything.
    const { purged } = message as Purged;
    if (!store.shared) void store.purge(purged);
    flights.forget(purged);
  });
}
