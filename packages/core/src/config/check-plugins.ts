import { BackworksError } from "../errors.ts";
import type { PluginDefinition } from "../plugin.ts";
import { suggest } from "../suggest.ts";
import type { Checker } from "./checker.ts";
import type { CheckedPlugin, PluginEntry } from "./config.ts";
import { nodeAt, unknownKey } from "./issues.ts";
import { entryOf, placeOf } from "./node.ts";
import { reservedPluginKeys } from "./outline.ts";
import { sections } from "./sections/index.ts";
import { pluginName } from "./sections/plugin.ts";
import { found } from "./wording.ts";

/** Checks `plugins:`; those that are switched off only for the shape of their entry. */
export async function checkPlugins(
  checker: Checker,
  definitions: ReadonlyMap<string, PluginDefinition>,
): Promise<readonly CheckedPlugin[]> {
  const node = nodeAt(checker.tree, ["plugins"]);
  if (!checker.has(["plugins"]) || node === undefined) return [];
  if (node.kind !== "mapping") {
    const details = { path: "plugins", expected: "a mapping of plugins by name", found: found(node) };
    checker.errors.push(
      new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(node), hint: "write <name>: { … }" }),
    );
    return [];
  }
  for (const name of node.entries.keys()) await checkEntry(checker, name);
  const checked: CheckedPlugin[] = [];
  for (const entry of checker.raw.plugins) {
    checked.push({ ...entry, checked: await checkOptions(checker, entry, definitions.get(entry.name)) });
  }
  return checked;
}

async function checkEntry(checker: Checker, name: string): Promise<void> {
  const path = ["plugins", name];
  const node = nodeAt(checker.tree, path);
  if (node === undefined || !checker.has(path)) return;
  if (!pluginName.test(name)) {
    const details = { path: `plugin ${name}`, problem: "must have a name of letters, digits, hyphens and underscores" };
    const entry = entryOf(nodeAt(checker.tree, ["plugins"]), name);
    checker.errors.push(new BackworksError("BW_CONFIG_WRONG_VALUE", details, { where: entry && placeOf(entry.key) }));
  }
  if (node.kind === "mapping") {
    await checker.check(sections.plugin, { path, keys: reservedPluginKeys, foreign: "config" });
    refuseOptionsBesideConfig(checker, path);
    return;
  }
  if (node.kind === "scalar" && typeof node.value === "boolean") return;
  const details = { path: path.join("."), expected: "a mapping of options, true or false", found: found(node) };
  checker.errors.push(new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(node) }));
}

/** With `config:` that is the options; others beside it would be ignored. */
function refuseOptionsBesideConfig(checker: Checker, path: readonly string[]): void {
  const node = nodeAt(checker.tree, path);
  if (node?.kind !== "mapping" || !node.entries.has("config")) return;
  for (const [key, entry] of node.entries) {
    if (reservedPluginKeys.includes(key) || key.startsWith("x-")) continue;
    const hint = "put it into config: with the other options";
    const details = { key, path: path.join(".") };
    checker.errors.push(new BackworksError("BW_CONFIG_UNKNOWN_KEY", details, { where: placeOf(entry.key), hint }));
  }
}

async function checkOptions(
  checker: Checker,
  entry: PluginEntry,
  definition: PluginDefinition | undefined,
): Promise<unknown> {
  if (definition === undefined) return entry.options;
  // Options that stand beside the reserved keys may be slips of those.
  const also = entry.path.length > 2 ? [] : reservedPluginKeys;
  if (definition.options !== undefined) {
    return checker.checkForeign(definition.options, entry.path, { value: { ...entry.options }, also });
  }
  for (const key of Object.keys(entry.options)) {
    const { tree } = checker;
    const none = (): string | undefined =>
      suggest(key, also) === undefined ? `the plugin ${entry.name} has no options` : undefined;
    checker.errors.push(unknownKey(key, [], { tree, base: entry.path, schema: undefined, also, home: none }));
  }
  return {};
}
