import type { ModeTemplate } from "./mode.ts";
import { defineService } from "./service.ts";
import type { ServiceKey } from "./service.ts";

/** The template language, for plugins. */
export interface PluginTemplates {
  /**
   * Compiles an option with expressions over the request in it. Template functions of plugins are not there, and what belongs to mock mode is
   * refused.
   *
   * @throws BW_CONFIG_INVALID with every mistake of the value
   */
  compile(value: unknown, where: PluginTemplatePlace): ModeTemplate;
}

/** Where an option stands, for mistakes. */
export interface PluginTemplatePlace {
  /** The plugin's key. */
  readonly plugin: string;
  /** The endpoint among whose options it stands. @defaultValue those below `plugins:` */
  readonly endpoint?: string;
  /** Path of the option below the plugin's key. */
  readonly path: readonly (string | number)[];
}

/** Under which core itself offers templates to plugins. */
export const pluginTemplatesService: ServiceKey<PluginTemplates> =
  defineService<PluginTemplates>("backworks.plugin-templates");
