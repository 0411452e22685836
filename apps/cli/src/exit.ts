import type { BackworksError } from "@backworks/core";

/** What the process says when it ends. Scripts rely on these numbers: never change one. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  invalidConfiguration: 3,
  plugin: 4,
  portInUse: 5,
  network: 6,
  problemsFound: 7,
  /** Stopped because something blocked the event loop, which has said so. */
  blocked: 70,
  interrupted: 130,
  /** Stopped at once by a second SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = number;

const exact: Readonly<Record<string, ExitCode>> = {
  BW_CLI_COMMAND_UNKNOWN: exitCodes.usage,
  BW_CLI_ENDPOINT_UNKNOWN: exitCodes.usage,
  BW_CLI_INSTALL_FAILED: exitCodes.plugin,
  BW_CLI_NPM_MISSING: exitCodes.plugin,
  BW_CLI_OPTION_UNKNOWN: exitCodes.usage,
  BW_CLI_PACKAGE_INCOMPATIBLE: exitCodes.plugin,
  BW_CLI_PACKAGE_UNKNOWN: exitCodes.plugin,
  BW_CLI_REGISTRY_FAILED: exitCodes.network,
  BW_CLI_USAGE: exitCodes.usage,
  BW_MODE_INVALID: exitCodes.plugin,
  BW_PLUGIN_API: exitCodes.plugin,
  BW_PLUGIN_IMPORT: exitCodes.plugin,
  BW_PLUGIN_INVALID: exitCodes.plugin,
  BW_PLUGIN_NAME: exitCodes.plugin,
  BW_PLUGIN_NOT_FOUND: exitCodes.plugin,
  BW_PLUGIN_REQUIRES: exitCodes.plugin,
  BW_PLUGIN_VERSION: exitCodes.plugin,
  BW_PLUGIN_FAILED: exitCodes.failure,
  BW_PLUGIN_TIMEOUT: exitCodes.failure,
  BW_PORT_IN_USE: exitCodes.portInUse,
};

/** Every mistake of this family is one of the configuration. */
const configuration = /^BW_(CONFIG|TEMPLATE|FILE|MOCK|PATH|PLUGIN)_/;

/** The exit code an error ends a command with. One that stands for several has the code they share, else that of a configuration. */
export function exitCodeOf(error: BackworksError): ExitCode {
  if (error.errors.length > 0) {
    const codes = new Set(error.errors.map((part) => exitCodeOf(part)));
    const [only] = codes;
    return codes.size === 1 && only !== undefined ? only : exitCodes.invalidConfiguration;
  }
  const known = exact[error.code];
  if (known !== undefined) return known;
  const inConfiguration = configuration.test(error.code) || error.where !== undefined;
  return inConfiguration ? exitCodes.invalidConfiguration : exitCodes.failure;
}
