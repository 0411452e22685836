import { request as requestHttp } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { Scheduler } from "@backworks/core";
import type { Target } from "../upstream/target.ts";
import { hasField } from "./has-field.ts";

/** A request as Node's client takes it. */
export interface NodeRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Names and values in turn, `connection` and framing among them; `host` is added where it is missing. */
  readonly lines: readonly string[];
}

/** Opens a request over a connection of its own. What is wrong with it is thrown, what happens to it is emitted. */
export function openRequest({ origin, tls }: Target, { method, path, lines }: NodeRequest): ClientRequest {
  const { protocol, hostname, port, host } = new URL(origin);
  const make = protocol === "https:" ? requestHttps : requestHttp;
  return make({
    method,
    path,
    agent: false,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port,
    // Node takes a list of lines as well, and sends them as they are.
    headers: hasField(lines, "host") ? lines : ["host", host, ...lines],
    ca: tls?.ca,
    cert: tls?.cert,
    key: tls?.key,
    servername: tls?.servername,
    rejectUnauthorized: tls?.rejectUnauthorized,
  });
}

/** Calls back once there is a connection, with TLS where that is spoken. */
export function onceConnected(request: ClientRequest, { origin }: Target, connected: () => void): void {
  const event = origin.startsWith("https:") ? "secureConnect" : "connect";
  request.once("socket", (socket) => socket.once(event, connected));
}

/** Cuts an answer of which nothing comes for so long, though nothing of it waits to be taken. */
export function limitPauses(message: IncomingMessage, limitMs: number, scheduler: Scheduler): void {
  if (limitMs === Infinity) return;
  const { socket } = message;
  let read = socket.bytesRead;
  const look = (): void => {
    if (socket.bytesRead === read && message.readableLength === 0) return void message.destroy(tooLate(bodyTimeout));
    read = socket.bytesRead;
    cancel = scheduler.after(limitMs, look);
  };
  let cancel = scheduler.after(limitMs, look);
  message.once("close", () => cancel());
}

const bodyTimeout = "UND_ERR_BODY_TIMEOUT";

/** The code is the name that undici has for it. */
function tooLate(code: string): Error {
  return Object.assign(new Error("it takes too long"), { code });
}

/** Limits the time of a request, one part of it after another. */
export class Watch {
  readonly #request: ClientRequest;
  readonly #scheduler: Scheduler;
  #cancel: (() => void) | undefined = undefined;

  constructor(request: ClientRequest, scheduler: Scheduler) {
    this.#request = request;
    this.#scheduler = scheduler;
    request.once("close", () => this.end());
  }

  /** Ends the request when nothing else is expected within `limitMs`; the error has the name that undici gives it. */
  expect(code: string, limitMs: number): void {
    this.end();
    if (limitMs === Infinity) return;
    this.#cancel = this.#scheduler.after(limitMs, () => void this.#request.destroy(tooLate(code)));
  }

  /** Nothing is waited for. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
