import { join } from "node:path";
import { describe, it } from "@jest/globals";
import { pluginContract, registerChecks } from "@backworks/testkit";
import directory from "./index.js";

describe("the contract", () => {
  registerChecks(pluginContract(directory, { packageFolder: join(import.meta.dirname, "..") }), it);
});
