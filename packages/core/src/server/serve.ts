import type { Config } from "../config/config.ts";
import { toHost } from "../config/sections/host.ts";
import type { App, Route } from "../model/app.ts";
import type { PluginManager } from "../plugins/manager.ts";
import { controlOf, openControl } from "./control.ts";
import type { Control } from "./control.ts";
import { openGate } from "./gate.ts";
import type { Gate } from "./gate.ts";
import { openHost } from "./host.ts";
import type { Host, HostParts, HostStatus, ReloadResult } from "./host.ts";
import { machineOf } from "./machine.ts";
import type { OpenOptions } from "./options.ts";
import { superviseLoop } from "./supervise.ts";
import type { LoopSupervisor } from "./supervise.ts";
import { OverloadGuard } from "./overload.ts";

/** How a configuration is served. */
export interface ServeOptions extends OpenOptions {
  /** 0 takes a free one. @defaultValue `server.port` */
  readonly port?: number | undefined;
  /** Address to listen on. @defaultValue `server.host` */
  readonly host?: string | undefined;
  /** Opens the listener by which `backworks reload` and `status` reach this process. @defaultValue false */
  readonly control?: boolean | undefined;
}

/** What may be known of an App outside of the process that serves it. */
export interface ServedApp extends Pick<
  App,
  "generation" | "hash" | "name" | "version" | "development" | "server" | "logging" | "rateLimit" | "endpoints"
> {
  /** In file order. */
  readonly routes: readonly Pick<Route, "info">[];
}

/** A server that answers, in this process or in several. Close it when it is no longer needed. */
export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  /** The one that was taken. */
  readonly port: number;
  /** What may be known of the generation that serves now. */
  readonly app: ServedApp;
  /** How the enabled plugins are; of several processes the one whose plugin is worst speaks. */
  readonly plugins: Pick<PluginManager, "health" | "metrics">;
  /** The control listener, when it was asked for. */
  readonly control: { readonly url: string; readonly token: string } | undefined;
  /** Loads the configuration again; when that fails the present one serves on. @throws BW_CONFIG_INVALID, … */
  reload(): Promise<ReloadResult>;
  /** Takes mock state back to the seeds: of one session, or of all. */
  reset(session?: string): Promise<void>;
  /** Absolute paths of every file that the present generation is made of. */
  watchedFiles(): readonly string[];
  /** Stops accepting, waits for requests under way, `server.timeouts.drain` at most, and ends the plugins. A second call gives the same. */
  close(): Promise<void>;
}

/** A server in this process. */
export interface RunningApp extends RunningServer {
  /** The generation that serves now. */
  readonly app: App;
  /** The enabled plugins. */
  readonly plugins: PluginManager;
  /** How things stand with generations: which serves since when, what is under way, why the last reload failed. */
  status(): HostStatus;
}

/**
 * Loads a configuration and serves it, in this process whatever `server.workers` says.
 *
 * @throws BW_CONFIG_NOT_FOUND, BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, BW_PORT_IN_USE, …; nothing is left open then
 */
export function serve(options: ServeOptions = {}): Promise<RunningApp> {
  return serveHere(options);
}

/** The same, with what only other code of ours gives. */
export async function serveHere(options: ServeOptions, parts: HostParts = {}): Promise<RunningApp> {
  const listening = { host: options.host, port: options.port };
  const supervisor = superviseLoop(options);
  const begins = supervisor && ((host: Host, config: Config): void => supervisor.begins(host, config));
  const host = await openHost(options, { ...parts, begins, listening }).catch(async (error: unknown) => {
    await supervisor?.close();
    throw error;
  });
  const { scheduler } = machineOf(options);
  const guard = new OverloadGuard({ ...machineOf(options), logger: () => host.current().generation.logger });
  try {
    await host.start();
    const { port } = host.current().config.server;
    const given = options.host === undefined ? undefined : toHost(options.host, options.port ?? port);
    const override = { ...listening, host: given };
    const gate = await openGate({ host, scheduler, guard, override });
    host.follow(gate);
    guard.follow(host.current().generation.app.server.overload);
    const served = { url: () => gate.listening.url, overload: () => guard.status };
    const control =
      options.control === true
        ? await openControl(controlOf(host, served), (...said) => host.current().logging.logger.warn(...said))
        : undefined;
    return toRunning({ host, gate, guard, control, supervisor });
  } catch (error) {
    await supervisor?.close();
    await host.close();
    throw error;
  }
}

interface Parts {
  readonly host: Host;
  readonly gate: Gate;
  readonly guard: OverloadGuard;
  readonly control: Control | undefined;
  readonly supervisor: LoopSupervisor | undefined;
}

function toRunning({ host, gate, guard, control, supervisor }: Parts): RunningApp {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    host.drain();
    await control?.close();
    await gate.close(host.current().generation.app.server.timeouts.drainMs);
    guard.close();
    await supervisor?.close();
    await host.close();
  };
  return {
    get url() {
      return gate.listening.url;
    },
    get port() {
      return gate.listening.port;
    },
    status: () => host.status(),
    plugins: host.plugins,
    control: control && { url: control.url, token: control.token },
    get app() {
      return host.current().generation.app;
    },
    reload: () => host.reload(),
    reset: (session) => host.reset(session),
    watchedFiles: () => host.current().files,
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}
