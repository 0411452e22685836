import type { Scheduler } from "@backworks/core";
import type { Dispatcher } from "undici";
import type { Target } from "../upstream/target.ts";
import type { Attempt } from "./attempt.ts";
import { carryByNode } from "./carry-by-node.ts";
import { hasField } from "./has-field.ts";
import type { Outgoing } from "./outgoing.ts";
import { Upload } from "./upload.ts";

/** How a request is carried. */
export interface Carriage {
  readonly scheduler: Scheduler;
  /** Whether it must be over a connection of its own. */
  readonly fresh: boolean;
}

/** Targets that were seen to send a `100 Continue` nobody asked for. */
const continuing = new WeakSet<Target>();

/** From then on everything goes to this target in the way that can take it. */
export function expectContinue(target: Target): void {
  continuing.add(target);
}

/**
 * Sends a request to its attempt's target, and has the attempt told what comes of it.
 *
 * undici carries all but what it cannot: a body that waits for `100 Continue`, trailers of a request, a server that sends a 100 by itself.
 */
export function carry(outgoing: Outgoing, attempt: Attempt, { scheduler, fresh }: Carriage): void {
  const { target } = attempt;
  if (fresh || needsNode(outgoing, target)) carryByNode(outgoing, attempt, scheduler);
  // undici calls a handler of this form as it is; for one of its newer form it makes an object of every head.
  else target.dispatcher.dispatch(toOptions(outgoing, target), attempt);
}

function needsNode({ headers, content }: Outgoing, target: Target): boolean {
  return (
    continuing.has(target) ||
    (content instanceof Upload && (hasField(headers, "expect") || hasField(headers, "trailer")))
  );
}

/** What undici's types leave out: it tells one server behind TLS from another. */
interface SecureOptions extends Dispatcher.DispatchOptions {
  servername?: string;
}

function toOptions({ method, path, headers, content, idleMs }: Outgoing, { origin }: Target): SecureOptions {
  const options: SecureOptions = {
    method,
    path,
    // undici reads the list and keeps nothing of it.
    headers: headers as string[],
    // A stream as far as undici looks.
    body: (content instanceof Upload ? (content.whole() ?? content.open()) : (content ?? null)) as NonNullable<
      Dispatcher.DispatchOptions["body"]
    >,
    // The attempt sees to it: undici counts in half seconds, from a moment of its own.
    headersTimeout: 0,
    bodyTimeout: toTimer(idleMs),
    // One request at a time goes over a connection: there is nothing that would have to wait for its head.
    blocking: false,
  };
  // undici would close the connection, in case a server answers HEAD with a body.
  if (method === "HEAD") options.reset = false;
  // One for all requests, which the connector knows nothing of: undici would connect anew for each `Host` of a client.
  if (origin.startsWith("https:")) options.servername = origin;
  return options;
}

/** undici's timers are switched off by 0. */
function toTimer(limitMs: number): number {
  return limitMs === Infinity ? 0 : limitMs;
}
