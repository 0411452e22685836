import type { Scheduler } from "@backworks/core";
import type { Dispatcher } from "undici";

/** How a target is asked. */
export interface ActiveSettings {
  /** With the path of the target. */
  readonly path: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Good answers in a row that bring it back. */
  readonly healthy: number;
  /** Bad ones in a row that take it out. */
  readonly unhealthy: number;
  isGood(status: number): boolean;
}

interface Surroundings {
  readonly dispatcher: Dispatcher;
  readonly scheduler: Scheduler;
  /** Called when it changes. */
  changed(isUp: boolean, reason: string): void;
}

/** Asks one target from time to time. It counts as up until it proves otherwise. */
export class ActiveHealth {
  readonly #settings: ActiveSettings;
  readonly #around: Surroundings;
  #isUp = true;
  /** Answers in a row that say otherwise. */
  #against = 0;
  #cancel: () => void;
  #asking: AbortController | undefined;

  constructor(settings: ActiveSettings, around: Surroundings) {
    this.#settings = settings;
    this.#around = around;
    this.#cancel = around.scheduler.after(0, () => this.#ask());
  }

  /** Ends the questions. */
  close(): void {
    this.#cancel();
    const asking = this.#asking;
    this.#asking = undefined;
    asking?.abort();
  }

  #ask(): void {
    const { scheduler } = this.#around;
    this.#cancel = scheduler.after(this.#settings.intervalMs, () => this.#ask());
    // A question that still waits is its own answer soon.
    if (this.#asking !== undefined) return;
    const asking = new AbortController();
    this.#asking = asking;
    const late = scheduler.after(this.#settings.timeoutMs, () => asking.abort(new Error("no answer in time")));
    askOnce(this.#around.dispatcher, this.#settings.path, asking.signal)
      .then((status) => ({ isGood: this.#settings.isGood(status), reason: `answered ${status}` }))
      .catch((error: unknown) => ({ isGood: false, reason: reasonOf(error, asking.signal) }))
      .then(({ isGood, reason }) => {
        late();
        // What was ended from this side says nothing of the target.
        if (this.#asking !== asking) return;
        this.#asking = undefined;
        this.#count(isGood, reason);
      })
      .catch(() => {});
  }

  #count(isGood: boolean, reason: string): void {
    if (isGood === this.#isUp) {
      this.#against = 0;
      return;
    }
    this.#against += 1;
    if (this.#against < (isGood ? this.#settings.healthy : this.#settings.unhealthy)) return;
    this.#against = 0;
    this.#isUp = isGood;
    this.#around.changed(isGood, reason);
  }
}

/** On a connection of its own: that the server still takes new ones is part of the question. */
async function askOnce(dispatcher: Dispatcher, path: string, signal: AbortSignal): Promise<number> {
  const headers = { "user-agent": "backworks-health", accept: "*/*" };
  const { statusCode, body } = await dispatcher.request({ method: "GET", path, headers, reset: true, signal });
  body.on("error", () => {});
  await body.dump({ limit: 65_536, signal });
  return statusCode;
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  const cause: unknown = signal.aborted ? signal.reason : error;
  return cause instanceof Error ? cause.message : String(cause);
}
