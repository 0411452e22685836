import { describe, it } from "@jest/globals";
import { modeContract, registerChecks } from "@backworks/testkit";
import database from "./index.ts";

describe("the contract", () => {
  registerChecks(
    modeContract(database, {
      root: { databases: { main: { type: "sqlite", file_path: "./contract.db" } } },
      endpoint: { database: { query: "SELECT 1 AS one" } },
    }),
    it,
  );
});
