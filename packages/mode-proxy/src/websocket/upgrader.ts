import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { BackworksError, HeaderList } from "@backworks/core";
import type { Exchange, ModeContext, ResponseInit, UpgradedConnection, UpgradeHandler } from "@backworks/core";
import type { ForwardPlan } from "../options/plan.ts";
import type { AttemptOutcome, Target } from "../upstream/target.ts";
import { toFailure } from "../wire/failure.ts";
import { createForwarded } from "../wire/forwarded.ts";
import { limitPauses, onceConnected, openRequest, Watch } from "../wire/node-request.ts";
import { toRequestHeaders } from "../wire/request-head.ts";
import type { RequestHeadParts } from "../wire/request-head.ts";
import { toResponseHeaders } from "../wire/response-head.ts";
import { refuseLoop } from "../wire/via.ts";
import { joinSockets } from "./tunnel.ts";
import { WaitingClient } from "./waiting-client.ts";

interface UpgradeParts {
  readonly plan: ForwardPlan;
  readonly context: Pick<ModeContext, "clock" | "scheduler">;
  readonly head: RequestHeadParts;
}

interface Switched {
  readonly kind: "switched";
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the 101. */
  readonly head: Buffer;
}

/** What an upstream made of it: it switched, or answered as if nobody had asked. */
type Answer = Switched | { readonly kind: "answered"; readonly message: IncomingMessage };

/** A handler that has a target take over connections, WebSockets or any other protocol, and carries the bytes. */
export function createUpgrader(plan: ForwardPlan, context: UpgradeParts["context"]): UpgradeHandler {
  const { endpoint, forwarded, via, preserveHost } = plan;
  const parts: UpgradeParts = {
    plan,
    context,
    head: { forwarded: createForwarded(forwarded), via, preserveHost },
  };
  return (exchange, socket, head) => {
    refuseLoop(exchange, via, endpoint);
    return upgrade({ exchange, socket, head }, parts);
  };
}

interface Upgrading {
  readonly exchange: Exchange;
  readonly socket: Duplex;
  readonly head: Uint8Array;
}

async function upgrade(
  { exchange, socket, head }: Upgrading,
  parts: UpgradeParts,
): Promise<UpgradedConnection | ResponseInit> {
  const gone = new AbortController();
  const client = new WaitingClient(socket, head, () => gone.abort(new BackworksError("BW_REQUEST_ABORTED")));
  try {
    const { target, answer } = await askTargets(exchange, parts, gone.signal);
    client.release();
    const { message } = answer;
    const headers = HeaderList.fromFlat(
      toResponseHeaders(message.rawHeaders, parts.head.via !== undefined, parts.plan.upstream.name),
    );
    const response = { status: message.statusCode ?? 0, headers };
    parts.plan.editResponse?.(exchange, response, target);
    if (answer.kind === "answered") {
      limitPauses(message, parts.plan.timeouts.idleMs, parts.context.scheduler);
      return { ...response, body: message };
    }
    switchOver(socket, answer, headers);
    const isWebSocket = /^websocket$/i.test(message.headers.upgrade ?? "");
    return joinSockets({ client: socket, target: answer.socket, isWebSocket }, parts.context.scheduler);
  } catch (error) {
    client.release();
    // Nobody is there to be told anything.
    if (gone.signal.aborted) socket.destroy();
    throw error;
  }
}

/** One target after another, as the policy allows. @throws what the last of them failed with */
async function askTargets(
  exchange: Exchange,
  parts: UpgradeParts,
  gone: AbortSignal,
): Promise<{ readonly target: Target; readonly answer: Answer }> {
  const { upstream, retries } = parts.plan;
  const tried: Target[] = [];
  retries?.onRequest();
  for (;;) {
    const target = upstream.pick(exchange, tried);
    if (target === undefined) throw new BackworksError("BW_UPSTREAM_NONE", { upstream: upstream.name });
    tried.push(target);
    exchange.forwardedTo = { upstream: upstream.name, target: target.name };
    const answer = await ask(exchange, target, { ...parts, gone });
    gone.throwIfAborted();
    if (answer.kind !== "failed") return { target, answer };
    const mayGoOn = retries !== undefined && tried.length < retries.attempts;
    const waitMs = mayGoOn ? await retries.mayRetry(tried.length, exchange, answer.outcome) : undefined;
    if (waitMs === undefined) throw answer.error;
    if (waitMs > 0) await new Promise<void>((resolve) => void parts.context.scheduler.after(waitMs, resolve));
    gone.throwIfAborted();
  }
}

