import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { ConnectionFault } from "../../exchange.ts";
import type { ConnectionFaultKind, Exchange, JsonValue, ResponseBody, ResponseInit } from "../../exchange.ts";
import { HeaderList } from "../../headers.ts";
import { hostOf } from "../../overlay.ts";
import type { LiveExchange } from "../../pipeline/exchange.ts";
import type { AskInner } from "../http.ts";
import { envelopeHeader, seal, unseal } from "./envelope.ts";
import type { AnswerEnvelope, FailureEnvelope, RequestEnvelope } from "./envelope.ts";
import { fromPlainError } from "./plain-error.ts";

/** Has a request answered behind a socket file. @throws what the handler there throws, or what the connection fails with */
export async function forward(exchange: Exchange, socketPath: string, ask: AskInner): Promise<ResponseInit> {
  const outgoing = ask(socketPath, { [envelopeHeader]: seal(envelopeOf(exchange)), ...lengthOf(exchange) });
  const leave = (): void => void outgoing.destroy(new Error("the client went away"));
  const { signal } = exchange;
  signal.addEventListener("abort", leave, { once: true });
  sendBody(exchange, outgoing);
  // The answer, or the error of the connection.
  const [message] = (await once(outgoing, "response")) as [IncomingMessage];
  message.once("close", () => signal.removeEventListener("abort", leave));
  return toInit(message);
}

/** A plugin may have made the exchange: what is known of the connection is that of the one it is asked for. */
function liveOf(exchange: Exchange): LiveExchange {
  // Every request begins as one of a server.
  return hostOf(exchange) as LiveExchange;
}

function envelopeOf(exchange: Exchange): RequestEnvelope {
  const { id, request } = exchange;
  const { message, generation } = liveOf(exchange);
  return {
    generation: generation.app.generation,
    id,
    method: request.method,
    url: request.url,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    remoteAddress: message.socket.remoteAddress,
    received: request.received !== undefined,
  };
}

/** What was read has a length; what is passed on as it comes has one only if the client said so. */
function lengthOf({ request }: Exchange): Record<string, string> {
  const { received, headers } = request;
  if (received !== undefined) return { "content-length": String(received.bytes.length) };
  const said = headers["content-length"];
  if (said !== undefined) return { "content-length": String(said) };
  return headers["transfer-encoding"] === undefined ? { "content-length": "0" } : {};
}

function sendBody(exchange: Exchange, outgoing: ClientRequest): void {
  const { received, headers } = exchange.request;
  if (received !== undefined) outgoing.end(received.bytes);
  // What is asked for many may outlive the client.
  else if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) outgoing.end();
  // A failure of either side shows at the answer.
  else pipeline(liveOf(exchange).message, outgoing, () => {});
}

async function toInit(message: IncomingMessage): Promise<ResponseInit> {
  const sealed = unseal<AnswerEnvelope | FailureEnvelope>(message.headers[envelopeHeader]);
  if ("error" in sealed) {
    message.resume();
    throw fromPlainError(sealed.error);
  }
  return { status: sealed.status, headers: toHeaders(sealed.headers), body: await toBody(sealed.body, message) };
}

function toHeaders(flat: readonly string[]): HeaderList {
  const headers = HeaderList.from();
  for (let index = 0; index < flat.length; index += 2) headers.append(flat[index] ?? "", flat[index + 1] ?? "");
  return headers;
}

async function toBody(kind: AnswerEnvelope["body"], message: IncomingMessage): Promise<ResponseBody> {
  if (kind === "stream") return message;
  const bytes = Buffer.concat(await message.toArray());
  if (kind === "none") return null;
  if (kind === "bytes") return bytes;
  if (kind === "text") return bytes.toString("utf8");
  // The other side wrote JSON.
  if (kind === "json") return JSON.parse(bytes.toString("utf8")) as JsonValue;
  // The other side named the kind of a fault.
  return new ConnectionFault(kind.slice("fault ".length) as ConnectionFaultKind, bytes);
}
