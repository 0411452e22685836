import type { Clock, Logger, PluginHealth, Scheduler } from "@backworks/core";
import { computed } from "../families/computed.ts";
import type { Family } from "../families/family.ts";
import type { CheckOptions } from "../options/checks.ts";
import { toMs } from "@backworks/option-values";
import type { CheckTools } from "./check.ts";
import { runCheck } from "./index.ts";

/** What a watch goes by. */
export interface WatchSurroundings extends CheckTools {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** Runs every check from time to time and remembers how it went. */
export interface CheckWatch {
  readonly families: readonly Family[];
  /** By name, those that ran already. */
  down(): ReadonlyMap<string, boolean>;
  health(): PluginHealth;
  start(): void;
  /** Ends what is under way. */
  stop(): void;
}

/** Until the first run: plugins that are asked about must have started. */
const firstAfterMs = 50;

interface Watched {
  readonly name: string;
  readonly options: CheckOptions;
  failures: number;
  isDown: boolean | undefined;
  problem: string | undefined;
  tookMs: number;
  isRunning: boolean;
}

export function watchChecks(checks: Readonly<Record<string, CheckOptions>>, around: WatchSurroundings): CheckWatch {
  const all = Object.entries(checks).map(([name, options]): Watched => ({
    name,
    options,
    failures: 0,
    isDown: undefined,
    problem: undefined,
    tookMs: 0,
    isRunning: false,
  }));
  const ends: (() => void)[] = [];
  const controller = new AbortController();
  return {
    families: all.length === 0 ? [] : familiesOf(all),
    down: () => new Map(all.flatMap(({ name, isDown }) => (isDown === undefined ? [] : [[name, isDown] as const]))),
    health: () => healthOf(all),
    start() {
      for (const watched of all) {
        const run = (): void => void runOne(watched, around, controller.signal);
        ends.push(
          around.scheduler.after(firstAfterMs, run),
          around.scheduler.every(toMs(watched.options.interval), run),
        );
      }
    },
    stop() {
      for (const end of ends.splice(0)) end();
      controller.abort();
    },
  };
}

async function runOne(watched: Watched, around: WatchSurroundings, ended: AbortSignal): Promise<void> {
  if (watched.isRunning) return;
  watched.isRunning = true;
  const { clock, scheduler } = around;
  const began = clock.monotonic();
  const controller = new AbortController();
  const timeoutMs = toMs(watched.options.timeout);
  const late = new Error(`no answer within ${timeoutMs} ms`);
  const cancel = scheduler.after(timeoutMs, () => controller.abort(late));
  try {
    const signal = AbortSignal.any([ended, controller.signal]);
    await Promise.race([runCheck(watched.options, { ...around, signal }), rejectsWhen(signal)]);
    note(watched, undefined, around.logger);
  } catch (error) {
    if (!ended.aborted) note(watched, controller.signal.aborted ? late : error, around.logger);
  } finally {
    cancel();
    watched.tookMs = clock.monotonic() - began;
    watched.isRunning = false;
  }
}

function rejectsWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // The signal is the check's own and goes with it.
    signal.addEventListener("abort", () => reject(new Error("it took too long")), { once: true });
  });
}

function note(watched: Watched, error: unknown, logger: Logger): void {
  const { name, options } = watched;
  if (error === undefined) {
    if (watched.isDown === true) logger.info(`check ${name} is up again`, { check: name });
    Object.assign(watched, { failures: 0, isDown: false, problem: undefined });
    return;
  }
  watched.failures += 1;
  watched.problem = error instanceof Error ? reasonOf(error) : "it failed";
  if (watched.failures < options.failures) return;
  if (watched.isDown !== true) logger.warn(`check ${name} is down`, { check: name, problem: watched.problem });
  watched.isDown = true;
}

/** `fetch` tells the reason in the cause alone. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

function healthOf(all: readonly Watched[]): PluginHealth {
  const down = all.filter(({ isDown }) => isDown === true);
  const details = Object.fromEntries(
    all.map(({ name, isDown, problem }) => [
      name,
      isDown === true ? (problem ?? "down") : isDown === false ? "up" : "not run yet",
    ]),
  );
  if (down.length === 0) return { status: "healthy", details };
  const status = down.some(({ options }) => options.critical) ? "unhealthy" : "degraded";
  return { status, message: `down: ${down.map(({ name }) => name).join(", ")}`, details };
}

function familiesOf(all: readonly Watched[]): readonly Family[] {
  return [
    computed({ name: "backworks_check_up", help: "Whether a health check is up.", type: "gauge", over: "min" }, () =>
      all.flatMap(({ name, isDown }) =>
        isDown === undefined ? [] : [{ labels: { check: name }, value: isDown ? 0 : 1 }],
      ),
    ),
    computed(
      {
        name: "backworks_check_duration_seconds",
        help: "Time the last run of a health check took.",
        type: "gauge",
        over: "max",
      },
      () => all.map(({ name, tookMs }) => ({ labels: { check: name }, value: tookMs / 1000 })),
    ),
  ];
}
