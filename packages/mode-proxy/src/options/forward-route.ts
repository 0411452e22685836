import type { Exchange, Handler } from "@backworks/core";
import { suggest } from "@backworks/core";
import { createApiEdit, forwardToApi, planBesideApi, upgradeToApi } from "../apis/api-forwarding.ts";
import type { ApiClient } from "../apis/api-client.ts";
import { Mirror } from "../mirror/create-mirror.ts";
import { createRetryPolicy } from "../retry/create-policy.ts";
import type { RetryPolicy } from "../retry/retry-policy.ts";
import { withoutHeaders } from "../rewrite/create-edits.ts";
import type { EditHeaders } from "../rewrite/create-edits.ts";
import { createPath } from "../rewrite/create-path.ts";
import { createAddressEdit } from "../rewrite/create-response-edit.ts";
import { compileRequestHeaders, compileResponseHead } from "../rewrite/header-changes.ts";
import { changedPath, editChanged } from "../transform/change-request.ts";
import { knownCodings } from "../transform/content.ts";
import { createUpgrader } from "../websocket/upgrader.ts";
import { createForwarder } from "../wire/forwarder.ts";
import { createPseudonym } from "../wire/via.ts";
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
  const shared = compileShared(compiling, { changes, toPath });
  const forward = (upstream: ForwardPlan["upstream"]): RouteParts => {
    // What is the API's goes to no other server, to which a way of `split` may lead.
    const client = upstream === main ? api : undefined;
    const plan = toPlan(compiling, shared, { upstream, api: client });
    const [sent, carried] = [createForwarder(plan, context), createUpgrader(plan, context)];
    const { totalMs } = plan.timeouts;
    const handler = changes.around(client === undefined ? sent : forwardToApi(sent, client, totalMs));
    const upgrade = client === undefined ? carried : upgradeToApi(carried, client, totalMs);
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
  const { connectMs } = toTimeouts(options);
  if (api !== undefined) return options.timeouts === undefined ? api.parts.upstream : api.within(connectMs);
  const { upstream, target, targets = target === undefined ? undefined : [target] } = options;
  if (upstream !== undefined) return upstreams.find({ upstream }, { path: ["proxy"], connectMs });
  if (targets === undefined) return undefined;
  const { load_balancing, health, tls, connections, keep_alive } = options;
  const init = { name: endpoint.name, targets, load_balancing, health, tls, connections, keep_alive };
  return upstreams.open(init, ["proxy"])?.withConnectTime(connectMs);
}

/** What is the same whichever upstream gets the request. */
interface SharedParts {
  readonly changes: Changes;
  readonly toPath: (exchange: Exchange) => string;
  readonly retries: RetryPolicy | undefined;
  readonly editRequest: EditHeaders | undefined;
  /** What `transform_request` says of headers, which wins over all else. */
  readonly editHeaders: EditHeaders | undefined;
  readonly editResponse: readonly NonNullable<ForwardPlan["editResponse"]>[];
  readonly tap: ForwardPlan["tap"];
}

function compileShared(compiling: Compiling, given: Pick<SharedParts, "changes" | "toPath">): SharedParts {
  const { options, endpoint, context, mistakes } = compiling;
  const { changes } = given;
  const retries = toRetries(options.retries);
  const changed = changes.changesRequests ? changedPath : undefined;
  const toPath =
    changed === undefined ? given.toPath : (exchange: Exchange) => changed(exchange) ?? given.toPath(exchange);
  return {
    changes,
    toPath,
    retries: retries && createRetryPolicy(retries, context),
    editRequest: inOrder([
      changes.changesRequests ? editChanged : undefined,
      changes.changesResponses ? askForWhole : undefined,
    ]),
    editHeaders: mistakes.attempt(() => compileRequestHeaders(options.transform_request, { endpoint, context })),
    editResponse: mistakes.attempt(() => responseEdits(compiling)) ?? [],
    tap: createTap(compiling, toPath),
  };
}

interface Destination {
  readonly upstream: ForwardPlan["upstream"];
  readonly api: ApiClient | undefined;
}

function toPlan(
  { options, opened, endpoint }: Compiling,
  shared: SharedParts,
  { upstream, api }: Destination,
): ForwardPlan {
  const { forwarded = api === undefined ? "both" : "off" } = options;
  const plan: ForwardPlan = {
    endpoint: endpoint.name,
    upstream,
    timeouts: toTimeouts(options, api?.parts.timeoutMs),
    retries: shared.retries,
    forwarded,
    via: options.via ? createPseudonym(opened.registry.id, endpoint.name) : undefined,
    preserveHost: options.preserve_host,
    method: undefined,
    toPath: shared.toPath,
    editRequest: inOrder([shared.editRequest, api && createApiEdit(api, forwarded), shared.editHeaders]),
    editResponse: responseEdit(shared.editResponse, upstream),
    tap: shared.tap,
  };
  if (api === undefined) return plan;
  const retries = options.retries === undefined ? api.parts.retries : shared.retries;
  return planBesideApi(api, { ...plan, retries });
}

/** One edit of several; `undefined` when there is none. */
function inOrder(edits: readonly (EditHeaders | undefined)[]): EditHeaders | undefined {
  const all = edits.filter((edit) => edit !== undefined);
  const [only, ...others] = all;
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

function responseEdits({ options, endpoint, context }: Compiling): SharedParts["editResponse"] {
  const { strip_prefix: stripped = "", add_prefix: added = "", preserve_host: preservesHost } = options;
  const addresses = createAddressEdit(options.rewrite_response, { added, stripped, preservesHost, context });
  const head = compileResponseHead(options.transform_response, { endpoint, context });
  return [addresses, head].filter((edit) => edit !== undefined);
}

function responseEdit(
  edits: SharedParts["editResponse"],
  { cookieFor }: ForwardPlan["upstream"],
): ForwardPlan["editResponse"] {
  if (edits.length === 0 && cookieFor === undefined) return undefined;
  return (exchange, response, target) => {
    for (const edit of edits) edit(exchange, response, target);
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
  const { connectMs } = toTimeouts(options);
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
