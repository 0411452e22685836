import type { CheckedPlugin, Config } from "../config/config.ts";
import { BackworksError } from "../errors.ts";
import { invalidConfig } from "../invalid-config.ts";
import type { PluginDefinition } from "../plugin.ts";

/** Options for plugins that count instead of those of the configuration, by name. */
export type PluginOverrides = ReadonlyMap<string, unknown>;

/**
 * The configuration with other plugin options, checked against the plugins' schemas.
 *
 * @throws BW_CONFIG_WRONG_VALUE
 */
export async function overridePlugins(
  config: Config,
  overrides: PluginOverrides,
  definitions: ReadonlyMap<string, PluginDefinition>,
): Promise<Config> {
  if (overrides.size === 0) return config;
  const plugins: CheckedPlugin[] = [];
  for (const plugin of config.plugins) {
    if (!overrides.has(plugin.name)) plugins.push(plugin);
    else plugins.push({ ...plugin, checked: await check(plugin.name, overrides.get(plugin.name), definitions) });
  }
  return { ...config, plugins };
}

async function check(
  name: string,
  options: unknown,
  definitions: ReadonlyMap<string, PluginDefinition>,
): Promise<unknown> {
  const schema = definitions.get(name)?.options;
  if (schema === undefined) return options;
  const result = await schema["~standard"].validate(options);
  if (result.issues === undefined) return result.value;
  const errors = result.issues.map(({ message, path = [] }) => {
    const steps = path.map((step) => String(typeof step === "object" ? step.key : step));
    return new BackworksError("BW_CONFIG_WRONG_VALUE", {
      path: ["plugins", name, ...steps].join("."),
      problem: message,
    });
  });
  throw invalidConfig(errors, { file: `options of plugin ${name}` });
}
