import { embeds } from "./embeds.ts";
import { filters } from "./filters.ts";
import type { Cases } from "./read-case.ts";
import { selects } from "./selects.ts";
import { trees } from "./trees.ts";

export type { ReadCase } from "./read-case.ts";
export { schema, source } from "./world.ts";

/** Every request of the corpus that reads, by what it is about. */
export const reads: Readonly<Record<string, Cases>> = { filters, trees, selects, embeds };
