import type { Config, EndpointSection } from "../config/config.ts";
import type { Mode, ModeContext, RouteDraft } from "../mode.ts";
import type { Pace } from "../pace.ts";
import type { Endpoint, Route } from "./app.ts";
import type { AppParts } from "./app-parts.ts";
import { compileBranches, toDrafts } from "./branches.ts";
import type { WantedBranch } from "./branches.ts";
import { CompiledEndpoint, releaseAll } from "./compiled-endpoint.ts";
import { saidOf, toSource } from "./endpoint-source.ts";
import type { MovableSource } from "./endpoint-source.ts";
import { areUnchanged, createFileHashes, recordReads } from "./file-reads.ts";
import type { FileReads, HashFile, RecordedFiles } from "./file-reads.ts";
import { identityOf } from "./identity.ts";
import type { Mistakes } from "./mistakes.ts";
import { openModes } from "./open-modes.ts";
import type { OpenMode, SharedContext } from "./open-modes.ts";
import { toRoutes } from "./routes.ts";
import type { RouteContext } from "./routes.ts";
import { toServerSettings } from "./settings.ts";
import type { CompileValidation } from "./validation.ts";

/** What endpoints are compiled with. */
export interface CompileParts {
  /** By name; every mode in use among them. */
  readonly modes: ReadonlyMap<string, Mode>;
  readonly shared: SharedContext;
  /** Compiles what endpoints say of their requests. */
  readonly compileValidation: CompileValidation;
  /** Of the App that serves meanwhile: what did not change is carried on. */
  readonly before?: AppParts | undefined;
  readonly pace: Pace;
  /** Whether endpoints are missing, so that what spans endpoints cannot be told. @defaultValue false */
  readonly leftOut?: boolean;
  /** Whether it is for the mistakes alone: what was compiled by a mode like this one has none. @defaultValue false */
  readonly onlyMistakes?: boolean;
}

/** What compiling writes to. */
export interface CompileResults {
  /** Gets what was opened and compiled: whoever gave it lets go of it. */
  readonly own: AppParts;
  /** Gets the mistakes. */
  readonly context: RouteContext;
}

/** Opens the modes in use and has them compile every endpoint that changed; mistakes of the configuration are collected. */
export async function compileEndpoints(config: Config, parts: CompileParts, results: CompileResults): Promise<Route[]> {
  const { own, context } = results;
  const { before, shared, modes, pace } = parts;
  const hashFile = createFileHashes(shared.files);
  const wanted: WantedEndpoint[] = [];
  const sources: WantedBranch[] = [];
  for (const section of config.endpoints) {
    await pace();
    const one = describe(section, config, { before, shared, hashFile });
    wanted.push(one);
    sources.push(...sourcesOf(one));
  }
  const opening = { modes, shared, hashFile, sources, before: before?.modes ?? new Map<string, OpenMode>() };
  await openModes(config, opening, { open: own.modes, mistakes: context.mistakes });
  const starts: Promise<void>[] = [];
  const adding = { ...results, starts };
  try {
    const routes: Route[] = [];
    for (const one of wanted) {
      await pace();
      routes.push(...(await addEndpoint(one, parts, adding)));
    }
    await awaitStarts(starts, context.mistakes);
    if (parts.leftOut !== true) await settle(results);
    return routes;
  } finally {
    // What is still starting cannot be let go of.
    await Promise.allSettled(starts);
    for (const mode of own.modes.values()) mode.rest();
  }
}

/** What modes are told of the App. */
export function factsOf(
  config: Config,
  { development, listensAt }: Pick<ModeContext["app"], "development" | "listensAt">,
): ModeContext["app"] {
  return { name: config.name, development, basePath: toServerSettings(config).basePath, listensAt };
}

/** An endpoint of the configuration, and what the App before made of it if all of that is as it was. */
interface WantedEndpoint {
  readonly section: EndpointSection;
  readonly said: string;
  /** As far as it is known before the endpoint is compiled. */
  readonly identity: string;
  /** `undefined` while it seems that nobody will compile it. */
  readonly sources: EndpointSources | undefined;
  readonly before: CompiledEndpoint | undefined;
}

/** An endpoint as its mode gets it, and as those do that answer for that. */
interface EndpointSources {
  readonly source: MovableSource;
  readonly branches: readonly WantedBranch[];
  readonly files: RecordedFiles;
}

interface Present {
  readonly before: AppParts | undefined;
  readonly shared: SharedContext;
  readonly hashFile: HashFile;
}

function describe(section: EndpointSection, { raw }: Config, { before, shared, hashFile }: Present): WantedEndpoint {
  const said = saidOf(section, raw);
  const last = before?.endpoints.get(section.name);
  if (last !== undefined && last.said === said && areUnchanged(last.reads, hashFile)) {
    return { section, said, identity: last.source.identity, sources: undefined, before: last };
  }
  const identity = identify(said, last?.reads, hashFile);
  const files = recordReads(shared.files);
  return { section, said, identity, sources: toSources(section, raw, { identity, files }), before: undefined };
}

