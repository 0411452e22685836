import type { PluginEntry } from "../config/config.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import { loadPlugin } from "./load.ts";
import type { LoadedPlugin, PluginSources } from "./load.ts";
import { conflictErrors, orderDefinitions, requirementErrors } from "./requirements.ts";
import type { PlaceOf } from "./requirements.ts";

/**
 * Loads the enabled plugins one after another, and checks them against each other.
 *
 * Returns them in their order, dependencies first.
 *
 * @throws the one mistake, or BW_PLUGINS_INVALID with all of them
 */
export async function loadAll(
  entries: readonly PluginEntry[],
  sources: PluginSources,
  placeOf: PlaceOf,
): Promise<ReadonlyMap<string, LoadedPlugin>> {
  const errors: BackworksError[] = [];
  const loaded = new Map<string, LoadedPlugin>();
  for (const entry of entries) {
    try {
      loaded.set(entry.name, await loadPlugin(entry, sources, placeOf));
    } catch (error) {
      errors.push(isBackworksError(error) ? error : new BackworksError("BW_INTERNAL", {}, { cause: error }));
    }
  }
  const definitions = new Map([...loaded].map(([name, { definition }]) => [name, definition]));
  // Who was not found is not to be called missing a second time.
  if (errors.length === 0) errors.push(...(await requirementErrors(definitions, placeOf)));
  errors.push(...conflictErrors(definitions, placeOf));
  throwAll(errors);
  return new Map(
    orderDefinitions(definitions, placeOf).flatMap((name) => {
      const plugin = loaded.get(name);
      return plugin === undefined ? [] : [[name, plugin]];
    }),
  );
}

/** One mistake is thrown as it is. */
function throwAll(errors: readonly BackworksError[]): void {
  const [only] = errors;
  if (only === undefined) return;
  throw errors.length === 1 ? only : new BackworksError("BW_PLUGINS_INVALID", { count: errors.length }, { errors });
}
