import { closeSync, openSync, writeSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Scheduler } from "../clock.ts";

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
/** A batch that has grown to this many characters is written at once. */
const batchLength = 64 * 1024;

/** A sink that hands batches to `put`; what waits is written when the process ends, also by an uncaught error. */
export function createLineSink(
  put: (text: string) => void,
  { scheduler }: { readonly scheduler: Scheduler },
): LineSink {
  let waiting = "";
  let cancel: (() => void) | undefined;
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (waiting === "") return;
    const text = waiting;
    waiting = "";
    put(text);
  };
  process.on("exit", flush);
  return {
    write(line) {
      waiting += `${line}\n`;
      if (waiting.length > batchLength) flush();
      else cancel ??= scheduler.after(batchMs, flush);
    },
    flush,
    close() {
      flush();
      process.off("exit", flush);
    },
  };
}

/** A sink that appends to a file, making its folder. */
export function openFileSink(file: string, parts: { readonly scheduler: Scheduler }): LineSink {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, "a");
  const sink = createLineSink((text) => writeSync(descriptor, text), parts);
  return {
    ...sink,
    close() {
      sink.close();
      closeSync(descriptor);
    },
  };
}

/** A sink on standard output. Writes there are synchronous for files and pipes, so nothing is lost at the end. */
export function openOutputSink(parts: { readonly scheduler: Scheduler }): LineSink {
  return createLineSink((text) => void process.stdout.write(text), parts);
}
