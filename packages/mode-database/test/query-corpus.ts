// What every back end of the query grammar answers.
export { reads, stories, world } from "../../core/test/query-corpus/index.ts";
export type { ReadCase } from "../../core/test/query-corpus/index.ts";
