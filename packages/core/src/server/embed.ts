import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../model/app.ts";
import type { PluginManager } from "../plugins/manager.ts";
import { openHost } from "./host.ts";
import type { Host, ReloadResult } from "./host.ts";
import { receiveEmbedded } from "./receive.ts";
import type { OpenOptions } from "./options.ts";

/** A Backworks API as a Connect handler: `app.use("/api", backworks("./backworks.yaml"))`. */
export interface EmbeddedApp extends AsyncDisposable {
  /** Without `next`, as under a plain `node:http` server, what nothing answers is a 404. */
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** Loads the configuration and starts the plugins, which the first request does otherwise. @throws BW_CONFIG_INVALID, … */
  open(): Promise<{ readonly app: App; readonly plugins: PluginManager }>;
  /** Loads the configuration again; when that fails the present one serves on. @throws BW_CONFIG_INVALID, … */
  reload(): Promise<ReloadResult>;
  /** Ends the plugins once requests under way are done. */
  close(): Promise<void>;
}

/**
 * Makes a handler for Connect, Express or a plain `node:http` server out of a configuration.
 *
 * Opens with the first request, or with `open()`. What no endpoint answers goes to `next()`. A configuration that cannot be
 * loaded goes to `next(error)` and is tried again with the next request.
 */
export function backworks(config: string | object, options: Omit<OpenOptions, "config"> = {}): EmbeddedApp {
  let opening: Promise<Host> | undefined;
  let host: Host | undefined;
  let closed = false;

  const open = (): Promise<Host> => {
    if (closed) return Promise.reject(new TypeError("this embedded app was closed"));
    opening ??= openStarted({ ...options, config }).then(
      (opened) => (host = opened),
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  };
  const handle = (message: IncomingMessage, answer: ServerResponse, next?: (error?: unknown) => void): void => {
    const passOn = next ?? ((error?: unknown) => endAlone(answer, error));
    if (host !== undefined) return receiveEmbedded(host.current().generation, { message, answer, passOn });
    open().then((opened) => receiveEmbedded(opened.current().generation, { message, answer, passOn }), passOn);
  };
  const close = async (): Promise<void> => {
    closed = true;
    const opened = await opening?.catch(() => undefined);
    if (opened === undefined) return;
    opened.drain();
    await opened.current().generation.traffic.drained();
    await opened.close();
  };
  return Object.assign(handle, {
    open: async () => {
      const opened = await open();
      return { app: opened.current().generation.app, plugins: opened.plugins };
    },
    reload: async () => (await open()).reload(),
    close,
    [Symbol.asyncDispose]: close,
  });
}

async function openStarted(options: OpenOptions): Promise<Host> {
  const host = await openHost(options);
  await host.start();
  return host;
}

/** Nobody stands behind us, as under a plain `node:http` server. */
function endAlone(answer: ServerResponse, error: unknown): void {
  answer.statusCode = error === undefined ? 404 : 500;
  answer.end();
}
