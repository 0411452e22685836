import type { Config, EndpointSection } from "../config/config.ts";
import type { Handler } from "../exchange.ts";
import type { Mode, ModeContext, RouteDraft } from "../mode.ts";
import type { Route } from "./app.ts";
import { openModes } from "./open-modes.ts";
import type { OpenMode } from "./open-modes.ts";
import { toRoutes, toSource } from "./routes.ts";
import type { RouteContext } from "./routes.ts";
import { toServerSettings } from "./settings.ts";

/** What endpoints are compiled with. */
export interface CompileParts {
  /** By name; every mode that an endpoint uses. */
  readonly modes: ReadonlyMap<string, Mode>;
  readonly shared: Omit<ModeContext, "values" | "place">;
  /** Whether endpoints are missing, so that what spans endpoints cannot be told. @defaultValue false */
  readonly leftOut?: boolean;
}

/** What compiling writes to. */
export interface CompileResults {
  /** Gets the modes that could be opened: whoever gave it closes them. */
  readonly open: Map<string, OpenMode>;
  /** Gets the mistakes. */
  readonly context: RouteContext;
  /** Called after each endpoint. */
  compiled?(section: EndpointSection): void;
}

/** Opens the modes in use and has them compile every endpoint; mistakes of the configuration are collected. */
export async function compileEndpoints(config: Config, parts: CompileParts, results: CompileResults): Promise<Route[]> {
  const { open, context, compiled } = results;
  const routes: Route[] = [];
  await openModes(config, parts, { open, mistakes: context.mistakes });
  for (const section of config.endpoints) {
    routes.push(...(await compileEndpoint(section, open, context)));
    compiled?.(section);
  }
  if (parts.leftOut === true) return routes;
  for (const { mode, resources } of open.values()) await context.mistakes.collect(() => mode.ready?.(resources));
  return routes;
}

/** What modes are told of the App. */
export function factsOf(config: Config, { development }: { readonly development: boolean }): ModeContext["app"] {
  return { name: config.name, development, basePath: toServerSettings(config).basePath };
}

async function compileEndpoint(
  section: EndpointSection,
  open: ReadonlyMap<string, OpenMode>,
  context: RouteContext,
): Promise<Route[]> {
  const opened = open.get(section.mode);
  if (opened === undefined) return [];
  const { mode, resources } = opened;
  const source = toSource(section, context.raw);
  const compiled = await context.mistakes.collect(() => mode.compile(source, resources));
  if (compiled === undefined) return [];
  const drafts: readonly RouteDraft[] = isHandler(compiled)
    ? [{ methods: section.methods, path: section.path, handler: compiled }]
    : compiled;
  return toRoutes(section, { mode, drafts }, context);
}

function isHandler(compiled: Handler | readonly RouteDraft[]): compiled is Handler {
  return typeof compiled === "function";
}
