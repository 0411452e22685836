import { dirname, isAbsolute, join } from "node:path";
import { BackworksError } from "../errors.ts";
import type { Place, Source } from "../errors.ts";
import type { ProjectFiles } from "../mode.ts";
import type { Pace } from "../pace.ts";
import { overlay, unite } from "./merge.ts";
import { mostMistakes } from "./most-mistakes.ts";
import type { Entry, MappingNode, Node } from "./node.ts";
import { placeOf } from "./node.ts";
import { createSource, parseYamlInParts } from "./parse.ts";
import type { ReadParts } from "./read-parts.ts";
import { found } from "./wording.ts";

/** Keys that say which files and environments make up a configuration; they are gone from the result. */
const layerKeys = ["extends", "include"] as const;

/** Files a configuration may consist of; a guard against a generator gone wild. */
const maxFiles = 200;

export interface Loading {
  readonly files: ProjectFiles;
  /** Every text read, in the order of reading. */
  readonly sources: Source[];
  readonly errors: BackworksError[];
  /** Whether a file could not be read or is not YAML: what it would have said is unknown. */
  incomplete: boolean;
  readonly pace: Pace;
  /** What was read of large files, by file: the next time the same is not read again. */
  readonly parts: Map<string, ReadParts>;
  /** The same of the time before. */
  readonly before: ReadonlyMap<string, ReadParts> | undefined;
  /** Results by file, so that a file two others name is read once. */
  readonly known: Map<string, MappingNode | undefined>;
}

/**
 * Reads a configuration with what it extends (laid beneath it, the first named deepest) and includes (put beside it).
 *
 * `chain` holds the files on the way here, relative to the root.
 */
export async function readLayers(
  loading: Loading,
  source: Source,
  chain: readonly string[] = [source.file],
): Promise<MappingNode | undefined> {
  if (!loading.sources.includes(source)) loading.sources.push(source);
  const { pace, before } = loading;
  const { root, errors, parts } = await parseYamlInParts(source, { pace, known: before?.get(source.file) });
  loading.errors.push(...errors);
  if (parts !== undefined) loading.parts.set(source.file, parts);
  // Without the value of an alias, too, it is unknown what is there.
  const doubtful = root === undefined || errors.some(({ code }) => code === "BW_CONFIG_ALIAS");
  if (doubtful && errors.length > 0) loading.incomplete = true;
  if (root === undefined) return undefined;
  if (root.kind !== "mapping") {
    const details = {
      path: source.file,
      expected: "a mapping (key: value)",
      found: found(root),
    };
    loading.errors.push(new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(root) }));
    loading.incomplete = true;
    return undefined;
  }
  const own = without(root, layerKeys);
  const included = await readNamed(loading, root.entries.get("include"), chain);
  const whole = included.reduce((sum, part) => unite(sum, part, { errors: loading.errors, path: "" }), own);
  const extended = await readNamed(loading, root.entries.get("extends"), chain);
  return extended.reduceRight<MappingNode>((upper, base) => overlay(base, upper), whole);
}

/** A copy of a mapping without some of its keys. */
export function without(node: MappingNode, keys: readonly string[]): MappingNode {
  if (!keys.some((key) => node.entries.has(key))) return node;
  return { ...node, entries: new Map([...node.entries].filter(([key]) => !keys.includes(key))) };
}

async function readNamed(loading: Loading, entry: Entry | undefined, chain: readonly string[]): Promise<MappingNode[]> {
  if (entry === undefined) return [];
  const parts: MappingNode[] = [];
  for (const named of namesOf(loading, entry)) {
    if (loading.errors.length >= mostMistakes || loading.errors.at(-1)?.code === "BW_CONFIG_TOO_LARGE") break;
    const folder = dirname(chain.at(-1) ?? "");
    const part = await readFile(
      loading,
      { file: isAbsolute(named.file) ? named.file : join(folder, named.file), place: named.place },
      chain,
    );
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** The files a key names: one text or a list of them. */
export function namesOf(loading: Loading, entry: Entry): { file: string; place: Place }[] {
  const nodes: readonly Node[] = entry.value.kind === "sequence" ? entry.value.items : [entry.value];
  const names: { file: string; place: Place }[] = [];
  for (const node of nodes) {
    if (node.kind === "scalar" && typeof node.value === "string" && node.value !== "" && !node.value.includes("${")) {
      names.push({ file: node.value, place: placeOf(node) });
      continue;
    }
    const path = entry.key.source.text.slice(entry.key.start, entry.key.end);
    const variable = node.kind === "scalar" && typeof node.value === "string" && node.value.includes("${");
    const hint = variable ? "variables are put in later: name the file itself" : undefined;
    const details = { path, expected: "the path of a file, or a list of paths", found: found(node) };
    loading.errors.push(new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeOf(node), hint }));
  }
  return names;
}

async function readFile(
  loading: Loading,
  named: { file: string; place: Place },
  chain: readonly string[],
): Promise<MappingNode | undefined> {
  const { file, place } = named;
  if (chain.includes(file)) {
    const circle = [...chain.slice(chain.indexOf(file)), file].join(" -> ");
    loading.errors.push(new BackworksError("BW_CONFIG_CYCLE", { chain: circle }, { where: place }));
    return undefined;
  }
  if (loading.known.has(file)) return loading.known.get(file);
  if (loading.sources.length >= maxFiles) {
    const details = { what: "the number of files", limit: String(maxFiles) };
    loading.errors.push(new BackworksError("BW_CONFIG_TOO_LARGE", details, { where: place }));
    return undefined;
  }
  const text = readText(loading, named);
  const node = text === undefined ? undefined : await readLayers(loading, createSource(file, text), [...chain, file]);
  loading.known.set(file, node);
  return node;
}

/** A file's text; `undefined`, with the mistake noted, when it cannot be read. */
export function readText(loading: Loading, { file, place }: { file: string; place: Place }): string | undefined {
  try {
    const text = loading.files.readText(file, place);
    refuseMass(loading, text, place);
    return text;
  } catch (thrown) {
    // Project files throw nothing but ours.
    loading.errors.push(thrown as BackworksError);
    loading.incomplete = true;
    return undefined;
  }
}

/** What all files of a configuration may have together, in characters. */
const mostText = 16 * 1024 * 1024;

/** @throws BW_CONFIG_TOO_LARGE */
function refuseMass({ sources }: Loading, text: string, where: Place): void {
  if (sources.reduce((sum, source) => sum + source.text.length, text.length) <= mostText) return;
  const details = { what: "the text of all files", limit: `${mostText} characters` };
  throw new BackworksError("BW_CONFIG_TOO_LARGE", details, { where });
}
