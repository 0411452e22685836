import type { Match } from "../model/app.ts";

/**
 * Path parameters. The prototype is empty and has none itself, so that nothing is found but what the path holds;
 * unlike an object made with `Object.create(null)`, the engine keeps it in its fast representation.
 */
class Params {
  readonly [name: string]: string | number;
}
Object.setPrototypeOf(Params.prototype, null);
Reflect.deleteProperty(Params.prototype, "constructor");

/** Names and values in the order of the path. */
export function createParams(names: readonly string[], values: readonly (string | number)[]): Match["params"] {
  const params: Record<string, string | number> = new Params();
  for (let index = 0; index < names.length; index += 1) params[names[index] ?? ""] = values[index] ?? "";
  return params;
}
