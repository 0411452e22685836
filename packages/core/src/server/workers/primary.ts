import cluster from "node:cluster";
import { fstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackworksError } from "../../errors.ts";
import { openControl } from "../control.ts";
import type { Control, ControlSurface } from "../control.ts";
import type { ReloadResult } from "../host.ts";
import { machineOf } from "../machine.ts";
import type { RunningServer, ServeOptions } from "../serve.ts";
import { countOf } from "../worker-count.ts";
import { createCrewLog } from "./crew-log.ts";
import { Crew } from "./crew.ts";
import { findFreePort } from "./free-port.ts";
import { describeCrew, pluginsOf } from "./crew-status.ts";

/**
 * Serves a configuration by several processes. This one leads them and answers no request itself.
 *
 * @throws BW_WORKERS_OPTION when an option cannot be handed to another process, and what `serve` throws
 */
export async function servePrimary(options: ServeOptions): Promise<RunningServer> {
  refuseValues(options);
  const log = createCrewLog({ color: wantsColor(options) });
  const { control: wantsControl = false, ...given } = options;
  const plain = given.port === 0 ? { ...given, port: await findFreePort(given.host) } : given;
  const folder = mkdtempSync(join(tmpdir(), "backworks-workers-"));
  setUpCluster();
  const crew = new Crew({ ...machineOf({}), options: plain, folder, logger: log.logger, countOf });
  const killAll = (): void => {
    crew.killAll();
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", killAll);
  const ended = (): void => {
    process.off("exit", killAll);
    rmSync(folder, { recursive: true, force: true });
    log.close();
  };
  try {
    await crew.start();
    log.follow(crew.current.app.logging);
    const surface = surfaceOf(crew, () => log.follow(crew.current.app.logging));
    const control = wantsControl ? await openControl(surface, (...said) => log.logger.warn(...said)) : undefined;
    return toRunning({ ...surface, crew, control, ended });
  } catch (error) {
    crew.killAll();
    ended();
    throw error;
  }
}

function wantsColor({ env = process.env }: ServeOptions): boolean {
  return env["NO_COLOR"] === undefined && (process.stdout.isTTY || env["FORCE_COLOR"] !== undefined);
}

/** Members that are code, or open, and stay in this process. */
const values = ["plugins", "modes", "logger", "clock", "scheduler", "random"] as const;

function refuseValues(options: ServeOptions): void {
  const option = values.find((name) => options[name] !== undefined);
  if (option === undefined) return;
  const hint = "name plugins and modes in the configuration, or set server.workers to 1";
  throw new BackworksError("BW_WORKERS_OPTION", { option }, { hint });
}

/**
 * Workers take connections from the listening socket themselves: handed over by this process, those on the way to a worker
 * that is killed would be lost (docs/adr/0021).
 */
function setUpCluster(): void {
  const exec = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "../worker.js", import.meta.url);
  // Lines of several processes in one pipe would mix; a file takes each write as a whole.
  const way = (descriptor: 1 | 2): "inherit" | "pipe" => (fstatSync(descriptor).isFile() ? "inherit" : "pipe");
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: exec.pathname,
    args: [],
    serialization: "advanced",
    stdio: ["ignore", way(1), way(2), "ipc"],
  });
}

/** Reloads come one after another, whoever asks. */
function surfaceOf(crew: Crew, reloaded: () => void): ControlSurface {
  let last: Promise<unknown> = Promise.resolve();
  const reload = async (): Promise<ReloadResult> => {
    const result = await crew.reload();
    if (result.changed) reloaded();
    return result;
  };
  return {
    root: crew.current.root,
    reload() {
      const turn = last.then(reload);
      last = turn.catch(() => {});
      return turn;
    },
    // State of modes is the owner's alone, that of others is never read.
    reset: async (session) => crew.toOwner?.call("reset", session),
    // One acts for all: what the others are to know of it, the plugin tells them.
    async act(order) {
      const owner = crew.toOwner;
      if (owner === undefined) throw new BackworksError("BW_WORKERS_OWNER_GONE");
      return owner.call("act", order);
    },
    describe: () => describeCrew(crew),
  };
}

interface Parts extends ControlSurface {
  readonly crew: Crew;
  readonly control: Control | undefined;
  /** Called when every worker has ended. */
  ended(): void;
}

function toRunning({ crew, control, reload, reset, ended }: Parts): RunningServer {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await control?.close();
    await crew.close();
    ended();
  };
  return {
    get url() {
      return crew.current.url;
    },
    get port() {
      return crew.current.port;
    },
    get app() {
      return crew.current.app;
    },
    plugins: pluginsOf(crew),
    control: control && { url: control.url, token: control.token },
    reload,
    reset,
    watchedFiles: () => crew.current.watchedFiles,
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}
