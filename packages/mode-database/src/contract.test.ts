import { describe, expect, it } from "@jest/globals";
import { builtInModes } from "@backworks/core";
import { modeContract, registerChecks } from "@backworks/testkit";
import database from "./index.ts";

const databases = { main: { type: "sqlite", file_path: "./contract.db" } };

describe("the contract", () => {
  registerChecks(
    modeContract(database, { root: { databases }, endpoint: { database: { query: "SELECT 1 AS one" } } }),
    it,
  );
});

describe("the contract of auto_evolve, which needs a database", () => {
  const mode = builtInModes.find(({ name }) => name === "auto_evolve");
  const endpoint = { database: { query: "SELECT 1 AS one WHERE 0" }, mock: { body: [{ one: 2 }] } };
  const checks = mode === undefined ? [] : modeContract(mode, { root: { databases }, endpoint, beside: [database] });
  registerChecks(checks, it);

  it("has checks", () => {
    expect(checks.length).toBeGreaterThan(20);
  });
});
