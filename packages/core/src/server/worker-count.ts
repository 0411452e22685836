import { availableParallelism } from "node:os";

/** How many processes serve; `auto` is one for each core. */
export function countOf(workers: number | "auto"): number {
  return workers === "auto" ? availableParallelism() : workers;
}

/** How many processes a configuration asks for that was not checked yet; 1 when it says nothing that could be meant. */
export function countWorkers(value: unknown): number {
  const { server } = (value ?? {}) as { readonly server?: unknown };
  const { workers } = (server ?? {}) as { readonly workers?: unknown };
  if (workers === "auto") return countOf(workers);
  return typeof workers === "number" && Number.isInteger(workers) && workers > 0 ? workers : 1;
}
