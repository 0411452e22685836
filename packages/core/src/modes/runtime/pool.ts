import type { Clock, Random, Scheduler } from "../../clock.ts";
import { BackworksError, isBackworksError } from "../../errors.ts";
import type { ResponseInit } from "../../exchange.ts";
import type { Logger } from "../../logger.ts";
import type { CallLinks } from "./call.ts";
import { Call } from "./call.ts";
import { Deadlines } from "./deadlines.ts";
import type { StartGuest } from "./guests/guest.ts";
import type { LineBudget } from "./guests/output.ts";
import { createLineBudget } from "./guests/output.ts";
import type { MemberLinks } from "./member.ts";
import { Member } from "./member.ts";
import type { Restarts } from "./restarts.ts";
import { createRestarts } from "./restarts.ts";
import type { Failure, FromGuest, ServiceName, WireRequest } from "./wire.ts";

/** What answers an endpoint, and how much of it there is. */
export interface PoolParts {
  readonly endpoint: string;
  readonly start: StartGuest;
  readonly workers: number;
  /** Calls at a time of each worker. */
  readonly concurrency: number;
  /** Calls that wait. */
  readonly queue: number;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly placeOf: CallLinks["placeOf"];
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly logger: Logger;
  /** Asks a service in the name of a call. */
  ask(service: ServiceName, args: readonly unknown[], signal: AbortSignal): Promise<unknown>;
}

/** Odd messages that are told; the others are what follows from them. */
const mostOdd = 10;

/** The threads or processes of one endpoint: gives them calls, replaces the ones that end. */
export class Pool {
  readonly #parts: PoolParts;
  readonly #members = new Set<Member>();
  readonly #waiting: Call[] = [];
  readonly #deadlines: Deadlines;
  readonly #restarts: Restarts;
  readonly #lines: LineBudget;
  #lastId = 0;
  #odd = 0;
  #isOpen = false;
  #ended: (() => void) | undefined;

  constructor(parts: PoolParts) {
    this.#parts = parts;
    this.#restarts = createRestarts(parts);
    this.#lines = createLineBudget(parts.logger, () => parts.clock.monotonic());
    this.#deadlines = new Deadlines(parts, (call) => this.#late(call));
  }

