import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Config } from "../config/config.ts";
import { BackworksError } from "../errors.ts";
import { toLoggingSettings, toWatchdogSettings } from "../model/settings.ts";
import { answerStopped } from "./answer-stopped.ts";
import type { Block, CodeOwner } from "./block.ts";
import type { Host } from "./host.ts";
import { logFormatOf } from "./options.ts";
import type { OpenOptions } from "./options.ts";
import { openWatchdog } from "./watchdog.ts";
import type { Watchdog } from "./watchdog.ts";
import { WatchdogThread } from "./watchdog-thread.ts";

/** Watches the event loop of a process, from before the first code of a plugin runs. */
export interface LoopSupervisor {
  /** Told of each configuration before its plugins begin. */
  begins(host: Host, config: Config): void;
  close(): Promise<void>;
}

/** For a process that serves nothing else; `undefined` where code of others runs, or time is not the machine's. */
export function superviseLoop(options: OpenOptions): LoopSupervisor | undefined {
  const { ownsProcess = false, scheduler, clock } = options;
  if (!ownsProcess || scheduler !== undefined || clock !== undefined) return undefined;
  let watchdog: Watchdog | undefined;
  let loading: Config;
  const open = (host: Host, first: Config): Watchdog => {
    let serving = first;
    const opened = openWatchdog({
      urgent: () => host.plugins.codePlaces().size > 0 || loading.middleware.length > 0,
      settings: () => toWatchdogSettings(serving.server.watchdog),
      logging: () => toLoggingSettings(serving.logging, { format: logFormatOf(options), resolve: (file) => file }),
      owners: () => ownersOf(host, [loading, serving]),
      blocked: (block) => tell(host, block),
      watching: () => host.logger.debug("the event loop is watched"),
      failed: (error) => host.logger.warn("the event loop is not watched any more", { error }),
    });
    host.onSwap(() => {
      serving = loading = host.current().config;
      opened.refresh();
    });
    return opened;
  };
  return {
    begins(host, config) {
      loading = config;
      watchdog ??= open(host, config);
      watchdog.refresh();
    },
    close: async () => watchdog?.close(),
  };
}

/** Plugins come first: their folders may lie in the project's. */
function ownersOf(host: Host, configs: readonly [Config, Config]): readonly CodeOwner[] {
  const [{ name, raw }] = configs;
  const own = (kind: CodeOwner["kind"], called: string, path: string): CodeOwner => ({
    kind,
    name: called,
    at: [pathToFileURL(path).href, path],
  });
  // Modules are known by where they really lie.
  const root = realpathSync(raw.root);
  const middleware = new Set(configs.flatMap((config) => config.middleware));
  return [
    ...[...host.plugins.codePlaces()].map(([plugin, path]) => own("plugin", plugin, path)),
    ...[...middleware].map((path) => own("middleware", path, resolve(root, path))),
    own("project", name, root),
  ];
}

/** The loop goes on: says what it stood still for, and mends what was stopped. */
function tell(host: Host, block: Block): void {
  const { durationMs, culprit, certain, stopped } = block;
  const { logger } = host;
  const facts = { durationMs, certain, stopped, ...WatchdogThread.facts(culprit) };
  logger.error(stopped ? "what blocked the event loop was stopped" : "the event loop was blocked", facts);
  if (culprit?.owner?.kind === "plugin" && (certain || stopped)) {
    const plugin = culprit.owner.name;
    const error = new BackworksError("BW_PLUGIN_BLOCKED", { plugin, duration: durationMs, place: culprit.place });
    host.plugins.blame(plugin, error, { rest: stopped });
  }
  if (stopped) mend(host, block);
}

/** Answers the request whose execution was stopped. */
function mend(host: Host, { durationMs, culprit }: Block): void {
  for (const exchange of host.underWay()) {
    const { id, startedMonotonic } = exchange;
    if (id === culprit?.request?.id && startedMonotonic === culprit.request.started)
      answerStopped(exchange, durationMs);
  }
}
