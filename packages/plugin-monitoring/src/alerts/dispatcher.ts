import type { Clock, Logger, Scheduler } from "@backworks/core";
import type { Labels } from "../families/text.ts";
import { writeLabels } from "../families/text.ts";
import type { Alert } from "./alert.ts";
import { toNotification } from "./notification.ts";
import type { Notification } from "./notification.ts";
import { isSilenced } from "./silence.ts";
import type { Silence } from "./silence.ts";

/** Where notifications go. */
export interface Channel {
  readonly name: string;
  /** Whether it is told of ends too. */
  readonly sendsResolved: boolean;
  /** Rejects when it could not be told. */
  send(notification: Notification): Promise<void>;
}

/** How alerts are put together, in milliseconds. */
export interface DispatchSettings {
  readonly groupBy: readonly string[];
  /** From the first alert of a group to its first notification. */
  readonly waitMs: number;
  /** Until what changed in a group is told. */
  readonly intervalMs: number;
  /** Until it is told again although nothing changed. */
  readonly repeatMs: number;
  readonly silences: readonly Silence[];
}

/** What a channel was last told of a group; kept over reloads, so that nothing is told twice. */
export interface Told {
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
  readonly at: number;
}

export interface DispatchSurroundings {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** By group key. */
  readonly told: Map<string, Told>;
  /** Called when it changed. */
  noted(): void;
  /** Whether it may tell: over a reload another one may have begun. */
  isOurs(): boolean;
  /** Counts notifications. */
  count(channel: string, result: "sent" | "failed"): void;
}

interface Group {
  readonly channel: Channel;
  readonly key: string;
  readonly labels: Labels;
  readonly alerts: Map<string, Alert>;
}

/** Waits between attempts to tell a channel, in milliseconds. */
const pausesMs = [1000, 5000];

/**
 * Puts alerts into groups and tells channels of each.
 *
 * Source: Prometheus Alertmanager, `group_wait`, `group_interval`, `repeat_interval`.
 */
export class Dispatcher {
  readonly #channels: readonly Channel[];
  readonly #settings: DispatchSettings;
  readonly #around: DispatchSurroundings;
  readonly #groups = new Map<string, Group>();
  readonly #cancels = new Set<() => void>();

  constructor(channels: readonly Channel[], settings: DispatchSettings, around: DispatchSurroundings) {
    this.#channels = channels;
    this.#settings = settings;
    this.#around = around;
  }

  /** Takes every alert that fires or ended lately; what was told of others is forgotten. */
  update(alerts: readonly Alert[]): void {
    const { told } = this.#around;
    for (const alert of alerts) {
      for (const channel of this.#channels) {
        if (alert.channels === undefined || alert.channels.includes(channel.name)) this.#put(channel, alert);
      }
    }
    for (const key of told.keys()) if (!this.#groups.has(key)) told.delete(key);
  }

  /** Ends every wait. */
  close(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #put(channel: Channel, alert: Alert): void {
    const labels = Object.fromEntries(this.#settings.groupBy.map((name) => [name, alert.labels[name] ?? ""]));
    const key = `${channel.name}/{${writeLabels(labels)}}`;
    const known = this.#groups.get(key);
    const isKnown = known?.alerts.has(alert.fingerprint) === true;
    // Of an end that was told, or whose beginning never was, there is nothing to tell.
    const isNews = isKnown || this.#around.told.get(key)?.firing.has(alert.fingerprint) === true;
    if (alert.status === "resolved" && !isNews) return;
    if (known !== undefined) {
      known.alerts.set(alert.fingerprint, alert);
      return;
    }
    const group = { channel, key, labels, alerts: new Map([[alert.fingerprint, alert]]) };
    this.#groups.set(key, group);
    this.#after(this.#settings.waitMs, () => this.#flush(group));
  }

  async #flush(group: Group): Promise<void> {
    const { clock, isOurs, told } = this.#around;
    if (!isOurs()) return this.#after(this.#settings.intervalMs, () => this.#flush(group));
    const at = clock.now();
    const all = [...group.alerts.values()];
    const alerts = all.filter(({ labels }) => !isSilenced(labels, this.#settings.silences, at));
    const next: Told = { firing: idsOf(alerts, "firing"), resolved: idsOf(alerts, "resolved"), at };
    const before = told.get(group.key);
    if (this.#isNews(group.channel, next, before)) {
      const shown = group.channel.sendsResolved ? alerts : alerts.filter(({ status }) => status === "firing");
      const wasTold = shown.length === 0 || (await this.#tell(group.channel, toNotification(toFacts(group), shown)));
      if (wasTold) this.#note(group, next);
    } else if (before !== undefined) {
      // What ended without a word, or is silenced, is news when it fires again.
      this.#note(group, { ...next, at: before.at });
    }
    this.#goOn(group, all);
  }

  #isNews({ sendsResolved }: Channel, { firing, resolved, at }: Told, before: Told | undefined): boolean {
    if (before === undefined) return firing.size > 0;
    if (!isWithin(firing, before.firing)) return true;
    if (firing.size === 0) return before.firing.size > 0;
    if (sendsResolved && !isWithin(resolved, before.resolved)) return true;
    return at - before.at >= this.#settings.repeatMs;
  }

  /** Forgets ends that need not be told any more; a group without alerts is gone. */
  #goOn(group: Group, flushed: readonly Alert[]): void {
    const { told } = this.#around;
    const waiting = told.get(group.key)?.firing;
    for (const alert of flushed) {
      const { status, fingerprint } = alert;
      const isDone = status === "resolved" && waiting?.has(fingerprint) !== true;
      if (isDone && group.alerts.get(fingerprint) === alert) group.alerts.delete(fingerprint);
    }
    if (group.alerts.size > 0) {
      this.#after(this.#settings.intervalMs, () => this.#flush(group));
      return;
    }
    this.#groups.delete(group.key);
    if (told.has(group.key)) this.#note(group, undefined);
  }

  /** What a group was last told; nothing when there is no more to be told. */
  #note({ key }: Group, next: Told | undefined): void {
    const { told, noted } = this.#around;
    if (next === undefined) told.delete(key);
    else told.set(key, next);
    noted();
  }

  async #tell(channel: Channel, notification: Notification): Promise<boolean> {
    const { count, logger } = this.#around;
    for (const pauseMs of [...pausesMs, undefined]) {
      try {
        await channel.send(notification);
        count(channel.name, "sent");
        return true;
      } catch (error) {
        if (pauseMs === undefined) logger.error(`channel ${channel.name} could not be told of alerts`, { error });
        else await new Promise<void>((resolve) => this.#after(pauseMs, resolve));
      }
    }
    count(channel.name, "failed");
    return false;
  }

  #after(delayMs: number, task: () => unknown): void {
    const cancel = this.#around.scheduler.after(delayMs, () => {
      this.#cancels.delete(cancel);
      return task();
    });
    this.#cancels.add(cancel);
  }
}

function toFacts({ channel, key, labels }: Group): Parameters<typeof toNotification>[0] {
  return { channel: channel.name, key, labels };
}

function idsOf(alerts: readonly Alert[], status: Alert["status"]): ReadonlySet<string> {
  return new Set(alerts.filter((alert) => alert.status === status).map(({ fingerprint }) => fingerprint));
}

function isWithin(ids: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...ids].every((id) => others.has(id));
}
