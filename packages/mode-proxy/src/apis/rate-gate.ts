import type { Clock, Scheduler } from "@backworks/core";
import { BackworksError } from "@backworks/core";
import { TokenBucket } from "./token-bucket.ts";
import { wait } from "./wait.ts";

/** How often an API may be asked. */
export interface GateSettings {
  readonly api: string;
  readonly perMinute: number;
  readonly burst: number;
  /** Whether what would be too much waits for its turn. */
  readonly waits: boolean;
}

/** Lets requests to an API pass as often as it allows. */
export class RateGate {
  readonly #settings: GateSettings;
  readonly #bucket: TokenBucket;
  readonly #scheduler: Scheduler;

  constructor(settings: GateSettings, { clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler }) {
    this.#settings = settings;
    this.#bucket = new TokenBucket(clock, settings);
    this.#scheduler = scheduler;
  }

  close(): void {
    // It holds nothing; whoever waits has a signal.
  }

  /** Waits for its turn, if that comes within so many milliseconds. @throws BW_API_LIMIT */
  async pass(withinMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { waitMs } = this.#bucket;
    const { api, perMinute, waits } = this.#settings;
    if (waitMs > (waits ? withinMs : 0)) {
      const headers = { "retry-after": String(Math.ceil(waitMs / 1000)) };
      throw new BackworksError("BW_API_LIMIT", { api, requests: perMinute }, { headers });
    }
    const turn = this.#bucket.take();
    if (turn === 0) return;
    try {
      await wait(turn, this.#scheduler, signal);
    } catch (error) {
      this.#bucket.giveBack();
      throw error;
    }
  }
}
