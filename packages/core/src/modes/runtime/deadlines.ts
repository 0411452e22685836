import type { Clock, Scheduler } from "../../clock.ts";
import type { Call } from "./call.ts";

/** The times by which calls must be answered. All have equally long, so the oldest is the next: one timer for all of them. */
export class Deadlines {
  readonly #due = new Map<Call, number>();
  readonly #parts: { readonly clock: Clock; readonly scheduler: Scheduler; readonly timeoutMs: number };
  readonly #late: (call: Call) => void;
  #isSet = false;

  constructor(
    parts: { readonly clock: Clock; readonly scheduler: Scheduler; readonly timeoutMs: number },
    late: (call: Call) => void,
  ) {
    this.#parts = parts;
    this.#late = late;
  }

  add(call: Call): void {
    const { clock, timeoutMs } = this.#parts;
    this.#due.set(call, clock.monotonic() + timeoutMs);
    this.#set(timeoutMs);
  }

  remove(call: Call): void {
    this.#due.delete(call);
  }

  /** The timer stays when its call is answered: when it fires it is set for the oldest that is left. */
  #set(delayMs: number): void {
    if (this.#isSet) return;
    this.#isSet = true;
    this.#parts.scheduler.after(delayMs, () => this.#look());
  }

  #look(): void {
    this.#isSet = false;
    const now = this.#parts.clock.monotonic();
    for (const [call, at] of this.#due) {
      // Timers come up to a millisecond early.
      if (at > now + 1) return this.#set(at - now);
      this.#due.delete(call);
      this.#late(call);
    }
  }
}
