import { definePlugin } from "@backworks/core";
import type { PluginDefinition } from "@backworks/core";
import { options } from "./options.ts";
import type { Options } from "./options.ts";
import { createSender } from "./sender.ts";
import { version } from "./version.ts";

/** Tells another system of requests that changed something, without keeping any of them waiting. */
const myThing: PluginDefinition<Options> = definePlugin({
  name: "my-thing",
  version,
  description: "Tells a webhook of requests that changed something",
  apiVersion: "^1.0.0",
  failure: "open",
  options,
  initialize({ options: { url, methods, timeout_ms, most_waiting }, clock, logger, signal }) {
    const told = new Set(methods);
    const sender = createSender({
      url,
      timeoutMs: timeout_ms,
      mostWaiting: most_waiting,
      signal,
      failed: (problem) => logger.warn("an event could not be sent", { problem }),
    });
    return {
      // After the last byte: nobody waits for it.
      finished({ request }, { status }) {
        if (!told.has(request.method) || status >= 400) return;
        sender.add({ method: request.method, path: request.path, status, at: clock.now() });
      },
      stop: () => sender.end(),
      healthCheck: () =>
        sender.problem === undefined
          ? { status: "healthy" }
          : { status: "degraded", message: "the last event could not be sent" },
      getMetrics: () => sender.numbers,
    };
  },
});

export default myThing;
