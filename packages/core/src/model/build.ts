import { createHash } from "node:crypto";
import type { Config } from "../config/config.ts";
import type { Handler } from "../exchange.ts";
import type { Mode } from "../mode.ts";
import { noPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import type { ConnectMount, HandlerRoute } from "../plugin.ts";
import {
  adoptParts,
  areSame,
  createParts,
  filesOf,
  healthOfModes,
  releaseParts,
  resetModes,
  startModes,
} from "./app-parts.ts";
import type { AppParts, ModeReport } from "./app-parts.ts";
import type { App, Endpoint, LoggingSettings, RateLimit, Route, Router, ServerSettings, TlsSettings } from "./app.ts";
import { toRoute } from "./built-in.ts";
import type { BuiltInAnswers } from "./built-in.ts";
import { compileEndpoints, factsOf } from "./compile.ts";
import { identityOf } from "./identity.ts";
import { Mistakes } from "./mistakes.ts";
import type { SharedContext } from "./open-modes.ts";
import { createClaims, toPluginRoutes } from "./routes.ts";
import type { FindHooks, FindLimit, RouteContext, PutInOnePlace } from "./routes.ts";
import {
  defaultLimits,
  toSaidLimits,
  logsBody,
  toCorsSettings,
  toGlobalHeaders,
  toLoggingSettings,
  toServerSettings,
} from "./settings.ts";
import type { CompileValidation } from "./validation.ts";

/** Everything an App is built from besides its configuration. */
export interface BuildParts {
  readonly generation: number;
  readonly development: boolean;
  /** Of the log, where the configuration does not say. */
  readonly logFormat: LoggingSettings["format"];
  /** By name; every mode in use among them. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** What modes get besides what the configuration says. */
  readonly context: Omit<SharedContext, "app">;
  readonly pace: Pace;
  /** The App that serves meanwhile. */
  readonly before?: BuiltApp | undefined;
  readonly findHooks: FindHooks;
  readonly findLimit: FindLimit;
  readonly compileValidation: CompileValidation;
  /** Where an endpoint says nothing else. */
  readonly rateLimit: RateLimit | undefined;
  /** What was made of `server.tls`. */
  readonly tls?: TlsSettings | undefined;
  readonly handlers: readonly (HandlerRoute & { readonly plugin: string })[];
  /** When several processes serve. */
  readonly inOnePlace?: PutInOnePlace | undefined;
  /** Where it is served; nothing when it is not. */
  readonly listensAt?: SharedContext["app"]["listensAt"];
  readonly middleware: readonly ConnectMount[];
  readonly mounts: readonly ConnectMount[];
  /** Given the App's settings, before routes are there. */
  readonly answers: BuiltInAnswers;
  readonly createRouter: (routes: readonly Route[], options: RouterParts, pace: Pace) => Router | Promise<Router>;
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
  /** What the App after it may go on with. */
  readonly parts: AppParts;
  /** Files that modes and endpoints were made from, as they were asked for. */
  readonly files: readonly string[];
  /** How the modes are that say so. */
  health(): readonly ModeReport[];
  /** Whether modes and endpoints are the very same as another App's. */
  isMadeLike(other: BuiltApp): boolean;
  /** What modes offer each other, by name. */
  readonly offered: ReadonlyMap<string, unknown>;
  /** Has every mode reach out; call it before the App begins to serve. */
  start(): Promise<void>;
  /** Call it when the App begins to serve: what was carried on belongs to it then. */
  adopt(): void;
  /** Lets go of what the App holds, which ends what no other App has; call it once, after the App's last request. */
  close(pace?: Pace): Promise<void>;
  /** Takes the state of every mode back to what it was at load: of one session, or of all. */
  reset(session: string | undefined): Promise<void>;
}

/**
 * Builds an App: opens the modes in use, compiles every endpoint, binds hooks, makes the router.
 *
 * Modes and endpoints for which nothing changed are carried on from the App before, as they are.
 *
 * @throws BW_CONFIG_INVALID with every mistake, in file order; what was opened is closed again
 */
export async function buildApp(config: Config, given: BuildParts): Promise<BuiltApp> {
  const parts = createParts();
  const shared: SharedContext = { ...given.context, app: factsOf(config, given) };
  try {
    const app = await assemble(config, { ...given, shared }, parts);
    return toBuilt(app, parts, config);
  } catch (error) {
    await releaseParts(parts, given.pace).catch((failure: unknown) =>
      given.context.logger.error("not closed well", { failure }),
    );
    throw error;
  }
}

/** Nothing of it may hold what the App was built from: that is the App before, which holds the one before it. */
function toBuilt(app: App, parts: AppParts, config: Config): BuiltApp {
  return {
    app,
    parts,
    files: filesOf(parts),
    health: () => healthOfModes(parts),
    isMadeLike: (other) => areSame(parts, other.parts),
    offered: new Map([...parts.modes.values()].flatMap(({ offered }) => [...offered])),
    start: () => startModes(parts),
    adopt: () => adoptParts(parts, config),
    close: (pace = noPace) => releaseParts(parts, pace),
    reset: (session) => resetModes(parts, session),
  };
}

async function assemble(
  config: Config,
  parts: BuildParts & { readonly shared: SharedContext },
  own: AppParts,
): Promise<App> {
  const server = toServerSettings(config, parts.tls);
  const { findHooks, findLimit } = parts;
  const context: RouteContext = {
    raw: config.raw,
    claim: createClaims(),
    findHooks,
    findLimit,
    mistakes: new Mistakes(),
    limits: defaultLimits(server),
    saidLimits: toSaidLimits(config),
    logsBody: logsBody(config),
    inOnePlace: parts.inOnePlace,
  };
  const compiling = { ...parts, before: parts.before?.parts };
  const routes = await compileEndpoints(config, compiling, { own, context });
  context.mistakes.refuse(config.raw);
  routes.push(...toPluginRoutes(parts.handlers, context));
  const endpoints = [...own.endpoints.values()].map(({ endpoint }) => endpoint);
  const router = await buildRouter(routes, parts, server);
  const hash = await hashOf(config, { server, endpoints }, parts.pace);
  return freeze(config, parts, { hash, server, endpoints, routes, router });
}

interface Compiled {
  readonly hash: string;
  readonly server: ServerSettings;
  readonly endpoints: readonly Endpoint[];
  readonly routes: readonly Route[];
  readonly router: Router;
}

function freeze(config: Config, parts: BuildParts, { hash, server, endpoints, routes, router }: Compiled): App {
  const { development, generation, logFormat: format, middleware, mounts } = parts;
  const resolve = (file: string): string => parts.context.files.resolve(file);
  return Object.freeze({
    generation,
    hash,
    name: config.name,
    version: config.version,
    development,
    server,
    logging: toLoggingSettings(config.logging, { format, resolve }),
    globalHeaders: toGlobalHeaders(config.global_headers),
    cors: toCorsSettings(config.server.cors),
    rateLimit: parts.rateLimit,
    endpoints: Object.freeze(endpoints),
    routes: Object.freeze(routes),
    router,
    middleware: Object.freeze([...middleware]),
    mounts: Object.freeze([...mounts]),
  });
}

/** Endpoints have hashes of their own, of what is said of them too. */
async function hashOf(
  { raw }: Config,
  { server, endpoints }: Pick<Compiled, "server" | "endpoints">,
  pace: Pace,
): Promise<string> {
  // A configuration that was checked is a mapping.
  const { endpoints: _own, ...said } = raw.value as Readonly<Record<string, unknown>>;
  const own = createHash("sha256");
  for (const { name, hash } of endpoints) {
    await pace();
    own.update(`${hash} ${name}\n`);
  }
  return identityOf({ said, tls: server.tls?.identity, endpoints: own.digest("base64url") });
}

async function buildRouter(
  routes: readonly Route[],
  { answers, findHooks, findLimit, createRouter, pace }: BuildParts,
  server: ServerSettings,
): Promise<Router> {
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
  const own = routes.map((route) => (route.info?.method === "OPTIONS" ? leavePreflights(route, answers) : route));
  const router = await createRouter([...own, ...probeRoutes(answers, server)], options, pace);
  if (server.basePath === "") return router;
  // Probes are asked at the root too, where whoever runs the process looks for them.
  const atRoot = await createRouter(probeRoutes(answers, server), { ...options, basePath: "" }, pace);
  return Object.freeze({
    match(method: string, path: string) {
      const found = router.match(method, path);
      return found.route === notFound ? atRoot.match(method, path) : found;
    },
  });
}

function leavePreflights(route: Route, { preflight }: BuiltInAnswers): Route {
  return Object.freeze({ ...route, handler: preflight(route.handler) });
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
