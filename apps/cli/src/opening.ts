import { openApp } from "@backworks/core";
import type { Logger, OpenApp } from "@backworks/core";
import type { Context } from "./context.ts";
import { withPackages } from "./install/when-missing.ts";
import { environmentOption, projectOptions } from "./project.ts";

/** Declared by every command that opens the configuration with its plugins. */
export const openingOptions = {
  environment: environmentOption,
  install: {
    type: "boolean",
    alias: ["yes", "y"],
    describe: "Install missing plugins without asking; --no-install never does",
  },
} as const;

export interface OpeningArguments {
  readonly environment: string | undefined;
  readonly install: boolean | undefined;
}

/**
 * Opens the configuration without listening; sees to missing packages first, as far as that is wanted.
 *
 * @throws BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, …
 */
export function openProject(
  context: Context,
  { environment, install }: OpeningArguments,
  facts: { readonly development: boolean; readonly logger?: Logger },
): Promise<OpenApp> {
  const project = projectOptions(context, environment);
  return withPackages(project, { context, install }, () => openApp({ ...project, ...facts }));
}
