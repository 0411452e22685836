import type { BackworksError, ErrorCode } from "../errors.ts";
import { noPace } from "../pace.ts";
import { checkRoot } from "./check-root.ts";
import type { CheckOptions } from "./check-root.ts";
import { createChecker } from "./checker.ts";
import type { RawConfig } from "./config.ts";
import { createHomes } from "./known-homes.ts";
import type { MappingNode, Node } from "./node.ts";
import { placeOf, toValueInSlices } from "./node.ts";
import { usedPlugins } from "./outline.ts";
import type { OtherEnvironment } from "./tree.ts";
import { rememberTree } from "./tree.ts";

/** Mistakes that can be told without loading what the environment would use. */
const certain: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "BW_CONFIG_UNKNOWN_KEY",
  "BW_CONFIG_WRONG_TYPE",
  "BW_CONFIG_WRONG_VALUE",
  "BW_CONFIG_EXPRESSION",
]);

/** Checks the environments that were not chosen, so that a mistake in one does not wait for the day it is used. */
export async function checkOthers(
  raw: RawConfig,
  others: readonly OtherEnvironment[],
  options: CheckOptions,
): Promise<readonly BackworksError[]> {
  const errors: BackworksError[] = [];
  for (const { tree, section } of others) {
    const value = await toValueInSlices(tree, options.pace ?? noPace);
    const other: RawConfig = { ...raw, value, plugins: usedPlugins(tree) };
    rememberTree(other, { root: tree, incomplete: true, others: [], parts: new Map() });
    const checker = createChecker(other, createHomes(options.modes));
    await checkRoot(checker, options);
    const own = placesIn(section, new Set());
    errors.push(...checker.errors.filter((error) => certain.has(error.code) && own.has(spot(error.where))));
  }
  return errors;
}

function placesIn(node: Node, places: Set<string>): ReadonlySet<string> {
  places.add(spot(placeOf(node)));
  if (node.kind === "sequence") for (const item of node.items) placesIn(item, places);
  if (node.kind === "mapping") placesInMapping(node, places);
  return places;
}

function placesInMapping(node: MappingNode, places: Set<string>): void {
  for (const { key, value } of node.entries.values()) {
    places.add(spot(placeOf(key)));
    placesIn(value, places);
  }
}

function spot(place: BackworksError["where"]): string {
  return place === undefined ? "" : `${place.source.file}:${place.line}:${place.column}`;
}
