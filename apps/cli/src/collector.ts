import type { Worker } from "node:worker_threads";
import { setFlagsFromString } from "node:v8";

/** Versions of V8 that were seen to obey; another might not know a flag, and say so. */
const obeying: readonly string[] = ["11", "12", "13"];

/**
 * Fits the garbage collector to a server that reloads: short pauses, and memory that does not grow (docs/adr/0018).
 *
 * A reload makes objects that stay, and a collection of young objects copies those that stay: with as many as
 * V8 lets the young generation hold (16 MB) it takes 7 ms at a time, with 1 MB about a millisecond. Requests leave
 * next to nothing that stays; what they cost is the same. Configurations that were replaced are old objects: V8
 * would let them pile up to four times what lives before it collects them.
 */
export function fitCollector(v8: string = process.versions.v8): void {
  if (!obeying.includes(v8.split(".")[0] ?? "")) return;
  setFlags();
  // V8 takes the first flag back whenever it makes a heap, and every thread has one.
  process.on("worker", (thread: Worker) => thread.once("online", setFlags));
}

function setFlags(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=80");
}