interface Failed {
  readonly kind: "failed";
  readonly outcome: AttemptOutcome;
  readonly error: unknown;
}

/** That of every upgrade. */
const method = "GET";

/** Asks one target; never rejects. It is counted until the connection to it has ended. */
function ask(
  exchange: Exchange,
  target: Target,
  { plan, context, head, gone }: UpgradeParts & { readonly gone: AbortSignal },
): Promise<Answer | Failed> {
  const began = context.clock.monotonic();
  const request = openRequest(target, { method, ...linesFor(exchange, target, { plan, head }) });
  const watch = new Watch(request, context.scheduler);
  const leave = (): void => void request.destroy();
  let connected = false;
  target.inFlight += 1;
  gone.addEventListener("abort", leave, { once: true });
  watch.expect("UND_ERR_CONNECT_TIMEOUT", target.connectMs);
  onceConnected(request, target, () => {
    connected = true;
    watch.expect("UND_ERR_HEADERS_TIMEOUT", plan.timeouts.headersMs);
  });
  request.once("close", () => gone.removeEventListener("abort", leave));
  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (answer: Answer, connection: Duplex): void => {
      watch.end();
      isSettled = true;
      connection.once("close", () => (target.inFlight -= 1));
      const { statusCode: status = 0 } = answer.message;
      plan.upstream.report(target, { kind: "answered", status, ms: context.clock.monotonic() - began, method });
      resolve(answer);
    };
    request.once("upgrade", (message, socket, ahead) =>
      settle({ kind: "switched", message, socket, head: ahead }, socket),
    );
    request.once("response", (message) => settle({ kind: "answered", message }, message.socket));
    request.on("information", ({ statusCode, rawHeaders }) => {
      if (statusCode !== 101)
        exchange.inform(statusCode, HeaderList.fromFlat(toResponseHeaders(rawHeaders, false, plan.upstream.name)));
    });
    request.on("error", (cause) => {
      // Of an answer that breaks off whoever reads it hears.
      if (isSettled) return;
      const limits = { UND_ERR_CONNECT_TIMEOUT: target.connectMs, UND_ERR_HEADERS_TIMEOUT: plan.timeouts.headersMs };
      const failure = toFailure(cause, { upstream: plan.upstream.name, connected, limits });
      const failed = failure === undefined || gone.aborted ? undefined : failure.kind;
      const outcome: AttemptOutcome =
        failed === undefined ? { kind: "cancelled" } : { kind: "failed", failure: failed };
      target.inFlight -= 1;
      plan.upstream.report(target, { ...outcome, method });
      resolve({ kind: "failed", outcome, error: failure?.error ?? cause });
    });
    request.end();
  });
}

/** Source: RFC 9110, 7.8: the fields of an upgrade are those of one connection, and are written anew for the next. */
function linesFor(
  exchange: Exchange,
  target: Target,
  { plan, head }: Pick<UpgradeParts, "plan" | "head">,
): { readonly path: string; readonly lines: readonly string[] } {
  const given = toRequestHeaders(exchange, "none", head);
  const headers = plan.editRequest?.(exchange, given, target) ?? given;
  const protocol = String(exchange.request.headers["upgrade"]);
  return {
    path: target.path + plan.toPath(exchange),
    lines: [...headers, "connection", "Upgrade", "upgrade", protocol],
  };
}

/** Writes the 101; what the target sent behind it is read again. */
function switchOver(client: Duplex, { message, socket, head }: Switched, headers: HeaderList): void {
  const protocol = message.headers.upgrade ?? "";
  let text = `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  client.write(`${text}\r\n`, "latin1");
  if (head.length > 0) socket.unshift(head);
}
