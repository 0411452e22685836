import type { CacheContext } from "./flow/context.ts";
import { urlTag } from "./flow/look.ts";
import { namedTag } from "./flow/policy.ts";
import { purge } from "./flow/purge.ts";
import { normalText } from "./rules/normal-url.ts";
import type { CacheService } from "./service.ts";

/** Purges by the words people have for what is stored. */
export function createPurgeService(context: CacheContext): CacheService {
  return {
    purgeTags: (tags) => purge(context, tags.map(namedTag)),
    purgeUrl(url) {
      const [path = "", ...search] = url.split("?");
      return purge(context, [urlTag(normalText(path), normalText(search.join("?")))]);
    },
    purgeEndpoint: (endpoint) => purge(context, [`endpoint:${endpoint}`]),
    purgeAll: () => purge(context, ["*"]),
  };
}
