import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { BackworksError } from "../errors.ts";
import type { ResponseInit, UpgradeHandler } from "../exchange.ts";
import type { Match } from "../model/app.ts";
import { execute } from "../pipeline/execute.ts";
import { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { checkRequest } from "./check-request.ts";
import { finish } from "./finish.ts";
import { attach, createAnswer } from "./messages.ts";
import type { OverloadGuard } from "./overload.ts";
import { refuseFor } from "./receive.ts";
import { send } from "./send.ts";

/** A request that asks for another protocol. Node has handed over its socket. */
export interface UpgradeRequest {
  readonly server: Server;
  readonly message: IncomingMessage;
  readonly socket: Duplex & { readonly bytesWritten?: number };
  /** What arrived behind the request. */
  readonly head: Buffer;
  /** Refuses requests while the process cannot keep up. */
  readonly guard: OverloadGuard | undefined;
}

/** Has the route take over the connection, when it can. Otherwise the request is answered as if it asked for nothing. */
export function receiveUpgrade(generation: Generation, request: UpgradeRequest): void {
  const { message, socket } = request;
  const answer = createAnswer(message);
  const exchange = new LiveExchange(generation, message, answer);
  const refusal = checkRequest(message, generation.app.server);
  if (refusal !== undefined) {
    attach(answer, socket);
    return refuseFor(refusal, exchange);
  }
  const match = generation.app.router.match(exchange.request.method, exchange.request.path);
  const { upgrade } = match.route;
  if (upgrade === null || bringsBody(message) || staysHttp(message)) return readAgain(request);
  const release = attach(answer, socket);
  // One that is read again is looked at when it comes as a request like any other.
  if (request.guard?.refuses(generation, message, answer) === true) return;
  void run(exchange, match, () => takeOver(exchange, upgrade, { ...request, release }));
}

/** The parser has left the body on the socket, where whoever takes over would find it. */
function bringsBody({ headers }: IncomingMessage): boolean {
  return (headers["content-length"] ?? "0") !== "0" || headers["transfer-encoding"] !== undefined;
}

/** Another version of HTTP, or TLS: whoever carried it on would carry requests that nobody here has seen. */
function staysHttp({ headers: { upgrade = "" } }: IncomingMessage): boolean {
  return upgrade.split(",").some((protocol) => /^\s*(?:h2c|(?:http|tls)\/.*)$/i.test(protocol));
}

/** Source: RFC 9110, 7.8: a server may ignore Upgrade. The request goes to the parser once more without that field. */
function readAgain({ server, message, socket, head }: UpgradeRequest): void {
  const { method, url, httpVersion, rawHeaders } = message;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const line = withoutUpgrade(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
    if (line !== undefined) text += `${line}\r\n`;
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, "latin1"), head]));
  server.emit("encrypted" in socket ? "secureConnection" : "connection", socket);
}

function withoutUpgrade(name: string, value: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === "upgrade" || lower === "http2-settings") return undefined;
  if (lower !== "connection") return `${name}: ${value}`;
  const kept = value.split(",").filter((option) => !/^\s*(?:upgrade|http2-settings)\s*$/i.test(option));
  return kept.length === 0 ? undefined : `${name}: ${kept.join(",").trim()}`;
}

/** The steps of every request, with the take-over in the place of the handler. */
async function run(exchange: LiveExchange, match: Match, takeOver: () => Promise<ResponseInit>): Promise<void> {
  exchange.generation.traffic.begin(exchange);
  await execute(exchange, { ...match, route: { ...match.route, handler: takeOver } });
  if (exchange.writer === "pipeline") send(exchange);
}

async function takeOver(
  exchange: LiveExchange,
  upgrade: UpgradeHandler,
  { socket, head, release }: UpgradeRequest & { release(): void },
): Promise<ResponseInit> {
  const { answer } = exchange;
  if (socket.destroyed) throw new BackworksError("BW_REQUEST_ABORTED");
  const { bytesWritten: before } = socket;
  release();
  exchange.writer = "upgrade";
  exchange.onExpiry = () => void socket.destroy();
  socket.once("close", () => end(exchange, (socket.bytesWritten ?? 0) - (before ?? 0)));
  const giveBack = (): void => {
    exchange.writer = "pipeline";
    attach(answer, socket);
    // What else the client sends is nothing to anybody; that it leaves is seen by reading alone.
    socket.resume();
  };
  try {
    const outcome = (await upgrade(exchange, socket, head)) ?? undefined;
    if (outcome === undefined || "close" in outcome) exchange.upgraded = outcome;
    else {
      giveBack();
      return outcome;
    }
  } catch (error) {
    if (socket.bytesWritten !== before || !socket.writable) {
      exchange.generation.logger.error("an upgrade failed", { requestId: exchange.id, error });
      socket.destroy();
    } else {
      // Nothing was promised yet, so the client is told.
      giveBack();
      throw error;
    }
  }
  return { status: 101 };
}

function end(exchange: LiveExchange, bytes: number): void {
  if (exchange.writer !== "upgrade") return;
  exchange.abort();
  finish(exchange, bytes, false);
}
