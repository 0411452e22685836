import type { Clock } from "@backworks/core";

/** Parts of an answer, in their order. */
export type Phase = "jwt" | "parse" | "plan" | "transaction" | "response";

/** How long each part of one answer took. Source: https://www.w3.org/TR/server-timing/ */
export class Timing {
  readonly #clock: Clock;
  /** Milliseconds. */
  readonly #spent = new Map<Phase, number>();
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** What was done since the last end was of this part. */
  end(phase: Phase): void {
    const now = this.#clock.monotonic();
    this.#spent.set(phase, (this.#spent.get(phase) ?? 0) + now - this.#since);
    this.#since = now;
  }

  /** `jwt;dur=0.1, parse;dur=0.2` of the parts that ended. */
  header(): string {
    return [...this.#spent].map(([phase, ms]) => `${phase};dur=${ms.toFixed(1)}`).join(", ");
  }
}
