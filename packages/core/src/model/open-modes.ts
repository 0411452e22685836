import type { Config } from "../config/config.ts";
import type { EndpointSource, Mode, ModeContext } from "../mode.ts";
import { heldBy } from "../resource-pool.ts";
import type { CloseFailure, ResourcePool } from "../resource-pool.ts";
import { areUnchanged, recordReads } from "./file-reads.ts";
import type { FileReads, HashFile, RecordedFiles } from "./file-reads.ts";
import { identityOf } from "./identity.ts";
import type { Mistakes } from "./mistakes.ts";
import { lookIn, offeredBy, providersFirst, servicesFor } from "./mode-services.ts";
import type { ServiceLookup, Services } from "./mode-services.ts";

/** What all modes of an App are given. */
export interface SharedContext extends Omit<
  ModeContext,
  "values" | "place" | "resources" | "templates" | keyof ServiceLookup
> {
  /** What modes of Apps that follow each other share. */
  readonly pool: ResourcePool;
  /** What plugins offer. */
  readonly services: Services;
  /** What the configuration says of all templates, as a value made of JSON. */
  readonly templateSettings: unknown;
  /** Makes the templates of a mode. */
  createTemplates(context: Omit<ModeContext, "templates">): ModeContext["templates"];
}

/** Everything that what `open` returned depends on. */
interface Basis {
  readonly mode: Mode;
  /** Hash of the mode's root keys as they were written. */
  readonly root: string;
  /** Hash of everything else that is made of JSON. */
  readonly facts: string;
  readonly templateFunctions: ReadonlyMap<string, unknown>;
  /** What it may ask for, of plugins and of modes that opened earlier. */
  readonly services: Services;
}

/** A mode with what it holds open, shared by Apps that follow each other and closed by the last of them. */
export class OpenMode {
  readonly mode: Mode;
  readonly basis: Basis;
  readonly #files: RecordedFiles;
  readonly #pool: ResourcePool;
  /** Finds places in the configuration of the App that serves. */
  #place: ModeContext["place"];
  #resources: unknown = undefined;
  #offered: Services = new Map();
  #users = 1;

  constructor(basis: Basis, shared: SharedContext, place: ModeContext["place"]) {
    this.mode = basis.mode;
    this.basis = basis;
    this.#files = recordReads(shared.files);
    this.#pool = shared.pool;
    this.#place = place;
  }

  get resources(): unknown {
    return this.#resources;
  }

  /** What it offers other modes. */
  get offered(): Services {
    return this.#offered;
  }

  /** Files that the mode read for itself. */
  get reads(): FileReads {
    return this.#files.reads;
  }

