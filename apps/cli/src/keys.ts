import type { Terminal } from "./terminal.ts";

/** Calls what belongs to a key as it is pressed, without Enter; the returned function gives the terminal back. */
export function listenToKeys(terminal: Terminal, keys: Readonly<Record<string, () => void>>): () => void {
  const { input } = terminal;
  if (input.isTTY !== true || input.setRawMode === undefined) return () => undefined;
  const onData = (chunk: Buffer | string): void => {
    for (const key of String(chunk)) keys[key]?.();
  };
  input.setRawMode(true);
  input.on("data", onData);
  input.resume();
  return () => {
    input.off("data", onData);
    input.setRawMode?.(false);
    input.pause();
  };
}

/** What Ctrl-C and Ctrl-D send while the terminal hands over every key. */
export const controlC = "\u0003";
export const controlD = "\u0004";
