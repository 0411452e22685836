import type { StandardSchema } from "@backworks/core";
import { z } from "zod";

const schema = z.strictObject({
  member: z.string().min(1).default("data").describe("Member below which JSON responses are put"),
});

/** Options of `plugins.my-thing`. */
export type Options = z.output<typeof schema>;

export const options: StandardSchema<unknown, Options> = schema;
