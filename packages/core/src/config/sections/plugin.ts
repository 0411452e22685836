import { _default, boolean, minLength, optional, record, regex, strictObject, string, unknown } from "zod/mini";
import { describe } from "./describe.ts";

/** Names that a plugin may have in a configuration. */
export const pluginName = /^[a-z0-9][a-z0-9_-]*$/i;

/** Names that npm takes for packages. */
export const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** `plugins.<name>:` — the keys that are not options. */
export const plugin = strictObject({
  enabled: describe(
    _default(boolean(), true),
    "`false` switches it off: it is not installed, not loaded and costs nothing.",
  ),
  package: describe(
    optional(string().check(regex(packageName, "must be the name of an npm package"))),
    "npm package it comes from; `@backworks/plugin-<name>`, then `backworks-plugin-<name>` when absent.",
  ),
  version: describe(optional(string().check(minLength(1))), 'Range of versions of the package, such as `"^1.2.0"`.'),
  module_path: describe(optional(string().check(minLength(1))), "File it comes from, relative to the configuration."),
  config: describe(optional(record(string(), unknown())), "Its options, when they are not written beside these keys."),
});
