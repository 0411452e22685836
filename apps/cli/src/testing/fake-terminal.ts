import { PassThrough } from "node:stream";
import { createPaint } from "../paint.ts";
import type { Channel, Terminal } from "../terminal.ts";

/** A terminal that remembers what was written and lets a test type and send signals. */
export interface FakeTerminal extends Terminal {
  readonly input: PassThrough;
  /** What went to standard output so far. */
  readonly out: () => string;
  /** What went to standard error so far. */
  readonly err: () => string;
  signal(name: NodeJS.Signals): void;
  /** The window is closed. */
  closeWindow(): void;
  /** Lets time pass. */
  advance(ms: number): void;
  /** Exit code of an end at once; `undefined` when there was none. */
  endedWith(): number | undefined;
}

export interface FakeTerminalOptions {
  readonly cwd: string;
  /** Whether a person sits in front of it. @defaultValue false */
  readonly interactive?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export function createFakeTerminal({ cwd, interactive = false, env = {} }: FakeTerminalOptions): FakeTerminal {
  const output = createChannel(interactive);
  const errors = createChannel(interactive);
  const listeners = new Map<string, Set<() => void>>();
  let ended: number | undefined;
  let time = 0;
  let gone = false;
  return {
    output,
    errors,
    input: new PassThrough(),
    interactive,
    env,
    cwd,
    out: () => output.text(),
    err: () => errors.text(),
    onSignal(name, listener) {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return () => all.delete(listener);
    },
    signal(name) {
      for (const listener of listeners.get(name) ?? []) listener();
    },
    isGone: () => gone,
    closeWindow: () => {
      gone = true;
    },
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
    end: (code) => {
      ended = code;
    },
    endedWith: () => ended,
  };
}

function createChannel(isTerminal: boolean): Channel & { text(): string } {
  const written: string[] = [];
  return {
    isTerminal,
    columns: 80,
    write: (text) => void written.push(text),
    paint: (flag) => createPaint(flag ?? false),
    text: () => written.join(""),
  };
}
