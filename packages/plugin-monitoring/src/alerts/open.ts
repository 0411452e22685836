import type { Clock, Logger, Processes, Scheduler } from "@backworks/core";
import type { AlertsOptions } from "../options/alerts.ts";
import { toMs } from "@backworks/option-values";
import type { MetricsStore } from "../store.ts";
import { createChannel } from "./channels/index.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { DispatchSettings } from "./dispatcher.ts";
import { AlertEngine } from "./engine.ts";
import { Handover } from "./handover.ts";
import { toRule } from "./rule.ts";
import { listRules } from "./rules.ts";
import type { SignalSources } from "./signals.ts";
import { createTurn } from "./turn.ts";

/** What alerts work with. */
export interface AlertSurroundings {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly fetch: typeof fetch;
  readonly store: MetricsStore;
  readonly processes: Processes;
  readonly sources: SignalSources;
}

/** The rules of a configuration with their channels; nothing runs yet. */
export async function openAlerts(options: AlertsOptions, around: AlertSurroundings): Promise<AlertEngine> {
  const { clock, scheduler, logger, store, processes, sources } = around;
  const channels = [];
  for (const [name, channel] of Object.entries(options.channels)) {
    channels.push(await createChannel(name, channel, around));
  }
  const { notifications, running, ...memory } = store.alerts;
  const handover = processes.several ? new Handover(memory, processes, clock) : undefined;
  const turn = createTurn(running);
  const count = (channel: string, result: string): void =>
    notifications.add(notifications.bind({ channel, result }), 1);
  const noted = (): void => handover?.tell();
  const tools = { clock, scheduler, logger, told: memory.told, noted, count, isOurs: turn.isOurs };
  const dispatcher = new Dispatcher(channels, settingsOf(options), tools);
  const names = [...sources.gauges.keys()];
  const rules = listRules(options).map((rule) => toRule(rule, names));
  const intervalMs = toMs(options.interval);
  return new AlertEngine({
    rules,
    intervalMs,
    dispatcher,
    clock,
    scheduler,
    processes,
    sources,
    memory,
    handover,
    turn,
  });
}

function settingsOf(options: AlertsOptions): DispatchSettings {
  return {
    groupBy: options.group_by,
    waitMs: toMs(options.group_wait),
    intervalMs: toMs(options.group_interval),
    repeatMs: toMs(options.repeat_interval),
    silences: options.silences,
  };
}
