import { cache } from "./plugin.ts";

export { cacheService } from "./service.ts";
export type { CacheService } from "./service.ts";
// The loader of plugins asks for it.
// oxlint-disable-next-line import/no-default-export
export default cache;
