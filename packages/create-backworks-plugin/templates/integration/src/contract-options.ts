import type { PluginContractOptions } from "@backworks/testkit";

/** Nobody listens on this port: the contract holds while the other system is down. */
const url = "http://127.0.0.1:9/";

/** Options the plugin works with, and others for a reload. */
export const contractOptions: PluginContractOptions = {
  options: { url, timeout_ms: 200 },
  otherOptions: { url, timeout_ms: 100 },
};
