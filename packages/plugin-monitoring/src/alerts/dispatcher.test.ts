import { createFakeClock } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import type { Alert } from "./alert.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { DispatchSettings, Told } from "./dispatcher.ts";
import { lineOf } from "./notification.ts";
import type { Notification } from "./notification.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

const minute = 60_000;
const settings: DispatchSettings = {
  groupBy: ["alertname"],
  waitMs: 30_000,
  intervalMs: 5 * minute,
  repeatMs: 60 * minute,
  silences: [],
};

function alert(name: string, status: Alert["status"] = "firing", more: Partial<Alert> = {}): Alert {
  const labels = { alertname: name.charAt(0), id: name };
  return {
    status,
    labels,
    annotations: { summary: name },
    startsAt: 0,
    endsAt: undefined,
    fingerprint: name,
    channels: undefined,
    ...more,
  };
}

function rig(
  more: Partial<DispatchSettings> = {},
  { told = new Map<string, Told>(), clock = createFakeClock(), sendsResolved = true } = {},
) {
  const sent: string[] = [];
  const counts: string[] = [];
  const failures = { left: 0 };
  const channel = (name: string, sendsResolved: boolean) => ({
    name,
    sendsResolved,
    async send(notification: Notification) {
      if (failures.left > 0) {
        failures.left -= 1;
        throw new Error("no");
      }
      sent.push(`${name} ${notification.status}: ${notification.alerts.map(lineOf).join(", ")}`);
    },
  });
  const dispatcher = new Dispatcher(
    [channel("all", sendsResolved)],
    { ...settings, ...more },
    {
      clock,
      scheduler: clock,
      logger: silent,
      told,
      noted() {},
      isOurs: () => true,
      count: (name, result) => void counts.push(`${name} ${result}`),
    },
  );
  const take = (): string[] => sent.splice(0);
  return { dispatcher, clock, take, told, counts, failures };
}

describe("the dispatcher", () => {
  it("waits, then tells the alerts of a group together", async () => {
    const { dispatcher, clock, take } = rig();
    dispatcher.update([alert("a1"), alert("b1")]);
    await clock.advance(20_000);
    dispatcher.update([alert("a1"), alert("a2"), alert("b1")]);
    expect(take()).toEqual([]);

    await clock.advance(10_000);

    expect(take()).toEqual(["all firing: firing: a1, firing: a2", "all firing: firing: b1"]);
  });

  it("tells what changed after the interval, and ends", async () => {
    const { dispatcher, clock, take, told } = rig();
    dispatcher.update([alert("a1")]);
    await clock.advance(minute);
    take();
    dispatcher.update([alert("a1"), alert("a2")]);
    await clock.advance(5 * minute);
    expect(take()).toEqual(["all firing: firing: a1, firing: a2"]);
    dispatcher.update([alert("a1", "resolved"), alert("a2")]);
    await clock.advance(5 * minute);
    expect(take()).toEqual(["all firing: resolved: a1, firing: a2"]);

    dispatcher.update([alert("a1", "resolved"), alert("a2", "resolved")]);
    await clock.advance(5 * minute);

    expect(take()).toEqual(["all resolved: resolved: a2"]);
    dispatcher.update([alert("a1", "resolved"), alert("a2", "resolved")]);
    await clock.advance(60 * minute);
    expect(take()).toEqual([]);
    expect([told.size, clock.pending]).toEqual([0, 0]);
  });

  it("tells again after the repeat interval, and not before", async () => {
    const { dispatcher, clock, take } = rig();
    dispatcher.update([alert("a1")]);
    await clock.advance(minute);
    expect(take()).toHaveLength(1);

    await clock.advance(55 * minute);
    expect(take()).toEqual([]);
    await clock.advance(5 * minute);

    expect(take()).toEqual(["all firing: firing: a1"]);
  });

  it("tells nothing of an alert that ended before it was told", async () => {
    const { dispatcher, clock, take } = rig();
    dispatcher.update([alert("a1")]);
    await clock.advance(10_000);

    dispatcher.update([alert("a1", "resolved")]);
    await clock.advance(10 * minute);

    expect(take()).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("is silent for alerts that a silence matches, for as long as it lasts", async () => {
    const until = "2026-01-01T00:20:00Z";
    const { dispatcher, clock, take } = rig({ silences: [{ match: { id: "a1" }, until }] });
    dispatcher.update([alert("a1"), alert("a2")]);
    await clock.advance(15 * minute);
    expect(take()).toEqual(["all firing: firing: a2"]);

    await clock.advance(10 * minute);

    expect(take()).toEqual(["all firing: firing: a1, firing: a2"]);
  });

  it("tries again when a channel fails, and at the next interval when it goes on failing", async () => {
    const { dispatcher, clock, take, counts, failures } = rig();
    failures.left = 4;
    dispatcher.update([alert("a1")]);
    await clock.advance(minute);
    expect(take()).toEqual([]);

    await clock.advance(6 * minute);

    expect(take()).toEqual(["all firing: firing: a1"]);
    expect(counts).toEqual(["all failed", "all sent"]);
  });

  it("tells only the channels that a rule names", async () => {
    const { dispatcher, clock, take } = rig();

    dispatcher.update([alert("a1", "firing", { channels: ["others"] })]);
    await clock.advance(minute);

    expect(take()).toEqual([]);
  });

  it("tells a channel that wants no ends nothing when one of several ends, and all when it fires again", async () => {
    const { dispatcher, clock, take } = rig({}, { sendsResolved: false });
    dispatcher.update([alert("a1"), alert("a2")]);
    await clock.advance(minute);
    take();

    dispatcher.update([alert("a1", "resolved"), alert("a2")]);
    await clock.advance(10 * minute);

    expect(take()).toEqual([]);
    dispatcher.update([alert("a1"), alert("a2")]);
    await clock.advance(5 * minute);
    expect(take()).toEqual(["all firing: firing: a2, firing: a1"]);
  });

  it("tells again what a silence was for, as soon as that ends", async () => {
    const until = "2026-01-01T00:20:00Z";
    const from = "2026-01-01T00:10:00Z";
    const { dispatcher, clock, take } = rig({ silences: [{ match: { id: "a1" }, from, until }] });
    dispatcher.update([alert("a1"), alert("a2")]);
    await clock.advance(minute);
    take();
    await clock.advance(18 * minute);
    expect(take()).toEqual([]);

    await clock.advance(6 * minute);

    expect(take()).toEqual(["all firing: firing: a1, firing: a2"]);
  });

  it("tells of a rule that was gone as of any other when it is back", async () => {
    const { dispatcher, clock, take, told } = rig();
    dispatcher.update([alert("a1")]);
    await clock.advance(minute);
    take();
    dispatcher.close();
    const without = rig({}, { told, clock });
    without.dispatcher.update([]);
    without.dispatcher.close();
    const again = rig({}, { told, clock });

    again.dispatcher.update([alert("a1")]);
    await clock.advance(minute);

    expect(again.take()).toEqual(["all firing: firing: a1"]);
  });

  it("tells nothing twice when another one goes on", async () => {
    const first = rig();
    first.dispatcher.update([alert("a1"), alert("b1")]);
    await first.clock.advance(minute);
    first.dispatcher.close();
    const next = rig({}, first);

    next.dispatcher.update([alert("a1"), alert("b1", "resolved")]);
    await next.clock.advance(10 * minute);

    expect(next.take()).toEqual(["all resolved: resolved: b1"]);
  });
});
