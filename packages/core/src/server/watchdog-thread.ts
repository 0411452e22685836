import type { Debugger, Session } from "node:inspector";
import type { Block, BlockedRequest, CodeOwner, Culprit, WatchdogOrders } from "./block.ts";

/** What the thread needs besides its orders. */
export interface WatchdogWorld {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** A debugger session with the watched thread. @throws when there can be none */
  connect(): Session;
  /** Writes a line at once. */
  write(line: string): void;
  tell(block: Block): void;
  /** Ends the process. */
  kill(): void;
}

/**
 * Watches the event loop of another thread, sees what blocks it, and stops what blocks it for too long.
 *
 * Its text is the program of a thread of its own: it must name nothing outside itself.
 */
export class WatchdogThread {
  #orders: WatchdogOrders;
  readonly #world: WatchdogWorld;
  readonly #beats: Int32Array;
  #beat = 0;
  #tickedAt: number;
  /** For how long this thread has lived without a beat of the other. */
  #silentMs = 0;
  /** The first and the last that was seen. */
  #seen: Culprit[] = [];
  /** What was seen when the answer came too late. */
  #late: Culprit | undefined;
  #session: Session | undefined;
  /** Time of silence at which the other thread was last asked. */
  #askedMs = 0;
  #reported = false;
  #stopped = false;
  #killed = false;

  constructor(orders: WatchdogOrders, world: WatchdogWorld) {
    this.#orders = orders;
    this.#world = world;
    this.#beats = new Int32Array(orders.beats);
    this.#tickedAt = world.now();
  }

  /** Runs in the thread: with Node's own collaborators, until the thread ends. */
  static run(): void {
    const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
    const inspector = process.getBuiltinModule("node:inspector");
    const { writeSync } = process.getBuiltinModule("node:fs");
    // The parent made it with these.
    const orders = workerData as WatchdogOrders;
    const thread = new this(orders, {
      now: () => performance.now(),
      connect() {
        const session = new inspector.Session();
        session.connectToMainThread();
        return session;
      },
      write(line) {
        try {
          writeSync(2, `${line}\n`);
        } catch {
          // Nobody reads standard error; the block is logged again when it is over.
        }
      },
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
      tell: (block) => parentPort?.postMessage(block),
      kill: () => process.kill(process.pid, "SIGKILL"),
    });
    parentPort?.on("message", (next: WatchdogOrders) => thread.obey(next));
    setInterval(() => thread.tick(), orders.tickMs);
  }

  obey(orders: WatchdogOrders): void {
    this.#orders = orders;
  }

