import { Agent, createServer, request } from "node:http";
import type { ClientRequest, IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ServerSettings } from "../model/app.ts";
import type { Generation } from "../pipeline/generation.ts";
import { track } from "./connections.ts";
import { ApiAnswer, ApiMessage } from "./messages.ts";
import { writeAtOnce } from "./one-write.ts";
import type { OverloadGuard } from "./overload.ts";
import { receive } from "./receive.ts";
import { refuseBroken } from "./refuse-broken.ts";
import { refuseExpectation, refuseTunnel } from "./refuse-odd.ts";
import { receiveUpgrade } from "./upgrade.ts";

/** Makes the server itself: Node's for plain HTTP, another one for TLS. */
export type MakeServer = (
  options: object,
  listener: (message: IncomingMessage, answer: ServerResponse) => void,
) => Server;

/** What a server is made with besides the generation. */
export interface HttpServerParts {
  /** Refuses requests while the process cannot keep up. */
  readonly guard?: OverloadGuard | undefined;
  /** @defaultValue plain HTTP */
  readonly make?: MakeServer | undefined;
}

/** A server that answers every request from the generation that is current when it arrives, unless the guard refuses it. */
export function createHttpServer(current: () => Generation, { guard, make = makePlain }: HttpServerParts = {}): Server {
  let applied: ServerSettings | undefined;
  const present = (): Generation => {
    const generation = current();
    if (generation.app.server !== applied) applySettings(server, (applied = generation.app.server));
    return generation;
  };
  const take = (message: IncomingMessage, answer: ServerResponse): void => {
    const generation = present();
    if (guard?.refuses(generation, message, answer) !== true) receive(generation, message, answer);
  };
  const { checkIntervalMs } = current().app.server.timeouts;
  const own = { IncomingMessage: ApiMessage, ServerResponse: ApiAnswer, requireHostHeader: false };
  const server = make({ ...own, connectionsCheckingInterval: checkIntervalMs }, take);
  // Before Node makes a parser for the connection, which takes its limits along.
  server.prependListener("connection", (socket: Duplex) => {
    present();
    track(server, socket);
    writeAtOnce(socket);
  });
  // With a listener of ours the client is told to go on only when somebody reads the body.
  server.on("checkContinue", (message: IncomingMessage, answer: ServerResponse) => {
    // Node takes whatever holds the word.
    if (message.headers.expect?.toLowerCase() === "100-continue") take(message, answer);
    else refuseExpectation(present(), message, answer);
  });
  server.on("checkExpectation", (message, answer) => refuseExpectation(present(), message, answer));
  server.on("connect", (message: IncomingMessage, socket: Duplex) => refuseTunnel(present(), message, socket));
  server.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) =>
    receiveUpgrade(present(), { server, message, socket, head, guard }),
  );
  server.on("clientError", (error: Error, socket: Duplex) => refuseBroken(present(), error, socket));
  return server;
}

const makePlain: MakeServer = (options, listener) => createServer(options, listener);

/** Puts limits and times on a server; connections take them along when they begin. */
function applySettings(server: Server, { limits, timeouts }: ServerSettings): void {
  // One more than is taken, or Node would leave out what is too many, and we would not notice.
  server.maxHeadersCount = limits.headerLines === Infinity ? 0 : limits.headerLines + 1;
  // The parser counts the target too; which of the two is too large is told apart when both are there.
  const headBytes = Math.min(limits.headerBytes + limits.urlBytes, 2 ** 31 - 1);
  // Node reads it from the server whenever a connection begins.
  Object.assign(server, { maxHeaderSize: headBytes });
  server.headersTimeout = toTimer(timeouts.headersMs);
  server.requestTimeout = toTimer(timeouts.requestMs);
  server.keepAliveTimeout = toTimer(timeouts.keepAliveMs);
}

/** Node's timers of connections are switched off by 0. */
function toTimer(limitMs: number): number {
  return limitMs === Infinity ? 0 : limitMs;
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
