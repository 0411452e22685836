import type { Config } from "../config/config.ts";
import type { BuildParts } from "../model/build.ts";
import type { TemplateSettings } from "../template/mode-templates.ts";
import { createModeTemplates } from "../template/mode-templates.ts";

/** What a configuration says of all its templates. */
export function templateSettingsOf({ modeValues }: Pick<Config, "modeValues">): TemplateSettings {
  // Checked by the schemas of mock mode, which is always there.
  const { strict_templates: strict = false, expose_env: exposeEnvironment = [] } = modeValues as {
    readonly strict_templates?: boolean;
    readonly expose_env?: readonly string[];
  };
  return { strict, exposeEnvironment };
}

/** Templates of modes, as a configuration wants all templates to be. */
export function templatesOf(
  config: Pick<Config, "modeValues">,
): Pick<BuildParts["context"], "templateSettings" | "createTemplates"> {
  const templateSettings = templateSettingsOf(config);
  return { templateSettings, createTemplates: (context) => createModeTemplates(context, templateSettings) };
}
