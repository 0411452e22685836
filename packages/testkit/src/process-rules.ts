import type { Rule } from "./check.ts";
import { resourceKinds } from "./resource-watch.ts";
import type { ResourceKind } from "./resource-watch.ts";
import { surroundingKinds } from "./surroundings.ts";
import type { SurroundingKind } from "./surroundings.ts";
import { valueText } from "./value-text.ts";
import type { ProcessFacts } from "./watch-process.ts";

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

/** What code leaves behind, and what it touches that belongs to all. `look` gives what became of the process in a whole life of it. */
export function processRules<Scenes>(look: (scenes: Scenes) => Promise<ProcessFacts>): readonly Rule<Scenes>[] {
  return [
    ...resourceKinds.map((kind) => resourceRule(kind, look)),
    {
      name: "end: leaves no listeners of the process",
      sentence: "A listener of process lives as long as the process, and keeps with it what it belongs to.",
      async judge(scenes) {
        const { listeners } = await look(scenes);
        const mend = "take it away in the end; the end of the process is told by stop and close";
        return listeners.length === 0 ? undefined : { found: `listeners of ${listeners.join(", ")}`, mend };
      },
    },
    ...surroundingKinds.map((kind) => surroundingRule(kind, look)),
    {
      name: "process: leaves the console alone",
      sentence: "Lines of context.logger carry a name and go where all lines go.",
      async judge(scenes) {
        const { console } = await look(scenes);
        return console.length === 0 ? undefined : { found: console.join(", "), mend: "write through context.logger" };
      },
    },
    strayRule("rejections", look),
    strayRule("exceptions", look),
  ];
}

type Look<Scenes> = (scenes: Scenes) => Promise<ProcessFacts>;

function resourceRule<Scenes>(kind: ResourceKind, look: Look<Scenes>): Rule<Scenes> {
  return {
    name: `end: leaves no ${kind}`,
    sentence: "What was opened is closed at the end: every reload would add to it.",
    async judge(scenes) {
      const count = (await look(scenes)).left[kind];
      return count === 0 ? undefined : { found: `${count} open after the end`, mend: endings[kind] };
    },
  };
}

function surroundingRule<Scenes>(kind: SurroundingKind, look: Look<Scenes>): Rule<Scenes> {
  return {
    name: `process: keeps its ${kind}`,
    sentence: "The process belongs to everybody: plugins, modes and the program that embeds them.",
    async judge(scenes) {
      const changed = (await look(scenes)).changed[kind];
      return changed.length === 0 ? undefined : { found: changed.slice(0, 5).join(", "), mend: leavings[kind] };
    },
  };
}

const strayNames = {
  rejections: "rejects nothing unheard",
  exceptions: "throws nothing outside of its steps",
} as const;

function strayRule<Scenes>(kind: keyof typeof strayNames, look: Look<Scenes>): Rule<Scenes> {
  return {
    name: `process: ${strayNames[kind]}`,
    sentence: "An error that nobody handles belongs to no request and ends a process.",
    async judge(scenes) {
      const [stray] = (await look(scenes)).strays[kind];
      if (stray === undefined) return undefined;
      const mend = "handle the failure of everything that is not awaited: work().catch((error) => logger.warn(…))";
      return { found: valueText(stray), mend };
    },
  };
}
