import type { Config } from "../config/config.ts";
import { BackworksError } from "../errors.ts";
import type { ProjectFiles } from "../mode.ts";
import type { ConnectHandler, ConnectMount } from "../plugin.ts";
import type { ModuleAddresses } from "../plugins/module-address.ts";

interface MiddlewareSources {
  readonly files: ProjectFiles;
  /** Address of a module's present content. */
  readonly addressOf: ModuleAddresses;
  loadModule(url: string): Promise<unknown>;
}

/**
 * Imports the modules of `middleware:`; each exports a Connect handler or a list of them as its default.
 *
 * @throws BW_FILE_MISSING, BW_FILE_OUTSIDE, BW_MIDDLEWARE_INVALID
 */
export async function loadMiddleware(config: Config, sources: MiddlewareSources): Promise<readonly ConnectMount[]> {
  const mounts: ConnectMount[] = [];
  for (const [index, path] of config.middleware.entries()) {
    const where = config.raw.place(["middleware", index]);
    const file = sources.files.resolve(path, where);
    // Reading it says where it is missing, and makes it one of the watched files.
    sources.files.readBytes(path, where);
    const problem = (text: string, cause?: unknown): BackworksError =>
      new BackworksError("BW_MIDDLEWARE_INVALID", { module: path, problem: text }, { where, cause });
    const namespace = await sources.loadModule(sources.addressOf(file).url).catch((cause: unknown) => {
      throw problem(cause instanceof Error ? cause.message : String(cause), cause);
    });
    const handlers = [defaultOf(namespace)].flat();
    if (handlers.length === 0 || !handlers.every(isHandler)) {
      throw problem("its default export is not a function (request, response, next)");
    }
    mounts.push(...handlers.map((handler) => ({ handler })));
  }
  return mounts;
}

function defaultOf(namespace: unknown): unknown {
  const first = (namespace as { default?: unknown }).default;
  // A CommonJS module compiled from TypeScript has its default one level deeper.
  return typeof first === "object" && first !== null && "default" in first ? first.default : first;
}

function isHandler(value: unknown): value is ConnectHandler {
  return typeof value === "function";
}
