import type { StandardSchema } from "@backworks/core";
import { z } from "zod";

const schema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("Where events are sent, a list at a time, with POST"),
  every_ms: z.int().positive().default(1000).describe("Milliseconds between two lists"),
  timeout_ms: z.int().positive().default(2000).describe("Milliseconds one attempt may take"),
  most_waiting: z
    .int()
    .positive()
    .default(1000)
    .describe("Events that wait at most; what is more is dropped and counted"),
});

/** Options of `plugins.my-thing`. */
export type Options = z.output<typeof schema>;

export const options: StandardSchema<unknown, Options> = schema;
