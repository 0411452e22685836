import type { Config } from "../config/config.ts";
import type { BuildParts } from "../model/build.ts";
import type { TemplateSettings } from "../template/mode-templates.ts";
import { createModeTemplates } from "../template/mode-templates.ts";

/** Templates of modes, as a configuration wants all templates to be. */
export function templatesOf({
  modeValues,
}: Pick<Config, "modeValues">): Pick<BuildParts["context"], "templateSettings" | "createTemplates"> {
  // Checked by the schemas of mock mode, which is always there.
  const { strict_templates: strict = false, expose_env: exposeEnvironment = [] } = modeValues as {
    readonly strict_templates?: boolean;
    readonly expose_env?: readonly string[];
  };
  const templateSettings: TemplateSettings = { strict, exposeEnvironment };
  return { templateSettings, createTemplates: (context) => createModeTemplates(context, templateSettings) };
}
