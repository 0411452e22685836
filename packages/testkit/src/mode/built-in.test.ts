import { describe, expect, it } from "@jest/globals";
import { builtInModes } from "@backworks/core";
import { registerChecks } from "../check.ts";
import { modeContract } from "./contract.ts";
import type { ModeContractOptions } from "./scenes.ts";

/** What each mode of core is tried with. */
const given: Readonly<Record<string, ModeContractOptions>> = {
  mock: { endpoint: { mock: { resource: { seed: [{ id: 1 }] } } } },
  runtime: {
    endpoint: { runtime: "./handler.mjs" },
    files: { "handler.mjs": "export default () => ({ hello: 'thread' });\n" },
  },
  hybrid: {
    endpoint: {
      hybrid: { branches: [{ when: "${headers.x-none == 'no'}", use: "mock" }, { use: "runtime" }] },
      mock: { body: { hello: "mock" } },
      runtime: "./handler.mjs",
    },
    files: { "handler.mjs": "export default () => ({ hello: 'thread' });\n" },
  },
};

/** Beside the database that it falls back from: packages/mode-database. */
const elsewhere = ["auto_evolve"];

describe("the modes of core", () => {
  it("are all tried", () => {
    expect([...Object.keys(given), ...elsewhere].sort()).toEqual(builtInModes.map(({ name }) => name).sort());
  });
});

describe.each(Object.entries(given))("the mode %s", (name, options) => {
  const mode = builtInModes.find((one) => one.name === name);
  registerChecks(mode === undefined ? [] : modeContract(mode, options), it);
});
