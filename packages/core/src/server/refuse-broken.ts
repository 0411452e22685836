import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { BackworksError } from "../errors.ts";
import { breakBody } from "../pipeline/broken-body.ts";
import type { Generation } from "../pipeline/generation.ts";
import { createRequestId } from "../pipeline/request-id.ts";
import { isStreamed } from "../pipeline/upload.ts";
import { statusTitle } from "../status-title.ts";
import { toRefusal } from "./broken-request.ts";
import type { ParserError } from "./broken-request.ts";
import { endLingering, lingerAfter } from "./linger.ts";
import { createTurns } from "./turns.ts";

/** What Node keeps on the socket of a server. */
type ServerSocket = Duplex & {
  readonly remoteAddress?: string | undefined;
  /** The response that is being written. */
  readonly _httpMessage?: ServerResponse | null;
  /** Of the request that is being read. */
  readonly parser?: { readonly incoming: IncomingMessage | null } | null;
};

/** Connections of which nothing more is read. */
const given = new WeakSet<Duplex>();

/**
 * Answers what Node's parser cannot read, or not in time. Such a request has no exchange: it is refused on the socket.
 *
 * What was asked before on the connection is answered first, so that no client takes the refusal for that answer. A body that
 * breaks off belongs to a request that has an exchange, which answers then; nothing is sent for it besides.
 */
export function refuseBroken(generation: Generation, error: ParserError, socket: ServerSocket): void {
  const { code } = error;
  if (code === "ECONNRESET" || code === "EPIPE" || socket.destroyed) return void socket.destroy();
  if (code === "ERR_HTTP_REQUEST_TIMEOUT" && mayTakeItsTime(generation, socket)) return;
  // The parser says it again with every byte that follows.
  if (given.has(socket)) return;
  given.add(socket);
  // Bytes after the last request of a connection are nobody's.
  if (code === "HPE_CLOSED_CONNECTION") return whenAnswered(socket, () => endLingering(socket));
  const refusal = toRefusal(error, generation.app.server.limits);
  if (refusal.code === "BW_REQUEST_TIMEOUT") inTurn(() => refuse(generation, refusal, socket));
  else refuse(generation, refusal, socket);
}

/** A body that goes on as it comes is as long as it is: whoever takes it limits its pauses. */
function mayTakeItsTime({ app }: Generation, { parser }: ServerSocket): boolean {
  const { incoming } = parser ?? {};
  return (
    app.server.timeouts.streamMs === Infinity && incoming !== undefined && incoming !== null && isStreamed(incoming)
  );
}

const inTurn = createTurns();

function refuse(generation: Generation, refusal: BackworksError, socket: ServerSocket): void {
  const { incoming } = socket.parser ?? {};
  if (incoming && !incoming.complete) {
    refuseBody(incoming, refusal, socket);
    return whenAnswered(socket, () => endLingering(socket));
  }
  whenAnswered(socket, () => write(refusal, generation, socket));
}

function refuseBody(message: IncomingMessage, refusal: BackworksError, socket: ServerSocket): void {
  const { _httpMessage: answer } = socket;
  if (answer?.req === message) answer.shouldKeepAlive = false;
  lingerAfter(socket);
  breakBody(message, refusal);
}

/** Runs when no response is under way. */
function whenAnswered(socket: ServerSocket, run: () => void): void {
  const { _httpMessage: answer } = socket;
  if (answer === undefined || answer === null) run();
  else answer.once("close", () => whenAnswered(socket, run));
}

function write(refusal: BackworksError, generation: Generation, socket: ServerSocket): void {
  if (!socket.writable) return void socket.destroy();
  const { status, code } = refusal;
  const requestId = createRequestId();
  generation.logger.info("request refused", { requestId, status, code, ip: socket.remoteAddress });
  const text = toText(refusal, requestId, generation.app.globalHeaders);
  if (code === "BW_REQUEST_TIMEOUT") endAtOnce(socket, text);
  else endLingering(socket, text);
}

/** A client that has been waited for in vain sends nothing that could cross the answer. */
function endAtOnce(socket: ServerSocket, text: string): void {
  socket.write(text);
  if (socket.writableLength === 0) socket.destroy();
  else socket.end(() => socket.destroy());
}

function toText(refusal: BackworksError, requestId: string, globalHeaders: readonly string[]): string {
  const { status, code, message } = refusal;
  const title = statusTitle(status) ?? "Error";
  const type = `urn:backworks:error:${code}`;
  const body = JSON.stringify({ type, title, status, code, detail: message, requestId });
  const lines = [
    `HTTP/1.1 ${status} ${title}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    `date: ${new Date().toUTCString()}`,
    "connection: close",
    `x-request-id: ${requestId}`,
  ];
  for (let index = 0; index < globalHeaders.length; index += 2) {
    lines.push(`${globalHeaders[index]}: ${globalHeaders[index + 1]}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
