import { setFlagsFromString } from "node:v8";

/** Versions of V8 that were seen to obey; another might not know a flag, and say so. */
const obeying: readonly string[] = ["11", "12", "13"];

/** Fits the garbage collector to a server: nearly all objects are of one request, and configurations are replaced (docs/adr/0046). */
export function fitCollector(): void {
  if (!obeying.includes(process.versions.v8.split(".")[0] ?? "")) return;
  setFlagsFromString("--no-allocation-site-pretenuring");
  setFlagsFromString("--heap-growing-percent=80");
}
