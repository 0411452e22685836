import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createRandom } from "../random.ts";
import { RateTable } from "./rate-table.ts";
import type { Rate } from "./rate-table.ts";

function createTable(most?: number): { table: RateTable; at(ms: number): void } {
  let now = 0;
  const table = new RateTable({
    clock: { monotonic: () => now },
    random: createRandom(1),
    ...(most === undefined ? {} : { most }),
  });
  return { table, at: (ms) => (now = ms) };
}

const perSecond: Rate = { intervalMs: 1000, burst: 3 };

describe("RateTable", () => {
  it("admits the burst at once, then one in each interval", () => {
    const { table, at } = createTable();

    const atOnce = [1, 2, 3, 4].map(() => table.take("a", perSecond).admitted);
    at(998);
    const early = table.take("a", perSecond).admitted;
    at(1000);
    const later = [table.take("a", perSecond).admitted, table.take("a", perSecond).admitted];

    expect([atOnce, early, later]).toEqual([[true, true, true, false], false, [true, false]]);
  });

  it("says what is left, when the next is admitted and when the burst is whole again", () => {
    const { table, at } = createTable();

    expect(table.take("a", perSecond)).toEqual({ admitted: true, remaining: 2, resetMs: 1000, retryMs: 0 });
    expect(table.take("a", perSecond)).toEqual({ admitted: true, remaining: 1, resetMs: 2000, retryMs: 0 });
    expect(table.take("a", perSecond)).toEqual({ admitted: true, remaining: 0, resetMs: 3000, retryMs: 0 });
    at(400);
    expect(table.take("a", perSecond)).toEqual({ admitted: false, remaining: 0, resetMs: 2600, retryMs: 600 });
  });

  it("does not count what it refuses", () => {
    const { table, at } = createTable();
    for (let n = 0; n < 50; n += 1) table.take("a", perSecond);

    at(1000);

    expect(table.take("a", perSecond).admitted).toBe(true);
  });

  it("counts each client by itself", () => {
    const { table } = createTable();
    for (let n = 0; n < 4; n += 1) table.take("a", perSecond);

    expect(table.take("b", perSecond).admitted).toBe(true);
  });

  it("admits exactly the burst whatever the interval and the time are", () => {
    const rate = fc.record({
      intervalMs: fc.integer({ min: 1, max: 60_000 }).map((n) => 60_000 / n),
      burst: fc.integer({ min: 1, max: 300 }),
    });

    fc.assert(
      fc.property(rate, fc.double({ min: 0, max: 1e9, noNaN: true }), (given, now) => {
        const { table, at } = createTable();
        at(now);

        const admitted = Array.from({ length: given.burst + 1 }, () => table.take("a", given).admitted);

        expect(admitted.lastIndexOf(true)).toBe(given.burst - 1);
      }),
      { numRuns: 200 },
    );
  });

  it("never admits more than the burst and what the time gives", () => {
    const steps = fc.array(fc.double({ min: 0, max: 3000, noNaN: true }), { minLength: 1, maxLength: 200 });

    fc.assert(
      fc.property(steps, (pauses) => {
        const { table, at } = createTable();
        let now = 0;
        let admitted = 0;
        for (const pause of pauses) {
          at((now += pause));
          if (table.take("a", perSecond).admitted) admitted += 1;
          expect(admitted).toBeLessThanOrEqual(3 + Math.floor((now + 1) / 1000));
        }
      }),
    );
  });

  it("remembers as many clients as it may, each with what it has left", () => {
    const { table } = createTable();
    const once: Rate = { intervalMs: 60_000, burst: 1 };
    for (let n = 0; n < 100_000; n += 1) table.take(`client ${n}`, once);

    let refused = 0;
    for (let n = 0; n < 100_000; n += 1) if (!table.take(`client ${n}`, once).admitted) refused += 1;

    expect([table.size, refused]).toEqual([100_000, 100_000]);
  });

  it("never remembers more", () => {
    const { table } = createTable(1000);

    for (let n = 0; n < 20_000; n += 1) table.take(`client ${n}`, { intervalMs: 60_000, burst: 5 });

    expect(table.size).toBe(1000);
  });

  it("goes on holding back who is held back while a flood of fresh clients goes by", () => {
    const { table } = createTable(1000);
    const rate: Rate = { intervalMs: 60_000, burst: 5 };
    for (let n = 0; n < 10; n += 1) for (let times = 0; times < 6; times += 1) table.take(`held ${n}`, rate);

    for (let n = 0; n < 50_000; n += 1) table.take(`fresh ${n}`, rate);

    const admitted = Array.from({ length: 10 }, (_, n) => table.take(`held ${n}`, rate).admitted);
    expect(admitted).not.toContain(true);
  });

  it("uses the entries of clients again that have all they may have", () => {
    const { table, at } = createTable();
    for (let n = 0; n < 500; n += 1) table.take(`first ${n}`, perSecond);

    at(1001);
    for (let n = 0; n < 500; n += 1) table.take(`second ${n}`, perSecond);

    expect(table.size).toBeLessThan(510);
  });
});
