const lineEnd = 10;

/** Takes bytes as they come and passes on whole lines. */
export interface WholeLines {
  write(chunk: Uint8Array): void;
}

/**
 * Passes what several processes write on to one output without mixing their lines. What a process leaves behind without a
 * line end, because it was killed, is dropped.
 */
export function createWholeLines(put: (lines: Uint8Array) => void): WholeLines {
  let parts: Uint8Array[] = [];
  return {
    write(chunk) {
      const end = chunk.lastIndexOf(lineEnd) + 1;
      if (end === 0) {
        parts.push(chunk);
        return;
      }
      const whole = [...parts, chunk.subarray(0, end)];
      parts = end === chunk.length ? [] : [chunk.subarray(end)];
      put(whole.length === 1 && whole[0] !== undefined ? whole[0] : Buffer.concat(whole));
    },
  };
}
