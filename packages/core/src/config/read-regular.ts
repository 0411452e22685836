import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Why a file is not read, for people. */
class NotRegular extends Error {}

const notRegular = "is a pipe, a device or a socket, not a file";

/**
 * The bytes of a file on a disk. A pipe, a device or a socket could keep whoever reads it for ever, or never end.
 *
 * @throws NotRegular, and what Node throws for a file that is not there or not readable
 */
export function readRegular(file: string, maxBytes = Infinity): Buffer {
  // Without waiting for somebody who writes: opening a pipe would.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) throw new NotRegular("is a folder, not a file");
    if (!stats.isFile()) throw new NotRegular(notRegular);
    if (stats.size > maxBytes) throw new NotRegular(`has ${stats.size} bytes, ${maxBytes} at most are read`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What is told of a file that is there and cannot be read. */
export function readProblem(cause: unknown): string {
  if (cause instanceof NotRegular) return cause.message;
  const { code = "unknown reason" } = cause as NodeJS.ErrnoException;
  if (code === "ENXIO") return notRegular;
  return code === "ERR_INVALID_ARG_VALUE" ? "has a name that no file can have" : `cannot be read (${code})`;
}
