import type { Clock, Scheduler } from "@backworks/core";

/** Something that is told when its time is over. */
export interface Deadline {
  /** Called once, unless it was removed before. */
  expire(): void;
  /** Set by the list, monotonic milliseconds. */
  due: number;
  earlier: Deadline | undefined;
  later: Deadline | undefined;
}

/**
 * Deadlines that all lie the same time ahead: the first to come in is the first to expire, so that one timer serves them all and nothing is
 * allocated for one.
 */
export class Deadlines {
  readonly #limitMs: number;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  #first: Deadline | undefined = undefined;
  #last: Deadline | undefined = undefined;
  #cancel: (() => void) | undefined = undefined;

  constructor(limitMs: number, { clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler }) {
    this.#limitMs = limitMs;
    this.#clock = clock;
    this.#scheduler = scheduler;
  }

  add(deadline: Deadline): void {
    if (this.#limitMs === Infinity) return;
    deadline.due = this.#clock.monotonic() + this.#limitMs;
    deadline.earlier = this.#last;
    if (this.#last === undefined) this.#first = deadline;
    else this.#last.later = deadline;
    this.#last = deadline;
    this.#cancel ??= this.#scheduler.after(this.#limitMs, () => this.#look());
  }

  /** One that is not there may be removed as well. */
  remove(deadline: Deadline): void {
    const { earlier, later } = deadline;
    if (earlier === undefined && this.#first !== deadline) return;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    deadline.earlier = undefined;
    deadline.later = undefined;
  }

  /** The timer runs on when the one it was set for is gone: most are, and setting it anew for each would cost what this saves. */
  #look(): void {
    this.#cancel = undefined;
    const now = this.#clock.monotonic();
    for (let first = this.#first; first !== undefined && first.due <= now; first = this.#first) {
      this.remove(first);
      first.expire();
    }
    if (this.#first === undefined || this.#cancel !== undefined) return;
    this.#cancel = this.#scheduler.after(Math.max(1, this.#first.due - now), () => this.#look());
  }
}
