import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  BackworksError,
  databaseUpkeepService,
  databasesService,
  isBackworksError,
  loadProject,
  openApp,
} from "@backworks/core";
import type { DatabaseUpkeep, OpenApp, RawConfig, TableDesign } from "@backworks/core";
import { evolveEndpoints } from "../edit/evolve.ts";
import { withPackages } from "../install/when-missing.ts";
import { writeChanges } from "./changes.ts";
import type { FileChange } from "./changes.ts";
import { migrationFiles } from "./migration-files.ts";
import { findMocks } from "./mock-endpoint.ts";
import type { MockEndpoint } from "./mock-endpoint.ts";
import { readersOf } from "./readers.ts";
import { makePlan } from "./plan.ts";
import type { EvolvePlan } from "./plan.ts";
import { probesOf } from "./probes.ts";
import { replay } from "./replay.ts";
import type { Difference } from "./replay.ts";
import { databaseSide, mockSide, withSide } from "./side.ts";
import type { Workbench } from "./side.ts";
import { chooseTarget, openTrial } from "./target.ts";
import type { Target } from "./target.ts";

/** What is asked of `evolve`. */
export interface EvolveRequest {
  readonly endpoint: string;
  /** Name of the database; `undefined` for the one there is. */
  readonly use: string | undefined;
  /** Name of the table; `undefined` for that of the endpoint. */
  readonly table: string | undefined;
  readonly dryRun: boolean;
  /** Write although answers differ. */
  readonly force: boolean;
  /** Asks for an end: what is tried out is taken away first. */
  readonly signal: AbortSignal;
}

/** What it came to. */
export interface Evolved {
  readonly target: Target;
  readonly plan: EvolvePlan;
  /** Requests that both were asked. */
  readonly requests: number;
  readonly differences: readonly Difference[];
  readonly changes: readonly FileChange[];
  /** Whether files and database have it. */
  readonly applied: boolean;
}

/** Turns a mock into a table, when the table answers as the mock did. Whatever fails leaves everything as it was. */
export async function evolve(bench: Omit<Workbench, "root">, request: EvolveRequest): Promise<Evolved> {
  const { context, project, install } = bench;
  const { config } = await withPackages(project, { context, install }, () => loadProject(project));
  const { raw } = config;
  const mocks = findMocks(config, request.endpoint, request.table).map((mock) => asItIsKept(mock, raw.root));
  // An object: it was checked.
  const value = raw.value as Readonly<Record<string, unknown>>;
  const target = chooseTarget(value, request.use);
  const own: Workbench = { ...bench, root: raw.root };
  context.note(`reading ${mocks.map(({ name }) => name).join(", ")} …`);
  const evolved = await withMocks(own, mockSide(value, mocks), async (mock) => {
    const plan = await makePlan(mocks, { raw, target, app: mock });
    const edited = editedText(raw, plan);
    const { signal } = request;
    const { design, requests, differences } = await tryOut(own, { target, plan, mock, signal });
    const found = { requests, differences: [...readersOf(value, mocks), ...differences] };
    await checkEdited(own, editedText(raw, withoutSeeds(plan)).text);
    const title = plan.tables[0]?.name ?? "";
    const changes = [...migrationFiles({ target, design, title, now: Date.now() }), ...plan.seeds, edited];
    return { target, plan, ...found, changes };
  });
  request.signal.throwIfAborted();
  if (request.dryRun || (evolved.differences.length > 0 && !request.force)) return { ...evolved, applied: false };
  await apply(own, evolved);
  return { ...evolved, applied: true };
}

/** What clients wrote is what the mock begins with. */
function asItIsKept(mock: MockEndpoint, root: string): MockEndpoint {
  if (mock.source.kind !== "resource") return mock;
  const { resource } = mock.source;
  if (resource.persist === false || !existsSync(join(root, resource.persist))) return mock;
  return { ...mock, source: { kind: "resource", resource: { ...resource, seed: resource.persist } } };
}

/** The mocks by themselves; what is wrong with one is told where it stands in the project. */
async function withMocks<T>(bench: Workbench, config: object, work: (app: OpenApp) => Promise<T>): Promise<T> {
  try {
    return await withSide(bench, config, work);
  } catch (error) {
    if (isBackworksError(error) && error.where?.source.file === unwritten) await checkProject(bench);
    throw error;
  }
}

/** What core calls a configuration that is no file. */
const unwritten = "<config>";

async function checkProject({ context, project, install }: Workbench): Promise<void> {
  const app = await withPackages(project, { context, install }, () => openApp(project));
  await app.close();
}

