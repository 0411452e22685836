import { request as requestHttp } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { RequestOptions } from "node:https";
import type { Scheduler } from "@backworks/core";
import type { Target } from "../upstream/target.ts";
import type { Attempt } from "./attempt.ts";
import type { Outgoing } from "./outgoing.ts";
import { Upload } from "./upload.ts";
import type { UploadStream } from "./upload.ts";

/** How long a server may think about `Expect` before the body is sent all the same (RFC 9110, 10.1.1). */
const patienceMs = 1000;

/** Sends a request over a connection of its own, by Node's client; tells the attempt what undici would. */
export function carryByNode(outgoing: Outgoing, attempt: Attempt, scheduler: Scheduler): void {
  const { target } = attempt;
  const make = target.origin.startsWith("https:") ? requestHttps : requestHttp;
  let request: ClientRequest;
  try {
    request = make(toOptions(outgoing, target));
  } catch (error) {
    return attempt.onError(error);
  }
  const watch = new Watch(request, scheduler);
  watch.expect("UND_ERR_CONNECT_TIMEOUT", target.connectMs);
  request.on("socket", (socket) => {
    socket.once(target.origin.startsWith("https:") ? "secureConnect" : "connect", () => {
      watch.end();
      attempt.onConnect((error) => void request.destroy(error));
    });
  });
  request.on("information", ({ statusCode, rawHeaders }) => attempt.onHeaders(statusCode, rawHeaders, () => {}));
  request.on("response", (message) => receive(message, attempt, { watch, idleMs: outgoing.idleMs }));
  request.on("upgrade", (_message, socket) => {
    socket.destroy();
    attempt.onError(new Error("bad upgrade"));
  });
  request.on("close", () => watch.end()).on("error", (error) => attempt.onError(error));
  sendContent(outgoing, request, {
    scheduler,
    sent: () => watch.expect("UND_ERR_HEADERS_TIMEOUT", outgoing.headersMs),
  });
}

function toOptions({ method, path, headers, content }: Outgoing, target: Target): RequestOptions {
  const { hostname, port, host } = new URL(target.origin);
  const lines = [...headers, "connection", "close", ...framingOf(headers, content)];
  if (!headers.includes("host")) lines.unshift("host", host);
  const { ca, cert, key, servername, rejectUnauthorized } = target.tls ?? {};
  return {
    method,
    path,
    agent: false,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port,
    // Node takes a list of lines as well, and sends them as they are.
    headers: lines,
    ca,
    cert,
    key,
    servername,
    rejectUnauthorized,
  };
}

function framingOf(headers: readonly string[], content: Outgoing["content"]): string[] {
  if (content instanceof Uint8Array) return ["content-length", String(content.length)];
  return content === undefined || headers.includes("content-length") ? [] : ["transfer-encoding", "chunked"];
}

/** One limit at a time. */
class Watch {
  readonly #request: ClientRequest;
  readonly #scheduler: Scheduler;
  #cancel: (() => void) | undefined = undefined;

  constructor(request: ClientRequest, scheduler: Scheduler) {
    this.#request = request;
    this.#scheduler = scheduler;
  }

  /** Ends the request when nothing else is expected within `limitMs`; the error has the name that undici gives it. */
  expect(code: string, limitMs: number): void {
    this.end();
    if (limitMs === Infinity) return;
    const expire = (): void => void this.#request.destroy(Object.assign(new Error("it takes too long"), { code }));
    this.#cancel = this.#scheduler.after(limitMs, expire);
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

interface Receipt {
  readonly watch: Watch;
  readonly idleMs: number;
}

function receive(message: IncomingMessage, attempt: Attempt, { watch, idleMs }: Receipt): void {
  const resume = (): void => void message.resume();
  const watchOn = (): void => watch.expect("UND_ERR_BODY_TIMEOUT", idleMs);
  watchOn();
  message.on("error", (error) => attempt.onError(error));
  attempt.onResponseStarted();
  attempt.onHeaders(message.statusCode ?? 0, message.rawHeaders, resume);
  message.on("data", (chunk: Buffer) => {
    watchOn();
    if (attempt.onData(chunk)) return;
    // Whoever is paused takes the time he needs.
    watch.end();
    message.pause();
  });
  message.on("end", () => attempt.onComplete(message.rawTrailers));
}

interface Sending {
  readonly scheduler: Scheduler;
  /** Called when the whole request is with the system. */
  sent(): void;
}

function sendContent({ content, headers }: Outgoing, request: ClientRequest, { scheduler, sent }: Sending): void {
  request.once("finish", sent);
  if (!(content instanceof Upload)) return void request.end(content);
  const body = content.open();
  if (!headers.includes("expect")) return pour(body, request);
  request.flushHeaders();
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    cancel();
    pour(body, request);
  };
  const cancel = scheduler.after(patienceMs, begin);
  request.once("continue", begin);
  request.once("close", cancel).once("response", cancel);
}

function pour(body: UploadStream, request: ClientRequest): void {
  body.on("data", (chunk: Uint8Array) => {
    if (!request.write(chunk)) body.pause();
  });
  body.on("end", () => {
    if (body.trailers.length > 0) request.addTrailers(toPairs(body.trailers));
    request.end();
  });
  request.on("drain", () => body.resume());
  request.once("close", () => body.destroy());
  body.resume();
}

function toPairs(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2) pairs.push([flat[index] ?? "", flat[index + 1] ?? ""]);
  return pairs;
}
