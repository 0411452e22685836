import type { PluginContractOptions } from "@backworks/testkit";

/** Options the plugin works with, and others for a reload. */
export const contractOptions: PluginContractOptions = { options: {}, otherOptions: { member: "result" } };
