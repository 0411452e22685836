import { statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { BackworksError } from "../errors.ts";
import type { Source } from "../errors.ts";
import { noPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import type { RawConfig, ValuePath } from "./config.ts";
import { parseDotenv } from "./dotenv.ts";
import { interpolateInSlices } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { applyEnvironment, chosenEnvironment, otherEnvironments } from "./environments.ts";
import { fileText, locate } from "./locate.ts";
import type { FileSnapshot } from "./file-snapshot.ts";
import type { Loading } from "./layers.ts";
import { namesOf, readLayers, readText, without } from "./layers.ts";
import { childOf, entryOf, placeOf, toValueInSlices } from "./node.ts";
import type { MappingNode, Node, Token } from "./node.ts";
import { usedModes, usedPlugins } from "./outline.ts";
import { createSource } from "./parse.ts";
import { placeAt } from "./place.ts";
import { createProjectFiles } from "./project-files.ts";
import { isAsItWas, rememberBeginning } from "./read-again.ts";
import type { Beginning } from "./read-again.ts";
import { secretValues } from "./secret-values.ts";
import type { OtherEnvironment } from "./tree.ts";
import { rememberTree, treeOf } from "./tree.ts";

/** What is read, and from where. */
export interface ReadOptions {
  /** Folder that a missing `file` is looked for in, and that a relative one starts from. */
  readonly cwd: string;
  /** A file, or a folder to look in. */
  readonly file?: string | undefined;
  /** The configuration as an object, instead of a file; other files are found below `cwd`. */
  readonly value?: object | undefined;
  /** The configuration as YAML text, instead of a file. */
  readonly text?: string | undefined;
  /** Name of a section of `environments:`. @defaultValue the variable BACKWORKS_ENV */
  readonly environment?: string | undefined;
  /** Process environment. */
  readonly env: Environment;
  /** Files as they were read before. */
  readonly snapshot?: FileSnapshot | undefined;
  /** What was read before: given back as it is when nothing has changed. */
  readonly before?: RawConfig | undefined;
  /** Gives way to requests while a large configuration is read. @defaultValue never */
  readonly pace?: Pace | undefined;
}

/**
 * Reads a configuration with everything it is made of. Mistakes are collected for `checkConfig`.
 *
 * @throws BW_CONFIG_NOT_FOUND, BW_CONFIG_NOT_DATA, BW_FILE_MISSING
 */
export async function readConfig(options: ReadOptions): Promise<RawConfig> {
  const located = options.text === undefined && options.value === undefined ? locate(options) : given(options);
  const beginning: Beginning = {
    ...located,
    env: definedOnly(options.env),
    environment: chosenEnvironment(options),
  };
  const { before, snapshot } = options;
  if (before !== undefined && snapshot === undefined && isAsItWas(before, beginning)) return before;
  const raw = await readAll(beginning, options);
  rememberBeginning(raw, beginning);
  return raw;
}

async function readAll(beginning: Beginning, options: ReadOptions): Promise<RawConfig> {
  const { root, file, text } = beginning;
  const { pace = noPace, snapshot } = options;
  const files = createProjectFiles(root, snapshot);
  const before = options.before && treeOf(options.before).parts;
  const start = { sources: [], errors: [], incomplete: false, known: new Map(), parts: new Map() };
  const loading: Loading = { ...start, files, pace, before };
  const main = createSource(file, text);
  const layered = await readLayers(loading, main);
  const chosen = layered === undefined ? undefined : applyEnvironment(layered, options, loading.errors);
  const dotenv = readDotenv(loading, chosen, snapshot);
  const environment = { ...dotenv, ...beginning.env };
  const variables = { environment, errors: loading.errors, pace };
  const tree = chosen === undefined ? undefined : await interpolateInSlices(without(chosen, ["env_file"]), variables);
  const others = layered === undefined ? [] : otherEnvironments(layered, beginning.environment);
  const reading: Reading = {
    tree,
    value: tree === undefined ? undefined : await toValueInSlices(tree, pace),
    main,
    loading,
    environment,
    dotenv,
    root,
    modes: await usedModes(tree, pace),
    others: await interpolateOthers(others, environment, pace),
    listed: [...filesOf(options, join(root, file)), ...files.read],
  };
  await pace();
  return describe(reading);
}

function given(options: ReadOptions): { root: string; file: string; text: string } {
  const root = resolve(options.cwd);
  if (options.text !== undefined) return { root, file: "<config>", text: options.text };
  return { root, file: "<config>", text: fileText(options.value ?? {}) };
}

function filesOf(options: ReadOptions, path: string): string[] {
  return options.text === undefined && options.value === undefined ? [path] : [];
}

function definedOnly(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}

/** `.env` beside the configuration when it is there, or what `env_file:` names. */
function readDotenv(loading: Loading, tree: MappingNode | undefined, snapshot: FileSnapshot | undefined): Environment {
  const entry = entryOf(tree, "env_file");
  if (entry?.value.kind === "scalar" && entry.value.value === false) return {};
  const values: Record<string, string> = {};
  const named = entry === undefined ? defaultDotenv(loading, snapshot) : namesOf(loading, entry);
  for (const { file, place } of named) {
    const text = readText(loading, { file, place });
    if (text === undefined) continue;
    const source = createSource(file, text);
    loading.sources.push(source);
    const parsed = parseDotenv(source);
    loading.errors.push(...parsed.errors);
    Object.assign(values, parsed.values);
  }
  return values;
}

/** Without `env_file`, a `.env` need not be there, and a folder of that name is nobody's mistake. */
function defaultDotenv(loading: Loading, snapshot: FileSnapshot | undefined): ReturnType<typeof namesOf> {
  const path = join(loading.files.root, ".env");
  const look = (): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!(snapshot?.has(path, look) ?? look())) return [];
  return [{ file: ".env", place: placeAt(createSource(".env", ""), 0) }];
}

/** Puts in the variables that are there; those of another environment may be missing. */
async function interpolateOthers(
  others: readonly OtherEnvironment[],
  environment: Environment,
  pace: Pace,
): Promise<readonly OtherEnvironment[]> {
  const interpolated: OtherEnvironment[] = [];
  for (const { tree, section } of others) {
    const value = tree.kind === "mapping" ? without(tree, ["env_file"]) : tree;
    const unknown: BackworksError[] = [];
    interpolated.push({ tree: await interpolateInSlices(value, { environment, errors: unknown, pace }), section });
  }
  return interpolated;
}

interface Reading {
  readonly tree: Node | undefined;
  readonly value: unknown;
  readonly main: Source;
  readonly loading: Loading;
  readonly environment: Environment;
  readonly dotenv: Environment;
  readonly root: string;
  readonly modes: RawConfig["modes"];
  readonly others: readonly OtherEnvironment[];
  readonly listed: readonly string[];
}

function describe({
  tree,
  value,
  main,
  loading,
  environment,
  dotenv,
  root,
  modes,
  others,
  listed,
}: Reading): RawConfig {
  const start: Token = { source: main, start: 0, end: 1 };
  const raw: RawConfig = {
    root,
    file: main.file,
    sources: loading.sources,
    files: [...new Set(listed)].map((file) => resolve(root, relative(root, file))),
    environment,
    secrets: secretValues({ tree, sources: loading.sources, environment, dotenv }),
    value,
    errors: tree === undefined && loading.errors.length === 0 ? [emptyConfig(main)] : loading.errors,
    modes,
    plugins: usedPlugins(tree),
    place: (path) => placeOf(nearest(tree, path) ?? start),
    keyPlace: (path) => placeOf(keyOf(tree, path) ?? nearest(tree, path) ?? start),
  };
  rememberTree(raw, { root: tree, incomplete: loading.incomplete, others, parts: loading.parts });
  return raw;
}

function emptyConfig(main: Source): BackworksError {
  const details = { path: main.file, expected: "a mapping (key: value)", found: "nothing" };
  const hint = "begin with name: and endpoints:";
  return new BackworksError("BW_CONFIG_WRONG_TYPE", details, { where: placeAt(main, 0), hint });
}

/** The token at a path, or that of the nearest enclosing value. */
function nearest(tree: Node | undefined, path: ValuePath): Token | undefined {
  let found: Token | undefined = tree;
  let node = tree;
  for (const step of path) {
    node = childOf(node, step);
    if (node === undefined) return found;
    found = node;
  }
  return found;
}

function keyOf(tree: Node | undefined, path: ValuePath): Token | undefined {
  let node = tree;
  let key: Token | undefined;
  for (const step of path) {
    key = entryOf(node, String(step))?.key ?? childOf(node, step) ?? key;
    node = childOf(node, step);
  }
  return key;
}