  /** Whether calls are under way. */
  get isBusy(): boolean {
    return [...this.#members].some(({ calls }) => calls.size > 0);
  }

  /** Whether none of its members takes calls: the last ended, and the next is not there yet. */
  get isDown(): boolean {
    return this.#isOpen && ![...this.#members].some(({ isReady }) => isReady);
  }

  /** Resolves when all its members take calls. Rejects with a `Failure`, when nothing is left of it. */
  async open(): Promise<void> {
    for (let count = 0; count < this.#parts.workers; count += 1) this.#add();
    try {
      await Promise.all([...this.#members].map(({ ready }) => ready));
      this.#isOpen = true;
    } catch (failure) {
      await this.close();
      throw failure;
    }
  }

  /** @throws BW_RUNTIME_BUSY and what the call fails with */
  call(request: WireRequest, signal: AbortSignal): Promise<ResponseInit> {
    const { endpoint, queue } = this.#parts;
    const member = this.#free();
    if (member === undefined && this.#waiting.length >= queue) {
      throw new BackworksError("BW_RUNTIME_BUSY", { endpoint, queue }, { headers: { "retry-after": "1" } });
    }
    const call = this.#createCall(request, signal);
    if (member === undefined) this.#waiting.push(call);
    else this.#begin(call, member);
    return call.answered;
  }

  /** Ends what has more memory than it may. */
  enforceMemory(): void {
    for (const member of this.#members) member.enforceMemory(this.#parts.memoryBytes);
  }

  /** Ends all of it; calls that are under way fail. */
  async close(): Promise<void> {
    this.#restarts.close();
    const gone = new Promise<void>((resolve) => (this.#ended = resolve));
    if (this.#members.size === 0) this.#ended?.();
    for (const member of this.#members) member.kill("the endpoint was closed");
    await gone;
    const { endpoint } = this.#parts;
    for (const call of this.#waiting.splice(0))
      call.fail(new BackworksError("BW_RUNTIME_CRASHED", { endpoint, reason: "the endpoint was closed" }));
  }

  #createCall(request: WireRequest, signal: AbortSignal): Call {
    const { endpoint, placeOf } = this.#parts;
    const id = (this.#lastId += 1);
    const leave = (): void => this.#leave(call, signal.reason);
    const call: Call = new Call(id, request, {
      endpoint,
      placeOf,
      taken: (bytes) => call.owner?.taken(id, bytes),
      left: () => call.owner?.cancel(id, { reason: "nobody reads the answer", late: false }),
      settled: () => {
        this.#deadlines.remove(call);
        signal.removeEventListener("abort", leave);
      },
    });
    this.#deadlines.add(call);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    return call;
  }

  #begin(call: Call, member: Member): void {
    if (call.isSettled) return;
    call.owner = member;
    member.begin(call);
  }

  /** The member with the fewest calls that takes one more. */
  #free(): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) {
      if (!member.isReady || member.calls.size >= this.#parts.concurrency) continue;
      if (best === undefined || member.calls.size < best.calls.size) best = member;
    }
    return best;
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const member = this.#free();
      if (member === undefined) return;
      const call = this.#waiting.shift();
      if (call !== undefined) this.#begin(call, member);
    }
  }

  /** Nothing came of it in time. */
  #late(call: Call): void {
    this.#drop(call);
    call.fail(new BackworksError("BW_HANDLER_TIMEOUT", { limit: this.#parts.timeoutMs }));
    call.owner?.cancel(call.id, { reason: "the time for the answer is over", late: true });
  }

  #leave(call: Call, reason: unknown): void {
    this.#drop(call);
    // What ends a request otherwise than by its client leaving is an error of ours.
    call.fail(isBackworksError(reason) ? reason : new BackworksError("BW_REQUEST_ABORTED", {}));
    call.owner?.cancel(call.id, { reason: "nobody waits for the answer", late: false });
  }

  #drop(call: Call): void {
    const at = this.#waiting.indexOf(call);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #add(): void {
    const { endpoint, scheduler, start, ask } = this.#parts;
    const links: MemberLinks = {
      endpoint,
      scheduler,
      free: () => this.#next(),
      ended: (member, reason) => this.#replace(member, reason),
      worn: (member) => this.#retire(member),
      log: (message) => this.#log(message),
      ask: (call, { service, args }) => ask(service, args, call.signal),
      odd: (problem) => this.#tellOdd(problem),
    };
    const member = new Member(start, links);
    this.#members.add(member);
    // A restart that fails has ended: the next one is tried after a while.
    member.ready.then(
      () => this.#restarts.began(member),
      () => member.kill("its handler could not be loaded"),
    );
  }

  #retire(member: Member): void {
    this.#parts.logger.warn("handler goes on after its time: what runs it is replaced", {});
    this.#add();
    member.retire("it was replaced");
  }

  #replace(member: Member, reason: string): void {
    this.#members.delete(member);
    this.#next();
    if (this.#ended !== undefined) {
      if (this.#members.size === 0) this.#ended();
      return;
    }
    if (!this.#isOpen || this.#members.size >= this.#parts.workers) return;
    this.#parts.logger.error("what runs a handler ended", { reason });
    this.#restarts.after(member, () => this.#add());
  }

  #log({ log, message, fields }: Extract<FromGuest, { log: unknown }>): void {
    if (!this.#lines.take()) return;
    // From a stranger: what it says is looked at.
    const level = ["debug", "info", "warn", "error"].includes(log) ? log : "info";
    const text = typeof message === "string" ? message : (JSON.stringify(message) ?? "nothing");
    this.#parts.logger[level](text.slice(0, 4096), typeof fields === "object" ? fields : {});
  }

  #tellOdd(problem: string): void {
    this.#odd += 1;
    if (this.#odd <= mostOdd) this.#parts.logger.warn("handler wrote what does not fit", { problem });
  }
}

/** Whether something is what `open` rejects with. */
export function isFailure(thrown: unknown): thrown is Failure {
  return typeof thrown === "object" && thrown !== null && "message" in thrown && !(thrown instanceof Error);
}
