import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { pipeline } from "node:stream";
import { ConnectionFault } from "../../exchange.ts";
import type { ConnectionFaultKind, JsonValue, ResponseBody, ResponseInit } from "../../exchange.ts";
import { HeaderList } from "../../headers.ts";
import type { LiveExchange } from "../../pipeline/exchange.ts";
import type { AskInner } from "../http.ts";
import { envelopeHeader, seal, unseal } from "./envelope.ts";
import type { AnswerEnvelope, FailureEnvelope, RequestEnvelope } from "./envelope.ts";
import { fromPlainError } from "./plain-error.ts";

/** Has a request answered behind a socket file. @throws what the handler there throws, or what the connection fails with */
export async function forward(exchange: LiveExchange, socketPath: string, ask: AskInner): Promise<ResponseInit> {
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

function envelopeOf({ id, request, message, generation }: LiveExchange): RequestEnvelope {
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
function lengthOf({ request }: LiveExchange): Record<string, string> {
  const { received, headers } = request;
  if (received !== undefined) return { "content-length": String(received.bytes.length) };
  const said = headers["content-length"];
  if (said !== undefined) return { "content-length": said };
  return headers["transfer-encoding"] === undefined ? { "content-length": "0" } : {};
}

function sendBody({ request, message }: LiveExchange, outgoing: ClientRequest): void {
  if (request.received !== undefined) outgoing.end(request.received.bytes);
  // A failure of either side shows at the answer.
  else pipeline(message, outgoing, () => {});
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
