import type { Scheduler } from "../../clock.ts";
import { BackworksError } from "../../errors.ts";
import type { Call } from "./call.ts";
import type { Guest, StartGuest } from "./guests/guest.ts";
import type { Failure, FromGuest } from "./wire.ts";

/** What a member tells its pool. */
export interface MemberLinks {
  readonly endpoint: string;
  readonly scheduler: Scheduler;
  /** A place for a call is free. */
  free(): void;
  ended(member: Member, reason: string): void;
  /** It keeps calls that nobody waits for any more: another is to take its place. */
  worn(member: Member): void;
  log(message: Extract<FromGuest, { log: unknown }>): void;
  /** Asks a service in the name of a call. */
  ask(call: Call, message: Extract<FromGuest, { ask: unknown }>): Promise<unknown>;
  odd(problem: string): void;
}

/** Time in which a loop that is alive answers a ping. */
const pingGraceMs = 250;
/** Time in which a call that was cancelled should be over. */
const cancelGraceMs = 5000;
/** Time in which what was killed should be gone. */
const killGraceMs = 1000;

/** One guest of a pool, with the calls it has. */
export class Member {
  /** Resolves when calls may come; rejects with a `Failure` or with why it ended. */
  readonly ready: Promise<void>;
  readonly calls = new Map<number, Call>();
  readonly #links: MemberLinks;
  readonly #guest: Guest;
  #isReady = false;
  #isRetiring = false;
  #isGone = false;
  #isKilled = false;
  #doubt: (() => void) | undefined;
  #settleReady: { resolve(): void; reject(failure: Failure): void } | undefined;

  constructor(start: StartGuest, links: MemberLinks) {
    this.#links = links;
    this.ready = new Promise((resolve, reject) => (this.#settleReady = { resolve, reject }));
    this.ready.catch(() => {});
    this.#guest = start({
      message: (message) => this.#receive(message),
      ended: (reason) => this.#ended(reason),
    });
  }

  /** Whether it takes calls. */
  get isReady(): boolean {
    return this.#isReady && !this.#isRetiring && !this.#isKilled && !this.#isGone;
  }

  begin(call: Call): void {
    this.calls.set(call.id, call);
    this.#guest.post({ id: call.id, request: call.request });
  }

  taken(id: number, bytes: number): void {
    if (this.calls.has(id)) this.#guest.post({ more: id, bytes });
  }

  /** Nobody waits for a call any more. `late`: it took too long, so whether its loop is alive is looked at. */
  cancel(id: number, { reason, late }: { readonly reason: string; readonly late: boolean }): void {
    if (!this.calls.has(id) || this.#isGone) return;
    this.#guest.post({ cancel: id, reason });
    if (late && this.#guest.answersPings && this.#doubt === undefined) this.#ping(id);
    this.#links.scheduler.after(cancelGraceMs, () => {
      if (this.calls.has(id) && !this.#isRetiring && !this.#isGone) this.#links.worn(this);
    });
  }

  /** Takes no more calls, and ends when those it has are over. */
  retire(reason: string): void {
    this.#isRetiring = true;
    if ([...this.calls.values()].every((call) => call.isOver)) this.kill(reason);
  }

  kill(reason: string): void {
    if (this.#isGone || this.#isKilled) return;
    this.#isKilled = true;
    this.#guest.kill(reason);
    // A thread that waits for the system ends when that is done: nobody waits for it.
    this.#links.scheduler.after(killGraceMs, () => this.#ended(reason));
  }

  enforceMemory(limitBytes: number): void {
    if (!this.#isGone) this.#guest.enforceMemory(limitBytes);
  }

  #ping(id: number): void {
    this.#guest.post({ ping: id });
    this.#doubt = this.#links.scheduler.after(pingGraceMs, () =>
      this.kill("its loop was busy for longer than a call may take"),
    );
  }

  /** From a stranger: what it says may be anything. */
  #receive(message: FromGuest): void {
    if (this.#isGone) return;
    try {
      this.#take(message);
    } catch {
      this.#links.odd("a message that cannot be read");
    }
  }

  #take(message: FromGuest): void {
    if (isOfCall(message)) this.#ofCall(message);
    else if ("ask" in message) this.#asked(message);
    else if ("log" in message) this.#links.log(message);
    else if ("ready" in message) this.#becomeReady();
    else if ("failed" in message) this.#settleReady?.reject(toFailure(message.failed));
    else if ("pong" in message) this.#trust();
    else this.#links.odd("a message that means nothing");
  }

  #trust(): void {
    this.#doubt?.();
    this.#doubt = undefined;
  }

  #becomeReady(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#settleReady?.resolve();
    this.#links.free();
  }

  #ofCall(message: OfCall): void {
    const call = this.calls.get(message.id);
    if (call === undefined) return this.#links.odd(`an answer to call ${message.id}, which nobody waits for`);
    if ("chunk" in message) return call.chunk(message.chunk);
    if ("status" in message && message.stream === true) return call.answer(message);
    this.calls.delete(call.id);
    if ("error" in message) call.failed(toFailure(message.error));
    else if ("end" in message) call.end();
    else if ("status" in message) call.answer(message);
    else call.failed({ message: "it has neither a status nor an error", kind: "answer" });
    if (this.#isRetiring) this.retire("it was replaced");
    else this.#links.free();
  }

  #asked(message: Extract<FromGuest, { ask: unknown }>): void {
    const { ask, id } = message;
    const call = this.calls.get(id);
    const value = call === undefined ? Promise.reject(new Error("the call is over")) : this.#links.ask(call, message);
    value.then(
      (given) => this.#guest.post({ reply: ask, value: given }),
      (error: unknown) => this.#guest.post({ reply: ask, error: errorOf(error) }),
    );
  }

  #ended(reason: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#doubt?.();
    this.#settleReady?.reject({ message: reason, kind: "exit" });
    const { endpoint } = this.#links;
    for (const call of this.calls.values()) call.fail(new BackworksError("BW_RUNTIME_CRASHED", { endpoint, reason }));
    this.calls.clear();
    this.#links.ended(this, reason);
  }
}

type OfCall = Exclude<Extract<FromGuest, { id: number }>, { ask: unknown }>;

/** From a stranger: what it says is looked at. */
function isOfCall(message: FromGuest): message is OfCall {
  return "id" in message && typeof message.id === "number" && !("ask" in message) && !("log" in message);
}

/** From a stranger: only its texts are taken. */
function toFailure(given: unknown): Failure {
  if (typeof given === "string") return { message: given };
  const { message, stack, name, kind } = (given ?? {}) as Record<string, unknown>;
  return {
    message: typeof message === "string" ? message : "it gave no reason",
    ...(typeof stack === "string" && { stack }),
    ...(typeof name === "string" && { name }),
    ...((kind === "answer" || kind === "exit") && { kind }),
  };
}

/** What a handler is told of an error of a service: its code as name. */
function errorOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: "the service failed" };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { name: code, message: error.message };
}
