import type { Facts } from "../plugin-facts.ts";

/** What looking at a plugin came to. */
export type LookReport =
  | { readonly kind: "facts"; readonly facts: Facts }
  | { readonly kind: "problem"; readonly problem: string };

/** Before the report: the plugin may have written something too. */
export const mark = "\n@@backworks-look ";
