import { availableParallelism } from "node:os";
import type { Clock } from "../../../clock.ts";

/** Milliseconds for which an answer is looked for: longer than a processor takes to wake. */
const spinMs = 0.1;
/** Calls that go without after one that took longer. */
const restingCalls = 100;

/**
 * Adaptive spinning: keeps the event loop from falling asleep while a short call is under way, for waking up takes longer than the call
 * (docs/adr/0049). All else goes on meanwhile.
 *
 * It is for a call that is alone: of several there is always one that keeps the loop awake.
 */
export class Spin {
  readonly #clock: Clock;
  #until = 0;
  #isWaiting = false;
  #isTurning = false;
  #resting = 0;

  /** @param processors with one it does nothing: it would take the time of whom it waits for */
  constructor(clock: Clock, processors: number = availableParallelism()) {
    this.#clock = clock;
    if (processors === 1) this.#resting = Infinity;
  }

  /** A call is under way. */
  begin(): void {
    if (this.#isWaiting) {
      this.#until = 0;
      return;
    }
    this.#isWaiting = true;
    if (this.#resting > 0) {
      this.#resting -= 1;
      return;
    }
    this.#until = this.#clock.monotonic() + spinMs;
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(this.#turn);
  }

  /** Something has come back. */
  end(): void {
    this.#isWaiting = false;
    this.#until = 0;
  }

  readonly #turn = (): void => {
    if (this.#clock.monotonic() < this.#until) return void setImmediate(this.#turn);
    this.#isTurning = false;
    if (this.#until > 0) this.#resting = restingCalls;
  };
}
