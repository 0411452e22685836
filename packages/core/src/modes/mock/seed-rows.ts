import type { Random } from "../../clock.ts";
import type { BackworksRequest, JsonValue } from "../../exchange.ts";
import type { Scope } from "../../template/template.ts";
import type { EndpointContext } from "./context.ts";
import type { MockWorld } from "./scope.ts";
import { defaultSessionId } from "./session.ts";
import { createState } from "./state.ts";

/** What the expressions of seeds are evaluated with: they run once, at load. */
export interface SeedContext {
  readonly context: EndpointContext;
  readonly world: MockWorld;
  readonly random: Random;
  /** Whether the rows came from a file: mistakes are then shown where the configuration names it. */
  readonly isFile: boolean;
}

/** Rows of a collection with their expressions and constructs evaluated. @throws BW_CONFIG_INVALID */
export function evaluateSeed(seed: JsonValue, { context, world, random, isFile }: SeedContext): JsonValue {
  const template = context.compileTemplate(seed, ["mock", "resource", "seed"], { whole: isFile });
  const scope: Scope = {
    request: noRequest,
    requestId: "",
    clock: world.clock,
    random,
    uptimeMs: 0,
    count: 0,
    session: { id: defaultSessionId },
    state: createState(),
    resources: { resource: () => undefined },
    data: undefined,
  };
  // What an expression gives may hold dates and nothing at all: rows are what JSON can hold of it.
  return JSON.parse(JSON.stringify(template.evaluate(scope) ?? null)) as JsonValue;
}

/** There is no request at load: whatever an expression asks of it is missing. */
const noRequest: BackworksRequest = Object.freeze({
  method: "",
  url: "",
  path: "",
  search: "",
  query: Object.freeze({}),
  headers: Object.freeze({}),
  rawHeaders: Object.freeze([]),
  cookies: Object.freeze({}),
  params: Object.freeze({}),
  ip: "",
  peer: Object.freeze({ address: "", trusted: false, encrypted: false, localPort: undefined }),
  received: undefined,
  body: () => Promise.reject(new TypeError("there is no request while seeds are read")),
  stream: () => undefined,
});
