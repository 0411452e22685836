import { BackworksError } from "../errors.ts";
import type { Place } from "../errors.ts";
import type { Mode } from "../mode.ts";
import { suggest } from "../suggest.ts";
import type { Checker } from "./checker.ts";
import { nodeAt, pathText } from "./issues.ts";
import type { Node, Token } from "./node.ts";
import { entryOf, placeOf } from "./node.ts";
import { blockModes, blocksOf } from "./outline.ts";
import type { EndpointEntry } from "./outline.ts";

/** The mode of an endpoint: its own word, else the root's, else the one block that is there. `undefined`, reported, when there is none. */
export async function chooseMode(
  checker: Checker,
  endpoint: EndpointEntry,
  modes: ReadonlyMap<string, Mode>,
): Promise<string | undefined> {
  const own = entryOf(endpoint.node, "mode")?.value;
  const word = own ?? nodeAt(checker.tree, ["mode"]);
  const name = wordOf(word);
  // A word that is none was reported with the key.
  if (word !== undefined && name === undefined) return undefined;
  if (word === undefined || name === undefined) return byBlock(checker, endpoint, modes);
  const mode = modes.get(name);
  if (mode === undefined) return unknownMode(checker, { name, at: word, modes });
  if (await canStandAlone(mode, endpoint.node)) return name;
  const where = own === undefined ? checker.raw.keyPlace(["endpoints", endpoint.step]) : placeOf(own);
  checker.errors.push(missingBlock(endpoint, { mode, where, modes }));
  return undefined;
}

function wordOf(node: Node | undefined): string | undefined {
  return node?.kind === "scalar" && node.text !== "" ? node.text : undefined;
}

function missingBlock(
  endpoint: EndpointEntry,
  { mode, where, modes }: { mode: Mode; where: Place; modes: ReadonlyMap<string, Mode> },
): BackworksError {
  const there = [...blocksOf(endpoint.node, [...modes.keys(), ...blockModes]).keys()];
  const hint = there.length === 0 ? `write ${mode.name}: below it` : `it has ${list(there)}`;
  const block = list(Object.keys(mode.endpointKeys), "or");
  const details = { endpoint: nameOf(endpoint), mode: mode.name, block, path: pathText(["endpoints", endpoint.step]) };
  return new BackworksError("BW_CONFIG_MODE_BLOCK", details, { where, hint });
}

function byBlock(checker: Checker, endpoint: EndpointEntry, modes: ReadonlyMap<string, Mode>): string | undefined {
  const blocks = blocksOf(endpoint.node, [...modes.keys(), ...blockModes]);
  const [first, ...others] = blocks;
  if (first !== undefined && others.length === 0) {
    const [name, entry] = first;
    return modes.has(name) ? name : unknownMode(checker, { name, at: entry.key, modes });
  }
  const hint =
    first === undefined ? "write mock: below it, or mode:" : `it has ${list([...blocks.keys()])}: choose with mode:`;
  const where = checker.raw.keyPlace(["endpoints", endpoint.step]);
  const details = { endpoint: nameOf(endpoint), path: pathText(["endpoints", endpoint.step]) };
  checker.errors.push(new BackworksError("BW_CONFIG_MODE_UNCLEAR", details, { where, hint }));
  return undefined;
}

/** Whether an endpoint has what the mode needs: one of its keys, unless the mode does without. */
export async function canStandAlone(mode: Mode, node: Node): Promise<boolean> {
  const keys = Object.entries(mode.endpointKeys);
  if (keys.length === 0 || keys.some(([key]) => entryOf(node, key) !== undefined)) return true;
  for (const [, schema] of keys) {
    const result = await schema["~standard"].validate(undefined);
    if (result.issues !== undefined) return false;
  }
  return true;
}

/** Reports a word that names no mode, once for each line. */
export function unknownMode(
  checker: Checker,
  { name, at, modes }: { name: string; at: Token; modes: ReadonlyMap<string, Mode> },
): undefined {
  const where = placeOf(at);
  const reported = checker.errors.some(
    (error) =>
      error.code === "BW_CONFIG_MODE_UNKNOWN" &&
      error.where?.source === where.source &&
      error.where.line === where.line,
  );
  if (reported) return undefined;
  const near = suggest(name, [...modes.keys(), ...blockModes]);
  const known = `modes are ${list([...modes.keys()])}`;
  const packaged = `${known}; another comes as @backworks/mode-${name} or backworks-mode-${name}`;
  const meant = near === name ? undefined : near;
  const hint = meant === undefined ? packaged : `did you mean ${meant}?`;
  const details = { mode: name, ...(meant !== undefined && { meant }) };
  checker.errors.push(new BackworksError("BW_CONFIG_MODE_UNKNOWN", details, { where, hint }));
  return undefined;
}

function nameOf({ name, step }: EndpointEntry): string {
  return name ?? `endpoints[${step}]`;
}

/** Words as a sentence has them. */
export function list(words: readonly string[], joint: string = "and"): string {
  const last = words.at(-1) ?? "none";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${joint} ${last}`;
}
