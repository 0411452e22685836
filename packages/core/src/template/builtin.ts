import type { TemplateFunction } from "../template-function.ts";
import type { Scope } from "./template.ts";

/** A function of ours: it sees the whole scope, where one of a plugin sees clock and random only. */
export interface Builtin extends Omit<TemplateFunction, "call"> {
  readonly call: (scope: Scope, ...parameters: readonly unknown[]) => unknown;
}

/** Functions of one family, by name. */
export type BuiltinFamily = Readonly<Record<string, Builtin>>;
