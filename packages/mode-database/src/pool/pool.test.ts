import { createFakeClock } from "@backworks/core/testing";
import type { FakeClock } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import { Loss } from "./loss.ts";
import { Pool } from "./pool.ts";
import type { Pooled, PoolSettings } from "./pool.ts";

class FakeConnection implements Pooled {
  readonly loss = new Loss();

  onLost(told: () => void): void {
    this.loss.whenHappened(told);
  }

  async close(): Promise<void> {
    this.loss.happen(undefined);
  }
}

interface Rig {
  readonly pool: Pool<FakeConnection>;
  readonly clock: FakeClock;
  readonly made: FakeConnection[];
  /** What connecting fails with; `undefined` when it works. */
  failure: Error | undefined;
}

function createRig(settings: Partial<PoolSettings> = {}): Rig {
  const clock = createFakeClock();
  const made: FakeConnection[] = [];
  const connect = async (): Promise<FakeConnection> => {
    if (rig.failure !== undefined) throw rig.failure;
    const connection = new FakeConnection();
    made.push(connection);
    return connection;
  };
  const all = { database: "main", min: 0, max: 2, depth: 1, maxWaiting: 10, waitMs: 1000, idleMs: 5000, ...settings };
  const pool = new Pool(all, { connect, clock, scheduler: clock });
  const rig: Rig = { pool, clock, made, failure: undefined };
  return rig;
}

/** Holds a connection until it is released. */
function hold(pool: Pool<FakeConnection>, alone = false): { readonly done: Promise<unknown>; release(): void } {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const done = pool.use(() => held, { alone });
  return { done, release: () => release() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a pool", () => {
  it("opens connections as they are needed, and no more than it may", async () => {
    const { pool, made } = createRig();
    const holds = [hold(pool), hold(pool), hold(pool)];
    await turn();

    expect(made).toHaveLength(2);
    expect(pool.numbers).toEqual({ connections: 2, busy: 2, waiting: 1 });
    for (const { release } of holds) release();
    await Promise.all(holds.map(({ done }) => done));
    expect(pool.numbers).toEqual({ connections: 2, busy: 0, waiting: 0 });
  });

  it("shares connections when there can be no more of them, but none that somebody has alone", async () => {
    const { pool, made } = createRig({ max: 1, depth: 2 });
    const shared = [hold(pool), hold(pool)];
    const alone = hold(pool, true);
    await turn();

    expect(made).toHaveLength(1);
    expect(pool.numbers).toMatchObject({ waiting: 1 });
    for (const { release } of shared) release();
    await turn();
    const after = hold(pool);
    await turn();
    expect(pool.numbers).toMatchObject({ waiting: 1 });
    alone.release();
    after.release();
    await Promise.all([alone.done, after.done]);
  });

  it("lets nobody who shares a connection pass one who waits to have it alone", async () => {
    const { pool } = createRig({ max: 1, depth: 2 });
    const first = hold(pool);
    await turn();
    const alone = hold(pool, true);
    const second = hold(pool);
    await turn();
    expect(pool.numbers).toMatchObject({ busy: 1, waiting: 2 });

    first.release();
    await first.done;
    await turn();

    expect(pool.numbers).toMatchObject({ waiting: 1 });
    alone.release();
    await alone.done;
    second.release();
    await second.done;
  });

  it("goes on sharing the others while one empties for who wants it alone", async () => {
    const { pool, made } = createRig({ max: 2, depth: 3 });
    const first = [hold(pool), hold(pool)];
    await turn();
    const alone = hold(pool, true);
    const more = [hold(pool), hold(pool)];
    await turn();

    expect([made.length, pool.numbers]).toEqual([2, { connections: 2, busy: 2, waiting: 1 }]);
    first[0]?.release();
    first[1]?.release();
    await turn();
    expect(pool.numbers.waiting).toBe(0);
    for (const { release } of [alone, ...more]) release();
    await Promise.all([...first, alone, ...more].map(({ done }) => done));
  });

  it("opens connections where nobody is to wait for one that is in use", async () => {
    const { pool, made } = createRig({ max: 2, maxWaiting: 0 });
    const holds = [hold(pool), hold(pool)];
    const third = hold(pool).done.catch((error: unknown) => error);
    await turn();

    expect(made).toHaveLength(2);
    expect(await third).toMatchObject({ code: "BW_DATABASE_BUSY" });
    for (const { release } of holds) release();
    await Promise.all(holds.map(({ done }) => done));
  });

  it("does nothing for who has gone already", async () => {
    const { pool } = createRig({ max: 1 });
    const held = hold(pool);
    await turn();

    const waiting = pool.use(async () => {}, { signal: AbortSignal.abort(new Error("gone")) });

    await expect(waiting).rejects.toThrow("gone");
    held.release();
    await held.done;
  });

  it("lets nobody wait for longer than is set, or in a longer queue", async () => {
    const { pool, clock } = createRig({ max: 1, maxWaiting: 1 });
    const held = hold(pool);
    await turn();
    const waiting = hold(pool).done;
    const refused = waiting.catch((error: unknown) => error);

    await expect(hold(pool).done).rejects.toMatchObject({ code: "BW_DATABASE_BUSY" });
    await clock.advance(1000);
    expect(await refused).toMatchObject({ code: "BW_DATABASE_BUSY" });
    held.release();
  });

  it("refuses at once while the database is away, and looks for it every second at most", async () => {
    const rig = createRig();
    rig.failure = new Error("refused");
    await expect(rig.pool.use(async () => 1)).rejects.toMatchObject({ code: "BW_DATABASE_UNAVAILABLE" });
    await expect(rig.pool.use(async () => 1)).rejects.toMatchObject({ headers: { "retry-after": "1" } });
    await rig.clock.advance(10_000);
    expect(rig.pool.failure).toBe(rig.failure);

    rig.failure = undefined;
    await rig.clock.advance(1000);
    await turn();

    expect(await rig.pool.use(async () => 1)).toBe(1);
    expect(rig.pool.failure).toBeUndefined();
  });

  it("replaces a connection that is lost", async () => {
    const { pool, made } = createRig();
    await pool.use(async () => {});

    made[0]?.loss.happen(undefined);
    await turn();

    expect(made).toHaveLength(2);
    expect(await pool.use(async (connection) => connection === made[1])).toBe(true);
  });

  it("closes what nobody used for long, but one", async () => {
    const { pool, clock } = createRig({ max: 3 });
    pool.start();
    const holds = [hold(pool), hold(pool), hold(pool)];
    await turn();
    for (const { release } of holds) release();
    await Promise.all(holds.map(({ done }) => done));

    await clock.advance(10_000);

    expect(pool.numbers.connections).toBe(1);
  });

  it("leaves whoever has gone out of the queue", async () => {
    const { pool } = createRig({ max: 1 });
    const held = hold(pool);
    await turn();
    const abort = new AbortController();
    const waiting = pool.use(async () => {}, { signal: abort.signal });

    abort.abort(new Error("gone"));

    await expect(waiting).rejects.toThrow("gone");
    expect(pool.numbers.waiting).toBe(0);
    held.release();
    await held.done;
    await pool.close();
    await expect(pool.use(async () => {})).rejects.toMatchObject({ code: "BW_DATABASE_UNAVAILABLE" });
  });
});
