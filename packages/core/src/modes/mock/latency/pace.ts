import { Readable } from "node:stream";
import type { Scheduler } from "../../../clock.ts";
import { toMs } from "../options/duration.ts";
import { parseBitsPerSecond, type DribbleOptions } from "../options/latency.ts";

/** How a body is spread over time: parts of so many bytes, so many milliseconds apart. */
export interface Pace {
  (length: number): { readonly partBytes: number; readonly pauseMs: number };
}

/** Shortest pause between two parts of a limited bandwidth. */
const tickMs = 50;

/** Compiles `dribble:` and `bandwidth:`; when both are given the slower one holds. `undefined` when neither is. */
export function compilePace(dribble: DribbleOptions | undefined, bandwidth: string | undefined): Pace | undefined {
  const dribbled = dribble && byParts(dribble.chunks, toMs(dribble.over));
  const limited = bandwidth === undefined ? undefined : byBits(parseBitsPerSecond(bandwidth) ?? Infinity);
  if (dribbled === undefined || limited === undefined) return dribbled ?? limited;
  return (length) => (totalMs(limited, length) > totalMs(dribbled, length) ? limited(length) : dribbled(length));
}

/** A stream of the bytes in parts; the first one at once, no timer once it is destroyed. */
export function pacedStream(bytes: Uint8Array, pace: Pace, scheduler: Scheduler): Readable {
  const { partBytes, pauseMs } = pace(bytes.length);
  let sent = 0;
  let cancel = (): void => {};
  return new Readable({
    read() {
      const send = (): void => {
        const end = Math.min(bytes.length, sent + partBytes);
        if (end > sent) this.push(bytes.subarray(sent, end));
        sent = end;
        if (sent >= bytes.length) this.push(null);
      };
      if (sent === 0 || pauseMs === 0) send();
      else cancel = scheduler.after(pauseMs, send);
    },
    destroy(error, done) {
      cancel();
      done(error);
    },
  });
}

function byParts(chunks: number, overMs: number): Pace {
  return (length) => {
    const partBytes = Math.max(1, Math.ceil(length / chunks));
    const pauses = Math.ceil(length / partBytes) - 1;
    return { partBytes, pauseMs: pauses > 0 ? overMs / pauses : 0 };
  };
}

function byBits(bitsPerSecond: number): Pace {
  const bytesPerMs = bitsPerSecond / 8000;
  return () => {
    const partBytes = Math.max(1, Math.round(bytesPerMs * tickMs));
    return { partBytes, pauseMs: partBytes / bytesPerMs };
  };
}

function totalMs(pace: Pace, length: number): number {
  const { partBytes, pauseMs } = pace(length);
  return Math.max(0, Math.ceil(length / partBytes) - 1) * pauseMs;
}
