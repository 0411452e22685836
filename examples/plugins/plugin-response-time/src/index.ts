import { definePlugin } from "@backworks/core";
import type { PluginDefinition } from "@backworks/core";
import { endpointOptions, options } from "./options.ts";
import type { EndpointOptions, Options } from "./options.ts";

/** Writes how long each response took, in milliseconds, and warns of slow ones. */
const responseTime: PluginDefinition<Options, EndpointOptions> = definePlugin({
  name: "response-time",
  version: "1.0.0",
  description: "Writes the time each response took into a header",
  apiVersion: "^1.0.0",
  failure: "open",
  options,
  endpointOptions,
  initialize(context) {
    const { clock, logger } = context;
    let responses = 0;
    let slow = 0;
    return {
      // Runs last of all: what other plugins do with the response is part of the time it took.
      afterResponse: {
        order: -1000,
        run(exchange) {
          const tookMs = clock.now() - exchange.startedAt;
          exchange.response.headers.set(context.options.header, tookMs.toFixed(context.options.digits));
        },
      },
      finished(exchange, outcome) {
        responses += 1;
        const endpoint = exchange.route?.endpoint;
        const own = endpoint === undefined ? undefined : context.endpointOptions(endpoint);
        const limitMs = own?.slow_ms ?? context.options.slow_ms;
        if (limitMs === undefined || outcome.durationMs <= limitMs) return;
        slow += 1;
        logger.warn("slow response", { endpoint, durationMs: outcome.durationMs, limitMs });
      },
      // Everything is read from `context.options` when it is needed, so other options need no new instance.
      reconfigure() {},
      getMetrics: () => ({ responses, slow }),
    };
  },
});

export default responseTime;
