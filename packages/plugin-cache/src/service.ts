import { defineService } from "@backworks/core";
import type { MaybePromise, ServiceKey } from "@backworks/core";

/** What other plugins may ask of the cache. */
export interface CacheService {
  /** Throws away everything with one of these tags; whether that is done in the store of all processes too, or later. */
  purgeTags(tags: readonly string[]): MaybePromise<boolean>;
  /** Throws away what is stored of a path with its query. */
  purgeUrl(url: string): MaybePromise<boolean>;
  /** Throws away the answers of one endpoint. */
  purgeEndpoint(endpoint: string): MaybePromise<boolean>;
  /** Throws everything away. */
  purgeAll(): MaybePromise<boolean>;
}

/** The cache, for plugins that change what it holds. */
export const cacheService: ServiceKey<CacheService> = defineService<CacheService>("cache");
