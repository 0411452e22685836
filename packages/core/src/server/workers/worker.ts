import cluster from "node:cluster";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { systemClock, systemScheduler } from "../../clock.ts";
import { forgetControl } from "../control-file.ts";
import { serveHere } from "../serve.ts";
import type { RunningApp } from "../serve.ts";
import type { OpenOrder, Opened, PrimaryCalls, WorkerCalls, WorkerState } from "./calls.ts";
import { LeasedRates } from "./leased-rates.ts";
import { createLine } from "./line.ts";
import type { Line } from "./line.ts";
import { createOwnerServer } from "./owner.ts";
import { createPlaces } from "./places.ts";
import { WorkerPart } from "./worker-part.ts";
import { WorkerProcesses } from "./worker-processes.ts";

/** How often the primary hears that the event loop turns. */
const beatMs = 1000;
const primaryPid = process.ppid;

/** One of several processes that serve the same; the primary leads it. */
class Worker {
  readonly #line: Line<PrimaryCalls>;
  readonly #places = createPlaces();
  readonly #processes: WorkerProcesses;
  #part: WorkerPart | undefined;
  #running: RunningApp | undefined;
  #folder: string | undefined;
  #isEnding = false;
  #isOwner = false;
  #busy = performance.eventLoopUtilization();

  constructor() {
    const calls: WorkerCalls = {
      open: (order) => this.#open(order),
      prepare: (files) => this.#opened.part.prepare(files),
      commit: () => this.#commit(),
      abandon: () => this.#opened.part.abandon(),
      release: (generation) => this.#opened.part.release(generation),
      moveTo: (owner) => this.#places.moveTo(this.#isOwner ? "here" : owner),
      reloaded: (history) => void (this.#opened.part.reloads = history),
      say: (topic) => this.#processes.say(topic),
      reset: (session) => this.#opened.running.reset(session),
      act: ({ plugin, action, given }) => this.#opened.running.plugins.act(plugin, action, given),
      hear: (told) => this.#processes.hear(told),
      describe: () => this.#describe(),
      close: () => this.#close(),
    };
    this.#line = createLine<PrimaryCalls>(
      {
        send(message) {
          if (!process.connected) return false;
          // Whether it waits in a queue does not matter; that nobody takes it shows as the end of the way.
          process.send?.(message, undefined, undefined, () => {});
          return true;
        },
        onMessage: (listener) => void process.on("message", listener),
      },
      calls,
    );
    const line = this.#line;
    this.#processes = new WorkerProcesses({
      isOwner: () => this.#isOwner,
      scheduler: systemScheduler,
      source: {
        gather: (topic) => line.call("gather", topic),
        tellTotals: (told) => line.tell("tellTotals", told),
        tellOthers: (told) => line.call("tellOthers", told),
      },
    });
    this.#line.tell("hello", undefined);
  }

  /** The way to the primary is closed: what is under way ends. When nobody asked for that, what the primary made is removed for it. */
  async leave(): Promise<void> {
    this.#line.end(new Error("the primary process is gone"));
    await this.#running?.close();
    if (this.#isEnding || this.#folder === undefined) return;
    rmSync(this.#folder, { recursive: true, force: true });
    const root = this.#part?.host.current().config.raw.root;
    if (root !== undefined) forgetControl(root, primaryPid);
  }

  async #open({ options, generation, files, socketPath, isOwner, reloads }: OpenOrder): Promise<Opened> {
    const line = this.#line;
    const part = new WorkerPart({
      firstGeneration: generation,
      files,
      places: this.#places,
      rates: new LeasedRates({
        clock: systemClock,
        scheduler: systemScheduler,
        source: {
          take: (orders) => line.call("take", orders),
          giveBack: (orders) => line.tell("giveBack", orders),
        },
      }),
      processes: this.#processes,
      reloads,
      isOwner: () => this.#isOwner,
      onDrained: (number) => line.tell("drained", number),
    });
    this.#part = part;
    this.#folder = dirname(socketPath);
    this.#isOwner = isOwner;
    if (isOwner) this.#places.moveTo("here");
    this.#running = await serveHere(options, { part });
    if (isOwner) await this.#receive(socketPath, part);
    setInterval(() => line.tell("beat", undefined), beatMs).unref();
    const { url, port } = this.#running;
    return { ...part.opened(), url, port };
  }

  /** Answers what other workers receive. */
  #receive(socketPath: string, part: WorkerPart): Promise<void> {
    const server = createOwnerServer((number) => part.find(number));
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(socketPath, () => resolve());
    });
  }

  async #commit(): Promise<{ readonly url: string; readonly port: number }> {
    const { part, running } = this.#opened;
    await part.commit();
    return { url: running.url, port: running.port };
  }

  async #describe(): Promise<WorkerState> {
    const { part, running } = this.#opened;
    const { app, traffic } = part.host.current().generation;
    const since = this.#busy;
    this.#busy = performance.eventLoopUtilization();
    return {
      memoryBytes: process.memoryUsage.rss(),
      utilization: performance.eventLoopUtilization(this.#busy, since).utilization,
      requestsUnderWay: traffic.count,
      generation: app.generation,
      hash: app.hash,
      plugins: await running.plugins.health(),
      metrics: await running.plugins.metrics(),
    };
  }

  async #close(): Promise<void> {
    this.#isEnding = true;
    await this.#running?.close();
  }

  get #opened(): { readonly part: WorkerPart; readonly running: RunningApp } {
    if (this.#part === undefined || this.#running === undefined) throw new TypeError("nothing is served");
    return { part: this.#part, running: this.#running };
  }
}

/** Signals that a terminal or a service manager sends to the whole group: the primary answers them. */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

// Otherwise Node ends the process at once when the primary is gone, with every request that is under way.
if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;

const worker = new Worker();
process.once("disconnect", () => {
  void worker.leave().finally(() => process.exit(0));
});
