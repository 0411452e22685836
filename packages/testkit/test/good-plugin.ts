import { createServer } from "node:http";
import { BackworksError, definePlugin } from "@backworks/core";
import type { PluginContext, PluginDefinition, PluginInstance } from "@backworks/core";
import { z } from "zod";

const options = z.strictObject({
  header: z.string().default("x-good").describe("Header to write"),
  every: z.number().default(1000).describe("Milliseconds between two reports"),
});
const endpointOptions = z.strictObject({ mark: z.string().default("own").describe("What the header says here") });

export type GoodOptions = z.output<typeof options>;
export type GoodEndpointOptions = z.output<typeof endpointOptions>;
export type GoodPlugin = PluginDefinition<GoodOptions, GoodEndpointOptions>;

/** A plugin that has everything a plugin can have, and does nothing wrong. */
export const good: GoodPlugin = definePlugin({
  name: "good",
  version: "1.0.0",
  description: "Writes a header and counts",
  apiVersion: "^1.0.0",
  failure: "open",
  options,
  endpointOptions,
  async initialize(context) {
    const { scheduler, resources } = context;
    let count = 0;
    await resources.acquire("server", {
      open: () =>
        new Promise((resolve) => {
          const server = createServer((_request, response) => response.end("good")).listen(0, "127.0.0.1", () =>
            resolve(server),
          );
        }),
      close: (server) =>
        new Promise<void>((resolve) => void (server as ReturnType<typeof createServer>).close(() => resolve())),
    });
    return {
      start() {
        scheduler.every(context.options.every, () => {});
      },
      stop() {},
      cleanup() {},
      reconfigure() {},
      exportState: () => ({ count }),
      importState(state) {
        const given = (state as { count?: unknown } | undefined)?.count;
        if (typeof given === "number") count = given;
      },
      async beforeRequest(exchange) {
        await new Promise<void>((resolve) => {
          const cancel = scheduler.after(5, resolve);
          exchange.signal.addEventListener("abort", () => (cancel(), resolve()), { once: true });
        });
      },
      around: async (exchange, next) => next(exchange),
      afterResponse: {
        order: 5,
        run({ response, route }) {
          const own = route && context.endpointOptions(route.endpoint);
          response.headers.set(context.options.header, own?.mark ?? "good");
        },
      },
      finished() {
        count += 1;
      },
      healthCheck: () => ({ status: "healthy", message: "all is well", details: { count } }),
      getMetrics: () => ({ requests: count }),
      contributes: {
        actions: {
          set(given) {
            if (typeof given !== "number") throw new BackworksError("BW_REQUEST_INVALID", { problem: "no number" });
            count = given;
            return { count };
          },
        },
      },
    };
  },
});

type Change = (made: PluginInstance, context: PluginContext<GoodOptions, GoodEndpointOptions>) => PluginInstance | void;

/** The good plugin with something else in what it returns. */
export function returning(change: Change): GoodPlugin {
  return definePlugin({
    ...good,
    async initialize(context) {
      const made = ((await good.initialize(context)) ?? {}) as PluginInstance;
      return { ...made, ...change(made, context) };
    },
  });
}

/** The good plugin with another definition. */
export function defining(change: Partial<GoodPlugin>): GoodPlugin {
  return definePlugin({ ...good, ...change });
}
