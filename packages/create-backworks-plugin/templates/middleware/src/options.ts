import type { StandardSchema } from "@backworks/core";
import { z } from "zod";

const schema = z.strictObject({
  remove: z.array(z.string()).default(["password"]).describe("Members that leave no JSON response, at any depth"),
  replacement: z.string().default("").describe("What stands there instead; empty takes the member away"),
});

/** Options of `plugins.my-thing`. */
export type Options = z.output<typeof schema>;

export const options: StandardSchema<unknown, Options> = schema;
