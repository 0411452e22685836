import type { CacheContext } from "./flow/context.ts";
import { urlTag } from "./flow/look.ts";
import { namedTag } from "./flow/policy.ts";
import { purge } from "./flow/purge.ts";
import { normalQuery, normalText } from "./rules/normal-url.ts";
import type { QueryRules } from "./rules/normal-url.ts";
import type { CacheService } from "./service.ts";

const unruled: QueryRules = { ignore: [], sort: false };

/** Purges by the words people have for what is stored; a query is the same by the rules of any endpoint. */
export function createPurgeService(context: CacheContext, rules: readonly QueryRules[]): CacheService {
  return {
    purgeTags: (tags) => purge(context, tags.map(namedTag)),
    purgeUrl(url) {
      const [path = "", ...search] = url.split("?");
      const queries = [unruled, ...rules].map((one) => normalQuery(search.join("?"), one));
      return purge(
        context,
        [...new Set(queries)].map((query) => urlTag(normalText(path), query)),
      );
    },
    purgeEndpoint: (endpoint) => purge(context, [`endpoint:${endpoint}`]),
    purgeAll: () => purge(context, ["*"]),
  };
}
