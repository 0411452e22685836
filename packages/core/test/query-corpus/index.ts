import { embeds } from "./embeds.ts";
import { filters } from "./filters.ts";
import type { Cases } from "./read-case.ts";
import { selects } from "./selects.ts";
import { trees } from "./trees.ts";

export { stories } from "./stories.ts";
export type { Step } from "./stories.ts";
export type { ReadCase } from "./read-case.ts";
export { schema, source, world } from "./world.ts";

/** Every request of the corpus that reads, by what it is about. */
export const reads: Readonly<Record<string, Cases>> = { filters, trees, selects, embeds };
