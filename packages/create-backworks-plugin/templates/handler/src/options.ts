import type { StandardSchema } from "@backworks/core";
import { z } from "zod";

const schema = z.strictObject({
  path: z.string().startsWith("/").default("/my-thing").describe("Path below which the routes are"),
  most: z.int().positive().default(1000).describe("Entries that are kept at most"),
});

/** Options of `plugins.my-thing`. */
export type Options = z.output<typeof schema>;

export const options: StandardSchema<unknown, Options> = schema;
