import { connect } from "node:net";
import type { Socket } from "node:net";
import { createAnswerReader } from "./answer-reader.ts";
import type { WholeAnswer } from "./answer-reader.ts";

/** One connection that asks one thing after another, over a plain socket: nothing retries, nothing is hidden. */
export interface Connection {
  /** Sends bytes and waits for the whole answer. @throws when the connection breaks before it, or nothing comes for `limitMs` */
  ask(request: string): Promise<WholeAnswer>;
  /** Whether another request may be sent. */
  readonly open: boolean;
  close(): void;
}

const limitMs = 15_000;

export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return new SocketConnection(socket);
}

class SocketConnection implements Connection {
  readonly #socket: Socket;
  readonly #reader = createAnswerReader();
  #waiting: { resolve: (answer: WholeAnswer) => void; reject: (error: Error) => void } | undefined;
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the connection was closed without an answer")));
    socket.setTimeout(limitMs, () => socket.destroy(new Error(`no answer within ${limitMs} ms`)));
  }

  get open(): boolean {
    return !this.#ended;
  }

  ask(request: string): Promise<WholeAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error("the connection was closed before the request"));
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const answer = this.#reader.push(chunk);
    if (answer === undefined) return;
    // The server says so before it closes: nothing is lost then.
    if (answer.headers.get("connection")?.toLowerCase() === "close") this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }

  #end(error: Error): void {
    this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}
