import cluster from "node:cluster";
import type { Worker } from "node:cluster";
import type { Clock } from "../../clock.ts";
import { BackworksError } from "../../errors.ts";
import type { LoadReport, Opened, OpenOrder, PrimaryCalls, WorkerCalls } from "./calls.ts";
import type { Said } from "../topics.ts";
import { createLine } from "./line.ts";
import type { Line } from "./line.ts";
import { createWholeLines } from "./whole-lines.ts";

/** What a member is made with. */
export interface MemberParts {
  /** Folder of the workers' socket files. */
  readonly folder: string;
  readonly clock: Pick<Clock, "monotonic">;
  /** What the worker may ask for. */
  callsOf(member: Member): PrimaryCalls;
}

/** One worker as the primary sees it. */
export class Member {
  readonly id: number;
  readonly pid: number;
  readonly line: Line<WorkerCalls>;
  /** Socket file by which it is reached when it is the owner. */
  readonly socketPath: string;
  /** What it serves; `undefined` until it does. */
  report: (LoadReport & Pick<Opened, "url" | "port">) | undefined;
  /** Monotonic milliseconds. */
  readyAt: number | undefined;
  lastBeatAt: number | undefined;
  /** Called when it takes messages. */
  listens: () => void = () => {};
  /** Whether it has begun to load, and may keep something of what others change. */
  isOpening = false;
  /** Whether its end is wanted. */
  leaving = false;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  readonly #worker: Worker;
  readonly #clock: MemberParts["clock"];
  /** Resolves when the worker listens, or is gone. */
  readonly #listening: Promise<void>;
  #isGone = false;

  constructor({ folder, clock, callsOf }: MemberParts) {
    const worker = cluster.fork();
    this.#clock = clock;
    this.#worker = worker;
    this.id = worker.id;
    this.pid = worker.process.pid ?? 0;
    this.socketPath = `${folder}/${this.id}.sock`;
    passLinesOn(worker);
    this.exited = new Promise((resolve) => {
      worker.once("exit", (code, signal) => {
        this.#isGone = true;
        const reason = signal ?? `exit code ${code}`;
        this.line.end(new BackworksError("BW_WORKERS_FAILED", { pid: this.pid, reason }));
        resolve();
      });
    });
    worker.on("error", () => {});
    this.#listening = Promise.race([this.exited, new Promise<void>((resolve) => (this.listens = resolve))]);
    this.line = createLine<WorkerCalls>(
      {
        send(message) {
          if (!worker.isConnected()) return false;
          // Whether it waits in a queue does not matter; that nobody takes it shows as the worker's end.
          worker.process.send(message as object, undefined, undefined, () => {});
          return true;
        },
        onMessage: (listener) => void worker.on("message", listener),
      },
      callsOf(this),
    );
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Whether it serves and is to go on. */
  get isReady(): boolean {
    return this.report !== undefined && !this.#isGone && !this.leaving;
  }

  async open(order: Omit<OpenOrder, "socketPath">): Promise<Opened> {
    await this.#listening;
    this.isOpening = true;
    const opened = await this.line.call("open", { ...order, socketPath: this.socketPath });
    this.report = opened;
    this.readyAt = this.#clock.monotonic();
    this.lastBeatAt = this.readyAt;
    return opened;
  }

  say(topic: string): Promise<Said | undefined> {
    return this.line.call("say", topic);
  }

  kill(): void {
    this.#worker.process.kill("SIGKILL");
  }

  /** Ends the way to the worker, upon which it goes. */
  disconnect(): void {
    if (!this.#isGone && this.#worker.isConnected()) this.#worker.process.disconnect();
  }
}

/** Output that is no file comes through here, so that lines stay whole. */
function passLinesOn({ process: child }: Worker): void {
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    const lines = createWholeLines((bytes) => void to.write(bytes));
    from?.on("data", (chunk: Buffer) => lines.write(chunk));
  }
}
