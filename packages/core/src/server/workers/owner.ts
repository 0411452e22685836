import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { isSource, isStream, toReadable } from "../../body-source.ts";
import type { BodySource } from "../../body-source.ts";
import { BackworksError } from "../../errors.ts";
import { ConnectionFault } from "../../exchange.ts";
import type { BackworksResponse, ResponseBody } from "../../exchange.ts";
import { toResponse } from "../../response.ts";
import { onceBegun } from "../../stream-begun.ts";
import { toContent } from "../../pipeline/content.ts";
import { LiveExchange } from "../../pipeline/exchange.ts";
import type { Generation } from "../../pipeline/generation.ts";
import { createInnerServer } from "../http.ts";
import { envelopeHeader, seal, unseal } from "./envelope.ts";
import type { AnswerEnvelope, RequestEnvelope } from "./envelope.ts";
import { toPlainError } from "./plain-error.ts";

/** Finds a configuration that other workers may still serve; `undefined` when it is gone. */
export type FindGeneration = (number: number) => Generation | undefined;

/** The server by which other workers have requests answered here: no hook is run, and nothing is limited or sent. */
export function createOwnerServer(find: FindGeneration): Server {
  return createInnerServer((message, answer) => void answerInner(find, message, answer));
}

async function answerInner(find: FindGeneration, message: IncomingMessage, answer: ServerResponse): Promise<void> {
  // What the connection fails with shows as its end.
  message.on("error", () => {});
  answer.on("error", () => {});
  const envelope = unseal<RequestEnvelope>(message.headers[envelopeHeader]);
  const generation = find(envelope.generation);
  if (generation === undefined) return fail(answer, goneError());
  const exchange = restore(envelope, { generation, message, answer });
  generation.traffic.begin(exchange);
  answer.once("close", () => generation.traffic.end(exchange));
  try {
    write(answer, await run(exchange, envelope.received));
  } catch (error) {
    fail(answer, error);
  }
}

function goneError(): BackworksError {
  return new BackworksError("BW_WORKERS_OWNER_GONE", {}, { headers: { "retry-after": "1" } });
}

interface Arrival {
  readonly generation: Generation;
  readonly message: IncomingMessage;
  readonly answer: ServerResponse;
}

/** The exchange as it is at the worker that received the request. */
function restore(envelope: RequestEnvelope, { generation, message, answer }: Arrival): LiveExchange {
  const { id, method, url, rawHeaders, remoteAddress, received } = envelope;
  const headers = { ...envelope.headers, "x-request-id": id };
  // The connection carries one request at a time.
  Object.defineProperty(message.socket, "remoteAddress", { value: remoteAddress, configurable: true });
  if (received) delete headers["content-encoding"];
  Object.assign(message, { method, url, headers, rawHeaders });
  const exchange = new LiveExchange(generation, message, answer);
  const { "x-request-id": own } = envelope.headers;
  // Handlers see what the client sent.
  if (own === undefined) delete (headers as typeof envelope.headers)["x-request-id"];
  else headers["x-request-id"] = String(own);
  exchange.accept(generation.app.router.match(exchange.request.method, exchange.request.path));
  return exchange;
}

async function run(exchange: LiveExchange, received: boolean): Promise<BackworksResponse> {
  if (received) await exchange.request.receive();
  // It has passed already; here it fills in defaults, which the handler is to see.
  await exchange.matched?.validate?.(exchange);
  const init = await exchange.matched?.handler(exchange);
  return init === undefined ? (exchange.response ?? toResponse({ status: 204 })) : toResponse(init);
}

function write(answer: ServerResponse, { status, headers, body: given }: BackworksResponse): void {
  const body = isSource(given) ? toReadable(given) : given;
  const [kind, content] = toKind(body);
  const envelope = { status, headers: headers.flat(), body: kind } satisfies AnswerEnvelope;
  answer.setHeader(envelopeHeader, seal(envelope));
  if (!isStream(body)) return void answer.end(content);
  onceBegun(body, (beginning) => {
    if (beginning === "empty") return void answer.end();
    if (beginning !== undefined) return fail(answer, beginning.failed);
    if (body.readableLength === 0) answer.flushHeaders();
    pipeline(body, answer, () => {});
  });
}

function toKind(body: Exclude<ResponseBody, BodySource>): [AnswerEnvelope["body"], string | Uint8Array | undefined] {
  if (body === null) return ["none", undefined];
  if (typeof body === "string") return ["text", body];
  if (body instanceof Uint8Array) return ["bytes", body];
  if (body instanceof ConnectionFault) return [`fault ${body.kind}`, body.bytes];
  return isStream(body) ? ["stream", undefined] : ["json", toContent(body).chunk];
}

function fail(answer: ServerResponse, error: unknown): void {
  if (answer.headersSent) return void answer.destroy();
  answer.setHeader(envelopeHeader, seal({ error: toPlainError(error) }));
  answer.end();
}
