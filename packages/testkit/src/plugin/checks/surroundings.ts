import { isDeepStrictEqual } from "node:util";
import type { Finding } from "../../check.ts";
import { resourceKinds } from "../../resource-watch.ts";
import type { ResourceKind } from "../../resource-watch.ts";
import { surroundingKinds } from "../../surroundings.ts";
import type { SurroundingKind } from "../../surroundings.ts";
import { valueText } from "../../value-text.ts";
import { served } from "../scenes.ts";
import type { Scenes } from "../scenes.ts";
import type { PluginRule } from "./rule.ts";

const endings: Readonly<Record<ResourceKind, string>> = {
  timers: "make timers with context.scheduler, which ends them, or clear them in stop",
  sockets: "pass context.signal on, or end connections in stop and wait for their end",
  servers: "hold it in context.resources.acquire(key, { open, close })",
  "child processes": "end it in stop, and wait for its end",
  "file watchers": "close it in stop",
  workers: "await worker.terminate() in stop",
};

const leavings: Readonly<Record<SurroundingKind, string>> = {
  globals: "keep state in the closure of initialize",
  environment: "take settings as options; ${VAR} in the YAML reads the environment",
  "built-ins": "wrap what you call yourself; what you change is changed for everybody",
  "working directory": "start paths from context.projectRoot",
};

/** What a plugin leaves behind, and what it touches that belongs to all. */
export const surroundingRules: readonly PluginRule[] = [
  ...resourceKinds.map((kind): PluginRule => ({
    name: `end: leaves no ${kind}`,
    sentence: "What an instance opened is closed when it ends: every reload would add to it.",
    async judge({ life }) {
      const performance = await life();
      served(performance);
      const count = performance.left[kind];
      if (count === 0 || stopFailed(performance.witness.calls)) return undefined;
      return { found: `${count} open after cleanup`, mend: endings[kind] };
    },
  })),
  {
    name: "end: leaves no listeners of the process",
    sentence: "A listener of process lives as long as the process, and keeps the instance with it.",
    async judge({ life }) {
      const { listeners } = await life();
      const mend = "take it away in stop; the end of the process is told by stop itself";
      return listeners.length === 0 ? undefined : { found: `listeners of ${listeners.join(", ")}`, mend };
    },
  },
  ...surroundingKinds.map((kind): PluginRule => ({
    name: `process: keeps its ${kind}`,
    sentence: "The process belongs to everybody: plugins, modes and the program that embeds them.",
    async judge({ life }) {
      const changed = (await life()).changed[kind];
      return changed.length === 0 ? undefined : { found: changed.slice(0, 5).join(", "), mend: leavings[kind] };
    },
  })),
  {
    name: "process: leaves the console alone",
    sentence: "Lines of context.logger carry the plugin's name and go where all lines go.",
    async judge({ life }) {
      const { console } = await life();
      return console.length === 0 ? undefined : { found: console.join(", "), mend: "write through context.logger" };
    },
  },
  {
    name: "process: rejects nothing unheard",
    sentence: "A rejection that nobody handles belongs to no request and ends a process.",
    judge: async (scenes) => strayFinding(scenes, "rejections"),
  },
  {
    name: "process: throws nothing outside of its steps",
    sentence: "What throws in a timer or an event of its own belongs to no request and ends a process.",
    judge: async (scenes) => strayFinding(scenes, "exceptions"),
  },
  {
    name: "context: is not written to",
    sentence: "Options and facts of the App are shared with whoever else reads them.",
    async judge({ life }) {
      const written = (await life()).witness.written.filter((what) => what !== "exchange.request");
      return written.length === 0
        ? undefined
        : { found: `${written.join(", ")} changed in initialize`, mend: "work on a copy" };
    },
  },
  {
    name: "instances: share no state",
    sentence: "Two servers in one process, and two generations of one, each have their own instance.",
    async judge({ pair }) {
      const { before, after } = await pair();
      if (isDeepStrictEqual(before, after)) return undefined;
      const found = `metrics of a server nobody asked went from ${valueText(before)} to ${valueText(after)}`;
      return { found, mend: "keep state in the closure of initialize, not in the module" };
    },
  },
];

/** What could not be stopped is left open. */
function stopFailed(calls: Awaited<ReturnType<Scenes["life"]>>["witness"]["calls"]): boolean {
  return calls.some(
    ({ step, failed, settled }) => (step === "stop" || step === "cleanup") && (failed !== undefined || !settled),
  );
}

async function strayFinding({ life }: Scenes, kind: "rejections" | "exceptions"): Promise<Finding | undefined> {
  const [stray] = (await life()).strays[kind];
  if (stray === undefined) return undefined;
  const mend = "handle the failure of everything that is not awaited: work().catch((error) => logger.warn(…))";
  return { found: valueText(stray), mend };
}
