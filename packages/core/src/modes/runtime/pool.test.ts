import { describe, expect, it } from "@jest/globals";
import { BackworksError } from "../../errors.ts";
import { silentLogger } from "../../logger.ts";
import { createFakeClock } from "../../server/fake-clock.ts";
import type { FakeClock } from "../../server/fake-clock.ts";
import type { GuestEvents } from "./guests/guest.ts";
import type { PoolParts } from "./pool.ts";
import { Pool } from "./pool.ts";
import type { ToGuest, WireRequest } from "./wire.ts";

/** A guest that a test speaks for. */
interface FakeGuest extends GuestEvents {
  readonly posted: ToGuest[];
  readonly killed: string[];
  /** Calls it was given. */
  readonly ids: () => number[];
  /** Whether it goes when it is killed. */
  stubborn: boolean;
}

interface Rig {
  readonly pool: Pool;
  readonly clock: FakeClock;
  readonly guests: FakeGuest[];
}

const request = { method: "GET", path: "/" } as unknown as WireRequest;

function createRig(parts: Partial<PoolParts> = {}): Rig {
  const clock = createFakeClock();
  const guests: FakeGuest[] = [];
  const pool = new Pool({
    endpoint: "e",
    workers: 1,
    concurrency: 2,
    queue: 1,
    timeoutMs: 1000,
    memoryBytes: 100,
    placeOf: () => undefined,
    clock,
    scheduler: clock,
    random: () => 0,
    logger: silentLogger,
    ask: async () => "asked",
    ...parts,
    start(events) {
      const guest: FakeGuest = {
        ...events,
        posted: [],
        killed: [],
        stubborn: false,
        ids: () => guest.posted.flatMap((message) => ("request" in message ? [message.id] : [])),
      };
      guests.push(guest);
      return {
        post: (message) => void guest.posted.push(message),
        kill(reason) {
          guest.killed.push(reason);
          if (!guest.stubborn) guest.ended(reason);
        },
        answersPings: true,
        enforceMemory() {},
      };
    },
  });
  return { pool, clock, guests };
}

async function openRig(parts?: Partial<PoolParts>): Promise<Rig> {
  const rig = createRig(parts);
  const opening = rig.pool.open();
  for (const guest of rig.guests) guest.message({ ready: true });
  await opening;
  return rig;
}

function call(rig: Rig, signal: AbortSignal = new AbortController().signal): Promise<unknown> {
  const called = rig.pool.call(request, signal).then(
    ({ status }) => status,
    ({ code }: { code?: string }) => code,
  );
  return called;
}

