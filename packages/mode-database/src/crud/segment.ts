import type { Exchange } from "@backworks/core";

/** A part of the path as it came, counted from the end: commas between the parts of a key stand there as they are. */
export function segmentOf({ request: { path } }: Exchange, fromEnd: number): string {
  const plain = path.endsWith("/") ? path.slice(0, -1) : path;
  return plain.split("/").at(-fromEnd) ?? "";
}
