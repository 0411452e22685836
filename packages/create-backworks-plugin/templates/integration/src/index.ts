import { definePlugin } from "@backworks/core";
import type { PluginDefinition } from "@backworks/core";
import { createBatch } from "./batch.ts";
import { options } from "./options.ts";
import type { Options } from "./options.ts";
import { version } from "./version.ts";

/** Tells another system of requests that changed something, many at a time and without keeping any of them waiting. */
const myThing: PluginDefinition<Options> = definePlugin({
  name: "my-thing",
  version,
  description: "Tells another system of requests that changed something",
  apiVersion: "^1.0.0",
  failure: "open",
  options,
  initialize({ options: { url, every_ms, timeout_ms, most_waiting }, clock, logger, scheduler }) {
    const batch = createBatch({
      url,
      timeoutMs: timeout_ms,
      mostWaiting: most_waiting,
      failed: (problem) => logger.warn("events could not be sent", { problem }),
    });
    return {
      // The timer ends with the plugin.
      start() {
        scheduler.every(every_ms, () => void batch.flush());
      },
      // After the last byte: nobody waits for it.
      finished: {
        when: { methods: ["POST", "PUT", "PATCH", "DELETE"] },
        run({ request }, { status }) {
          if (status < 400) batch.add({ method: request.method, path: request.path, status, at: clock.now() });
        },
      },
      stop: () => batch.flush(),
      healthCheck: () =>
        batch.problem === undefined
          ? { status: "healthy" }
          : { status: "degraded", message: "the last events could not be sent" },
      getMetrics: () => batch.numbers,
    };
  },
});

export default myThing;
