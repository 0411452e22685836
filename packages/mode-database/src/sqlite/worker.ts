import { parentPort, workerData } from "node:worker_threads";
import { loadSqlite } from "./library.ts";
import { numberOf } from "./dialect.ts";
import type { ThreadAnswer, ThreadData, ThreadFailure, ThreadRequest } from "./messages.ts";
import { openSession } from "./open-file.ts";
import type { SqliteSession } from "./session.ts";

// One connection in a thread of its own: what takes long there keeps nobody else waiting.

const port = parentPort;
// What the thread was started with.
const { file, root, lockMs } = workerData as ThreadData;

function attempt(number: number, task: () => Extract<ThreadAnswer, { result: unknown }>["result"]): void {
  let answer: ThreadAnswer;
  try {
    answer = { number, result: task() };
  } catch (error) {
    answer = { number, failure: toFailure(error) };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  port?.postMessage(answer);
}

function toFailure(error: unknown): ThreadFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { message, errcode: typeof error === "object" && error !== null ? numberOf(error) : 1 };
}

let session: SqliteSession | undefined;
attempt(0, () => {
  // The thread that opened this one has seen that there is a driver.
  const open = loadSqlite({
    database: "",
    root,
    where: { source: { file: "", text: "" }, line: 1, column: 1, length: 1 },
  });
  session = openSession(open, file, { lockMs });
  return undefined;
});
port?.on("message", (request: ThreadRequest | undefined) => {
  if (request === undefined) return end();
  const { number, statement, binds } = request;
  attempt(number, () => session?.run(statement, binds));
});

function end(): void {
  session?.file.close();
  port?.close();
}
