import type { PluginContractOptions } from "@backworks/testkit";

/** Options the plugin works with, others for a reload, and requests of its own. */
export const contractOptions: PluginContractOptions = {
  options: {},
  otherOptions: { most: 10 },
  requests: [
    { path: "/my-thing/one", init: { method: "PUT", body: "1", headers: { "content-type": "application/json" } } },
    { path: "/my-thing/one" },
  ],
};
