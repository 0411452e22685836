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
  tookMs: number | undefined;
  /** Ends the run that is under way. */
  running: AbortController | undefined;
}

export function watchChecks(checks: Readonly<Record<string, CheckOptions>>, around: WatchSurroundings): CheckWatch {
  const all = Object.entries(checks).map(([name, options]): Watched => ({
    name,
    options,
    failures: 0,
    isDown: undefined,
    problem: undefined,
    tookMs: undefined,
    running: undefined,
  }));
  const ends: (() => void)[] = [];
  return {
    families: all.length === 0 ? [] : familiesOf(all),
    down: () => new Map(all.flatMap(({ name, isDown }) => (isDown === undefined ? [] : [[name, isDown] as const]))),
    health: () => healthOf(all),
    start() {
      for (const watched of all) {
        const run = (): void => void runOne(watched, around);
        ends.push(
          around.scheduler.after(firstAfterMs, run),
          around.scheduler.every(toMs(watched.options.interval), run),
        );
      }
    },
    stop() {
      for (const end of ends.splice(0)) end();
      for (const { running } of all) running?.abort(stopped);
    },
  };
}

const stopped = new Error("the watch ended");

async function runOne(watched: Watched, around: WatchSurroundings): Promise<void> {
  if (watched.running !== undefined) return;
  const running = new AbortController();
  watched.running = running;
  const { signal } = running;
  const { clock, scheduler, logger } = around;
  const began = clock.monotonic();
  const timeoutMs = toMs(watched.options.timeout);
  const cancel = scheduler.after(timeoutMs, () => running.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    await Promise.race([runCheck(watched.options, { ...around, signal }), rejectsWhen(signal)]);
    note(watched, undefined, logger);
  } catch (error) {
    if (signal.reason !== stopped) note(watched, signal.aborted ? signal.reason : error, logger);
  } finally {
    cancel();
    watched.tookMs = clock.monotonic() - began;
    watched.running = undefined;
  }
}

/** The signal is the run's own and goes with it: one put together with `AbortSignal.any` would be kept as long as it has a listener. */
function rejectsWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
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
  watched.problem = reasonsOf(error)[0] ?? "it failed";
  if (watched.failures < options.failures) return;
  if (watched.isDown !== true) logger.warn(`check ${name} is down`, { check: name, problem: watched.problem });
  watched.isDown = true;
}

/** An error may be its own cause. */
const deepest = 3;

/** The innermost first: `fetch` tells the reason in the cause alone, a name with several addresses in the error of each. */
function reasonsOf(error: unknown, depth: number = 0): readonly string[] {
  if (typeof error !== "object" || error === null || depth === deepest) return [];
  const { message, cause, errors }: { message?: unknown; cause?: unknown; errors?: unknown } = error;
  const inner: readonly unknown[] = [cause, ...(Array.isArray(errors) ? errors : [])];
  const reasons = inner.flatMap((one) => reasonsOf(one, depth + 1));
  return typeof message === "string" && message !== "" ? [...reasons, message] : reasons;
}

function healthOf(all: readonly Watched[]): PluginHealth {
  const down = all.filter(({ isDown }) => isDown === true);
  const details = Object.fromEntries(all.map((watched) => [watched.name, describe(watched)]));
  if (down.length === 0) return { status: "healthy", details };
  const status = down.some(({ options }) => options.critical) ? "unhealthy" : "degraded";
  return { status, message: `down: ${down.map(({ name }) => name).join(", ")}`, details };
}

function describe({ isDown, problem }: Watched): string {
  if (isDown === false) return "up";
  return problem ?? "not run yet";
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
      () =>
        all.flatMap(({ name, tookMs }) =>
          tookMs === undefined ? [] : [{ labels: { check: name }, value: tookMs / 1000 }],
        ),
    ),
  ];
}
