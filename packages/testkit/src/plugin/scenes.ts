import { isDeepStrictEqual } from "node:util";
import { setTimeout as wait } from "node:timers/promises";
import { definePlugin } from "@backworks/core";
import type { PluginDefinition } from "@backworks/core";
import { NotJudged } from "../check.ts";
import { valueText } from "../value-text.ts";
import { act } from "./acting.ts";
import type { Acted } from "./acting.ts";
import { perform } from "./perform.ts";
import type { Performance } from "./perform.ts";
import { inspectPackage } from "./inspect-package.ts";
import type { PackageFacts } from "./inspect-package.ts";
import { otherPaths } from "./other-answers.ts";
import { openStage, slowMs } from "./stage.ts";
import type { Stage } from "./stage.ts";
import type { Step } from "./steps.ts";
import type { Subject } from "./subject.ts";
import type { Call, Witness } from "./witness.ts";

/** What a plugin is tried in. Each is played once, when the first check asks. */
export interface Scenes {
  readonly subject: Subject;
  /** Started, asked in every way, asked how it is, ended; paths whose answer did not arrive whole. */
  life(): Promise<Performance<readonly string[]>>;
  /** Built anew by a reload, twice, while it is asked. */
  rebuilt(): Promise<Performance<{ readonly statuses: readonly (number | undefined)[] }>>;
  /** Other options, and the first ones again. */
  reconfigured(): Promise<Performance<{ readonly error: unknown }>>;
  /** Another plugin does not start: it is initialized, and ended before its own start. */
  half(): Promise<Performance>;
  /** A client leaves while a hook waits; what still waited afterwards. */
  left(): Promise<Performance<readonly Call[]>>;
  /** Asked for each of its actions. */
  acted(): Promise<Performance<readonly Acted[]>>;
  /** Ended with a request under way. */
  cut(): Promise<Performance>;
  /** Two servers at once, one of which is asked; what the other said of itself before and after. */
  pair(): Promise<{ readonly before: unknown; readonly after: unknown }>;
  /** The package it comes in, and what importing it does. */
  package(folder: string): Promise<PackageFacts>;
}

export function createScenes(subject: Subject): Scenes {
  return {
    subject,
    life: once(() => perform(subject, (stage, witness) => live(stage, witness, subject))),
    rebuilt: once(() => perform(subject, (stage) => rebuild(stage, subject), { alwaysAnew: true })),
    reconfigured: once(() => perform(subject, (stage) => reconfigure(stage, subject))),
    half: once(() => perform(subject, async () => undefined, { others: [saboteur(subject.plugin.name)] })),
    left: once(() => perform(subject, leave)),
    acted: once(() => perform(subject, (stage, witness) => act(stage, witness, subject))),
    cut: once(() => perform(subject, cut)),
    pair: once(() => playPair(subject)),
    package: once((folder) => inspectPackage(folder)),
  };
}

/** The seen part of a performance that was served. @throws NotJudged for one that was refused */
export function served<Seen>(performance: Performance<Seen>): Seen {
  const { refused, seen } = performance;
  if (refused !== undefined) throw new NotJudged(`it is not served: ${valueText(refused.error)}`);
  // A performance that was served went through its script.
  return seen as Seen;
}

/** A script is played once, whoever asks how often. */
function once<Given extends readonly unknown[], T>(
  play: (...given: Given) => Promise<T>,
): (...given: Given) => Promise<T> {
  let played: Promise<T> | undefined;
  return (...given) => (played ??= play(...given));
}

const json = { "content-type": "application/json" };

async function live(stage: Stage, { calls }: Witness, { requests }: Subject): Promise<readonly string[]> {
  await askAround(stage);
  const broken: string[] = [];
  // A body that fails before its first byte is a 500, later it breaks off.
  for (const path of otherPaths) if (((await stage.ask(path)) ?? 500) === 500) broken.push(path);
  for (const { path, init } of requests) await stage.ask(path, init);
  // `finished` comes after the last byte.
  await wait(20);
  await stage.app.plugins.metrics();
  await stage.app.plugins.health();
  const waiting = (): boolean => calls.some(({ step, settled }) => step === "finished" && !settled);
  for (let turn = 0; turn < 10 && waiting(); turn += 1) await wait(20);
  return broken;
}

