import { join } from "node:path";
import { describe, it } from "@jest/globals";
import { pluginContract, registerChecks } from "@backworks/testkit";
import responseTime from "./index.ts";

describe("the contract", () => {
  registerChecks(
    pluginContract(responseTime, {
      otherOptions: { header: "x-took", digits: 0 },
      endpointOptions: { slow_ms: 5 },
      // Absent means that nothing is too slow.
      withoutDefault: ["slow_ms"],
      packageFolder: join(import.meta.dirname, ".."),
    }),
    it,
  );
});
