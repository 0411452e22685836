import type { RunCheck } from "./check.ts";

/** A plugin that does not say it is unhealthy. */
export const plugin: RunCheck<"plugin"> = async ({ plugin: name }, { observation }) => {
  const health = (await observation.pluginHealth())[name];
  if (health === undefined) throw new Error(`there is no plugin ${name}`);
  if (health.status === "unhealthy") throw new Error(health.message ?? "it is unhealthy");
};
