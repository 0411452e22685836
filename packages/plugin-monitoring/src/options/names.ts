import type { ZodMiniType } from "zod/mini";
import { refine, regex, string } from "zod/mini";

/** A name as Prometheus has it: of a label, a metric without colons, a rule. */
export function prometheusName(): ZodMiniType<string, string> {
  return string().check(regex(/^[a-zA-Z_]\w*$/, "must be a name of letters, digits and underscores"));
}

/** A name of ours, which stands in the log and in labels: of a check, a channel. */
export function plainName(): ZodMiniType<string, string> {
  return string().check(regex(/^[\w-]+$/, "must be a name of letters, digits, underscores and hyphens"));
}

/** A name of a label that nobody else gives. */
export function freeLabel(taken: readonly string[], why: string): ZodMiniType<string, string> {
  return prometheusName().check(refine((name) => !name.startsWith("__") && !taken.includes(name), why));
}
