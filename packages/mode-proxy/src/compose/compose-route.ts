import type { EditHeaders } from "../rewrite/create-edits.ts";
import { withoutHeaders } from "../rewrite/create-edits.ts";
import { compilePath } from "../rewrite/create-path.ts";
import { createRetryPolicy } from "../retry/create-policy.ts";
import type { MethodRetryPolicy } from "../retry/create-policy.ts";
import type { RetryPolicy } from "../retry/retry-policy.ts";
import type { Compiling, RouteParts } from "../options/compile.ts";
import { maxBodyOf } from "../options/endpoint.ts";
import type { PartOptions } from "../options/parts.ts";
import type { ForwardPlan } from "../options/plan.ts";
import { toMs } from "@backworks/option-values";
import { toRetries } from "../options/retries.ts";
import { toTimeouts } from "../options/timeouts.ts";
import { knownCodings } from "../transform/content.ts";
import { compileFieldMap } from "../transform/field-map.ts";
import { createForwarder } from "../wire/forwarder.ts";
import { createPseudonym } from "../wire/via.ts";
import { composeHandler } from "./compose-handler.ts";
import type { Part } from "./compose-handler.ts";

/** A route that answers with several parts. */
export async function composeRoute(compiling: Compiling): Promise<RouteParts> {
  const { options, opened, endpoint, context } = compiling;
  const retries = toRetries(options.retries);
  const shared: SharedParts = {
    endpoint: endpoint.name,
    retries: retries && retryParts(createRetryPolicy(retries, context)),
    forwarded: options.forwarded ?? "both",
    via: options.via ? createPseudonym(opened.registry.id, endpoint.name) : undefined,
    preserveHost: options.preserve_host,
    method: "GET",
    editRequest: askForJson,
    editResponse: undefined,
    tap: undefined,
  };
  const parts = Object.entries(options.compose ?? {}).flatMap(([name, part]) =>
    compilePart({ name, ...part }, compiling, shared),
  );
  return { handler: composeHandler(parts, maxBodyOf(options)), readsBody: false };
}

/** Parts are asked with GET, whatever the client asks with. The budget is that of all of them together. */
function retryParts(policy: MethodRetryPolicy): RetryPolicy {
  return { ...policy, mayRetry: (attempt, _exchange, outcome) => policy.waitAfter(attempt, "GET", outcome) };
}

type SharedParts = Omit<ForwardPlan, "upstream" | "timeouts" | "toPath">;

function compilePart(
  part: PartOptions & { readonly name: string },
  compiling: Compiling,
  shared: SharedParts,
): readonly Part[] {
  const { options, endpoint, context, mistakes, upstreams } = compiling;
  const path = ["proxy", "compose", part.name];
  const { connectMs, headersMs, idleMs, totalMs } = toTimeouts(options);
  const upstream = upstreams.find(part, { path, connectMs });
  const toPath = mistakes.attempt(() =>
    compilePath(part.path, { endpoint, context, path: [...path, "path"], query: "none" }),
  );
  if (upstream === undefined || toPath === undefined) return [];
  const timeouts = { headersMs, idleMs, totalMs: Math.min(totalMs, toMs(part.timeout)) };
  const forward = createForwarder({ ...shared, upstream, timeouts, toPath }, context);
  const { name, required, select, map } = part;
  const steps = select?.split(".") ?? [];
  return [{ name, forward, required, select: steps, map: map && compileFieldMap(map) }];
}

/** They are of the whole answer, of which a part knows nothing. */
const ofTheWhole: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
]);

const askForJson: EditHeaders = (_exchange, headers) => [
  ...withoutHeaders(headers, ofTheWhole),
  "accept",
  "application/json",
  "accept-encoding",
  knownCodings,
];
