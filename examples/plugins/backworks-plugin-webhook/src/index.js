import { definePlugin } from "@backworks/core";
import { z } from "zod";
import { createSender } from "./sender.js";

const options = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("Where events are sent, with POST"),
  methods: z
    .array(z.string())
    .default(["POST", "PUT", "PATCH", "DELETE"])
    .describe("Methods that are told, upper case"),
  timeout_ms: z.int().positive().default(2000).describe("Milliseconds one attempt may take"),
  most_waiting: z
    .int()
    .positive()
    .default(1000)
    .describe("Events that wait at most; later ones are dropped and counted"),
});

/** An integration: tells another system of requests that changed something, without keeping any of them waiting. */
export default definePlugin({
  name: "webhook",
  version: "1.0.0",
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
      finished({ request, route }, { status }) {
        if (!told.has(request.method) || status >= 400) return;
        sender.add({ method: request.method, path: request.path, endpoint: route?.endpoint, status, at: clock.now() });
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
