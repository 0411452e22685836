// Runs inside a server that is tried: on SIGUSR2 it writes the longest time the event loop was held, and begins anew.
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const resolutionMs = 5;
const file = process.env.BW_LOOP_PROBE;

if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  process.on("SIGUSR2", () => {
    writeFileSync(`${file}.part`, `${Math.max(0, delay.max / 1e6 - resolutionMs).toFixed(2)}\n`);
    renameSync(`${file}.part`, file);
    delay.reset();
  });
}