/** @throws BW_CLI_EDIT_UNSAFE */
function editedText({ file, sources }: RawConfig, { edit }: Pick<EvolvePlan, "edit">): FileChange {
  const before = sources.find((source) => source.file === file)?.text;
  const after = before === undefined ? undefined : evolveEndpoints(before, edit);
  if (before !== undefined && after?.kind === "changed") return { file, text: after.text, before };
  const problem = after?.kind === "unsafe" ? after.problem : "it is not a file";
  const [first] = edit.endpoints;
  const hint = `by hand: in the place of mock: write database: ${JSON.stringify(first?.database)}`;
  throw new BackworksError("BW_CLI_EDIT_UNSAFE", { file, problem }, { hint });
}

/** Opens the configuration as it is to be: another endpoint may need what the mock was. @throws BW_CONFIG_INVALID */
async function checkEdited({ context, project, root, install }: Workbench, text: string): Promise<void> {
  const { config: _file, ...own } = { ...project, cwd: root };
  const app = await withPackages(own, { context, install }, () => openApp({ ...own, text, development: true }));
  await app.close();
}

/** Files that are not written yet. */
function withoutSeeds({ edit }: EvolvePlan): Pick<EvolvePlan, "edit"> {
  const endpoints = edit.endpoints.map(({ database: { seed: _seed, ...database }, ...rest }) => ({
    ...rest,
    database,
  }));
  return { edit: { ...edit, endpoints } };
}

interface Trial {
  readonly target: Target;
  readonly plan: EvolvePlan;
  readonly mock: OpenApp;
  readonly signal: AbortSignal;
}

type Found = Pick<Evolved, "requests" | "differences"> & { readonly design: TableDesign };

/** Makes the tables where it does no harm, and asks them what the mock is asked. */
async function tryOut(bench: Workbench, { target, plan, mock, signal }: Trial): Promise<Found> {
  const trial = openTrial(target, bench.root);
  const databases = { [target.name]: trial.options };
  try {
    return await withSide(bench, { name: "trial", databases, endpoints: {} }, async (setup) => {
      const upkeep = upkeepOf(setup, target);
      await refusePending(upkeep, target);
      const design = await upkeep.design(target.name, plan.tables);
      try {
        await run(setup, target, design.up);
        await upkeep.fill(target.name, plan.rows);
        bench.context.note("asking mock and database the same …");
        const evolved = databaseSide(databases, plan.endpoints);
        const found = await withSide(bench, evolved, (database) => replayAll(plan, { mock, database, signal }));
        return { design, ...found };
      } finally {
        if (trial.isReal) await takeAway(setup, target, design);
      }
    });
  } finally {
    trial.remove();
  }
}

async function replayAll(
  plan: EvolvePlan,
  sides: { readonly mock: OpenApp; readonly database: OpenApp; readonly signal: AbortSignal },
): Promise<Omit<Found, "design">> {
  const replays = [];
  for (const probed of plan.mocks) replays.push(await replay(sides, probesOf(probed), probed.id));
  return {
    requests: replays.reduce((sum, { requests }) => sum + requests, 0),
    differences: replays.flatMap(({ differences }) => differences),
  };
}

function upkeepOf(app: OpenApp, { name }: Target): DatabaseUpkeep {
  const upkeep = app.service(databaseUpkeepService);
  if (upkeep === undefined) throw new BackworksError("BW_DATABASE_UNKNOWN", { database: name });
  return upkeep;
}

/** Applying one migration would run the others as well. */
async function refusePending(upkeep: DatabaseUpkeep, { name }: Target): Promise<void> {
  const states = await upkeep.states(name);
  const other = states.find(({ state }) => state !== "applied");
  if (other === undefined) return;
  throw new BackworksError(
    "BW_DATABASE_MIGRATION",
    { migration: other.name, problem: `it is ${other.state}, and comes first` },
    { hint: `backworks db migrate up --database ${name}` },
  );
}

async function run(app: OpenApp, { name }: Target, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await app.service(databasesService)?.find(name)?.query(sql);
}

async function takeAway(app: OpenApp, target: Target, { down }: TableDesign): Promise<void> {
  for (const sql of down) {
    // A table that could not be made is not there.
    await run(app, target, [sql]).catch(() => {});
  }
}

/** Writes the files, then runs the migration and fills the tables; takes everything back when one of it fails. */
async function apply(bench: Workbench, { target, plan, changes }: Omit<Evolved, "applied">): Promise<void> {
  const takeBack = writeChanges(bench.root, changes);
  const databases = { [target.name]: { ...target.options, migrations: { ...migrationsOf(target), auto: false } } };
  try {
    await withSide(bench, { name: "evolve", databases, endpoints: {} }, async (app) => {
      const upkeep = upkeepOf(app, target);
      const ran = await upkeep.up(target.name);
      await upkeep.fill(target.name, plan.rows).catch(async (error: unknown) => {
        await upkeep.down(target.name, ran.length);
        throw error;
      });
    });
  } catch (error) {
    takeBack();
    throw error;
  }
}

function migrationsOf({ options }: Target): object {
  return (options["migrations"] as object | undefined) ?? {};
}
