import { describe, expect, it } from "@jest/globals";
import type { Rate, Verdict } from "../../pipeline/rate-table.ts";
import { createRandom } from "../../random.ts";
import { createFakeClock } from "../fake-clock.ts";
import type { FakeClock } from "../fake-clock.ts";
import type { PermitSource } from "./leased-rates.ts";
import { LeasedRates } from "./leased-rates.ts";
import { Permits } from "./permits.ts";

/** 100 a second, 50 at once. */
const rate: Rate = { intervalMs: 10, burst: 50 };

interface Office {
  readonly clock: FakeClock;
  readonly source: PermitSource;
  /** How often it was asked. */
  asked: number;
}

function openOffice(): Office {
  const clock = createFakeClock();
  const permits = new Permits({ clock, random: Math.random });
  const office: Office = {
    clock,
    asked: 0,
    source: {
      async take(orders) {
        office.asked += orders.length;
        return orders.map((order) => permits.take(order));
      },
      giveBack: (orders) => orders.forEach((order) => permits.giveBack(order)),
    },
  };
  return office;
}

function openWorker({ clock, source }: Office): LeasedRates {
  return new LeasedRates({ clock, scheduler: clock, source, soon: queueMicrotask });
}

async function ask(worker: LeasedRates, times: number): Promise<readonly Verdict[]> {
  return Promise.all(Array.from({ length: times }, async () => worker.take("client", rate)));
}

function admittedOf(verdicts: readonly Verdict[]): number {
  return verdicts.filter(({ admitted }) => admitted).length;
}

describe("leased rates", () => {
  it("admit together as many at once as one process would", async () => {
    const office = openOffice();
    const [one, two] = [openWorker(office), openWorker(office)];

    const verdicts = [...(await ask(one, 40)), ...(await ask(two, 40))];

    expect(admittedOf(verdicts)).toBe(50);
  });

  it("ask once for requests that come together", async () => {
    const office = openOffice();

    await ask(openWorker(office), 30);

    expect(office.asked).toBe(1);
  });

  it("ask nobody for what a client sends that is ahead of its rate and has permits in advance", async () => {
    const office = openOffice();
    const worker = openWorker(office);
    await ask(worker, 20);
    await ask(worker, 1);
    const { asked } = office;

    const verdict = worker.take("client", rate);

    expect(verdict).toMatchObject({ admitted: true });
    expect(office.asked).toBe(asked);
  });

  it("refuse without asking until the time that was told", async () => {
    const office = openOffice();
    const worker = openWorker(office);
    const refused = (await ask(worker, 51)).at(-1);
    const { asked } = office;

    expect(refused).toMatchObject({ admitted: false });
    expect(worker.take("client", rate)).toMatchObject({ admitted: false, retryMs: refused?.retryMs });
    expect(office.asked).toBe(asked);

    await office.clock.advance(Math.ceil(refused?.retryMs ?? 0));

    expect(await worker.take("client", rate)).toMatchObject({ admitted: true });
  });

  it("give back what was not used in time", async () => {
    const office = openOffice();
    const worker = openWorker(office);
    await ask(worker, 20);
    await ask(worker, 1);
    await office.clock.advance(5000);

    // All 50 are there again.
    expect(admittedOf(await ask(openWorker(office), 60))).toBe(50);
  });

  it("admit nobody when the primary does not answer", async () => {
    const clock = createFakeClock();
    const source = { take: () => Promise.reject(new Error("gone")), giveBack() {} };
    const worker = new LeasedRates({ clock, scheduler: clock, source, soon: queueMicrotask });

    expect(await worker.take("client", rate)).toMatchObject({ admitted: false });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "never admit more over all workers than the rate and its burst allow, whoever is asked when (seed %i)",
    async (seed) => {
      const random = createRandom(seed);
      const office = openOffice();
      const workers = [openWorker(office), openWorker(office), openWorker(office)];
      const admitted: number[] = [];

      for (let step = 0; step < 400; step += 1) {
        const worker = workers[Math.floor(random() ** 2 * workers.length)];
        const count = random() < 0.05 ? Math.floor(random() * 80) : Math.floor(random() * 4);
        const now = office.clock.monotonic();
        const verdicts = worker === undefined ? [] : await ask(worker, count);
        for (const verdict of verdicts) if (verdict.admitted) admitted.push(now);
        await office.clock.advance(Math.floor(random() * (random() < 0.1 ? 600 : 25)));
      }

      expect(admitted.length).toBeGreaterThan(200);
      expect(mostOver(admitted, rate)).toBeLessThanOrEqual(0);
    },
  );
});

/** By how many requests the fullest stretch of time is over what it may hold. Source: the GCRA, see `RateTable`. */
function mostOver(times: readonly number[], { intervalMs, burst }: Rate): number {
  let most = -Infinity;
  for (let first = 0; first < times.length; first += 1) {
    for (let last = first; last < times.length; last += 1) {
      const length = (times[last] ?? 0) - (times[first] ?? 0);
      most = Math.max(most, last - first + 1 - Math.floor(length / intervalMs + burst + 0.01));
    }
  }
  return most;
}
