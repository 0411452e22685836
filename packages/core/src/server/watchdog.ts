import { Worker } from "node:worker_threads";
import type { LoggingSettings, WatchdogSettings } from "../model/app.ts";
import type { Block, CodeOwner, WatchdogOrders } from "./block.ts";
import { WatchdogThread } from "./watchdog-thread.ts";

/** Watches the event loop of this process. */
export interface Watchdog {
  /** Goes by what holds after a reload. */
  refresh(): void;
  close(): Promise<void>;
}

export interface WatchdogParts {
  /** Whether code of others is there; without it the watching begins a little later, so that a start is not slowed. */
  urgent(): boolean;
  /** Read at the start and at every `refresh`; `undefined` watches nothing. */
  settings(): WatchdogSettings | undefined;
  logging(): LoggingSettings;
  owners(): readonly CodeOwner[];
  /** Told of each block when the loop goes on. */
  blocked(block: Block): void;
  /** Told when the watching begins. */
  watching(): void;
  /** Told when there is no watching any more. */
  failed(error: unknown): void;
}

const startsAfterMs = 1000;

/** Watches in a thread of its own; requests have no part in it. */
export function openWatchdog(parts: WatchdogParts): Watchdog {
  let watching: Watching | undefined;
  let closed = false;
  const begin = (): void => {
    const settings = parts.settings();
    if (!closed && settings !== undefined) watching = new Watching(settings, parts);
  };
  let later: NodeJS.Timeout | undefined = setTimeout(() => {
    later = undefined;
    begin();
  }, startsAfterMs).unref();
  return {
    refresh() {
      if (closed || (later !== undefined && !parts.urgent())) return;
      clearTimeout(later);
      later = undefined;
      const settings = parts.settings();
      if (watching !== undefined && watching.goesBy(settings)) return watching.refresh();
      void watching?.close();
      watching = undefined;
      begin();
    },
    async close() {
      closed = true;
      clearTimeout(later);
      await watching?.close();
    },
  };
}

/** One thread, for one set of limits. */
class Watching {
  readonly #settings: WatchdogSettings;
  readonly #parts: WatchdogParts;
  readonly #tickMs: number;
  readonly #beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #beating: NodeJS.Timeout;
  readonly #thread: Worker;

  constructor(settings: WatchdogSettings, parts: WatchdogParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#tickMs = Math.min(Math.max(settings.blockedMs / 10, 20), 250);
    this.#beating = setInterval(() => Atomics.add(this.#beats, 0, 1), this.#tickMs).unref();
    this.#thread = new Worker(program, {
      eval: true,
      name: "backworks watchdog",
      workerData: this.#orders(),
      // It has nothing to do with how this process was started.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
    });
    this.#thread.unref();
    this.#thread.on("online", () => parts.watching());
    this.#thread.on("message", (block: Block) => parts.blocked(block));
    this.#thread.on("error", (error) => {
      clearInterval(this.#beating);
      parts.failed(error);
    });
  }

  goesBy(settings: WatchdogSettings | undefined): boolean {
    const { blockedMs, terminateMs } = this.#settings;
    return settings?.blockedMs === blockedMs && settings.terminateMs === terminateMs;
  }

  refresh(): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#thread.postMessage(this.#orders());
  }

  async close(): Promise<void> {
    clearInterval(this.#beating);
    await this.#thread.terminate();
  }

  #orders(): WatchdogOrders {
    const { enabled, format } = this.#parts.logging();
    return {
      ...this.#settings,
      beats: this.#beats.buffer,
      tickMs: this.#tickMs,
      owners: this.#parts.owners(),
      format: enabled ? format : undefined,
    };
  }
}

/** The thread runs the text of its class: a module of its own would have to be found again beside every bundle. */
const program = `(${WatchdogThread.toString()}).run();`;
