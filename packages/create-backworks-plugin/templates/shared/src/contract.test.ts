import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { pluginContract, registerChecks } from "@backworks/testkit";
import plugin from "./index.ts";
import { contractOptions } from "./contract-options.ts";

// Everything Backworks asks of a plugin. `except` leaves a check out, with the reason.
registerChecks(
  pluginContract(plugin, { ...contractOptions, packageFolder: fileURLToPath(new URL("..", import.meta.url)) }),
  test,
);
