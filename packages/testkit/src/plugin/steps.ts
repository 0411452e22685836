/** Steps of a plugin's life, and what asks it how it is. */
export const lifeSteps = [
  "initialize",
  "start",
  "stop",
  "cleanup",
  "reconfigure",
  "exportState",
  "importState",
  "healthCheck",
  "getMetrics",
] as const;

/** Hooks of a request. */
export const hookSteps = ["beforeRequest", "around", "afterResponse", "finished"] as const;

/** Everything of a plugin that is called. */
export type Step = (typeof lifeSteps)[number] | (typeof hookSteps)[number];
