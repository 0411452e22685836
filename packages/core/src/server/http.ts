import { Agent, createServer, IncomingMessage, request, ServerResponse } from "node:http";
import type { ClientRequest, IncomingHttpHeaders, Server } from "node:http";
import type { Duplex } from "node:stream";
import { execute } from "../pipeline/execute.ts";
import { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { toProblem } from "../pipeline/problem.ts";
import { finish } from "./finish.ts";
import type { OverloadGuard } from "./overload.ts";
import { send } from "./send.ts";

/**
 * Requests of our servers. Express's helpers are put on this prototype when something is mounted.
 *
 * What a router writes on a request is there from the start, so that all requests keep one shape (bench: express mounted).
 */
export class ApiMessage extends IncomingMessage {
  res: unknown = undefined;
  next: unknown = undefined;
  baseUrl: unknown = undefined;
  originalUrl: unknown = undefined;
  params: unknown = undefined;
  route: unknown = undefined;
}

/** Responses of our servers; see `ApiMessage`. */
export class ApiAnswer extends ServerResponse<ApiMessage> {
  locals: unknown = undefined;
}

/** How often connections are looked over for headers and bodies that take too long. */
const checkIntervalMs = 5000;

/** A server that answers every request from the generation that is current when it arrives, unless the guard refuses it. */
export function createHttpServer(current: () => Generation, guard?: OverloadGuard): Server {
  const take = (message: IncomingMessage, answer: ServerResponse): void => {
    const generation = current();
    if (guard?.refuses(generation, message, answer) !== true) receive(generation, message, answer);
  };
  const server = createServer(
    { IncomingMessage: ApiMessage, ServerResponse: ApiAnswer, connectionsCheckingInterval: checkIntervalMs },
    take,
  );
  // With a listener of ours the client is told to go on only when somebody reads the body.
  server.on("checkContinue", take);
  server.on("clientError", answerBrokenRequest);
  // Whoever opens and closes it does not mind the classes of its messages.
  return server as unknown as Server;
}

/** Answers one request. Middleware, when there is some, comes first and may answer instead. */
function receive(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  if (generation.middleware === null) answerRequest(generation, message, answer);
  else answerBehind(generation, { message, answer });
}

/** A request of somebody else's server. */
export interface EmbeddedRequest {
  readonly message: IncomingMessage;
  readonly answer: ServerResponse;
  /** Called instead of answering when nothing here does. */
  passOn(error?: unknown): void;
}

/** Answers one request inside another server; what nothing answers is passed on. */
export function receiveEmbedded(generation: Generation, request: EmbeddedRequest): void {
  if (generation.middleware === null) answerEmbedded(generation, request);
  else answerBehind(generation, request);
}

function answerEmbedded(generation: Generation, { message, answer, passOn }: EmbeddedRequest): void {
  const exchange = new LiveExchange(generation, message, answer);
  if (isForOthers(exchange)) return passOn();
  exchange.passOn = passOn;
  begin(exchange);
}

/** Neither an endpoint answers nor is anything mounted there. */
function isForOthers({ generation: { app }, request: { method, path } }: LiveExchange): boolean {
  if (app.router.match(method, path).route.miss === undefined) return false;
  return !app.mounts.some(({ path: below = "/" }) => below === "/" || path === below || path.startsWith(`${below}/`));
}

function answerRequest(generation: Generation, message: IncomingMessage, answer: ServerResponse): void {
  begin(new LiveExchange(generation, message, answer));
}

function begin(exchange: LiveExchange): void {
  exchange.generation.traffic.begin(exchange);
  const waiting = execute(exchange);
  if (waiting === undefined) send(exchange);
  else void waiting.then(() => send(exchange));
}

/** The exchange begins behind the middleware, which may have rewritten the request. */
function answerBehind(
  generation: Generation,
  request: Omit<EmbeddedRequest, "passOn"> & Partial<EmbeddedRequest>,
): void {
  const { message, answer, passOn } = request;
  const arrival = new LiveExchange(generation, message, answer);
  let passed = false;
  generation.traffic.begin(arrival);
  answer.once("close", () => {
    // What the middleware answered has no other exchange that ends.
    if (passed) arrival.traffic?.end(arrival);
    else finish(arrival, 0, !answer.writableFinished);
  });
  const goOn = (error?: unknown): void => {
    passed = true;
    if (error !== undefined && error !== null) refuse(new LiveExchange(generation, message, answer), error);
    else if (passOn === undefined) answerRequest(generation, message, answer);
    else answerEmbedded(generation, { message, answer, passOn });
  };
  try {
    generation.middleware?.(message, answer, goOn);
  } catch (error) {
    goOn(error);
  }
}

function refuse(exchange: LiveExchange, error: unknown): void {
  exchange.generation.traffic.begin(exchange);
  exchange.response = toProblem(error, exchange);
  send(exchange);
}

const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Content Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** What cannot be parsed has no request and no exchange; it is refused on the socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const status = refusals[error.code ?? ""] ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** A request without a body, as the control listener gets it. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface PlainAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** A server of JSON answers that has nothing to do with an App. */
export function createPlainServer(answer: (request: PlainRequest) => Promise<PlainAnswer>): Server {
  return createServer((message, response) => {
    const { method = "GET", url = "/", headers } = message;
    message.resume();
    answer({ method, url, headers })
      .catch((error: unknown) => ({
        status: 500,
        body: { message: error instanceof Error ? error.message : String(error) },
      }))
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
        response.end(JSON.stringify(body));
      })
      // The client went away; there is nobody to tell.
      .catch(() => {});
  });
}