async function askAround(stage: Stage): Promise<void> {
  await stage.ask("/plain");
  await stage.ask("/plain/7?a=1&a=2", { headers: { cookie: "a=b", accept: "*/*" } });
  await stage.ask("/plain", { method: "POST", body: JSON.stringify({ name: "Ada" }), headers: json });
  await stage.ask("/plain", { method: "POST", body: "{ broken", headers: json });
  await stage.ask("/plain", { method: "HEAD" });
  await stage.ask("/plain", { method: "DELETE" });
  await stage.ask("/nobody");
  await stage.ask("/own");
}

async function rebuild(
  stage: Stage,
  { otherOptions, options }: Subject,
): Promise<{ statuses: (number | undefined)[] }> {
  const asking = [stage.ask("/plain"), stage.ask("/own")];
  await stage.reload(otherOptions).catch(() => {});
  asking.push(stage.ask("/plain"));
  await stage.reload(options).catch(() => {});
  asking.push(stage.ask("/plain"), stage.ask("/own"));
  return { statuses: await Promise.all(asking) };
}

async function reconfigure(stage: Stage, { plugin, options, otherOptions }: Subject): Promise<{ error: unknown }> {
  try {
    await stage.ask("/plain");
    await stage.app.plugins.hotReload(plugin.name, otherOptions);
    await stage.ask("/plain");
    await stage.app.plugins.hotReload(plugin.name, options);
    await stage.ask("/plain");
    return { error: undefined };
  } catch (error) {
    return { error };
  }
}

/** Initializes earlier and cannot start. */
function saboteur(name: string): PluginDefinition {
  return definePlugin({
    name: "contract-saboteur",
    version: "1.0.0",
    order: { before: [name] },
    initialize: () => ({
      start() {
        throw new Error("the contract wants no start");
      },
    }),
  });
}

/** Whether a request goes on only when the hook has. */
function isWaitedFor(step: Step): boolean {
  return step === "beforeRequest" || step === "around" || step === "afterResponse";
}

/** So long a hook may go on whose client has left. */
const leaveMs = 250;

async function leave(stage: Stage, witness: Witness): Promise<readonly Call[]> {
  const late: Call[] = [];
  const looking: Promise<void>[] = [];
  const client = new AbortController();
  witness.onWaiting = (call) => {
    if (!isWaitedFor(call.step)) return;
    setImmediate(() => client.abort());
    looking.push(
      wait(leaveMs).then(() => {
        if (!call.settled) late.push(call);
      }),
    );
  };
  await stage.ask("/plain", { signal: client.signal });
  await Promise.all(looking);
  witness.onWaiting = undefined;
  return late;
}

async function cut(stage: Stage): Promise<void> {
  const answer = stage.ask("/slow");
  // The request is under way by then.
  await wait(slowMs / 6);
  await stage.close();
  await answer;
}

/** What stays the same for a moment: connections that a plugin tries by itself come or fail in their own time. */
async function atRest(read: () => Promise<unknown>): Promise<unknown> {
  let last = await read();
  for (let tries = 0; tries < mostTries; tries += 1) {
    await wait(20);
    const next = await read();
    if (isDeepStrictEqual(last, next)) break;
    last = next;
  }
  return last;
}

const mostTries = 25;

async function playPair(subject: Subject): Promise<{ before: unknown; after: unknown }> {
  const read = async ({ app }: Stage): Promise<unknown> => (await app.plugins.metrics())[subject.plugin.name]?.own;
  let seen = { before: undefined as unknown, after: undefined as unknown };
  const first = await perform(subject, async (quiet) => {
    const other = await openStage({ subject, plugin: subject.plugin }).catch((error: unknown) => {
      throw new NotJudged(`a second one does not start: ${valueText(error)}`);
    });
    try {
      const before = await atRest(() => read(quiet));
      await askAround(other);
      await wait(20);
      seen = { before, after: await read(quiet) };
    } finally {
      await other.close();
    }
  });
  served(first);
  return seen;
}
