import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, serve } from "@backworks/core";
import type { PluginDefinition, RunningApp } from "@backworks/core";
import { silentLogger } from "@backworks/core/testing";
import { otherAnswers } from "./other-answers.ts";
import type { Subject } from "./subject.ts";

/** A server with the plugin in it. */
export interface Stage {
  readonly app: RunningApp;
  /** Asks and reads the answer to its end; the status, or nothing where none came, or not all of it. */
  ask(path: string, init?: RequestInit): Promise<number | undefined>;
  /** Loads the configuration again with one endpoint more, which has every plugin built anew that looks at endpoints. */
  reload(options: unknown): Promise<void>;
  close(): Promise<void>;
}

/** What a stage is made of. */
export interface StageParts {
  readonly subject: Subject;
  /** The plugin, with somebody who looks. */
  readonly plugin: PluginDefinition;
  /** Further plugins. */
  readonly others?: readonly PluginDefinition[];
}

/** How long the answer of the endpoint `slow` takes, and how long a server that closes waits for answers. */
export const slowMs = 200;
const drainMs = 50;

/** Serves the plugin with endpoints that answer at once, slowly, and with options of their own. @throws what refuses the configuration */
export async function openStage({ others = [], ...given }: StageParts): Promise<Stage> {
  const parts = { ...given, others: [...others, otherAnswers] };
  const folder = mkdtempSync(join(tmpdir(), "backworks-contract-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const write = (options: unknown, more: object = {}): void =>
    writeFileSync(join(folder, "backworks.yaml"), JSON.stringify(configuration(parts, options, more)));
  write(parts.subject.options);
  const plugins = [parts.plugin, ...parts.others, ...parts.subject.beside.map(({ plugin }) => plugin)];
  const settings = { cwd: folder, port: 0, host: "127.0.0.1", logger: silentLogger, random: createRandom(1), plugins };
  const app = await serve(settings).catch((error: unknown) => {
    remove();
    throw error;
  });
  let reloads = 0;
  return {
    app,
    ask: async (path, init) => ask(app.url + path, init),
    async reload(options) {
      reloads += 1;
      write(options, { [`more${reloads}`]: { path: `/more${reloads}`, mock: { body: { reloads } } } });
      await app.reload();
    },
    async close() {
      await app.close();
      remove();
    },
  };
}

async function ask(url: string, init: RequestInit = {}): Promise<number | undefined> {
  const headers = { connection: "close", ...(init.headers as Record<string, string> | undefined) };
  try {
    const answer = await fetch(url, { redirect: "manual", ...init, headers });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    // A server that closes cuts whoever still waits.
    return undefined;
  }
}

function configuration({ subject, others = [] }: StageParts, options: unknown, more: object): object {
  const { plugin, beside, endpointOptions, hookMs, lifecycleMs } = subject;
  const own = endpointOptions === undefined ? {} : { [plugin.name]: endpointOptions };
  return {
    name: "contract",
    server: {
      overload: false,
      timeouts: {
        hook: `${hookMs}ms`,
        handler: `${Math.max(hookMs, slowMs * 2)}ms`,
        lifecycle: `${lifecycleMs}ms`,
        drain: `${drainMs}ms`,
      },
    },
    endpoints: {
      plain: { path: "/plain", methods: ["GET", "POST"], mock: { body: { plain: true } } },
      item: { path: "/plain/{id:int}", mock: { body: { plain: true } } },
      own: { path: "/own", mock: { body: { own: true } }, ...own },
      slow: { path: "/slow", mock: { body: { slow: true }, delay: `${slowMs}ms` } },
      ...more,
    },
    plugins: {
      [plugin.name]: { config: options },
      ...Object.fromEntries(others.map(({ name }) => [name, {}])),
      ...Object.fromEntries(beside.map((other) => [other.plugin.name, { config: other.options ?? {} }])),
    },
  };
}
