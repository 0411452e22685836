import type { StandardSchema } from "@backworks/core";
import { z } from "zod";

const schema = z.strictObject({
  header: z
    .string()
    .regex(/^[a-z0-9-]+$/, "must be a header name in lower case")
    .default("x-my-thing")
    .describe("Header to write"),
  value: z.string().default("yes").describe("What it says"),
});

/** Options of `plugins.my-thing`. */
export type Options = z.output<typeof schema>;

export const options: StandardSchema<unknown, Options> = schema;