interface SourceGround {
  readonly identity: string;
  readonly files: RecordedFiles;
}

function toSources(section: EndpointSection, raw: Config["raw"], { identity, files }: SourceGround): EndpointSources {
  const branches = section.branches.map((branch) => ({
    mode: branch.mode,
    source: toSource(section, raw, { identity, files, branch }),
  }));
  return { source: toSource(section, raw, { identity, files }), branches, files };
}

/** What modes may go by. */
function sourcesOf({ section, sources, before }: WantedEndpoint): readonly WantedBranch[] {
  if (sources === undefined) return before?.sources ?? [];
  return [{ mode: section.mode, source: sources.source }, ...sources.branches];
}

/** Known before it is compiled: files count as far as the App before read them. */
function identify(said: string, reads: FileReads | undefined, hashFile: HashFile): string {
  return identityOf({ said, files: [...(reads?.keys() ?? [])].map((path) => [path, hashFile(path)]) });
}

async function addEndpoint(
  wanted: WantedEndpoint,
  { compileValidation, shared, onlyMistakes = false }: CompileParts,
  { own, context, starts }: CompileResults & Starts,
): Promise<Route[]> {
  const { section, before } = wanted;
  const opened = own.modes.get(section.mode);
  if (opened === undefined) return [];
  const compiled =
    before?.isOf(own.modes, { orLike: onlyMistakes }) === true
      ? before.carryOn()
      : await compile(wanted, { opened, modes: own.modes, compileValidation, shared, starts }, context);
  if (compiled === undefined) return [];
  own.endpoints.set(section.name, compiled);
  const { drafts, validation, endpoint } = compiled;
  return toRoutes(section, { mode: opened.mode, drafts, validation, identity: endpoint.hash }, context);
}

/** What endpoints have started and is not there yet. */
interface Starts {
  readonly starts: Promise<void>[];
}

interface Compiling extends Pick<CompileParts, "compileValidation" | "shared">, Starts {
  readonly opened: OpenMode;
  readonly modes: ReadonlyMap<string, OpenMode>;
}

async function compile(
  wanted: WantedEndpoint,
  { opened, modes, compileValidation, shared, starts }: Compiling,
  { mistakes, raw }: RouteContext,
): Promise<CompiledEndpoint | undefined> {
  const { section, said, identity } = wanted;
  const sources = wanted.sources ?? toSources(section, raw, { identity, files: recordReads(shared.files) });
  const { source, files } = sources;
  const branches = await compileBranches(sources.branches, modes, mistakes);
  const made = await mistakes.collect(() => opened.mode.compile(source, opened.resources, branches.drafts));
  const drafts = made && toDrafts(made, source);
  const own = startsOf([...branches.drafts.values(), drafts ?? []].flat());
  const patterns = drafts?.map(({ path }) => path) ?? [];
  const validation = await mistakes.collect(() => compileValidation({ section, source, patterns }));
  files.rest();
  if (!branches.whole || drafts === undefined) {
    await awaitStarts(own, mistakes);
    await releaseAll(drafts === undefined ? branches.made : [{ opened, source }, ...branches.made]);
    return undefined;
  }
  starts.push(...own);
  const { reads } = files;
  const root = [opened, ...branches.made.map((branch) => branch.opened)].map(({ basis }) => basis.root);
  const endpoint = toEndpoint(section, identityOf({ said, root, files: [...reads] }));
  const parts = { endpoint, source, said, reads, opened, branches: branches.made, drafts, validation };
  return new CompiledEndpoint(parts);
}

/** What drafts have started: a mode that has branches may pass on what they made. */
function startsOf(drafts: readonly RouteDraft[]): readonly Promise<void>[] {
  const starts = [...new Set(drafts.flatMap(({ ready }) => ready ?? []))];
  // Whoever waits for them hears of it, when the others have begun too.
  for (const ready of starts) ready.catch(() => {});
  return starts;
}

/** Waits in order, so that mistakes are told in the order of the endpoints. */
async function awaitStarts(starts: readonly Promise<void>[], mistakes: Mistakes): Promise<void> {
  for (const ready of starts) await mistakes.collect(() => ready);
}

function toEndpoint({ name, path, methods, mode, description }: EndpointSection, hash: string): Endpoint {
  return Object.freeze({ name, path, methods, mode, description, hash });
}

async function settle({ own, context }: CompileResults): Promise<void> {
  for (const { mode, resources } of own.modes.values()) await context.mistakes.collect(() => mode.ready?.(resources));
}
