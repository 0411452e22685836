import type { ClientRequest, IncomingMessage } from "node:http";
import type { Scheduler } from "@backworks/core";
import type { Attempt } from "./attempt.ts";
import { hasField } from "./has-field.ts";
import { onceConnected, openRequest, Watch } from "./node-request.ts";
import type { Outgoing } from "./outgoing.ts";
import { Upload } from "./upload.ts";
import type { UploadStream } from "./upload.ts";

/** How long a server may think about `Expect` before the body is sent all the same (RFC 9110, 10.1.1). */
const patienceMs = 1000;

/** Sends a request over a connection of its own, by Node's client; tells the attempt what undici would. */
export function carryByNode(outgoing: Outgoing, attempt: Attempt, scheduler: Scheduler): void {
  const { target } = attempt;
  const { method, path, headers, content, idleMs } = outgoing;
  const lines = [...headers, "connection", "close", ...framingOf(headers, content)];
  const request = openRequest(target, { method, path, lines });
  const watch = new Watch(request, scheduler);
  watch.expect("UND_ERR_CONNECT_TIMEOUT", target.connectMs);
  onceConnected(request, target, () => {
    watch.end();
    attempt.onConnect((error) => void request.destroy(error));
  });
  request.on("information", ({ statusCode, rawHeaders }) => attempt.onHeaders(statusCode, rawHeaders, () => {}));
  request.on("response", (message) => receive(message, attempt, { watch, idleMs }));
  request.on("upgrade", (_message, socket) => {
    socket.destroy();
    attempt.onError(new Error("bad upgrade"));
  });
  request.on("error", (error) => attempt.onError(error));
  request.once("finish", () => attempt.onRequestSent());
  sendContent(outgoing, request, scheduler);
}

function framingOf(headers: readonly string[], content: Outgoing["content"]): string[] {
  if (content instanceof Uint8Array) return ["content-length", String(content.length)];
  return content === undefined || hasField(headers, "content-length") ? [] : ["transfer-encoding", "chunked"];
}

interface Receipt {
  readonly watch: Watch;
  readonly idleMs: number;
}

function receive(message: IncomingMessage, attempt: Attempt, { watch, idleMs }: Receipt): void {
  const watchOn = (): void => watch.expect("UND_ERR_BODY_TIMEOUT", idleMs);
  const resume = (): void => {
    watchOn();
    message.resume();
  };
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

function sendContent({ content, headers }: Outgoing, request: ClientRequest, scheduler: Scheduler): void {
  if (!(content instanceof Upload)) return void request.end(content);
  const body = content.open();
  if (!hasField(headers, "expect")) return pour(body, request);
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
