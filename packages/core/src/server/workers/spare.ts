import type { Scheduler } from "../../clock.ts";
import type { Member } from "./member.ts";

/** How long after a replacement the next spare is made: the replacement comes first. */
const refillMs = 500;

/** A worker that has started and waits for what it is to serve, so that a replacement need not start first. */
export class Spare {
  readonly #make: () => Member;
  readonly #scheduler: Scheduler;
  #member: Member | undefined;
  #isEnded = false;

  constructor({ make, scheduler }: { make(): Member; readonly scheduler: Scheduler }) {
    this.#make = make;
    this.#scheduler = scheduler;
  }

  /** The one that waits; a fresh one when none does. */
  take(): Member {
    const member = this.#member;
    this.#member = undefined;
    return member === undefined || member.isGone ? this.#make() : member;
  }

  /** Has one wait again, soon. */
  refill(): void {
    this.#scheduler.after(refillMs, () => {
      if (this.#isEnded || this.#member?.isGone === false) return;
      this.#member = this.#make();
    });
  }

  end(): void {
    this.#isEnded = true;
    this.#member?.kill();
  }
}
