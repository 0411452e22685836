import { formatErrors, isBackworksError } from "@backworks/core";
import type { ReloadResult } from "@backworks/core";
import type { Events } from "./events.ts";

export interface Reloader {
  /** `asked`: by a person or a signal, who is told also when nothing changed. */
  reload(asked: boolean): Promise<void>;
  /** Whether the last reload was refused. */
  failed(): boolean;
}

export interface ReloaderOptions {
  load(): Promise<ReloadResult>;
  readonly events: Pick<Events, "reloaded" | "refused">;
  /** Milliseconds until a saved file that is no configuration is read once more: it may have been half written. */
  readonly againMs: number;
}

/** Reloads and tells: every refusal once, and when it is mended. */
export function createReloader({ load, events, againMs }: ReloaderOptions): Reloader {
  let refusal: string | undefined;

  async function reload(asked: boolean): Promise<void> {
    const startedAt = performance.now();
    try {
      const result = await (asked ? load() : loadWhole(load, againMs));
      const mended = refusal !== undefined;
      refusal = undefined;
      const durationMs = Math.round(performance.now() - startedAt);
      if (result.changed || asked || mended) events.reloaded({ ...result, durationMs, mended });
    } catch (error) {
      const before = refusal;
      refusal = isBackworksError(error) ? formatErrors(error) : String(error);
      // What is said already is not said again: a log that lies in the project would bring the next reload.
      if (asked || refusal !== before) events.refused(error);
    }
  }

  return { reload, failed: () => refusal !== undefined };
}

/** Loads again when what was read is no configuration: editors and checkouts write in several steps. */
async function loadWhole(load: () => Promise<ReloadResult>, againMs: number): Promise<ReloadResult> {
  try {
    return await load();
  } catch (error) {
    if (!isBackworksError(error) || !mayBeHalfWritten.test(error.code)) throw error;
    await new Promise((resolve) => setTimeout(resolve, againMs));
    return load();
  }
}

const mayBeHalfWritten = /^BW_(?:CONFIG|FILE)_/;
