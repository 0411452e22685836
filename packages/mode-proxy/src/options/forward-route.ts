import type { Exchange, Handler } from "@backworks/core";
import { suggest } from "@backworks/core";
import { createApiEdit, createApiPath, createApiRetries, forwardToApi, upgradeToApi } from "../apis/api-forwarding.ts";
import type { ApiClient } from "../apis/api-client.ts";
import { Mirror } from "../mirror/create-mirror.ts";
import { createRetryPolicy } from "../retry/create-policy.ts";
import { withoutHeaders } from "../rewrite/create-edits.ts";
import type { EditHeaders } from "../rewrite/create-edits.ts";
import { createPath } from "../rewrite/create-path.ts";
import { createAddressEdit } from "../rewrite/create-response-edit.ts";
import { compileRequestHeaders, compileResponseHead } from "../rewrite/header-changes.ts";
import { changedPath, editChanged } from "../transform/change-request.ts";
import { knownCodings } from "../transform/content.ts";
import { createUpgrader } from "../websocket/upgrader.ts";
import { createForwarder } from "../wire/forwarder.ts";
import { compileChanges } from "./changes.ts";
import type { Changes } from "./changes.ts";
import type { Compiling, RouteParts } from "./compile.ts";
import type { ForwardPlan } from "./plan.ts";
import { toBytes, toMs, toRatio } from "@backworks/option-values";
import { toRetries } from "./retries.ts";
import { splitRoute } from "./split-route.ts";
import { toTimeouts } from "./timeouts.ts";

/** A route that forwards to one upstream, or to one of several. */
export async function forwardRoute(compiling: Compiling): Promise<RouteParts> {
  const { options, endpoint, context, mistakes } = compiling;
  const api = findApi(compiling);
  const toPath = mistakes.attempt(() => createPath(options, { endpoint, context })) ?? (() => "/");
  const changes = await compileChanges(compiling, toPath);
  const main = mainUpstream(compiling, api);
  const shared = sharedPlan(compiling, { api, changes, toPath });
  const forward = (upstream: ForwardPlan["upstream"]): RouteParts => {
    const editResponse = mistakes.attempt(() => responseEdit(compiling, upstream));
    const plan: ForwardPlan = { ...shared, upstream, editResponse };
    const [sent, carried] = [createForwarder(plan, context), createUpgrader(plan, context)];
    const handler = changes.around(api === undefined ? sent : forwardToApi(sent, api));
    const upgrade = api === undefined ? carried : upgradeToApi(carried, api);
    return { handler, upgrade, readsBody: changes.readsBody };
  };
  if (options.split !== undefined) return splitRoute(options.split, compiling, { main, forward });
  return main === undefined ? { handler: unreachable, readsBody: false } : forward(main);
}

/** Stands where a mistake was found, so that others are found as well. */
const unreachable: Handler = () => {
  throw new TypeError("an endpoint with mistakes is not served");
};

function findApi({ options, opened, mistakes }: Compiling): ApiClient | undefined {
  if (options.api === undefined) return undefined;
  const client = opened.apis.find(options.api);
  if (client !== undefined) return client;
  const { names } = opened.apis;
  const near = suggest(options.api, names);
  const there = names.length === 0 ? "there is no apis: at the root" : `known are ${names.join(", ")}`;
  const hint = near === undefined ? there : `did you mean ${near}?`;
  mistakes.add("BW_API_UNKNOWN", { api: options.api }, { path: ["proxy", "api"], hint });
  return undefined;
}

function mainUpstream(
  { options, endpoint, upstreams }: Compiling,
  api: ApiClient | undefined,
): ForwardPlan["upstream"] | undefined {
  if (api !== undefined) return api.parts.upstream;
  const { connectMs } = toTimeouts(options.timeouts);
  const { upstream, target, targets = target === undefined ? undefined : [target] } = options;
  if (upstream !== undefined) return upstreams.find({ upstream }, { path: ["proxy"], connectMs });
  if (targets === undefined) return undefined;
  const { load_balancing, health, tls, connections, keep_alive } = options;
  const init = { name: endpoint.name, targets, load_balancing, health, tls, connections, keep_alive };
  return upstreams.open(init, ["proxy"])?.withConnectTime(connectMs);
}

