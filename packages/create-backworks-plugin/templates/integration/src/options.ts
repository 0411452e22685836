import type { StandardSchema } from "@backworks/core";
import { z } from "zod";

const schema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("Where events are sent, with POST"),
  methods: z
    .array(z.string())
    .default(["POST", "PUT", "PATCH", "DELETE"])
    .describe("Methods whose requests are told, upper case"),
  timeout_ms: z.int().positive().default(2000).describe("Milliseconds one attempt may take"),
  most_waiting: z
    .int()
    .positive()
    .default(1000)
    .describe("Events that wait at most; later ones are dropped and counted"),
});

/** Options of `plugins.my-thing`. */
export type Options = z.output<typeof schema>;

export const options: StandardSchema<unknown, Options> = schema;
