import { jsonSchemaOf } from "@backworks/core";
import type { PluginDefinition } from "@backworks/core";
import { optionLines } from "./option-lines.ts";

/** What there is to say of a plugin, in the order in which it is shown; nothing is `undefined`. */
export type Facts = readonly (readonly [key: string, value: string])[];

/** What a definition says of itself: what it needs, brings and takes. */
export async function factsOf(definition: PluginDefinition): Promise<Facts> {
  return given([
    ["name", definition.name],
    ["version", definition.version],
    ["description", definition.description],
    ["api", definition.apiVersion ?? "^1.0.0"],
    ["failure", definition.failure ?? "open"],
    ["requires", ranges(definition.requires)],
    ["optional", ranges(definition.optional)],
    ["provides", list(definition.provides)],
    ["one process", definition.oneProcess],
    ["modes", list(definition.modes?.map((mode) => mode.name))],
    ["commands", list(definition.commands?.map((command) => command.name))],
    ["options", optionLines(await jsonSchemaOf(definition.options))],
    ["endpoint options", optionLines(await jsonSchemaOf(definition.endpointOptions))],
  ]);
}

/** Those that there are. */
export function given(facts: readonly (readonly [key: string, value: string | undefined])[]): Facts {
  return facts.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}

function ranges(named: Readonly<Record<string, string>> | undefined): string | undefined {
  return list(Object.entries(named ?? {}).map(([name, range]) => `${name} ${range}`));
}

function list(words: readonly string[] | undefined): string | undefined {
  return words === undefined || words.length === 0 ? undefined : words.join(", ");
}
