import type { ServerResponse } from "node:http";
import type { BodySink, BodySource } from "../body-source.ts";
import type { LiveExchange } from "../pipeline/exchange.ts";
import { finish } from "./finish.ts";
import { watchReader } from "./write-body.ts";

/**
 * Writes a body as its source gives it, as fast as the client takes it. The head is there, and not sent yet.
 *
 * Of a body with another length than the head says the connection ends: what is too much would be read as the next answer, and what is missing
 * would be taken from it (RFC 9112, 6.3).
 */
export function sendSource(exchange: LiveExchange, source: BodySource, announced: number | undefined): void {
  const sink = new AnswerSink(exchange, source, announced);
  watchReader(exchange);
  source.start(sink);
  // What has nothing to say yet has a status all the same.
  if (!sink.began) exchange.answer.flushHeaders();
}

class AnswerSink implements BodySink {
  began = false;
  readonly #exchange: LiveExchange;
  readonly #answer: ServerResponse;
  readonly #source: BodySource;
  readonly #announced: number | undefined;
  #bytes = 0;

  constructor(exchange: LiveExchange, source: BodySource, announced: number | undefined) {
    this.#announced = announced;
    this.#exchange = exchange;
    this.#answer = exchange.answer;
    this.#source = source;
    if (this.#answer.destroyed) this.#close();
    else this.#answer.once("close", () => this.#close());
  }

  write(chunk: Uint8Array): boolean {
    this.began = true;
    // Events are ended by whoever stops, and may still come until the client has what was sent.
    if (this.#answer.writableEnded) return false;
    this.#bytes += chunk.length;
    if (this.#announced !== undefined && this.#bytes > this.#announced) return this.#refuse();
    if (this.#answer.write(chunk)) return true;
    this.#answer.once("drain", () => this.#source.resume());
    return false;
  }

  end(trailers: readonly string[]): void {
    this.began = true;
    if (this.#announced !== undefined && this.#bytes !== this.#announced) return void this.#refuse();
    if (trailers.length > 0) this.#answer.addTrailers(toPairs(trailers));
    this.#answer.end();
  }

  /** The status is gone already; the client sees that the connection ends too early. */
  fail(error: unknown): void {
    this.began = true;
    const { generation, id } = this.#exchange;
    generation.logger.error("response body failed", { requestId: id, error });
    this.#answer.destroy();
  }

  #refuse(): false {
    this.fail(new Error(`the body has ${this.#bytes} bytes or more, content-length says ${this.#announced}`));
    return false;
  }

  #close(): void {
    this.#source.cancel();
    finish(this.#exchange, this.#bytes, !this.#answer.writableFinished);
  }
}

function toPairs(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2) pairs.push([flat[index] ?? "", flat[index + 1] ?? ""]);
  return pairs;
}
