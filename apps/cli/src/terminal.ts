import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { createPaint, wantsColor } from "./paint.ts";
import type { Paint } from "./paint.ts";

/** Where a command reads and writes; everything it knows of the process around it. */
export interface Terminal {
  readonly output: Channel;
  readonly errors: Channel;
  readonly input: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  /** Whether a person sits in front of it, who can be asked. */
  readonly interactive: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly cwd: string;
  /** Runs `listener` when the process is asked to end or to reload; returns what takes it off. */
  onSignal(signal: NodeJS.Signals, listener: () => void): () => void;
  /** Whether there was a terminal in the beginning and there is none any more. */
  isGone(): boolean;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Ends the process at once, without waiting for anything. */
  end(code: number): void;
}

export interface Channel {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** In characters; 80 when it is no terminal. */
  readonly columns: number;
  paint(flag: boolean | undefined): Paint;
}

/** The terminal of a process, which `end` ends. */
export function openTerminal(source: NodeJS.Process, end: Terminal["end"]): Terminal {
  // A stream may be a terminal of somebody else: of a container's host, or of the session this process has left.
  const began = [source.stdin, source.stdout, source.stderr].some((stream) => stream.isTTY) && hasTerminal();
  return {
    output: openChannel(source.stdout, source.env),
    errors: openChannel(source.stderr, source.env),
    input: source.stdin,
    interactive: source.stdin.isTTY && source.stdout.isTTY && (source.env["CI"] ?? "") === "",
    env: source.env,
    cwd: folderOf(source),
    onSignal(signal, listener) {
      source.on(signal, listener);
      return () => source.off(signal, listener);
    },
    isGone: () => began && !hasTerminal(),
    now: () => performance.now(),
    end,
  };
}

/** A folder that was removed has only the name that the shell remembers. */
function folderOf(source: NodeJS.Process): string {
  try {
    return source.cwd();
  } catch {
    return source.env["PWD"] ?? "/";
  }
}

/** A process whose terminal was closed has none to open. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r+"));
    return true;
  } catch {
    // Windows has no such file, and no SIGHUP that is worth asking for.
    return false;
  }
}

function openChannel(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Channel {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : 80;
    },
    paint: (flag) => createPaint(wantsColor(stream, env, flag)),
  };
}
