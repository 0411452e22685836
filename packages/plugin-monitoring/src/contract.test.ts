import { join } from "node:path";
import { describe, it } from "@jest/globals";
import { pluginContract, registerChecks } from "@backworks/testkit";
import monitoring from "./index.ts";

const custom = { seen_total: { type: "counter", help: "Requests by name.", labels: { name: "${body.name}" } } };

describe("the contract", () => {
  registerChecks(
    pluginContract(monitoring, {
      options: {
        custom,
        checks: { itself: { type: "plugin", plugin: "monitoring", interval: "100ms" } },
        alerts: { presets: { high_error_rate: true, plugin_unhealthy: true }, channels: { log: { type: "console" } } },
      },
      otherOptions: { path: "/numbers", token: "not so secret" },
      // Absent, nobody needs one.
      withoutDefault: ["token"],
      requests: [{ path: "/metrics" }],
      packageFolder: join(import.meta.dirname, ".."),
    }),
    it,
  );
});
