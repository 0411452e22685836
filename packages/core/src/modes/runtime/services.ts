import type { ApiRequest } from "../../apis.ts";
import { apisService } from "../../apis.ts";
import { databasesService } from "../../databases.ts";
import { BackworksError, isBackworksError } from "../../errors.ts";
import type { EndpointSource, ModeContext } from "../../mode.ts";
import { suggest } from "../../suggest.ts";
import type { RuntimeOptions } from "./options.ts";
import type { PoolParts } from "./pool.ts";
import type { EndpointState } from "./state.ts";

type Kind = "apis" | "databases";

const services = { apis: apisService, databases: databasesService } as const;

/** Answers what handlers of an endpoint ask for, within what its configuration names. */
export function createServices(
  context: ModeContext,
  options: Pick<RuntimeOptions, Kind>,
  state: EndpointState,
): PoolParts["ask"] {
  // Looked up when it is asked for: what offers it may be another one after a reload.
  const found = <K extends Kind>(kind: K, name: unknown): { readonly name: string } => {
    if (typeof name === "string" && options[kind].includes(name)) return { name };
    throw new TypeError(`the endpoint does not name ${String(name)} in its ${kind}`);
  };
  return async (service, args, signal) => {
    if (service === "state") return state.ask(args);
    const { name } = found(service, args[0]);
    if (service === "apis") {
      const api = context.service(apisService).find(name);
      // What it is made of is looked at by the API.
      return api?.request({ ...(args[1] as ApiRequest), signal });
    }
    const [, sql, binds] = args;
    return context
      .service(databasesService)
      .find(name)
      ?.query(String(sql), binds as readonly unknown[], { signal });
  };
}

/** What an endpoint names that nobody offers. */
export function missingServices(
  endpoint: EndpointSource,
  options: Pick<RuntimeOptions, Kind>,
  context: ModeContext,
): readonly BackworksError[] {
  return (["apis", "databases"] as const).flatMap((kind) => {
    if (options[kind].length === 0) return [];
    const known = namesOf(kind, context);
    if (known === undefined) return [];
    return options[kind].flatMap((name, index) => {
      if (known.includes(name)) return [];
      const near = suggest(name, known);
      const hint = near === undefined ? `write ${name}: under the root key ${kind}:` : `did you mean ${near}?`;
      const where = endpoint.place(["runtime", kind, index]);
      return [new BackworksError("BW_RUNTIME_SERVICE", { kind, name }, { where, hint })];
    });
  });
}

/** Those there are; `undefined` when it cannot be told yet: what refuses the configuration otherwise is told first. */
function namesOf(kind: Kind, context: ModeContext): readonly string[] | undefined {
  try {
    return context.service<{ readonly names: readonly string[] }>(services[kind]).names;
  } catch (error) {
    return isBackworksError(error) && error.code === "BW_SERVICE_MISSING" ? [] : undefined;
  }
}
