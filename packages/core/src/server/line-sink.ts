import { closeSync, mkdirSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Scheduler } from "../clock.ts";
import { openToAppend } from "../regular-file.ts";

/** Takes lines and writes them in batches. */
export interface LineSink {
  /** `line` ends without a line end. */
  write(line: string): void;
  /** Writes what waits. */
  flush(): void;
  /** Writes what waits and lets go of the file. */
  close(): void;
}

/** Lines wait this long for others, so that a busy server makes few system calls. */
const batchMs = 10;
/** A batch that has grown to this many bytes is written at once. */
const batchBytes = 64 * 1024;
/** Room for the line that fills the batch. */
const bufferBytes = 2 * batchBytes;
/** Most bytes that UTF-8 needs for one unit of a JavaScript string. */
const bytesPerUnit = 3;

/**
 * A sink that hands batches to `put`, which must have taken the bytes when it returns; what waits is written when the
 * process ends, also by an uncaught error.
 *
 * Lines wait as bytes: kept as texts they would be many small objects for the garbage collector (bench: access log on).
 */
export function createLineSink(
  put: (batch: Uint8Array) => void,
  { scheduler }: { readonly scheduler: Scheduler },
): LineSink {
  const buffer = Buffer.allocUnsafe(bufferBytes);
  let used = 0;
  let cancel: (() => void) | undefined;
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (used === 0) return;
    const batch = buffer.subarray(0, used);
    used = 0;
    put(batch);
  };
  const add = (line: string): void => {
    const needed = (line.length + 1) * bytesPerUnit;
    if (used + needed > bufferBytes) flush();
    if (needed > bufferBytes) return put(Buffer.from(`${line}\n`));
    used += buffer.write(line, used);
    buffer[used] = lineEnd;
    used += 1;
  };
  process.on("exit", flush);
  return {
    write(line) {
      add(line);
      if (used > batchBytes) flush();
      else cancel ??= scheduler.after(batchMs, flush);
    },
    flush,
    close() {
      flush();
      process.off("exit", flush);
    },
  };
}

const lineEnd = 10;

/** A sink that appends to a file, making its folder. */
export function openFileSink(file: string, parts: { readonly scheduler: Scheduler }): LineSink {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openToAppend(file);
  const sink = createLineSink((batch) => writeWhole(descriptor, batch), parts);
  return {
    ...sink,
    close() {
      sink.close();
      closeSync(descriptor);
    },
  };
}

function writeWhole(descriptor: number, batch: Uint8Array): void {
  for (let from = 0; from < batch.length;) from += writeSync(descriptor, batch, from);
}

/** A sink on standard output. Writes there are synchronous for files and pipes, so nothing is lost at the end. */
export function openOutputSink(parts: { readonly scheduler: Scheduler }): LineSink {
  // A stream may keep what it is given for later.
  return createLineSink((batch) => void process.stdout.write(Buffer.from(batch)), parts);
}
