import type { MockOptions, MockResponses } from "./options/endpoint.ts";
import type { FaultOptions } from "./options/fault.ts";

/** Whether answers depend on what came before: several processes must not each remember for themselves. */
export interface Memory {
  isKept: boolean;
}

/** What may go by the number of requests, or by the time since the load. */
interface Occasional {
  readonly every?: unknown;
  readonly window?: unknown;
  readonly fault?: FaultOptions | undefined;
}

/** Whether the keys of an endpoint remember something; templates tell by themselves. */
export function keepsState({ resource, rules = [], ...direct }: MockOptions, responses: MockResponses): boolean {
  return (
    resource !== undefined ||
    isCounted(direct) ||
    Object.values(responses).some(isCounted) ||
    rules.some((rule) => rule.scenario !== undefined || rule.sequence !== undefined || isCounted(rule))
  );
}

/** Whether a rule or its fault goes by the number of requests, or by the time since the load, which differs between processes. */
export function isCounted({ every, window, fault }: Occasional): boolean {
  if (every !== undefined || window !== undefined) return true;
  return typeof fault === "object" && isCounted(fault);
}
