import { BackworksError } from "../errors.ts";
import type { Place } from "../errors.ts";
import type { PluginDefinition } from "../plugin.ts";
import { createClaims } from "./contributions.ts";
import { orderPlugins } from "./order.ts";
import { plainName } from "./package-name.ts";
import { satisfies } from "./range.ts";

/** Enabled plugins by their name in the configuration. */
export type Definitions = ReadonlyMap<string, PluginDefinition>;

/** Where a plugin's key stands, or the value of one of its reserved keys. */
export type PlaceOf = (plugin: string, reserved?: "module_path" | "package" | "version") => Place | undefined;

/** Enabled plugins a plugin means by one of its words: their own names, or what they provide. */
export function meantBy(word: string, definitions: Definitions): readonly string[] {
  const plain = plainName(word);
  return [...definitions].flatMap(([name, definition]) =>
    [name, ...(definition.provides ?? [])].some((known) => plainName(known) === plain) ? [name] : [],
  );
}

/** Everything that is missing, too old or too new among what plugins require of each other. */
export async function requirementErrors(
  definitions: Definitions,
  placeOf: PlaceOf,
): Promise<readonly BackworksError[]> {
  const errors: BackworksError[] = [];
  for (const [plugin, definition] of definitions) {
    const wishes = [
      ...Object.entries(definition.requires ?? {}).map(([word, range]) => ({ word, range, must: true })),
      ...Object.entries(definition.optional ?? {}).map(([word, range]) => ({ word, range, must: false })),
    ];
    for (const wish of wishes) {
      const problem = await wishProblem(wish, definitions);
      if (problem === undefined) continue;
      const details = { plugin, required: wish.word, range: wish.range, problem: problem.problem };
      errors.push(new BackworksError("BW_PLUGIN_REQUIRES", details, { where: placeOf(plugin), hint: problem.hint }));
    }
  }
  return errors;
}

interface Wish {
  readonly word: string;
  readonly range: string;
  readonly must: boolean;
}

async function wishProblem(
  { word, range, must }: Wish,
  definitions: Definitions,
): Promise<{ readonly problem: string; readonly hint: string } | undefined> {
  const meant = meantBy(word, definitions);
  if (meant.length === 0 && must) return { problem: "is not enabled", hint: `add ${word}: {} below plugins` };
  for (const name of meant) {
    const version = definitions.get(name)?.version ?? "0.0.0";
    const fits = await satisfies(version, range);
    if (fits === undefined) return { problem: "is not a version range", hint: "tell the author of the plugin" };
    if (!fits) return { problem: `is version ${version} here`, hint: `install a version of ${name} in ${range}` };
  }
  return undefined;
}

/** Names in the order in which plugins initialize, start and see requests. @throws BW_PLUGIN_ORDER */
export function orderDefinitions(definitions: Definitions, placeOf: PlaceOf): readonly string[] {
  const real = new Map([...definitions.keys()].map((name) => [plainName(name), name]));
  const order = orderPlugins(
    [...definitions].map(([name, { provides, requires, optional, order: stands }]) => ({
      name: plainName(name),
      provides: (provides ?? []).map(plainName),
      after: [...Object.keys(requires ?? {}), ...Object.keys(optional ?? {}), ...(stands?.after ?? [])].map(plainName),
      before: (stands?.before ?? []).map(plainName),
    })),
  );
  const names = order.names.map((name) => real.get(name) ?? name);
  if (order.kind === "order") return names;
  throw new BackworksError(
    "BW_PLUGIN_ORDER",
    { circle: names.join(" -> ") },
    { where: placeOf(names[0] ?? ""), hint: "each waits for the next; one of them must not be enabled" },
  );
}

/** Two plugins that bring the same mode or command. */
export function conflictErrors(definitions: Definitions, placeOf: PlaceOf): readonly BackworksError[] {
  const claim = createClaims();
  const errors: BackworksError[] = [];
  for (const [plugin, { modes = [], commands = [] }] of definitions) {
    const brought = [
      ...modes.map(({ name }) => `the mode ${name}`),
      ...commands.map(({ name }) => `the command ${name}`),
    ];
    for (const what of brought) {
      const first = claim(plugin, what);
      if (first === undefined) continue;
      errors.push(
        new BackworksError("BW_PLUGIN_CONFLICT", { first, second: plugin, what }, { where: placeOf(plugin) }),
      );
    }
  }
  return errors;
}