/** What is sent by `sendOver`. */
export interface OutgoingRequest {
  /** In any case. */
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** In any case; an array repeats the name. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** A text is sent as UTF-8. */
  readonly body?: string | Uint8Array | undefined;
}

/** What came back. Header names in lower case. */
export interface IncomingAnswer {
  /** HTTP status. */
  readonly status: number;
  /** An array only where a name repeats and must not be joined. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Empty when there is none. */
  readonly body: Uint8Array;
}

/** Sends one request over a connection that is there already. */
export function sendOver(connection: Duplex, { method, url, headers, body }: OutgoingRequest): Promise<IncomingAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method: method.toUpperCase(),
      path: url,
      headers: { host: "localhost", connection: "close", ...lengthOf(body), ...(headers as Record<string, string>) },
      createConnection: () => connection,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("error", reject);
      message.on("end", () => {
        const { statusCode: status = 0 } = message;
        // Node leaves out names without a value.
        resolve({ status, headers: message.headers as IncomingAnswer["headers"], body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(body);
  });
}

function lengthOf(body: string | Uint8Array | undefined): Record<string, string> {
  return body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
}

/** Bytes of header fields between processes of ours: one of them holds all fields of a request. */
const innerHeaderBytes = 1_048_576;

/** A server for other processes of ours. It trusts what it gets and cuts nobody off. */
export function createInnerServer(answer: (message: IncomingMessage, answer: ServerResponse) => void): Server {
  const unlimited = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, maxHeaderSize: innerHeaderBytes };
  const classes = { IncomingMessage: ApiMessage, ServerResponse: ApiAnswer };
  // Whoever opens and closes it does not mind the classes of its messages.
  return createServer({ ...unlimited, ...classes }, answer) as unknown as Server;
}

/** Asks the inner server behind a socket file; what the function returned takes the body. */
export type AskInner = (socketPath: string, headers: Readonly<Record<string, string>>) => ClientRequest;

/** Connections are kept for the next request. */
export function createInnerClient(): AskInner {
  const agent = new Agent({ keepAlive: true });
  return (socketPath, headers) =>
    request({ socketPath, agent, method: "POST", path: "/", headers, maxHeaderSize: innerHeaderBytes });
}
