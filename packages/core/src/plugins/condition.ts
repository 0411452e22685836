import type { HookCondition } from "../plugin.ts";

/** What is known of a route while chains are built; `undefined` parts are those of answers to requests nothing matches. */
export interface HookRoute {
  readonly endpoint: string | undefined;
  /** Upper case; `undefined` when the route answers every method. */
  readonly method: string | undefined;
  readonly mode: string | undefined;
}

/** Whether a hook is for a route: for all of its requests, for none, or for those with one of these methods. */
export type Applies = boolean | ReadonlySet<string>;

/** Resolves `when` for one route. */
export function appliesTo(when: HookCondition | undefined, route: HookRoute): Applies {
  if (when === undefined) return true;
  if (!includes(when.endpoints, route.endpoint) || !includes(when.modes, route.mode)) return false;
  return methodApplies(when.methods, route.method);
}

function includes(allowed: readonly string[] | undefined, value: string | undefined): boolean {
  return allowed === undefined || (value !== undefined && allowed.includes(value));
}

function methodApplies(allowed: readonly string[] | undefined, method: string | undefined): Applies {
  if (allowed === undefined) return true;
  const methods = new Set(allowed.map((name) => name.toUpperCase()));
  if (method === undefined) return methods;
  // A GET route answers HEAD too: a hook for one of them has to look.
  if (method === "GET" && methods.has("HEAD") !== methods.has("GET")) return methods.has("GET") ? true : methods;
  return methods.has(method);
}
