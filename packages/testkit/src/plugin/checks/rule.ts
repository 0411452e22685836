import type { Rule } from "../../check.ts";
import type { Scenes } from "../scenes.ts";

/** A check of plugins. */
export type PluginRule = Rule<Scenes>;
