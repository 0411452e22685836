import { Readable } from "node:stream";
import { BackworksError } from "../../errors.ts";
import type { ResponseInit } from "../../exchange.ts";
import { toHead } from "./response.ts";
import type { Answer, Failure, WireRequest } from "./wire.ts";
import { streamWindowBytes } from "./wire.ts";

/** What a call tells whoever runs it. */
export interface CallLinks {
  readonly endpoint: string;
  /** Place of a frame in a stack, relative to the project: `handlers/price.js:12:5`. */
  placeOf(stack: string | undefined): string | undefined;
  /** So many bytes of its stream were taken. */
  taken(bytes: number): void;
  /** Nobody wants the rest of its stream. */
  left(): void;
  /** It is answered, or has failed; a stream may go on. */
  settled(): void;
}

/** What runs a call. */
export interface CallOwner {
  taken(id: number, bytes: number): void;
  cancel(id: number, how: { readonly reason: string; readonly late: boolean }): void;
}

/** Bytes beyond the window that a stream may run ahead before it is ended. */
const slackBytes = 1024 * 1024;

/** One request on its way to a handler and back. */
export class Call {
  readonly id: number;
  readonly request: WireRequest;
  readonly answered: Promise<ResponseInit>;
  /** Who runs it; `undefined` while it waits. */
  owner: CallOwner | undefined;
  readonly #links: CallLinks;
  #resolve: (response: ResponseInit) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #isSettled = false;
  #stream: Readable | undefined;
  #pending = 0;
  #abort: AbortController | undefined;

  constructor(id: number, request: WireRequest, links: CallLinks) {
    this.id = id;
    this.request = request;
    this.#links = links;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether nobody waits for anything of it. */
  get isOver(): boolean {
    return this.#isSettled && (this.#stream === undefined || this.#stream.destroyed);
  }

  /** Ends what the handler asked others for. Made when first read. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  answer(answer: Answer): void {
    if (this.#isSettled) return;
    try {
      const head = toHead(answer, this.#links.endpoint);
      this.#settle();
      if (answer.stream === true) this.#resolve({ ...head, body: this.#openStream() });
      else this.#resolve({ ...head, body: answer.body ?? null });
    } catch (error) {
      this.fail(error);
      if (answer.stream === true) this.#links.left();
    }
    if (answer.stream !== true) this.#abort?.abort();
  }

  chunk(bytes: unknown): void {
    const stream = this.#stream;
    if (stream === undefined || stream.destroyed) return;
    if (typeof bytes !== "string" && !(bytes instanceof Uint8Array))
      return void stream.destroy(this.#wrong("a chunk of its stream is neither text nor bytes"));
    const chunk = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    this.#pending += chunk.length;
    if (stream.readableLength + chunk.length > streamWindowBytes + slackBytes) {
      stream.destroy(this.#wrong("its stream does not wait until it is read"));
      return;
    }
    if (stream.push(chunk)) this.#take();
  }

  end(): void {
    if (!this.#isSettled) return this.fail(this.#wrong("its stream has ended before it had a status"));
    this.#stream?.push(null);
    this.#abort?.abort();
  }

  /** What the handler says went wrong. */
  failed({ message, stack, kind }: Failure): void {
    const { endpoint } = this.#links;
    if (kind === "answer") return this.fail(this.#wrong(message));
    if (kind === "exit") return this.fail(new BackworksError("BW_RUNTIME_CRASHED", { endpoint, reason: message }));
    const place = this.#links.placeOf(stack);
    const details = { endpoint, problem: place === undefined ? message : `${message} (${place})` };
    const error = new BackworksError("BW_RUNTIME_FAILED", details);
    // Whoever reads the log wants to know where it was thrown, not where that was told; the client gets neither.
    error.stack = stack === undefined ? error.message : `${error.message}\n${stack}`;
    this.fail(error);
  }

  fail(error: unknown): void {
    // Only errors of ours come here.
    const reason = error as Error;
    this.#abort?.abort();
    if (this.#isSettled) return void this.#stream?.destroy(reason);
    this.#settle();
    this.#reject(reason);
  }

  #settle(): void {
    this.#isSettled = true;
    this.#links.settled();
  }

  #wrong(problem: string): BackworksError {
    return new BackworksError("BW_RUNTIME_ANSWER", { endpoint: this.#links.endpoint, problem });
  }

  #openStream(): Readable {
    this.#stream = new Readable({
      read: () => this.#take(),
      destroy: (error, done) => {
        this.#links.left();
        done(error);
      },
    });
    // It may fail before anybody listens; whoever sends it sees that it has.
    return this.#stream.on("error", () => {});
  }

  #take(): void {
    const bytes = this.#pending;
    this.#pending = 0;
    if (bytes > 0) this.#links.taken(bytes);
  }
}
