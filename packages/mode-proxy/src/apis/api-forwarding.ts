import type { Exchange, Handler, MaybePromise, UpgradeHandler } from "@backworks/core";
import { defineState } from "@backworks/core";
import { withoutHeaders } from "../rewrite/create-edits.ts";
import type { EditHeaders } from "../rewrite/create-edits.ts";
import type { ForwardedKind, ForwardPlan } from "../options/plan.ts";
import type { RetryPolicy } from "../retry/retry-policy.ts";
import type { AttemptOutcome } from "../upstream/target.ts";
import { reasonOf } from "../wire/on-abort.ts";
import type { ApiClient } from "./api-client.ts";
import type { ProofHeader } from "./authentication.ts";

/** What authentication brings to one request. */
interface Proof {
  header: ProofHeader | undefined;
  isRenewed: boolean;
}

const proof = defineState<Proof>("proxy api", () => ({ header: undefined, isRenewed: false }));

/** What the client brings for us: no other API has to see it. */
const ofTheClient = ["authorization", "cookie", "x-real-ip"];

const saysWhoAsks = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"];

/** Headers of the API in the place of those of the client; who asks is told only where the endpoint says so. */
export function createApiEdit({ parts }: ApiClient, forwarded: ForwardedKind): EditHeaders {
  const hidden = forwarded === "off" ? [...ofTheClient, ...saysWhoAsks] : ofTheClient;
  const names = new Set([...hidden, ...parts.headers.map(([name]) => name)]);
  return (exchange, headers) => {
    const { header } = exchange.state(proof);
    const edited = withoutHeaders(headers, header === undefined ? names : new Set([...names, header[0]]));
    for (const [name, value] of parts.headers) edited.push(name, value);
    if (header !== undefined) edited.push(...header);
    return edited;
  };
}

/** A plan with what the API adds to it, besides headers. */
export function planBesideApi(client: ApiClient, plan: ForwardPlan): ForwardPlan {
  const { retries, timeouts, toPath, tap } = plan;
  return {
    ...plan,
    retries: createApiRetries(client, retries, timeouts.totalMs),
    toPath: createApiPath(client, toPath),
    tap: tap && tapBesideApi(client, tap),
  };
}

/** The path with what authentication adds to the query. */
function createApiPath({ parts }: ApiClient, toPath: (exchange: Exchange) => string): (exchange: Exchange) => string {
  const { query } = parts.authentication;
  if (query.length === 0) return toPath;
  const added = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
  return (exchange) => {
    const path = toPath(exchange);
    return `${path}${path.includes("?") ? "&" : "?"}${added}`;
  };
}

/** Has who listens in hear nothing that is only for the API. */
function tapBesideApi({ parts }: ApiClient, tap: NonNullable<ForwardPlan["tap"]>): NonNullable<ForwardPlan["tap"]> {
  return (exchange, request) => {
    const { header } = exchange.state(proof);
    const names = new Set([...parts.headers, ...(header === undefined ? [] : [header])].map(([name]) => name));
    return tap(exchange, { ...request, headers: withoutHeaders(request.headers, names) });
  };
}

/** Waits for its turn, so long at most, and its token before a request is forwarded. */
export function forwardToApi(forward: Handler, client: ApiClient, limitMs: number): Handler {
  return async (exchange) => {
    await prepare(exchange, client, limitMs);
    return forward(exchange);
  };
}

/** The same before a connection is carried over. */
export function upgradeToApi(carry: UpgradeHandler, client: ApiClient, limitMs: number): UpgradeHandler {
  return async (exchange, socket, head) => {
    await prepare(exchange, client, limitMs);
    return carry(exchange, socket, head);
  };
}

async function prepare(exchange: Exchange, { parts }: ApiClient, limitMs: number): Promise<void> {
  const { gate, authentication } = parts;
  const { signal } = exchange;
  try {
    await gate?.pass(limitMs, signal);
    exchange.state(proof).header = await authentication.header(signal);
  } catch (error) {
    throw signal.aborted ? reasonOf(signal) : error;
  }
}

/** Retries of the endpoint, and one more with another token after a 401. */
function createApiRetries({ parts }: ApiClient, own: RetryPolicy | undefined, limitMs: number): RetryPolicy {
  const { authentication, gate } = parts;
  const renew = async (exchange: Exchange): Promise<number> => {
    exchange.state(proof).header = await authentication.header(exchange.signal);
    return 0;
  };
  /** What is sent again counts like any other request; there is none when there is no room for it. */
  const afterTurn = async (wait: MaybePromise<number | undefined>, exchange: Exchange): Promise<number | undefined> => {
    const waitMs = await wait;
    if (waitMs === undefined) return undefined;
    try {
      await gate?.pass(limitMs, exchange.signal);
      return waitMs;
    } catch {
      return undefined;
    }
  };
  return {
    attempts: (own?.attempts ?? 1) + 1,
    perTryMs: own?.perTryMs ?? Infinity,
    onRequest: () => own?.onRequest(),
    mayRetry(attempt, exchange, outcome) {
      const slot = exchange.state(proof);
      if (isRefused(outcome) && !slot.isRenewed && authentication.refused(slot.header)) {
        slot.isRenewed = true;
        return renew(exchange);
      }
      const wait = own?.mayRetry(slot.isRenewed ? attempt - 1 : attempt, exchange, outcome);
      return wait === undefined || gate === undefined ? wait : afterTurn(wait, exchange);
    },
  };
}

function isRefused(outcome: AttemptOutcome): boolean {
  return outcome.kind === "answered" && outcome.status === 401;
}
