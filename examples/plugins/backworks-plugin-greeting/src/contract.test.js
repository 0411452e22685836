import { join } from "node:path";
import { describe, it } from "@jest/globals";
import { pluginContract, registerChecks } from "@backworks/testkit";
import greeting from "./index.js";

describe("the contract", () => {
  registerChecks(
    pluginContract(greeting, { otherOptions: { greeting: "Hi" }, packageFolder: join(import.meta.dirname, "..") }),
    it,
  );
});
