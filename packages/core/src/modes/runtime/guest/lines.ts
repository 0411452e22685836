/** Longest line between server and handler. */
export const longestLine = 64 * 1024 * 1024;

/** Whole lines of bytes that come in parts. */
export interface LineReader {
  push(bytes: Uint8Array): void;
}

/** Passes each line on without its end. `tooLong` is called once when a line gets no end. */
export function createLineReader(
  onLine: (line: string) => void,
  { longest, tooLong }: { readonly longest: number; readonly tooLong: () => void },
): LineReader {
  let parts: Uint8Array[] = [];
  let size = 0;
  let broken = false;
  return {
    push(bytes) {
      if (broken) return;
      let from = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        parts.push(bytes.subarray(from, end));
        const line = Buffer.concat(parts).toString("utf8");
        parts = [];
        size = 0;
        from = end + 1;
        onLine(line);
      }
      if (from === bytes.length) return;
      parts.push(bytes.subarray(from));
      size += bytes.length - from;
      if (size <= longest) return;
      broken = true;
      parts = [];
      tooLong();
    },
  };
}
