import { systemScheduler } from "../clock.ts";
import type { App } from "../model/app.ts";
import type { PluginManager } from "../plugins/manager.ts";
import { closeServer } from "./close-server.ts";
import { openControl } from "./control.ts";
import type { Control } from "./control.ts";
import { openHost } from "./host.ts";
import type { Host, ReloadResult } from "./host.ts";
import { createHttpServer } from "./http.ts";
import { listen } from "./listen.ts";
import { machineOf } from "./machine.ts";
import type { OpenOptions } from "./options.ts";
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

/** A server that answers. Close it when it is no longer needed. */
export interface RunningApp extends AsyncDisposable {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  /** The one that was taken. */
  readonly port: number;
  /** The generation that serves now. */
  readonly app: App;
  /** The enabled plugins. */
  readonly plugins: PluginManager;
  /** The control listener, when it was asked for. */
  readonly control: { readonly url: string; readonly token: string } | undefined;
  /** Loads the configuration again; when that fails the present one serves on. @throws BW_CONFIG_INVALID, … */
  reload(): Promise<ReloadResult>;
  /** Takes mock state back to the seeds: of one session, or of all. */
  reset(session?: string): Promise<void>;
  /** Absolute paths of every file that the present generation is made of. */
  watchedFiles(): readonly string[];
  /** Stops accepting, waits for requests under way, 10 s at most, and ends the plugins. A second call gives the same. */
  close(): Promise<void>;
}

/**
 * Loads a configuration and serves it.
 *
 * @throws BW_CONFIG_NOT_FOUND, BW_CONFIG_INVALID, BW_PLUGIN_NOT_FOUND, BW_PORT_IN_USE, …; nothing is left open then
 */
export async function serve(options: ServeOptions = {}): Promise<RunningApp> {
  const host = await openHost(options);
  const guard = new OverloadGuard({ ...machineOf(options), logger: () => host.current().generation.logger });
  const server = createHttpServer(() => host.current().generation, guard);
  try {
    await host.start();
    const { app } = host.current().generation;
    const at = { host: options.host ?? app.server.host, port: options.port ?? app.server.port };
    const { url, port } = await listen(server, at);
    guard.follow(app.server.overload);
    server.once("close", () => guard.close());
    const control =
      options.control === true ? await openControl(host, { url, overload: () => guard.status }) : undefined;
    return toRunning({ host, server, control, scheduler: options.scheduler ?? systemScheduler }, { url, port });
  } catch (error) {
    server.close();
    await host.close();
    throw error;
  }
}

interface Parts {
  readonly host: Host;
  readonly server: ReturnType<typeof createHttpServer>;
  readonly control: Control | undefined;
  readonly scheduler: typeof systemScheduler;
}

function toRunning(
  { host, server, control, scheduler }: Parts,
  { url, port }: { url: string; port: number },
): RunningApp {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    host.drain();
    await control?.close();
    await closeServer(server, scheduler);
    await host.close();
  };
  return {
    url,
    port,
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