  /** Opens it; when that fails, nothing stays open. */
  async open(shared: SharedContext, values: ModeContext["values"]): Promise<this> {
    const context: Omit<ModeContext, "templates"> = {
      app: shared.app,
      values,
      place: (path) => this.#place(path),
      files: this.#files,
      clock: shared.clock,
      scheduler: shared.scheduler,
      random: shared.random,
      logger: shared.logger,
      environment: shared.environment,
      templateFunctions: shared.templateFunctions,
      hide: shared.hide,
      ...lookIn(this.basis.services),
      resources: heldBy(this.#pool, this, this.mode.name),
    };
    try {
      this.#resources = await this.mode.open({ ...context, templates: shared.createTemplates(context) });
      this.#offered = offeredBy(this.mode, this.#resources);
      return this;
    } catch (error) {
      await this.#pool.release(this);
      throw error;
    }
  }

  /** Whether an App with this basis can go on with it. */
  fits(basis: Basis, hashFile: HashFile): boolean {
    const own = this.basis;
    return (
      isSaidAlike(own, basis) &&
      holdSame(own.templateFunctions, basis.templateFunctions) &&
      holdSame(own.services, basis.services) &&
      areUnchanged(this.reads, hashFile)
    );
  }

  /** Whether what the configuration says of both is the same; what plugins bring may be another. */
  isLike({ basis }: OpenMode): boolean {
    return isSaidAlike(this.basis, basis);
  }

  /** One more App has it; it may read files for its endpoints. */
  carryOn({ files }: SharedContext): this {
    this.#users += 1;
    this.#files.follow(files);
    return this;
  }

  /** The App that was built with this serves from now on. */
  adopt(place: ModeContext["place"]): void {
    this.#place = place;
  }

  /** Endpoints are compiled: what is read from now on is for requests. */
  rest(): void {
    this.#files.rest();
  }

  /** One App has it no longer; the last one closes it. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    const failures: CloseFailure[] = [];
    try {
      await this.mode.close?.(this.#resources);
    } catch (error) {
      failures.push({ error });
    }
    failures.push(...(await this.#pool.release(this)));
    if (failures[0] !== undefined) throw failures[0].error;
  }
}

/** What modes are opened for. */
export interface OpenParts {
  /** By name; every mode in use among them. */
  readonly modes: ReadonlyMap<string, Mode>;
  readonly shared: SharedContext;
  readonly hashFile: HashFile;
  /** Those of the App that serves meanwhile. */
  readonly before: ReadonlyMap<string, OpenMode>;
  readonly sources: readonly { readonly mode: string; readonly source: EndpointSource }[];
}

/** Opens every mode in use, or carries it on. Mistakes are collected; the modes that are open are in `open`. */
export async function openModes(
  config: Config,
  parts: OpenParts,
  { open, mistakes }: { readonly open: Map<string, OpenMode>; readonly mistakes: Mistakes },
): Promise<void> {
  const offered = new Map<string, unknown>();
  const missing = new Set<string>();
  for (const mode of providersFirst(modesInUse(config, parts.modes))) {
    // What it would say of a service that is missing because of another mistake is none of its own.
    const waits = mode.uses?.some(({ name }) => missing.has(name)) === true;
    const opened = waits ? undefined : await mistakes.collect(() => openMode(mode, config, { ...parts, offered }));
    if (opened === undefined) for (const { key } of mode.services ?? []) missing.add(key.name);
    else open.set(mode.name, opened);
    for (const [name, service] of opened?.offered ?? []) offered.set(name, service);
  }
}

/** Modes that an endpoint uses or that have a root key of their own there. */
function modesInUse({ endpoints, modeValues }: Config, modes: ReadonlyMap<string, Mode>): readonly Mode[] {
  const names = new Set<string>();
  for (const { mode, branches } of endpoints) {
    names.add(mode);
    for (const branch of branches) names.add(branch.mode);
  }
  for (const name of names) {
    // The configuration was checked against these modes.
    if (!modes.has(name)) throw new TypeError(`mode ${name} was not loaded`);
  }
  return [...modes.values()].filter(
    (mode) => names.has(mode.name) || Object.keys(valuesOf(mode, modeValues)).length > 0,
  );
}

type Opening = OpenParts & { readonly offered: Services };

function openMode(mode: Mode, config: Config, parts: Opening): OpenMode | Promise<OpenMode> {
  const { shared, hashFile } = parts;
  const before = parts.before.get(mode.name);
  const basis = basisOf(mode, config, parts);
  if (before?.fits(basis, hashFile) === true) return before.carryOn(shared);
  return new OpenMode(basis, shared, config.raw.place).open(shared, valuesOf(mode, config.modeValues));
}

function basisOf(mode: Mode, { modeValues, raw }: Config, { shared, sources, offered }: Opening): Basis {
  const own = (): EndpointSource[] => sources.filter((one) => one.mode === mode.name).map(({ source }) => source);
  // A configuration that was checked is a mapping.
  const said = raw.value as Readonly<Record<string, unknown>>;
  const written = Object.fromEntries(Object.keys(valuesOf(mode, modeValues)).map((key) => [key, said[key]]));
  return {
    mode,
    root: identityOf(written),
    facts: identityOf([shared.app, shared.environment, shared.templateSettings, mode.identity?.(own())]),
    templateFunctions: shared.templateFunctions,
    services: servicesFor(mode, shared.services, offered),
  };
}

function valuesOf(mode: Mode, modeValues: Config["modeValues"]): Readonly<Record<string, unknown>> {
  const keys = Object.keys(mode.rootKeys ?? {}).filter((key) => key in modeValues);
  return Object.fromEntries(keys.map((key) => [key, modeValues[key]]));
}

function isSaidAlike(one: Basis, other: Basis): boolean {
  return one.mode === other.mode && one.root === other.root && one.facts === other.facts;
}

function holdSame(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of one) if (!other.has(key) || other.get(key) !== value) return false;
  return true;
}