  tick(): void {
    const { now } = this.#world;
    const sinceMs = now() - this.#tickedAt;
    this.#tickedAt = now();
    const beat = Atomics.load(this.#beats, 0);
    if (beat !== this.#beat) return this.#awake(beat);
    // A machine that slept, and a process that was suspended, kept this thread from its ticks too.
    this.#silentMs += Math.min(sinceMs, this.#orders.tickMs * 2);
    this.#consider();
  }

  #consider(): void {
    const { blockedMs, terminateMs } = this.#orders;
    const silentMs = this.#silentMs;
    if (!this.#reported && silentMs >= blockedMs * 2) this.#report();
    if (this.#session !== undefined || this.#stopped) return this.#endIfDeaf();
    // Two looks half the limit apart: what merely happened to run when the machine paused is not seen twice.
    if (silentMs - this.#askedMs < blockedMs / 2) return;
    if (this.#seen.length === 0 || (this.#seen.length === 1 && silentMs >= blockedMs)) this.#look(false);
    else if (silentMs >= terminateMs) this.#look(true);
  }

  /** Code outside JavaScript does not hear us. It is given the same time again, 10 s at least. */
  #endIfDeaf(): void {
    const { terminateMs } = this.#orders;
    const waitedMs = this.#silentMs - Math.max(this.#askedMs, terminateMs);
    // The debugger first goes through every script of the process, which takes a large one seconds.
    if (this.#killed || waitedMs < Math.max(terminateMs, 10_000)) return;
    this.#killed = true;
    this.#say("the event loop cannot be freed: ending the process", this.#last());
    this.#world.kill();
  }

  #awake(beat: number): void {
    const { blockedMs } = this.#orders;
    const durationMs = Math.round(this.#silentMs);
    if (durationMs >= blockedMs || this.#stopped) {
      this.#world.tell({ durationMs, culprit: this.#last(), certain: this.#isCertain(), stopped: this.#stopped });
    }
    this.#beat = beat;
    this.#reported = false;
    this.#stopped = false;
    this.#forget();
    if (this.#session !== undefined) this.#letGo(this.#session);
  }

  #forget(): void {
    this.#silentMs = 0;
    this.#askedMs = 0;
    this.#seen = [];
    this.#late = undefined;
  }

  #last(): Culprit | undefined {
    return this.#seen.at(-1) ?? this.#late;
  }

  #isCertain(): boolean {
    const [first, second] = this.#seen;
    return second?.owner !== undefined && first?.owner?.name === second.owner.name;
  }

  #report(): void {
    this.#reported = true;
    this.#say("the event loop is blocked", this.#last());
  }

  /** Pauses the other thread, reads its stack, and lets it go on, or not. */
  #look(stop: boolean): void {
    this.#askedMs = this.#silentMs;
    let session: Session;
    try {
      session = this.#world.connect();
    } catch {
      // Without a debugger nothing can be seen; the block is reported without a culprit.
      return;
    }
    this.#session = session;
    const scripts = new Map<string, string>();
    let asked = false;
    session.on("Debugger.scriptParsed", ({ params }) => void scripts.set(params.scriptId, params.url));
    session.on("Debugger.paused", ({ params: { callFrames } }) => {
      if (!asked) {
        // Somebody sits at a breakpoint: that is no block, and not ours to resume.
        this.#forget();
        return this.#letGo(session);
      }
      const urls = callFrames.map(({ url, location }) => url || (scripts.get(location.scriptId) ?? ""));
      void this.#read(session, callFrames, urls).then((culprit) => {
        if (this.#session !== session) return;
        // Code outside JavaScript was running; what comes behind it has no part in the block.
        const isLate = this.#silentMs - this.#askedMs > this.#orders.blockedMs / 2;
        if (isLate) this.#late = { ...culprit, owner: undefined, place: "unknown", function: "" };
        else this.#seen = [...this.#seen.slice(0, 1), culprit];
        if (!stop || isLate) this.#resume(session);
        else if (WatchdogThread.canStop(urls)) this.#stop(session);
        else this.#end(session, callFrames[0]);
      });
    });
    session.post("Debugger.enable", () => {
      if (this.#session !== session) return;
      asked = true;
      session.post("Debugger.pause");
    });
  }

  #resume(session: Session): void {
    if (this.#seen.length === 2 && !this.#reported) this.#report();
    session.post("Debugger.resume");
    session.post("Debugger.disable", () => this.#letGo(session));
  }

  /** No `catch` and no `finally` runs: as if the code had returned to the event loop. */
  #stop(session: Session): void {
    this.#stopped = true;
    this.#say("what blocks the event loop is stopped", this.#last());
    session.post("Debugger.resume", { terminateOnResume: true });
    session.post("Debugger.disable", () => this.#letGo(session));
  }

  /** The process ends as if the code had asked for it: what listens for its end still runs. */
  #end(session: Session, frame: Debugger.CallFrame | undefined): void {
    this.#stopped = true;
    this.#say("what blocks the event loop cannot be stopped alone: ending the process", this.#last());
    if (frame === undefined) return this.#world.kill();
    const { callFrameId } = frame;
    session.post("Debugger.evaluateOnCallFrame", { callFrameId, expression: "globalThis.process.exit(70)" });
    // Node would wait for it.
    session.disconnect();
    // It may have blocked the end as well.
    setTimeout(() => this.#world.kill(), 1000);
  }

  /**
   * Whether only what reads a request from its connection is below the code: that leaves nothing half done. Timers, ticks
   * and asynchronous contexts do, and Node aborts when it finds out.
   */
  static canStop(urls: readonly string[]): boolean {
    const reading = [
      "_http_common",
      "_http_server",
      "events",
      "internal/streams/readable",
      "internal/stream_base_commons",
    ];
    const own = urls.filter((url) => url.startsWith("node:"));
    return urls.at(-1)?.startsWith("node:") === true && own.every((url) => reading.includes(url.slice("node:".length)));
  }

  #letGo(session: Session): void {
    session.disconnect();
    if (this.#session !== session) return;
    this.#session = undefined;
  }

  async #read(session: Session, frames: readonly Debugger.CallFrame[], urls: readonly string[]): Promise<Culprit> {
    const owners = urls.map((url) => this.#ownerOf(url));
    const own = owners.findIndex((owner) => owner !== undefined);
    const at = own === -1 ? urls.findIndex((url) => url !== "" && !url.startsWith("node:")) : own;
    const { functionName = "", location = { lineNumber: 0, columnNumber: 0 } } = frames[at] ?? {};
    const file = WatchdogThread.pathOf(urls[at] ?? "");
    const place = file === "" ? "unknown" : `${file}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
    const owner = owners[own];
    return {
      owner: owner && { kind: owner.kind, name: owner.name },
      function: functionName,
      place,
      request: await this.#requestOf(session, frames),
    };
  }

  static pathOf(url: string): string {
    const path = url.replace(/\?v=[0-9a-f]+$/, "");
    if (!path.startsWith("file://")) return path;
    try {
      return decodeURIComponent(path.slice("file://".length));
    } catch {
      // Not percent-encoded after all.
      return path;
    }
  }

  #ownerOf(url: string): CodeOwner | undefined {
    const lies = (within: string): boolean =>
      url === within || ["/", "?", "\\"].some((next) => url.startsWith(`${within}${next}`));
    // Libraries of the project are not its code; whoever called them is.
    const foreign = url.includes("/node_modules/");
    return this.#orders.owners.find(({ kind, at }) => at.some(lies) && !(foreign && kind === "project"));
  }

  /** The pipeline's own frames hold the request in `exchange`; nothing is changed by looking. */
  async #requestOf(session: Session, frames: readonly Debugger.CallFrame[]): Promise<BlockedRequest | undefined> {
    const expression =
      "(({ id, startedMonotonic: started, request: { method, path }, matched }) => typeof started === 'number' ? { id, started, method, path, endpoint: matched?.info?.endpoint } : undefined)(typeof exchange === 'object' ? exchange : arrival)";
    for (const { callFrameId, url } of frames.slice(0, 100)) {
      if (url.startsWith("node:")) continue;
      const parts = { callFrameId, expression, returnByValue: true, throwOnSideEffect: true, silent: true };
      const answer = await new Promise<Debugger.EvaluateOnCallFrameReturnType | undefined>((resolve) => {
        session.post("Debugger.evaluateOnCallFrame", parts, (error, found) =>
          // Node's types know no answer of this call.
          resolve(error === null ? (found as Debugger.EvaluateOnCallFrameReturnType) : undefined),
        );
      });
      // What an expression throws is an object as well; ours gives nothing else.
      if (answer?.exceptionDetails === undefined && answer?.result.value) return answer.result.value as BlockedRequest;
    }
    return undefined;
  }

  #say(message: string, culprit: Culprit | undefined): void {
    const { format } = this.#orders;
    if (format === undefined) return;
    const time = new Date().toISOString();
    const facts = { blockedMs: Math.round(this.#silentMs), ...WatchdogThread.facts(culprit) };
    if (format === "json") return this.#world.write(JSON.stringify({ time, level: "error", msg: message, ...facts }));
    const pairs = Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}`));
    this.#world.write([time.slice(11, 23), "error", message, ...pairs].join(" "));
  }

  /** As the log has them. */
  static facts(culprit: Culprit | undefined): Readonly<Record<string, string | undefined>> {
    if (culprit === undefined) return {};
    const { owner, place, function: name, request } = culprit;
    return {
      ...(owner && { [owner.kind]: owner.name }),
      place,
      function: name === "" ? undefined : name,
      ...(request && { requestId: request.id, method: request.method, path: request.path, endpoint: request.endpoint }),
    };
  }
}
