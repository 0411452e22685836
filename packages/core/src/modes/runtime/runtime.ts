import { apisService } from "../../apis.ts";
import { databasesService } from "../../databases.ts";
import type { EndpointSource, ModeContext, ModeHealth, RouteDraft } from "../../mode.ts";
import { defineMode } from "../../mode.ts";
import type { Engine } from "./engine.ts";
import type { RuntimeOptions, RuntimesOptions } from "./options.ts";
import { runtimeSchema, runtimesSchema, wholeOptions } from "./options.ts";

/** What the handlers of one App share. */
export interface OpenRuntime {
  readonly engine: Engine;
  readonly runtimes: RuntimesOptions;
  readonly context: ModeContext;
}

/** Answers by the project's own code: JavaScript in threads, any language in processes. */
export const runtimeMode = defineMode<OpenRuntime>({
  name: "runtime",
  description: "Answers by the project's own code: JavaScript in threads, any language in processes.",
  endpointKeys: { runtime: runtimeSchema },
  rootKeys: { runtimes: runtimesSchema },
  needs: { requestBody: true },
  uses: [apisService, databasesService],
  open: openRuntime,
  compile: compileRuntime,
  health: healthOf,
  release: (endpoint, { engine }) => engine.end(endpoint),
});

/** One that is down is no reason to send traffic elsewhere: the others answer. */
function healthOf({ engine }: OpenRuntime): ModeHealth {
  const down = engine.down();
  if (down.length === 0) return { status: "healthy" };
  return { status: "degraded", message: `handlers are being restarted: ${down.join(", ")}` };
}

async function openRuntime(context: ModeContext): Promise<OpenRuntime> {
  // Nothing of it is loaded unless an endpoint is answered by a handler.
  const { createEngine } = await import("./engine.ts");
  const engine = await context.resources.acquire("engine", {
    open: () => createEngine(context),
    close: (value) => value.close(),
  });
  // Checked by the schema of the root key.
  return { engine, runtimes: (context.values["runtimes"] ?? {}) as RuntimesOptions, context };
}

function compileRuntime(endpoint: EndpointSource, { engine, runtimes, context }: OpenRuntime): readonly RouteDraft[] {
  const { state } = wholeOptions(endpoint.values["runtime"] as RuntimeOptions | string);
  const { handler, ready } = engine.open(endpoint, runtimes, context);
  const needs = { requestBody: true, onePlace: state === "shared" };
  return [{ methods: endpoint.methods, path: endpoint.path, handler, ready, needs }];
}
