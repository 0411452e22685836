import type { IncomingMessage } from "node:http";
import type { BodySink, BodySource } from "../body-source.ts";
import { BackworksError } from "../errors.ts";
import { breakageOf } from "./broken-body.ts";
import { discard, isGone, tooLarge } from "./collect.ts";

/** A request that knows whether somebody takes its body as it comes: a set of those that do costs each collection of garbage. */
interface StreamedMessage extends IncomingMessage {
  isStreamed?: boolean;
}

/** Whether somebody takes the body as it comes. */
export function isStreamed(message: StreamedMessage): boolean {
  return message.isStreamed === true;
}

/** The body of a request as it comes. */
export class Upload implements BodySource {
  readonly #message: StreamedMessage;
  readonly #limit: number;
  readonly #begin: () => void;
  #sink: BodySink | undefined = undefined;
  #size = 0;

  /** `begin` is called before the first byte is waited for. */
  constructor(message: IncomingMessage, limit: number, begin: () => void) {
    this.#message = message;
    this.#limit = limit;
    this.#begin = begin;
  }

  start(sink: BodySink): void {
    const message = this.#message;
    const breakage = breakageOf(message) ?? (isGone(message) ? new BackworksError("BW_REQUEST_ABORTED") : undefined);
    if (breakage !== undefined) return sink.fail(breakage);
    this.#sink = sink;
    message.isStreamed = true;
    this.#begin();
    message.on("data", this.#take).on("end", this.#end).on("close", this.#leave).on("error", this.#leave);
  }

  resume(): void {
    if (this.#sink !== undefined) this.#message.resume();
  }

  cancel(): void {
    if (this.#sink !== undefined) this.#stop();
  }

  readonly #take = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size > this.#limit) this.#stop()?.fail(tooLarge(this.#limit));
    else if (this.#sink?.write(chunk) === false) this.#message.pause();
  };

  readonly #end = (): void => this.#forget()?.end(this.#message.rawTrailers);

  readonly #leave = (): void =>
    this.#forget()?.fail(breakageOf(this.#message) ?? new BackworksError("BW_REQUEST_ABORTED"));

  /** The rest is read without keeping it, so that the client gets to see the answer. */
  #stop(): BodySink | undefined {
    const sink = this.#forget();
    discard(this.#message);
    this.#message.resume();
    return sink;
  }

  #forget(): BodySink | undefined {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#message.off("data", this.#take).off("end", this.#end).off("close", this.#leave).off("error", this.#leave);
    return sink;
  }
}
