import { Worker } from "node:worker_threads";
import type { Clock } from "../../../clock.ts";
import type { Logger } from "../../../logger.ts";
import { describeThrown } from "../../../thrown.ts";
import type { ThreadData } from "../guest/thread.ts";
import { usageAt } from "../guest/usage.ts";
import type { FromGuest, GuestOrders, ToGuest } from "../wire.ts";
import type { Guest, GuestEvents, StartGuest } from "./guest.ts";
import { tooMuchMemory, unfit } from "./guest.ts";
import { logOutput } from "./output.ts";
import { guestProgram } from "./program.ts";
import { Spin } from "./spin.ts";

/** What a thread is started with. */
export interface ThreadParts {
  readonly orders: GuestOrders;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Megabytes by which V8's own limit lies above the one that is watched: V8 ends the whole process when one allocation passes its limit,
 * and a thread only when many small ones do (docs/adr/0024).
 */
const headroomMb = 2048;

/** Runs a handler in a thread of its own. */
export function startThread(parts: ThreadParts): StartGuest {
  return (events) => openThread(parts, events);
}

function openThread({ orders, environment, memoryBytes, logger, clock }: ThreadParts, events: GuestEvents): Guest {
  const usage = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * 2);
  const worker = new Worker(guestProgram(), {
    workerData: { orders, usage } satisfies ThreadData,
    env: environment,
    stdout: true,
    stderr: true,
    // Whatever the server itself was started with.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(memoryBytes / 1024 ** 2) + headroomMb },
    name: `runtime ${orders.endpoint}`,
  });
  logOutput(worker.stdout, { logger, level: "info", now: () => clock.monotonic() });
  logOutput(worker.stderr, { logger, level: "warn", now: () => clock.monotonic() });
  let reason: string | undefined;
  worker.on("error", (error) => (reason ??= describeEnd(error)));
  worker.on("exit", (code) => events.ended(reason ?? `its thread ended with exit code ${code}`));
  const spin = new Spin(clock);
  worker.on("message", (batch: unknown) => {
    spin.end();
    // Code in the thread may write to its port by itself: what it says is looked at.
    for (const message of Array.isArray(batch) ? batch : []) {
      if (typeof message === "object" && message !== null) events.message(message as FromGuest);
    }
  });
  worker.unref();
  const memory = watchMemory(worker, usage);
  const kill = (why: string): void => {
    reason ??= why;
    void worker.terminate();
  };
  return {
    ...outbox(worker, spin),
    kill,
    answersPings: true,
    enforceMemory(limitBytes) {
      if (memory() > limitBytes) kill(tooMuchMemory(limitBytes));
    },
  };
}

function describeEnd(error: unknown): string {
  const { code, message } = describeThrown(error);
  return code === "ERR_WORKER_OUT_OF_MEMORY" ? "it ran out of memory" : message;
}

/** Messages of one turn go together: each wakes the other thread. */
function outbox(worker: Worker, spin: Spin): Pick<Guest, "post"> {
  let waiting: ToGuest[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    send(worker, batch);
    for (const message of batch) if ("request" in message) spin.begin();
  };
  return {
    post(message) {
      if (waiting.push(message) === 1) queueMicrotask(flush);
    },
  };
}

function send(worker: Worker, batch: readonly ToGuest[]): void {
  try {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(batch);
  } catch {
    // Only what a service replied with can be what does not cross: the others must not be lost with it.
    const [only] = batch;
    if (batch.length > 1) for (const message of batch) send(worker, [message]);
    else if (only !== undefined && "reply" in only) send(worker, [unfit(only)]);
  }
}

/**
 * What a thread has: by its own words as long as it says something; while it is busy with one thing for longer, what the process has grown by
 * since is counted as its own.
 */
function watchMemory(worker: Worker, shared: SharedArrayBuffer): () => number {
  const numbers = new Float64Array(shared);
  let beat = -1;
  let others = 0;
  let load = worker.performance.eventLoopUtilization();
  return () => {
    const { rss, heapTotal, external } = process.memoryUsage();
    const own = numbers[usageAt.bytes] ?? 0;
    if (numbers[usageAt.beat] !== beat) {
      beat = numbers[usageAt.beat] ?? 0;
      others = rss - heapTotal - external;
      load = worker.performance.eventLoopUtilization();
      return own;
    }
    const busy = worker.performance.eventLoopUtilization(load).utilization > 0.5;
    return busy ? own + Math.max(0, rss - heapTotal - external - others) : own;
  };
}
