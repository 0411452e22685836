export { createFakeClock, createRandom, startApp } from "@backworks/core/testing";
export type { FakeClock, StartAppOptions, StartedApp } from "@backworks/core/testing";
export { ContractError, registerChecks, runChecks } from "./check.ts";
export type { Check, CheckOutcome, Finding, RegisterTest, Verdict } from "./check.ts";
export { pluginContract } from "./plugin/contract.ts";
export type { PluginContractOptions } from "./plugin/subject.ts";
export { modeContract } from "./mode/contract.ts";
export type { ModeContractOptions } from "./mode/scenes.ts";
