import { BackworksError } from "@backworks/core";
import type { ErrorCode } from "@backworks/core";
import { describe, expect, it } from "@jest/globals";
import { exitCodeOf } from "./exit.ts";

const several = (...codes: readonly ErrorCode[]): BackworksError =>
  new BackworksError("BW_CONFIG_INVALID", {}, { errors: codes.map((code) => new BackworksError(code)) });

describe("exitCodeOf", () => {
  it.each([
    ["BW_CLI_USAGE", 2],
    ["BW_CONFIG_UNKNOWN_KEY", 3],
    ["BW_FILE_MISSING", 3],
    ["BW_PLUGIN_NOT_FOUND", 4],
    ["BW_PLUGIN_API", 4],
    ["BW_PLUGIN_ORDER", 3],
    ["BW_PLUGIN_FAILED", 1],
    ["BW_CLI_PACKAGE_INCOMPATIBLE", 4],
    ["BW_PORT_IN_USE", 5],
    ["BW_CLI_REGISTRY_FAILED", 6],
    ["BW_CLI_NOT_RUNNING", 1],
    ["BW_INTERNAL", 1],
  ] as const)("gives for %s %d", (code, expected) => {
    expect(exitCodeOf(new BackworksError(code))).toBe(expected);
  });

  it("gives the code that several mistakes share, else that of a configuration", () => {
    expect(exitCodeOf(several("BW_PLUGIN_NOT_FOUND", "BW_PLUGIN_API"))).toBe(4);
    expect(exitCodeOf(several("BW_PLUGIN_NOT_FOUND", "BW_CONFIG_UNKNOWN_KEY"))).toBe(3);
  });
});
