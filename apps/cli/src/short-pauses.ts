import type { Worker } from "node:worker_threads";
import { setFlagsFromString } from "node:v8";

/** Versions of V8 whose young generation was seen to obey; another might not know the flag, and say so. */
const obeying: readonly string[] = ["11", "12", "13"];

/**
 * Keeps the pauses of the garbage collector short while a server of this process reloads (docs/adr/0018).
 *
 * A reload makes objects that stay, and a collection of young objects copies those that stay: with as many as
 * V8 lets the young generation hold (16 MB) it takes 7 ms at a time, with 1 MB about a millisecond. Requests leave
 * next to nothing that stays; what they cost is the same.
 */
export function keepPausesShort(v8: string = process.versions.v8): void {
  if (!obeying.includes(v8.split(".")[0] ?? "")) return;
  stopGrowth();
  // V8 takes the flag back whenever it makes a heap, and every thread has one.
  process.on("worker", (thread: Worker) => thread.once("online", stopGrowth));
}

function stopGrowth(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
