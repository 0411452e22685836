import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, defineMode, serve } from "@backworks/core";
import type { Mode, RunningApp } from "@backworks/core";
import { silentLogger } from "@backworks/core/testing";
import { NotJudged } from "../check.ts";
import { valueText } from "../value-text.ts";
import { watchProcess } from "../watch-process.ts";
import type { ProcessFacts } from "../watch-process.ts";

/** What a mode needs to be tried. */
export interface ModeContractOptions {
  /** Keys of an endpoint that it answers, `mode` and `path` left out: `{ proxy: { target: "…" } }`. */
  readonly endpoint: Readonly<Record<string, unknown>>;
  /** Keys of the root that it needs. @defaultValue none */
  readonly root?: Readonly<Record<string, unknown>>;
  /** Files beside the configuration, by path. @defaultValue none */
  readonly files?: Readonly<Record<string, string>>;
  /** What is asked of the endpoint. @defaultValue GET */
  readonly request?: RequestInit;
  /** The status it answers with. @defaultValue 200 */
  readonly status?: number;
  /** Other modes that are there. */
  readonly beside?: readonly Mode[];
  /** Checks that are left out, each with the reason. */
  readonly except?: Readonly<Record<string, string>>;
}

/** What was seen of a mode. */
export interface ModeLife extends ProcessFacts {
  readonly refused: { readonly error: unknown } | undefined;
  readonly statuses: readonly (number | undefined)[];
  readonly calls: readonly ModeCall[];
}

/** One call of something of a mode. */
export interface ModeCall {
  readonly step: "open" | "start" | "close" | "reset" | "release" | "health" | "ready";
  settled: boolean;
  failed?: { readonly error: unknown };
}

/** What a mode is tried in. */
export interface ModeScenes {
  readonly mode: Mode;
  readonly options: ModeContractOptions;
  /** Opened, asked, reloaded, reset, asked how it is, and closed. */
  life(): Promise<ModeLife>;
  /** A configuration with a mistake elsewhere, which is refused. */
  refused(): Promise<ModeLife>;
  /** Two servers at once, both of which are asked. */
  pair(): Promise<readonly (number | undefined)[]>;
}

export function createModeScenes(mode: Mode, options: ModeContractOptions): ModeScenes {
  const scenes = { mode, options };
  return {
    ...scenes,
    life: once(() => play(scenes, live)),
    refused: once(() => play(scenes, async () => [], { more: { nobody: { path: "/nobody", mode: "no-such-mode" } } })),
    pair: once(() => playPair(scenes)),
  };
}

/** @throws NotJudged for one that was refused */
export function servedMode(life: ModeLife): ModeLife {
  if (life.refused !== undefined) throw new NotJudged(`it is not served: ${valueText(life.refused.error)}`);
  return life;
}

interface Source {
  readonly mode: Mode;
  readonly options: ModeContractOptions;
}

interface ModeStage {
  readonly app: RunningApp;
  ask(init?: RequestInit): Promise<number | undefined>;
  reload(): Promise<void>;
  close(): Promise<void>;
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let played: Promise<T> | undefined;
  return () => (played ??= run());
}

async function live({ app, ask, reload }: ModeStage): Promise<readonly (number | undefined)[]> {
  const statuses = [await ask(), await ask()];
  await leave(ask);
  const underWay = ask();
  await reload();
  statuses.push(await underWay, await ask());
  await app.reset().catch(() => {});
  // Asks every mode how it is.
  await fetch(`${app.url}/health`).then((answer) => answer.arrayBuffer());
  statuses.push(await ask());
  return statuses;
}

/** A client that does not wait. */
async function leave(ask: ModeStage["ask"]): Promise<void> {
  const client = new AbortController();
  const answer = ask({ signal: client.signal });
  setImmediate(() => client.abort());
  await answer;
}

