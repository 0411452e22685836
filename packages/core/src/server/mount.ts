import type { ServerResponse } from "node:http";
import type { Handler, ResponseInit } from "../exchange.ts";
import { HeaderList } from "../headers.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import type { Generation } from "../pipeline/generation.ts";
import { toPacket } from "../pipeline/packet.ts";
import type { Packet } from "../pipeline/packet.ts";
import { toProblem } from "../pipeline/problem.ts";
import { addCommonHeaders } from "../pipeline/response-headers.ts";
import { describeThrown } from "../thrown.ts";
import type { ConnectHandler } from "../plugin.ts";

/** Answers with what is mounted; `otherwise` answers when nothing of it does. */
export function answerFromMounts(host: ConnectHandler, otherwise: Handler): Handler {
  return (exchange) => {
    // Handlers of an App get the exchanges of a server.
    const live = exchange as LiveExchange;
    return new Promise<ResponseInit>((resolve, reject) => {
      const { answer } = live;
      const unwatch = watchHead(live);
      const leave = (): void => resolve(live.response ?? { status: answer.statusCode });
      answer.once("close", leave);
      outliveErrors(answer, live.generation);
      host(live.message, answer, (error?: unknown) => {
        answer.off("close", leave);
        unwatch();
        const failed = error !== undefined && error !== null;
        if (answer.headersSent && !answer.writableEnded) answer.destroy();
        if (failed) reject(toError(error));
        // It answered, and goes on all the same.
        else if (answer.headersSent) leave();
        else if (live.passOn === undefined) resolve(refuse(otherwise, live));
        else resolve(passOn(live));
      });
    });
  };
}

/** Who writes to a response that has ended makes it emit an error, which would end the process when nobody listened. */
export function outliveErrors(answer: ServerResponse, { logger }: Generation): void {
  if (answer.listenerCount("error") > 0) return;
  answer.on("error", (error) => logger.error("something mounted wrote to a response that has ended", { error }));
}

/** A miss is refused by throwing, and Express's callback is no place for that. */
async function refuse(otherwise: Handler, exchange: LiveExchange): Promise<ResponseInit> {
  return otherwise(exchange);
}

/** Connect lets anything be thrown. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(describeThrown(thrown).message, { cause: thrown });
}

function passOn(exchange: LiveExchange): ResponseInit {
  exchange.writer = "outside";
  return { status: 404 };
}

/**
 * Runs the after-hooks when status and headers are known and before they leave.
 *
 * What is mounted writes by itself and waits for nobody: a hook that waits cannot change its headers any more. One that
 * refuses has its problem written in place of the response; what the mount writes from then on goes nowhere.
 */
function watchHead(exchange: LiveExchange): () => void {
  const { answer } = exchange;
  const { writeHead, write, end } = answer;
  /** `undefined` until the head is known. What is set here stays: middleware that was mounted may have wrapped it. */
  let leaves: boolean | undefined;
  const mayLeave = (status: number): boolean => {
    if (leaves !== undefined) return leaves;
    exchange.writer = "mount";
    leaves = true;
    try {
      answer.statusCode = runAfterHooks(exchange, status);
    } catch (refusal) {
      refuseWith(refusal);
    }
    return leaves;
  };
  const refuseWith = (refusal: unknown): void => {
    const { status: refused, headers, chunk } = toRefusal(exchange, refusal);
    Reflect.apply(writeHead, answer, [refused, headers]);
    Reflect.apply(end, answer, [chunk]);
    leaves = false;
  };
  exchange.onExpiry = (refusal) => {
    exchange.writer = "mount";
    refuseWith(refusal);
  };
  answer.writeHead = function writeWatched(this: ServerResponse, status: number, ...rest: unknown[]): ServerResponse {
    if (leaves === true) return Reflect.apply(writeHead, this, [status, ...rest]);
    const [phrase] = rest;
    if (typeof phrase === "string") answer.statusMessage = phrase;
    setHeaders(answer, rest.at(-1));
    return mayLeave(status) ? writeHead.call(this, answer.statusCode) : this;
  };
  // These write the head by themselves; it would be too late to refuse then.
  answer.write = (...parts: unknown[]): boolean =>
    mayLeave(answer.statusCode) ? Reflect.apply(write, answer, parts) : true;
  answer.end = (...parts: unknown[]): ServerResponse =>
    mayLeave(answer.statusCode) ? Reflect.apply(end, answer, parts) : answer;
  return () => {
    leaves ??= true;
    exchange.onExpiry = undefined;
  };
}

/** The problem that is written in place of what the mount has. */
function toRefusal(exchange: LiveExchange, refusal: unknown): Packet {
  const { answer } = exchange;
  exchange.response = toProblem(refusal, exchange);
  for (const name of answer.getHeaderNames()) answer.removeHeader(name);
  answer.statusMessage = "";
  return toPacket(exchange, exchange.response);
}

function runAfterHooks(exchange: LiveExchange, status: number): number {
  const { answer, matched } = exchange;
  const headers = HeaderList.from();
  for (const [name, value] of Object.entries(answer.getHeaders())) {
    for (const item of [value].flat()) headers.append(name, String(item));
  }
  exchange.response = { status, headers, body: null };
  const waiting = matched?.afterResponse?.(exchange);
  // The head leaves without waiting: a refusal that comes later can only be told.
  waiting?.catch((error: unknown) => exchange.generation.logger.error("response left before its hooks", { error }));
  const flat = Array.from(headers.flat());
  addCommonHeaders(exchange, flat);
  for (const name of answer.getHeaderNames()) answer.removeHeader(name);
  setHeaders(answer, flat);
  return exchange.response.status;
}

/** What `writeHead` takes: an object, or names and values in turn, or in pairs. */
function setHeaders(answer: ServerResponse, given: unknown): void {
  if (typeof given !== "object" || given === null) return;
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) answer.setHeader(name, value as string);
    return;
  }
  const flat = given.flat() as string[];
  const seen = new Set<string>();
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] ?? "";
    const value = flat[index + 1] ?? "";
    if (seen.has(name.toLowerCase())) answer.appendHeader(name, value);
    else answer.setHeader(name, value);
    seen.add(name.toLowerCase());
  }
}