interface SharedParts {
  readonly api: ApiClient | undefined;
  readonly changes: Changes;
  readonly toPath: (exchange: Exchange) => string;
}

/** What is the same whichever upstream gets the request. */
function sharedPlan(
  compiling: Compiling,
  { api, changes, toPath }: SharedParts,
): Omit<ForwardPlan, "upstream" | "editResponse"> {
  const { options, endpoint, context, mistakes } = compiling;
  const own = toRetries(options.retries);
  const retries = own === undefined ? api?.parts.retries : createRetryPolicy(own, context);
  const path = changes.changesRequests ? (exchange: Exchange) => changedPath(exchange) ?? toPath(exchange) : toPath;
  const { headersMs, idleMs, totalMs } = toTimeouts(options.timeouts, options.timeout);
  return {
    endpoint: endpoint.name,
    timeouts: { headersMs, idleMs, totalMs: Math.min(totalMs, api?.parts.timeoutMs ?? Infinity) },
    retries: api === undefined ? retries : createApiRetries(api, retries),
    forwarded: api === undefined ? options.forwarded : "off",
    via: options.via,
    preserveHost: options.preserve_host,
    method: undefined,
    toPath: api === undefined ? path : createApiPath(api, path),
    editRequest: mistakes.attempt(() => requestEdit(compiling, { api, changes })),
    tap: createTap(compiling, path),
  };
}

function requestEdit(
  { options, endpoint, context }: Compiling,
  { api, changes }: Pick<SharedParts, "api" | "changes">,
): ForwardPlan["editRequest"] {
  const edits: readonly (EditHeaders | undefined)[] = [
    changes.changesRequests ? editChanged : undefined,
    changes.changesResponses ? askForWhole : undefined,
    api && createApiEdit(api),
    compileRequestHeaders(options.transform_request, { endpoint, context }),
  ];
  const all = edits.filter((edit) => edit !== undefined);
  const [only, ...others] = all;
  if (only === undefined) return undefined;
  if (others.length === 0) return only;
  return (exchange, headers) => all.reduce((edited, edit) => edit(exchange, edited), headers);
}

const aboutParts: ReadonlySet<string> = new Set(["accept-encoding", "range", "if-range"]);

/** A body that is changed must come whole, in a coding that can be undone. */
const askForWhole: EditHeaders = (_exchange, headers) => [
  ...withoutHeaders(headers, aboutParts),
  "accept-encoding",
  knownCodings,
];

function responseEdit(compiling: Compiling, upstream: ForwardPlan["upstream"]): ForwardPlan["editResponse"] {
  const { options, endpoint, context } = compiling;
  const { strip_prefix: stripped = "", add_prefix: added = "" } = options;
  const addresses = createAddressEdit(options.rewrite_response, {
    added,
    stripped,
    preservesHost: options.preserve_host,
    context,
  });
  const head = compileResponseHead(options.transform_response, { endpoint, context });
  const { cookieFor } = upstream;
  if (addresses === undefined && head === undefined && cookieFor === undefined) return undefined;
  return (exchange, response, target) => {
    addresses?.(exchange, response, target);
    head?.(exchange, response);
    const cookie = cookieFor?.(exchange, target);
    if (cookie !== undefined) response.headers.append("set-cookie", cookie);
  };
}

function createTap(
  { options, upstreams, context }: Compiling,
  toPath: (exchange: Exchange) => string,
): ForwardPlan["tap"] {
  const { mirror } = options;
  if (mirror === undefined) return undefined;
  const { connectMs } = toTimeouts(options.timeouts);
  const upstream = upstreams.find(mirror, { path: ["proxy", "mirror"], connectMs });
  if (upstream === undefined) return undefined;
  const { random, clock, scheduler } = context;
  const copies = new Mirror({
    upstream,
    ratio: toRatio(mirror.percent),
    bodyLimit: toBytes(mirror.max_body),
    most: mirror.max_concurrent,
    timeoutMs: toMs(mirror.timeout),
    random,
    clock,
    scheduler,
    toPath,
  });
  return (exchange, request) => copies.tap(exchange, request);
}