async function play(
  source: Source,
  script: (stage: ModeStage) => Promise<readonly (number | undefined)[]>,
  { more = {} }: { readonly more?: object } = {},
): Promise<ModeLife> {
  const { result, facts } = await watchProcess(async ({ under, look }) => {
    const calls: ModeCall[] = [];
    const watched = { ...source, mode: watchMode(source.mode, calls, under) };
    const stage = await openModeStage(watched, more).catch((error: unknown) => ({ error }));
    if ("error" in stage) return { refused: stage, statuses: [], calls };
    try {
      return { refused: undefined, statuses: await script(stage), calls };
    } finally {
      look();
      await stage.close();
    }
  });
  return { ...result, ...facts };
}

async function playPair(source: Source): Promise<readonly (number | undefined)[]> {
  const { result } = await watchProcess(async () => {
    const first = await openModeStage(source).catch((error: unknown) => ({ error }));
    if ("error" in first) return first;
    const second = await openModeStage(source).catch((error: unknown) => ({ error }));
    const statuses = [await first.ask(), "error" in second ? undefined : await second.ask(), await first.ask()];
    if (!("error" in second)) await second.close();
    await first.close();
    return statuses;
  });
  if ("error" in result) throw new NotJudged(`it is not served: ${valueText(result.error)}`);
  return result;
}

async function openModeStage({ mode, options }: Source, more: object = {}): Promise<ModeStage> {
  const folder = mkdtempSync(join(tmpdir(), "backworks-mode-"));
  const tried = { path: "/tried", ...options.endpoint, mode: mode.name };
  const write = (others: object): void => {
    const server = { overload: false, timeouts: { lifecycle: "5s", drain: "1s" } };
    const endpoints = { tried, ...others };
    writeFileSync(
      join(folder, "backworks.yaml"),
      JSON.stringify({ name: "contract", server, ...options.root, endpoints }),
    );
  };
  for (const [path, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, path), text);
  write(more);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const modes = [mode, ...(options.beside ?? [])];
  const given = { cwd: folder, port: 0, host: "127.0.0.1", logger: silentLogger, random: createRandom(1), modes };
  const app = await serve(given).catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    app,
    ask: async (init) => ask(`${app.url}/tried`, { ...options.request, ...init }),
    async reload() {
      write({ further: { path: "/further", mock: { body: 1 } } });
      await app.reload();
    },
    async close() {
      // What fails is seen where it fails.
      await app.close().catch(() => {});
      remove();
    },
  };
}

async function ask(url: string, init: RequestInit): Promise<number | undefined> {
  try {
    const answer = await fetch(url, { redirect: "manual", ...init });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    // A client that leaves has no answer.
    return undefined;
  }
}

const steps = ["open", "start", "close", "reset", "release", "health", "ready"] as const;

/** A mode that does what the real one does, while somebody looks; also at what it asks of itself. */
function watchMode(mode: Mode, calls: ModeCall[], under: <T>(run: () => T) => T): Mode {
  const own = Object.fromEntries(
    steps.flatMap((step) => {
      const member = mode[step] as ((...given: unknown[]) => unknown) | undefined;
      if (member === undefined) return [];
      return [
        [
          step,
          (...given: unknown[]) =>
            watchCall({ step, settled: false }, calls, () => under(() => member.apply(watched, given))),
        ],
      ];
    }),
  );
  const compile: Mode["compile"] = (...given) => under(() => mode.compile(...given));
  const watched: Mode = defineMode({ ...mode, ...own, compile });
  return watched;
}

function watchCall(call: ModeCall, calls: ModeCall[], run: () => unknown): unknown {
  calls.push(call);
  const failed = (error: unknown): never => {
    Object.assign(call, { settled: true, failed: { error } });
    throw error;
  };
  try {
    const result = run();
    if (!(result instanceof Promise)) {
      call.settled = true;
      return result;
    }
    return result.then((value: unknown) => {
      call.settled = true;
      return value;
    }, failed);
  } catch (error) {
    return failed(error);
  }
}
