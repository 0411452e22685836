import type { Config } from "../config/config.ts";
import type { JsonSchema } from "../config/json-schema.ts";
import { isBackworksError } from "../errors.ts";
import { silentLogger } from "../logger.ts";
import type { App } from "../model/app.ts";
import type { PluginManager } from "../plugins/manager.ts";
import type { ServiceKey } from "../service.ts";
import { Secrets } from "../secrets.ts";
import { explainRequest } from "./explain.ts";
import type { RequestExplanation } from "./explain.ts";
import { hideInError } from "./hide-error.ts";
import { openHost } from "./host.ts";
import { createHttpServer } from "./http.ts";
import { sendOver } from "./send-over.ts";
import type { IncomingAnswer, OutgoingRequest } from "./send-over.ts";
import { checkWithPlugins, findDefinitions, readConfigOf } from "./load.ts";
import { openManager } from "./manager.ts";
import type { LoadedConfig } from "./load.ts";
import type { OpenOptions } from "./options.ts";
import { createWire } from "./wire.ts";

/** What Node's timers can hold. */
const longestIntervalMs = 2 ** 31 - 1;

/** An App that can be asked without a port. Close it when it is no longer needed. */
export interface OpenApp extends AsyncDisposable {
  /** What the configuration came to. */
  readonly app: App;
  /** The checked configuration. */
  readonly config: Config;
  /** The enabled plugins. */
  readonly plugins: PluginManager;
  /** Answers one request in process, by the same road as one over the network. Plugins start with the first. */
  inject(request: OutgoingRequest): Promise<IncomingAnswer>;
  /** Says which route and rule would answer, and why. */
  explain(request: OutgoingRequest): Promise<RequestExplanation>;
  /** What a mode offers; `undefined` when no mode in use offers it. */
  service<T>(key: ServiceKey<T>): T | undefined;
  /** Ends the plugins and frees everything. A second call gives the same. */
  close(): Promise<void>;
}

/**
 * Loads a configuration without listening. Nothing is logged unless a logger is given.
 *
 * @throws BW_CONFIG_NOT_FOUND, BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, …; nothing is left open then
 */
export async function openApp(options: OpenOptions = {}): Promise<OpenApp> {
  const host = await openHost({ logger: silentLogger, ...options });
  const server = createHttpServer(() => host.current().generation);
  let starting: Promise<void> | undefined;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    host.drain();
    await host.current().generation.traffic.drained();
    await host.close();
  };
  return {
    plugins: host.plugins,
    get app() {
      return host.current().generation.app;
    },
    get config() {
      return host.current().config;
    },
    async inject(request) {
      await (starting ??= host.start());
      const [near, far] = createWire();
      server.emit("connection", far);
      // Timers of an App do not keep the process alive and there is no port that does: a delayed answer would be lost.
      const alive = setInterval(() => {}, longestIntervalMs);
      try {
        return await sendOver(near, request);
      } finally {
        clearInterval(alive);
      }
    },
    // The key carries the type of what was bound to its name.
    service: <T>({ name }: ServiceKey<T>) => host.current().built.offered.get(name) as T | undefined,
    explain: (request) => explainRequest(host.current().generation, request),
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}

/**
 * Reads and checks a configuration with the plugins and modes it uses; nothing is opened.
 *
 * @throws BW_CONFIG_NOT_FOUND, BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, …
 */
export async function loadConfig(options: OpenOptions = {}): Promise<Config> {
  return (await loadProject(options)).config;
}

/**
 * The same, together with the definitions of the plugins and the modes; no plugin is initialized.
 *
 * @throws BW_CONFIG_NOT_FOUND, BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, …
 */
export async function loadProject(options: OpenOptions = {}): Promise<LoadedConfig> {
  const raw = await readConfigOf(options);
  try {
    return await checkWithPlugins(raw, options, openManager(options, { root: raw.root }));
  } catch (error) {
    throw hideInError(error, new Secrets(raw.secrets));
  }
}

/**
 * JSON Schema (draft-07) of a configuration with the modes and plugins that the one in hand uses.
 *
 * Mistakes in it do not matter; without a configuration the schema is that of core alone.
 */
export async function configJsonSchema(options: OpenOptions = {}): Promise<JsonSchema> {
  const raw = await readConfigOf(options).catch((error: unknown) => {
    if (isBackworksError(error) && error.code === "BW_CONFIG_NOT_FOUND") return undefined;
    throw error;
  });
  // Few runs need it, so it is no part of a start.
  const { toJsonSchema } = await import("../config/json-schema.ts");
  return toJsonSchema(await findDefinitions(raw, options, (root) => openManager(options, { root })));
}

/** The JSON Schema (draft-07) of any Standard Schema that can tell; anything goes for one that cannot. */
export async function jsonSchemaOf(schema: unknown): Promise<JsonSchema> {
  const { jsonSchemaOf: convert } = await import("../config/json-schema.ts");
  return convert(schema);
}
