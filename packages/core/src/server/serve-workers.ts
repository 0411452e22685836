import { readConfigOf } from "./load.ts";
import { serveHere } from "./serve.ts";
import type { RunningServer, ServeOptions } from "./serve.ts";
import { countWorkers } from "./worker-count.ts";

/**
 * Loads a configuration and serves it by as many processes as `server.workers` says; by this one when that is 1.
 *
 * The other processes load the configuration themselves: what is code or open, such as `plugins` or `logger`, cannot be given then.
 *
 * @throws BW_WORKERS_OPTION, and what `serve` throws
 */
export async function serveWorkers(options: ServeOptions = {}): Promise<RunningServer> {
  const raw = await readConfigOf(options);
  // What is served while somebody develops is to be debugged in one process.
  if (options.development === true || countWorkers(raw.value) === 1) return serveHere(options, { raw });
  // Nothing of it is loaded otherwise.
  const { servePrimary } = await import("./workers/primary.ts");
  return servePrimary(options);
}
