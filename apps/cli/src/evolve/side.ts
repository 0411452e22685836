import { openApp } from "@backworks/core";
import type { OpenApp } from "@backworks/core";
import type { Context } from "../context.ts";
import { withPackages } from "../install/when-missing.ts";
import type { ProjectOptions } from "../project.ts";
import type { MockEndpoint } from "./mock-endpoint.ts";

/** Opens configurations that are nowhere written, in the place of the project's own. */
export interface Workbench {
  readonly context: Context;
  readonly project: ProjectOptions;
  /** Absolute path of the project's root. */
  readonly root: string;
  readonly install: boolean | undefined;
}

/** Opens a configuration for the time of some work, without serving it; packages that it needs and that are missing are seen to first. */
export async function withSide<T>(
  { context, project, root, install }: Workbench,
  config: object,
  work: (app: OpenApp) => Promise<T>,
): Promise<T> {
  const { environment: _chosen, ...own } = project;
  const options: ProjectOptions = { ...own, cwd: root, config };
  const app = await withPackages(options, { context, install }, () => openApp({ ...options, development: true }));
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** Root keys that say what the rows of a mock are. */
const kept = ["seed", "clock", "strict_templates", "expose_env"] as const;

/** The mocks alone: nothing that delays, limits or refuses, and nothing that writes to a file. */
export function mockSide(value: Readonly<Record<string, unknown>>, mocks: readonly MockEndpoint[]): object {
  const endpoints = mocks.map(({ name, path, methods, source }) => [
    name,
    {
      path,
      mode: "mock",
      ...given(methods),
      mock: source.kind === "resource" ? { resource: { ...source.resource, persist: false } } : { data: source.data },
    },
  ]);
  const root = kept.flatMap((key) => (value[key] === undefined ? [] : [[key, value[key]]]));
  return { name: "mock", ...Object.fromEntries(root), endpoints: Object.fromEntries(endpoints) };
}

/** An endpoint as it is to be. */
export interface EvolvedEndpoint {
  readonly mock: MockEndpoint;
  readonly methods: readonly string[] | undefined;
  /** What stands below `database:`. */
  readonly database: Readonly<Record<string, unknown>>;
}

/** The same endpoints over a database, without their seeds. */
export function databaseSide(databases: object, endpoints: readonly EvolvedEndpoint[]): object {
  const entries = endpoints.map(({ mock: { name, path }, methods, database: { seed: _filled, ...database } }) => [
    name,
    { path, mode: "database", ...given(methods), database },
  ]);
  return { name: "database", databases, endpoints: Object.fromEntries(entries) };
}

function given(methods: readonly string[] | undefined): object {
  return methods === undefined ? {} : { methods };
}
