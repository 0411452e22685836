import type { Clock, Random, Scheduler } from "../clock.ts";
import type { Config, RawConfig } from "../config/config.ts";
import { createProjectFiles } from "../config/project-files.ts";
import { BackworksError, isBackworksError } from "../errors.ts";
import { buildApp } from "../model/build.ts";
import type { BuildParts, BuiltApp } from "../model/build.ts";
import { toCorsSettings, toLoggingSettings } from "../model/settings.ts";
import { createPace, noPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import type { Generation } from "../pipeline/generation.ts";
import type { RateStore } from "../pipeline/rate-table.ts";
import { Traffic } from "../pipeline/traffic.ts";
import { compileValidation } from "../pipeline/validation/compile.ts";
import type { AppFacts, ConnectMount } from "../plugin.ts";
import type { PluginGeneration } from "../plugins/generation.ts";
import type { PluginManager } from "../plugins/manager.ts";
import type { ModuleAddresses } from "../plugins/module-address.ts";
import { createRandom } from "../random.ts";
import { fileProblem } from "../regular-file.ts";
import type { ResourcePool } from "../resource-pool.ts";
import type { Secrets } from "../secrets.ts";
import { createRouterInSlices } from "../router/router.ts";
import { createAnswers } from "./answers.ts";
import { readCredentials } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";
import { hostMounts } from "./express.ts";
import { findLimits } from "./rate-limits.ts";
import { checkWithPlugins, importModule, readConfigOf, rehearseFor, withMistakes } from "./load.ts";
import type { LoadedConfig, LoadOptions } from "./load.ts";
import { openLogging } from "./logging.ts";
import type { Logging } from "./logging.ts";
import { loadMiddleware } from "./middleware.ts";
import { tellMissingCors } from "./missing-cors.ts";
import { templatesOf } from "./mode-templates.ts";
import { logFormatOf } from "./options.ts";
import type { OpenOptions } from "./options.ts";
import type { ProcessPart } from "./process-part.ts";
import { overridePlugins } from "./override.ts";
import type { PluginOverrides } from "./override.ts";
import type { RelayLogger } from "./relay-logger.ts";

/** Everything one load of the configuration made. */
export interface LoadedGeneration {
  readonly generation: Generation;
  readonly config: Config;
  readonly built: BuiltApp;
  readonly plugins: PluginGeneration;
  readonly logging: Logging;
  /** For TLS. */
  readonly credentials: Credentials | undefined;
  /** What plugins and middleware are made of: equal members, equal code. */
  readonly code: readonly unknown[];
  /** Absolute paths of every file that had a say. */
  readonly files: readonly string[];
}

/** Where a server listens whatever its configuration says. */
export interface ListenOverride {
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** What stays the same over reloads. */
export interface LoadWorld {
  readonly options: OpenOptions;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly relay: RelayLogger;
  /** What modes of Apps that follow each other share. */
  readonly pool: ResourcePool;
  /** What no log and no answer tells, over all generations. */
  readonly secrets: Secrets;
  /** Who asked how often, over all generations. */
  readonly rates: RateStore;
  readonly manager: PluginManager;
  readonly addressOf: ModuleAddresses;
  /** Whether the server is going down. */
  readonly closing: () => boolean;
  /** Told of each configuration before code of its plugins runs. */
  readonly begins?: ((config: Config) => void) | undefined;
  /** When several processes serve the same. */
  readonly part?: ProcessPart | undefined;
  /** When it is listened to. */
  readonly listening?: ListenOverride | undefined;
}

/** What is particular about one load. */
export interface LoadOrder {
  /** Counts up from 1. */
  readonly number: number;
  readonly overrides: PluginOverrides;
  /** The generation that serves meanwhile. */
  readonly before: LoadedGeneration | undefined;
  /** The configuration, when it was read already. */
  readonly raw?: RawConfig;
}

/**
 * Loads the configuration into a generation that is ready to start. Nothing of the one before is touched.
 *
 * @throws BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, …; what was made is released again
 */
export async function loadGeneration(world: LoadWorld, order: LoadOrder): Promise<LoadedGeneration> {
  const pace = paceBeside(order.before);
  const { config: before, built } = order.before ?? {};
  const options = { ...world.options, pace, before: before?.raw, compiled: built?.parts };
  const raw = order.raw ?? (await readConfigOf(options, world.part?.snapshot()));
  world.secrets.add(raw.secrets);
  const loaded = await checkWithPlugins(raw, options, world.manager);
  const config = await overridePlugins(loaded.config, order.overrides, loaded.plugins);
  return build({ ...loaded, config }, { world, order, options });
}

/** Before the first load is done there are no requests to give way to. */
export function paceBeside(serving: Pick<LoadedGeneration, "generation"> | undefined): Pace {
  if (serving === undefined) return noPace;
  const { traffic } = serving.generation;
  return createPace({ arrivals: () => traffic.begun });
}

interface Building {
  readonly world: LoadWorld;
  readonly order: LoadOrder;
  readonly options: LoadOptions & { readonly pace: Pace };
}

async function build(loaded: LoadedConfig, { world, order, options }: Building): Promise<LoadedGeneration> {
  const { config } = loaded;
  const logging = logFor(config, world, order);
  if (order.before === undefined) world.relay.pointTo(logging.logger);
  let plugins: PluginGeneration | undefined;
  world.begins?.(config);
  try {
    await options.pace();
    plugins = await world.manager.prepare(config, factsOf(config, world.options.development ?? false));
    return await assemble(loaded, { world, order, plugins, logging, pace: options.pace });
  } catch (error) {
    await plugins?.abandon();
    if (logging !== order.before?.logging) logging.close();
    throw await together(error, loaded, options);
  }
}

/** What a plugin or middleware failed with, and the mistakes of endpoints that would show next. */
async function together(failure: unknown, loaded: LoadedConfig, options: LoadOptions): Promise<unknown> {
  if (!isBackworksError(failure) || failure.code === "BW_CONFIG_INVALID") return failure;
  return withMistakes(failure, await rehearseFor(options, loaded, { leftOut: false }), loaded.config.raw);
}

interface Assembly {
  readonly world: LoadWorld;
  readonly order: LoadOrder;
  readonly plugins: PluginGeneration;
  readonly logging: Logging;
  readonly pace: Pace;
}

async function assemble(
  loaded: LoadedConfig,
  { world, order, plugins, logging, pace }: Assembly,
): Promise<LoadedGeneration> {
  const { config } = loaded;
  const { contributions } = plugins;
  const files = createProjectFiles(config.raw.root, world.part?.snapshot());
  const own = await loadMiddleware(config, { files, addressOf: world.addressOf, loadModule: importModule });
  const middleware = [...own, ...contributions.middleware];
  const credentials = await readCredentials(config, files);
  const host = await hostMounts(contributions.routes);
  // The probes are asked when there is an App.
  const health = { ...healthOf(config, world), modes: () => world.secrets.hideIn(built.health()) };
  const built: BuiltApp = await buildApp(config, {
    generation: order.number,
    development: world.options.development ?? false,
    listensAt: addressOf(config, world.listening),
    logFormat: logFormatOf(world.options),
    modes: loaded.modes,
    pace,
    before: order.before?.built,
    context: modeContext(config, { world, plugins, files }),
    findHooks: (route) => plugins.hooksFor(route),
    compileValidation,
    ...findLimits(config, { rates: world.rates, fallback: world.options.rateLimit, logger: logging.logger }),
    tls: credentials?.settings,
    handlers: contributions.handlers,
    inOnePlace: world.part?.inOnePlace,
    middleware,
    mounts: contributions.routes,
    answers: createAnswers({ cors: toCorsSettings(config.server.cors), host, health }),
    createRouter: createRouterInSlices,
  });
  await pace();
  // Middleware may look after it.
  const tellsCors = built.app.development && built.app.cors === undefined && middleware.length === 0;
  const generation: Generation = {
    app: built.app,
    clock: world.clock,
    scheduler: world.scheduler,
    logger: logging.logger,
    secrets: world.secrets,
    traffic: new Traffic(),
    middleware: await hostMounts(middleware),
    logRequest: tellsCors ? tellMissingCors(logging.logRequest, logging.logger) : logging.logRequest,
  };
  const code = [...loaded.plugins.values(), ...own.map(({ handler }: ConnectMount) => handler)];
  const made = built.files.map((file) => files.resolve(file));
  const read = [...config.raw.files, ...files.read, ...made, ...world.manager.watchedFiles()];
  files.settle();
  return { generation, config, built, plugins, logging, credentials, code, files: [...new Set(read)] };
}

function addressOf({ server }: Config, listening: ListenOverride | undefined): BuildParts["listensAt"] {
  const port = listening?.port ?? server.port;
  return listening === undefined || port === 0 ? undefined : { host: listening.host ?? server.host, port };
}

function modeContext(
  config: Config,
  given: {
    readonly world: LoadWorld;
    readonly plugins: PluginGeneration;
    readonly files: BuildParts["context"]["files"];
  },
): BuildParts["context"] {
  const { clock, scheduler, random } = given.world;
  const { seed } = config.modeValues;
  return {
    files: given.files,
    clock,
    scheduler,
    random: typeof seed === "number" ? createRandom(seed) : random,
    // A mode may outlive the log of one generation.
    logger: given.world.relay,
    environment: config.raw.environment,
    templateFunctions: given.plugins.contributions.templateFunctions,
    services: given.plugins.services,
    pool: given.world.pool,
    hide: (values) => given.world.secrets.add(values),
    ...templatesOf(config),
  };
}

function healthOf(
  { name, version }: Config,
  { manager, closing, secrets }: LoadWorld,
): Omit<Parameters<typeof createAnswers>[0]["health"], "modes"> {
  return { name, version, closing, plugins: async () => secrets.hideIn(await manager.health()) };
}

/** The log of the generation before goes on when nothing about it changed. */
function logFor(config: Config, world: LoadWorld, { before }: LoadOrder): Logging {
  const { logger, log, env = process.env } = world.options;
  const files = createProjectFiles(config.raw.root);
  const settings = toLoggingSettings(config.logging, {
    format: logFormatOf(world.options),
    resolve: (file) => files.resolve(file),
  });
  if (before !== undefined && JSON.stringify(before.generation.app.logging) === JSON.stringify(settings)) {
    return before.logging;
  }
  const color =
    log?.color ?? (env["NO_COLOR"] === undefined && (process.stdout.isTTY || env["FORCE_COLOR"] !== undefined));
  const { clock, scheduler, secrets } = world;
  try {
    return openLogging(settings, { clock, scheduler, logger, color, secrets });
  } catch (cause) {
    const details = { file: config.logging.file ?? "", problem: fileProblem(cause) };
    throw new BackworksError("BW_FILE_SYNTAX", details, { where: config.raw.place(["logging", "file"]), cause });
  }
}

function factsOf({ name, version, endpoints }: Config, development: boolean): AppFacts {
  const plain = endpoints.map((endpoint) => ({
    name: endpoint.name,
    path: endpoint.path,
    methods: endpoint.methods,
    mode: endpoint.mode,
  }));
  return { name, version, development, endpoints: plain };
}
