import type { Exchange } from "@backworks/core";
import { requestBytes } from "../options/plan.ts";
import type { ForwardPlan, RequestTap } from "../options/plan.ts";
import type { Target } from "../upstream/target.ts";
import type { Deadlines } from "./deadlines.ts";
import { toRequestHeaders } from "./request-head.ts";
import type { BodyKind, RequestHeadParts } from "./request-head.ts";
import { Upload } from "./upload.ts";

/** What goes along with a request: bytes that are there, what the client sends, or nothing. */
export type RequestContent = Uint8Array | Upload | undefined;

/** A request as it goes to one target. */
export interface Outgoing {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Names in lower case and values in turn. */
  readonly headers: readonly string[];
  readonly content: RequestContent;
  /** Milliseconds between two parts of the answer; `Infinity` for no limit. */
  readonly idleMs: number;
}

/** Bytes of a body that are kept for another attempt. */
const keptBytes = 65_536;

const idempotent: ReadonlySet<string> = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PUT"]);

/** Source: RFC 9110, 9.2.2: whether a request that came to nothing may simply be sent again. */
export function isIdempotent(method: string): boolean {
  return idempotent.has(method);
}

/** The body that is forwarded; `idle` are deadlines from one part of it to the next. */
export function openContent(exchange: Exchange, plan: ForwardPlan, idle: Deadlines): RequestContent {
  const { request } = exchange;
  if (plan.method !== undefined) return undefined;
  // Only of a request that was read there are other bytes to send.
  if (request.received !== undefined) return exchange.state(requestBytes).bytes ?? request.received.bytes;
  const source = request.stream();
  if (source === undefined) return undefined;
  const mayRepeat = plan.retries !== undefined && isIdempotent(request.method);
  return new Upload(source, { keptBytes: mayRepeat ? keptBytes : 0, idle });
}

/** The request for one target. */
export function toOutgoing(
  exchange: Exchange,
  target: Target,
  {
    plan,
    head,
    content,
  }: { readonly plan: ForwardPlan; readonly head: RequestHeadParts; readonly content: RequestContent },
): Outgoing {
  const headers = toRequestHeaders(exchange, kindOf(content, plan), head);
  return {
    method: plan.method ?? exchange.request.method,
    path: target.path + plan.toPath(exchange),
    headers: plan.editRequest?.(exchange, headers, target) ?? headers,
    content,
    idleMs: plan.timeouts.idleMs,
  };
}

function kindOf(content: RequestContent, { method }: ForwardPlan): BodyKind {
  if (content instanceof Upload) return "stream";
  if (content !== undefined) return "bytes";
  return method === undefined ? "none" : "dropped";
}

/** Has somebody listen to what is sent. */
export function tapInto(content: RequestContent, tap: RequestTap): void {
  if (content instanceof Upload) return content.listenIn(tap);
  if (content !== undefined) tap.data(content);
  tap.end();
}

/** Whether the client says how much it sends, sends it without being asked first, and nothing behind it. */
export function mayGather({ request: { headers } }: Exchange): boolean {
  return headers["content-length"] !== undefined && headers["expect"] === undefined && headers["trailer"] === undefined;
}
