import { defineMode } from "@backworks/core";
import type { Mode } from "@backworks/core";

/** Answers by forwarding to an upstream. */
export const proxy: Mode = defineMode({
  name: "proxy",
  description: "forwards to an upstream",
  endpointKeys: {},
  open: () => undefined,
  compile: () => () => ({ status: 501 }),
});