describe("a pool", () => {
  it("gives calls to a guest up to its concurrency, queues some and refuses more", async () => {
    const rig = await openRig();
    const [guest] = rig.guests;

    const [one, two, three] = [call(rig), call(rig), call(rig)];

    expect(guest!.ids()).toEqual([1, 2]);
    expect(() => rig.pool.call(request, new AbortController().signal)).toThrow(
      expect.objectContaining({ code: "BW_RUNTIME_BUSY", status: 503, headers: { "retry-after": "1" } }),
    );
    guest!.message({ id: 1, status: 200, headers: {} });
    expect(guest!.ids()).toEqual([1, 2, 3]);
    guest!.message({ id: 2, status: 201, headers: {} });
    guest!.message({ id: 3, status: 202, headers: {} });
    expect(await Promise.all([one, two, three])).toEqual([200, 201, 202]);
    await rig.pool.close();
  });

  it("gives each call to the guest with the fewest", async () => {
    const rig = await openRig({ workers: 2 });

    void call(rig);
    void call(rig);
    void call(rig);

    expect(rig.guests.map((guest) => guest.ids())).toEqual([[1, 3], [2]]);
    await rig.pool.close();
  });

  it("answers 504 in time, tells the guest, and leaves one alone whose loop answers", async () => {
    const rig = await openRig();
    const [guest] = rig.guests;
    const late = call(rig);

    await rig.clock.advance(1000);

    expect(await late).toBe("BW_HANDLER_TIMEOUT");
    expect(guest!.posted.slice(1)).toEqual([{ cancel: 1, reason: expect.any(String) }, { ping: 1 }]);
    guest!.message({ pong: 1 });
    guest!.message({ id: 1, status: 200, headers: {} });
    await rig.clock.advance(10_000);
    expect(guest!.killed).toEqual([]);
    await rig.pool.close();
  });

  it("ends a guest whose loop does not answer; its other calls fail with 502 and another takes its place", async () => {
    const rig = await openRig();
    const late = call(rig);
    await rig.clock.advance(900);
    const other = call(rig);

    await rig.clock.advance(100 + 250);

    expect(await late).toBe("BW_HANDLER_TIMEOUT");
    expect(await other).toBe("BW_RUNTIME_CRASHED");
    expect(rig.guests[0]!.killed).toHaveLength(1);
    expect(rig.guests).toHaveLength(2);
    await rig.pool.close();
  });

  it("does not wait for a guest that cannot be ended", async () => {
    const rig = await openRig();
    rig.guests[0]!.stubborn = true;
    const late = call(rig);

    await rig.clock.advance(1000 + 250 + 1000);

    expect(await late).toBe("BW_HANDLER_TIMEOUT");
    expect(rig.guests).toHaveLength(2);
    rig.guests[1]!.message({ ready: true });
    const next = call(rig);
    rig.guests[1]!.message({ id: 2, status: 200, headers: {} });
    expect(await next).toBe(200);
    await rig.pool.close();
  });

  it("replaces a guest that goes on with calls nobody waits for, once its other calls are over", async () => {
    const rig = await openRig({ timeoutMs: 1000 });
    const [guest] = rig.guests;
    void call(rig);
    await rig.clock.advance(1000);
    guest!.message({ pong: 1 });

    await rig.clock.advance(5000);

    expect(rig.guests).toHaveLength(2);
    expect(guest!.killed).toHaveLength(1);
    await rig.pool.close();
  });

  it("tells the guest when the client leaves, and a call that waits is not begun", async () => {
    const rig = await openRig({ concurrency: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const one = call(rig, first.signal);
    const two = call(rig, second.signal);

    second.abort();
    first.abort(new BackworksError("BW_GENERATION_ENDED", {}));

    expect(await Promise.all([one, two])).toEqual(["BW_GENERATION_ENDED", "BW_REQUEST_ABORTED"]);
    expect(rig.guests[0]!.ids()).toEqual([1]);
    expect(rig.guests[0]!.posted.at(-1)).toMatchObject({ cancel: 1 });
    await rig.pool.close();
  });

  it("restarts at once after the first end, and later and later when one follows the other", async () => {
    const rig = await openRig();
    const waits: number[] = [];

    for (let ends = 0; ends < 5; ends += 1) {
      const guests = rig.guests.length;
      rig.guests.at(-1)!.ended("it broke");
      let waited = 0;
      for (; rig.guests.length === guests; waited += 50) await rig.clock.advance(50);
      waits.push(waited);
      rig.guests.at(-1)!.message({ ready: true });
      await rig.clock.advance(0);
    }

    expect(waits).toEqual([0, 100, 200, 400, 800]);
    await rig.clock.advance(1000);
    rig.guests.at(-1)!.ended("it broke");
    expect(rig.guests).toHaveLength(7);
    await rig.pool.close();
  });

  it("keeps requests that come while nothing runs, and answers them afterwards", async () => {
    const rig = await openRig();
    expect(rig.pool.isDown).toBe(false);
    rig.guests[0]!.ended("it broke");
    expect(rig.pool.isDown).toBe(true);

    const waiting = call(rig);
    rig.guests[1]!.message({ ready: true });
    rig.guests[1]!.message({ id: 1, status: 200, headers: {} });

    expect(await waiting).toBe(200);
    expect(rig.pool.isDown).toBe(false);
    await rig.pool.close();
  });

  it("does not open when a guest says that its handler cannot be loaded, and leaves nothing behind", async () => {
    const rig = createRig({ workers: 2 });
    const opening = rig.pool.open();

    rig.guests[0]!.message({ ready: true });
    rig.guests[1]!.message({ failed: { message: "no" } });

    await expect(opening).rejects.toEqual({ message: "no" });
    expect(rig.guests.map(({ killed }) => killed.length)).toEqual([1, 1]);
    expect(rig.guests).toHaveLength(2);
  });

  it("passes on what a call asks for, and what others ask for not", async () => {
    const rig = await openRig();
    const [guest] = rig.guests;
    void call(rig);

    guest!.message({ ask: 5, id: 1, service: "state", args: ["get", "a"] });
    guest!.message({ ask: 6, id: 99, service: "state", args: ["get", "a"] });
    await rig.clock.advance(0);

    expect(guest!.posted.slice(1)).toEqual([
      { reply: 5, value: "asked" },
      { reply: 6, error: { name: undefined, message: "the call is over" } },
    ]);
    await rig.pool.close();
  });

  it("is not disturbed by what means nothing", async () => {
    const rig = await openRig();
    const [guest] = rig.guests;
    const called = call(rig);

    for (const odd of [
      {},
      { id: 77, status: 200 },
      { id: "x" },
      { pong: 9 },
      { log: "shout", message: {} },
      { ready: true },
      { failed: null },
    ]) {
      guest!.message(odd as never);
    }
    guest!.message({ id: 1, status: 200, headers: {} });

    expect(await called).toBe(200);
    await rig.pool.close();
  });

  it("leaves no timer behind when it is closed", async () => {
    const rig = await openRig();
    const called = call(rig);

    await rig.pool.close();

    expect(await called).toBe("BW_RUNTIME_CRASHED");
    await rig.clock.advance(60_000);
    expect(rig.clock.pending).toBe(0);
  });
});
