import type { Clock } from "../clock.ts";
import { toLastError } from "./last-error.ts";
import type { LastError } from "./last-error.ts";

/** How reloads went. */
export interface ReloadHistory {
  /** Why the last reload failed; `undefined` when it did not. */
  readonly lastError: LastError | undefined;
  /** Reloads since the start. */
  readonly reloads: { readonly succeeded: number; readonly failed: number };
}

/** Remembers how reloads went. */
export class ReloadRecord {
  readonly #clock: Clock;
  #lastError: LastError | undefined;
  #succeeded = 0;
  #failed = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get history(): ReloadHistory {
    return { lastError: this.#lastError, reloads: { succeeded: this.#succeeded, failed: this.#failed } };
  }

  async remember<T>(reload: Promise<T>): Promise<T> {
    try {
      const result = await reload;
      this.#lastError = undefined;
      this.#succeeded += 1;
      return result;
    } catch (error) {
      this.#failed += 1;
      this.#lastError = toLastError(error, this.#clock.now());
      throw error;
    }
  }
}
