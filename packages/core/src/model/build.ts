import type { Config, EndpointSection } from "../config/config.ts";
import type { Handler } from "../exchange.ts";
import type { Mode, ModeContext } from "../mode.ts";
import type { ConnectMount, HandlerRoute } from "../plugin.ts";
import type { App, Endpoint, RateLimit, Route, Router, ServerSettings } from "./app.ts";
import { toRoute } from "./built-in.ts";
import type { BuiltInAnswers } from "./built-in.ts";
import { compileEndpoints, factsOf } from "./compile.ts";
import { recordReads } from "./file-reads.ts";
import type { RecordedFiles } from "./file-reads.ts";
import { identityOf } from "./identity.ts";
import { Mistakes } from "./mistakes.ts";
import { closeModes, resetModes } from "./open-modes.ts";
import type { OpenMode } from "./open-modes.ts";
import { createClaims, toPluginRoutes } from "./routes.ts";
import type { FindHooks, FindLimit, RouteContext } from "./routes.ts";
import {
  defaultLimits,
  logsBody,
  toCorsSettings,
  toGlobalHeaders,
  toLoggingSettings,
  toServerSettings,
} from "./settings.ts";

/** Everything an App is built from besides its configuration. */
export interface BuildParts {
  readonly generation: number;
  readonly development: boolean;
  /** By name; every mode that an endpoint uses. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** What modes get besides what the configuration says. */
  readonly context: Omit<ModeContext, "app" | "values" | "place">;
  readonly findHooks: FindHooks;
  readonly findLimit: FindLimit;
  /** Where an endpoint says nothing else. */
  readonly rateLimit: RateLimit | undefined;
  readonly handlers: readonly (HandlerRoute & { readonly plugin: string })[];
  readonly middleware: readonly ConnectMount[];
  readonly mounts: readonly ConnectMount[];
  /** Given the App's settings, before routes are there. */
  readonly answers: BuiltInAnswers;
  readonly createRouter: (routes: readonly Route[], options: RouterParts) => Router;
}

/** What the router is told. */
export interface RouterParts {
  /** Empty, or begins with a slash and does not end with one. */
  readonly basePath: string;
  /** Whether a slash at the end makes another path. */
  readonly strictSlash: boolean;
  /** Answers a path that no pattern matches. */
  readonly notFound: Route;
  /** Answers a path that is not percent-encoded UTF-8 or holds a NUL: 400. */
  readonly malformed: Route;
  /** Makes the 405 of a pattern; `allow` is the value of the Allow header, in order. */
  notAllowed(allow: readonly string[], pattern: string): Route;
  /** Makes the answer to OPTIONS; `undefined` when OPTIONS is a method like any other. */
  options(allow: readonly string[], pattern: string): Route | undefined;
}

/** An App with what it holds open. */
export interface BuiltApp {
  readonly app: App;
  /** Closes what the modes opened; call it once, after the App's last request. */
  close(): Promise<void>;
  /** Takes the state of every mode back to what it was at load: of one session, or of all. */
  reset(session: string | undefined): Promise<void>;
}

/**
 * Builds an App: opens the modes in use, compiles every endpoint, binds hooks, makes the router.
 *
 * @throws BW_CONFIG_INVALID with every mistake, in file order; what was opened is closed again
 */
