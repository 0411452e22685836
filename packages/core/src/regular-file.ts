import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Why a file is not taken, for people. */
class NotRegular extends Error {}

const notRegular = "is a pipe, a device or a socket, not a file";

const { O_APPEND, O_CREAT, O_RDONLY, O_WRONLY } = constants;
/** Without waiting for somebody at the other end: opening a pipe would. Windows has no such flag. */
const atOnce = constants.O_NONBLOCK ?? 0;

/**
 * The bytes of a file on a disk. A pipe, a device or a socket could keep whoever reads it for ever, or never end.
 *
 * @throws NotRegular, and what Node throws for a file that is not there or not readable
 */
export function readRegular(file: string, maxBytes = Infinity): Buffer {
  const descriptor = openRegular(file, O_RDONLY);
  try {
    const { size } = fstatSync(descriptor);
    if (size > maxBytes) throw new NotRegular(`has ${size} bytes, ${maxBytes} at most are read`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a file on a disk to write at its end, made when it is not there. @throws NotRegular, and what Node throws */
export function openToAppend(file: string): number {
  return openRegular(file, O_WRONLY | O_APPEND | O_CREAT);
}

function openRegular(file: string, flags: number): number {
  const descriptor = openSync(file, flags | atOnce);
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return descriptor;
  closeSync(descriptor);
  throw new NotRegular(stats.isDirectory() ? "is a folder, not a file" : notRegular);
}

/** What is told of a file that cannot be used. */
export function fileProblem(cause: unknown): string {
  if (cause instanceof NotRegular) return cause.message;
  const { code = "unknown reason" } = cause as NodeJS.ErrnoException;
  if (code === "ENXIO") return notRegular;
  if (code === "EISDIR") return "is a folder, not a file";
  return code === "ERR_INVALID_ARG_VALUE" ? "has a name that no file can have" : `cannot be opened (${code})`;
}
