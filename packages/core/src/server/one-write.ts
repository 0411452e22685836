import type { Duplex } from "node:stream";

/**
 * Has a whole answer leave in one plain write.
 *
 * Node queues an empty text behind head and body to learn when they are gone, and writes what is queued as a list of pieces:
 * that costs more than the one piece there is (bench: static).
 */
export function writeAtOnce(socket: Duplex): void {
  const writeList: unknown = socket._writev;
  // Connections within the process write piece by piece; Node's types do not know its null for that.
  if (typeof writeList !== "function") return;
  socket._writev = (pieces, done) => {
    const [first, second] = pieces;
    const isAlone = pieces.length === 2 && second?.chunk.length === 0;
    if (isAlone && first !== undefined) socket._write(first.chunk, first.encoding, done);
    else Reflect.apply(writeList, socket, [pieces, done]);
  };
}