export async function buildApp(config: Config, parts: BuildParts): Promise<BuiltApp> {
  const open = new Map<string, OpenMode>();
  const close = (): Promise<void> => closeModes(open);
  try {
    const app = await assemble(config, parts, open);
    return { app, close, reset: (session) => resetModes(open, session) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(config: Config, parts: BuildParts, open: Map<string, OpenMode>): Promise<App> {
  const server = toServerSettings(config);
  const files = recordReads(parts.context.files);
  const { findHooks, findLimit } = parts;
  const endpoints: Endpoint[] = [];
  const context: RouteContext = {
    raw: config.raw,
    claim: createClaims(),
    findHooks,
    findLimit,
    mistakes: new Mistakes(),
    limits: defaultLimits(server),
    logsBody: logsBody(config),
  };
  const routes = await compileEndpoints(
    config,
    { ...parts, shared: { ...parts.context, files, app: factsOf(config, parts) } },
    { open, context, compiled: (section) => endpoints.push(toEndpoint(section, config, files)) },
  );
  context.mistakes.refuse(config.raw);
  routes.push(...toPluginRoutes(parts.handlers, context));
  return freeze(config, parts, { server, endpoints, routes });
}

function toEndpoint(section: EndpointSection, config: Config, files: RecordedFiles): Endpoint {
  const { name, path, methods, mode, description } = section;
  const said = section.configPath.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    config.raw.value,
  );
  // Root keys of modes (seed, clock, defaults) are part of what an endpoint is.
  const hash = identityOf({ name, mode, methods, path, said, root: rootValues(config), files: files.take() });
  return Object.freeze({ name, path, methods, mode, description, hash });
}

function rootValues(config: Config): unknown {
  const root = config.raw.value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(config.modeValues).map((key) => [key, root[key]]));
}

interface Compiled {
  readonly server: ServerSettings;
  readonly endpoints: readonly Endpoint[];
  readonly routes: readonly Route[];
}

function freeze(config: Config, parts: BuildParts, { server, endpoints, routes }: Compiled): App {
  const { development, generation, middleware, mounts } = parts;
  const resolve = (file: string): string => parts.context.files.resolve(file);
  return Object.freeze({
    generation,
    hash: identityOf({ said: config.raw.value, endpoints: endpoints.map(({ hash }) => hash) }),
    name: config.name,
    version: config.version,
    development,
    server,
    logging: toLoggingSettings(config.logging, { development, resolve }),
    globalHeaders: toGlobalHeaders(config.global_headers),
    cors: toCorsSettings(config.server.cors),
    rateLimit: parts.rateLimit,
    endpoints: Object.freeze(endpoints),
    routes: Object.freeze(routes),
    router: buildRouter(routes, parts, server),
    middleware: Object.freeze([...middleware]),
    mounts: Object.freeze([...mounts]),
  });
}

function buildRouter(
  routes: readonly Route[],
  { answers, findHooks, findLimit, createRouter }: BuildParts,
  server: ServerSettings,
): Router {
  const hooks = findHooks({ endpoint: undefined, method: undefined, mode: undefined });
  const limits = defaultLimits(server);
  const limit = findLimit(undefined);
  const miss = (handler: Handler): Route => toRoute({ info: undefined, handler, limits, limit, miss: true }, hooks);
  const notFound = miss(answers.notFound);
  const options: RouterParts = {
    basePath: server.basePath,
    strictSlash: server.strictSlash,
    notFound,
    malformed: miss(answers.malformed),
    notAllowed: (allow) => miss(answers.notAllowed(allow)),
    options: (allow) => toRoute({ info: undefined, handler: answers.options(allow), limits }, hooks),
  };
  const router = createRouter([...routes, ...probeRoutes(answers, server)], options);
  if (server.basePath === "") return router;
  // Probes are asked at the root too, where whoever runs the process looks for them.
  const atRoot = createRouter(probeRoutes(answers, server), { ...options, basePath: "" });
  return Object.freeze({
    match(method: string, path: string) {
      const found = router.match(method, path);
      return found.route === notFound ? atRoot.match(method, path) : found;
    },
  });
}

/** No hook stands before a probe: whether the process lives must not depend on a plugin. */
function probeRoutes({ health, ready }: BuiltInAnswers, server: ServerSettings): Route[] {
  const { healthPath, readyPath } = server;
  const limits = defaultLimits(server);
  const probe = (name: string, pattern: string, handler: Handler): Route =>
    toRoute({
      info: { id: `${name} GET ${pattern}`, endpoint: name, method: "GET", pattern, mode: "built-in" },
      handler,
      limits,
    });
  return [
    ...(healthPath === undefined ? [] : [probe("health", healthPath, health)]),
    ...(readyPath === undefined ? [] : [probe("ready", readyPath, ready)]),
  ];
}
