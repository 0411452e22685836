import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { Result } from "../engine.ts";
import { Loss } from "../pool/loss.ts";
import type { SqlConnection } from "../pool/pooled-engine.ts";
import type { ThreadAnswer, ThreadData, ThreadFailure, ThreadRequest } from "./messages.ts";

/** Opens a connection in a thread of its own. */
export async function openThread(data: ThreadData): Promise<SqlConnection> {
  const thread = new SqliteThread(data);
  await thread.opened;
  return thread;
}

interface Asked {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const nothing: Result = { rows: [], count: 0, gives: false };

class SqliteThread implements SqlConnection {
  readonly opened: Promise<unknown>;
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  readonly #exited: Promise<void>;
  readonly #loss = new Loss();
  #number = 0;

  constructor(data: ThreadData) {
    this.#worker = new Worker(workerFile(), { workerData: data });
    this.#loss.whenHappened((cause) => this.#refuseAll(cause));
    this.#worker.unref();
    this.opened = this.#answerTo(0);
    this.#worker.on("message", (answer: ThreadAnswer) => this.#settle(answer));
    this.#worker.on("error", (error) => this.#loss.happen(error));
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        this.#loss.happen(new Error(`the thread ended with ${code}`));
        resolve();
      });
    });
  }

  async run(statement: ThreadRequest["statement"], binds: readonly unknown[]): Promise<Result> {
    // A thread that has ended answers nobody.
    if (this.#loss.happened) throw lost(undefined);
    this.#number += 1;
    const answer = this.#answerTo(this.#number);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage({ number: this.#number, statement, binds: binds.map(toMessage) } satisfies ThreadRequest);
    return answer;
  }

  onLost(told: () => void): void {
    this.#loss.whenHappened(told);
  }

  /**
   * Has the thread end itself when the statement that runs there is done: libsql takes the whole process with it when its thread is ended from
   * outside.
   */
  async close(): Promise<void> {
    if (!this.#loss.happened) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.#worker.postMessage(undefined);
      this.#loss.happen(new Error("it was closed"));
    }
    // Whoever waits for its end keeps the process alive.
    this.#worker.ref();
    await this.#exited;
  }

  async #answerTo(number: number): Promise<Result> {
    // Whoever waits for an answer keeps the process alive.
    this.#worker.ref();
    try {
      return await new Promise<Result>((resolve, reject) => this.#asked.set(number, { resolve, reject }));
    } finally {
      if (this.#asked.size === 0) this.#worker.unref();
    }
  }

  #settle(answer: ThreadAnswer): void {
    const asked = this.#asked.get(answer.number);
    this.#asked.delete(answer.number);
    if ("failure" in answer) asked?.reject(new SqliteFailure(answer.failure));
    else asked?.resolve(answer.result ?? nothing);
  }

  /** Nobody waits for it any more. */
  #refuseAll(cause: unknown): void {
    for (const { reject } of this.#asked.values()) reject(lost(cause));
    this.#asked.clear();
  }
}

function lost(cause: unknown): Error {
  return Object.assign(new Error("the thread of the database has ended", { cause }), { lost: true });
}

/** An error of SQLite that crossed from another thread. */
class SqliteFailure extends Error {
  readonly errcode: number;

  constructor({ message, errcode }: ThreadFailure) {
    super(message);
    this.errcode = errcode;
  }
}

/** What cannot be sent as it is becomes what it is bound as. */
function toMessage(value: unknown): unknown {
  return typeof value === "function" || typeof value === "symbol" ? null : value;
}

/** The worker is a file of the built package; sources run with the one that was built of them. */
function workerFile(): URL {
  const places = ["./sqlite-worker.js", "../sqlite-worker.js", "../../dist/sqlite-worker.js"];
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (found === undefined) throw new TypeError("the package is not whole: sqlite-worker.js is missing");
  return found;
}
