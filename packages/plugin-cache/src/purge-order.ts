import { BackworksError } from "@backworks/core";
import type { CacheService } from "./service.ts";

/** What is to be thrown away. */
export interface PurgeOrder {
  /** Everything with one of these tags. */
  readonly tags: readonly string[];
  /** Paths with their query. */
  readonly urls: readonly string[];
  readonly endpoints: readonly string[];
  readonly all: boolean;
}

/** Throws it away; whether that is done everywhere, or later in some place. @throws BW_CACHE_PURGE_WHAT */
export async function carryOut({ tags, urls, endpoints, all }: PurgeOrder, service: CacheService): Promise<boolean> {
  const purges = [
    ...(tags.length === 0 ? [] : [service.purgeTags(tags)]),
    ...urls.map((url) => service.purgeUrl(url)),
    ...endpoints.map((endpoint) => service.purgeEndpoint(endpoint)),
    ...(all ? [service.purgeAll()] : []),
  ];
  if (purges.length === 0) throw new BackworksError("BW_CACHE_PURGE_WHAT", {});
  const done = await Promise.all(purges.map(async (purged) => purged));
  return done.every(Boolean);
}

/** What is said where it is not done everywhere: a store that is away gives nothing until it was done there; a process that is busy does it when it hears of it. */
export const notYetEverywhere = "not done everywhere yet: what could not be reached does it later";
