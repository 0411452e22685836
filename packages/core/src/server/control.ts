import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { formatErrors } from "../config/frame.ts";
import { isBackworksError } from "../errors.ts";
import type { JsonValue } from "../exchange.ts";
import type { LogFields } from "../logger.ts";
import { forgetControl, writeControlFile } from "./control-file.ts";
import type { Host, ReloadResult } from "./host.ts";
import { createPlainServer } from "./plain-server.ts";
import type { PlainAnswer, PlainRequest } from "./plain-server.ts";
import { listen } from "./listen.ts";
import type { OverloadStatus } from "./overload.ts";

/** The way into a running process for commands of the same user. */
export interface Control {
  readonly url: string;
  /** Sent as `authorization: Bearer <token>`. */
  readonly token: string;
  close(): Promise<void>;
}

/** What is served, beside what the host knows. */
export interface Served {
  url(): string;
  /** How the process keeps up; `undefined` when that is not watched. */
  overload(): OverloadStatus | undefined;
}

/** What a command asks of its plugin. */
export interface ActionOrder {
  readonly plugin: string;
  readonly action: string;
  readonly given: JsonValue;
}

/** What can be asked of what serves: one process, or several. */
export interface ControlSurface {
  /** Absolute path of the project's root. */
  readonly root: string;
  reload(): Promise<ReloadResult>;
  reset(session?: string): Promise<void>;
  /** Has a plugin do what one of its commands asks for. */
  act(order: ActionOrder): Promise<JsonValue>;
  /** Holds no secret. */
  describe(): Promise<object>;
}

/** What can be asked of one process. */
export function controlOf(host: Host, served: Served): ControlSurface {
  return {
    root: host.current().config.raw.root,
    reload: () => host.reload(),
    reset: (session) => host.reset(session),
    act: ({ plugin, action, given }) => host.plugins.act(plugin, action, given),
    describe: async () => host.current().generation.secrets.hideIn(await describe(host, served)),
  };
}

/**
 * Opens the control listener on a free port of 127.0.0.1 and writes its address where only this user can read it.
 *
 * A server that cannot be controlled serves all the same: `undefined`, and `warn` is told why.
 */
export async function openControl(
  surface: ControlSurface,
  warn: (message: string, fields: LogFields) => void = () => {},
): Promise<Control | undefined> {
  const token = randomBytes(32).toString("base64url");
  const server = createPlainServer((request) => answer(request, surface, token));
  const { url } = await listen(server, { host: "127.0.0.1", port: 0 });
  server.unref();
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  try {
    writeControlFile(surface.root, { url, token, pid: process.pid });
  } catch (error) {
    await close();
    warn("backworks reload and status cannot reach this server: its address has no safe place", { error });
    return undefined;
  }
  return {
    url,
    token,
    close() {
      forgetControl(surface.root, process.pid);
      return close();
    },
  };
}

async function answer(request: PlainRequest, surface: ControlSurface, token: string): Promise<PlainAnswer> {
  const { method, url, headers } = request;
  if (!isEqual(headers.authorization ?? "", `Bearer ${token}`)) return { status: 401, body: { status: 401 } };
  if (!isForUs(headers)) return { status: 403, body: { status: 403 } };
  const { pathname, searchParams } = new URL(url, "http://control");
  switch (`${method} ${pathname}`) {
    case "GET /__backworks/status":
      return { status: 200, body: await surface.describe() };
    case "POST /__backworks/reload":
      return reload(surface);
    case "POST /__backworks/reset":
      await surface.reset(searchParams.get("session") ?? undefined);
      return { status: 200, body: { reset: searchParams.get("session") ?? "all" } };
    case "POST /__backworks/act":
      return act(surface, request.body);
    default:
      return { status: 404, body: { status: 404 } };
  }
}

function isEqual(given: string, wanted: string): boolean {
  const [left, right] = [given, wanted].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** A page in a browser says where it comes from, and a name that was made to point here (DNS rebinding) stands in Host. */
function isForUs({ host = "", origin }: PlainRequest["headers"]): boolean {
  return origin === undefined && /^(?:127\.0\.0\.1|localhost):\d+$/.test(host);
}

async function reload(surface: ControlSurface): Promise<PlainAnswer> {
  try {
    return { status: 200, body: await surface.reload() };
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    const errors = (error.errors.length > 0 ? error.errors : [error]).map(({ code, message, hint, where }) => ({
      code,
      message,
      hint,
      file: where?.source.file,
      line: where?.line,
      column: where?.column,
    }));
    return {
      status: 422,
      body: { code: error.code, message: error.message, errors, text: formatErrors(error, { color: false }) },
    };
  }
}

/** What is wrong is told so that the command can say it in its own place. */
async function act(surface: ControlSurface, order: string): Promise<PlainAnswer> {
  try {
    // The command of the same version writes it.
    return { status: 200, body: { answer: await surface.act(JSON.parse(order) as ActionOrder) } };
  } catch (error) {
    if (!isBackworksError(error)) throw error;
    const { code, details, hint } = error;
    return { status: 422, body: { code, details, hint } };
  }
}

async function describe(host: Host, { url, overload }: Served): Promise<object> {
  const { app } = host.current().generation;
  const { servesSince, draining, ...status } = host.status();
  return {
    url: url(),
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    memoryBytes: process.memoryUsage().rss,
    name: app.name,
    version: app.version,
    ...status,
    ageSeconds: Math.round((host.current().generation.clock.now() - servesSince) / 1000),
    draining,
    endpoints: app.endpoints.map(({ name, path, methods, mode }) => ({ name, path, methods, mode })),
    overload: overload(),
    plugins: await host.plugins.health(),
    metrics: await host.plugins.metrics(),
  };
}
