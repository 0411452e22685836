import type { MaybePromise, PluginContext } from "@backworks/core";
import { toBytes, toMs } from "@backworks/option-values";
import type { EndpointOptions } from "../options/endpoint-options.ts";
import type { PluginOptions } from "../options/plugin-options.ts";
import { openMemoryStore } from "./memory.ts";
import type { Store } from "./store.ts";

type Context = PluginContext<PluginOptions, EndpointOptions>;

/**
 * The store that the configuration asks for, the same for all generations of it that follow each other. The other one's library is not loaded.
 *
 * It is closed when the last of them ends.
 */
export function openStore({ options, clock, logger, app, resources }: Context): Promise<Store> {
  const close = (store: Store): MaybePromise<void> => store.close();
  if (options.type === "memory") {
    const maxBytes = toBytes(options.max_size);
    return resources.acquire(`memory ${maxBytes}`, { open: () => openMemoryStore({ maxBytes, clock }), close });
  }
  // The schema asks for it with this type.
  const url = options.url ?? "";
  const timeoutMs = toMs(options.timeout);
  const prefix = `backworks:cache:${app.name}:`;
  return resources.acquire(`redis ${timeoutMs} ${prefix} ${url}`, {
    open: async ({ scheduler }) =>
      (await import("./redis.ts")).openRedisStore({ url, timeoutMs, prefix, clock, scheduler, logger }),
    close,
  });
}
