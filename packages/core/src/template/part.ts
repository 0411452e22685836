import type { Locals } from "./run.ts";
import { always, noScope } from "./run.ts";
import type { Scope } from "./template.ts";
import { deepFreeze, toJson } from "./values.ts";

/** A value of the configuration, compiled. `undefined` is a value that is left out of the list or object around it. */
export interface Part {
  readonly constant: boolean;
  /** Whether it may be left out. */
  readonly optional: boolean;
  readonly evaluate: (scope: Scope, locals: Locals) => unknown;
  /** As JSON text. */
  readonly render: (scope: Scope, locals: Locals) => string | undefined;
}

/** A value without expressions; written as JSON when that is first wanted. */
export function constantPart(value: unknown): Part {
  const frozen = deepFreeze(value);
  let json: string | undefined;
  return {
    constant: true,
    optional: false,
    evaluate: always(frozen).run,
    render: () => (json ??= toJson(frozen)),
  };
}

/** The value of a part that is constant. */
export function constantOf(part: Part): unknown {
  return part.evaluate(noScope, []);
}

/** A value as JSON text, the short way for what is no object. */
export function renderValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  return toJson(value);
}
