import type { Exchange } from "@backworks/core";
import { createRandom } from "@backworks/core/testing";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { BalancedTarget, Balancer } from "../balancer.ts";
import { balancers } from "./index.ts";

interface TestTarget extends BalancedTarget {
  inFlight: number;
}

/** No balancer of ours looks at it. */
const exchange = undefined as unknown as Exchange;

function create(name: string, seed: number = 1): Balancer {
  const factory = balancers.get(name);
  if (factory === undefined) throw new Error(`no balancer ${name}`);
  return factory({ random: createRandom(seed) });
}

/** `a` has the first weight, `b` the second. */
function targets(...weights: readonly number[]): TestTarget[] {
  return weights.map((weight, index) => ({ name: "abcdefgh"[index] ?? "?", weight, inFlight: 0 }));
}

function picks(balancer: Balancer, candidates: readonly BalancedTarget[], times: number): string {
  return Array.from({ length: times }, () => balancer.pick(candidates, exchange).name).join("");
}

function countsOf(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of text) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe("round robin", () => {
  it.each([
    [[1], "aaaa"],
    [[1, 1], "abab"],
    [[1, 1, 1], "abcabc"],
    [[5, 1, 1], "aabacaa"],
    [[3, 1], "aabaaaba"],
    [[1, 2], "babbab"],
    [[2, 2, 1], "abcab"],
    [[0, 0], "abab"],
  ])("spreads weights %j as %s", (weights, expected) => {
    expect(picks(create("round_robin"), targets(...weights), expected.length)).toBe(expected);
  });

  it("goes on in turn when a candidate leaves and comes back", () => {
    const balancer = create("round_robin");
    const [a, b, c] = targets(1, 1, 1);

    const before = picks(balancer, [a, b, c] as BalancedTarget[], 2);
    const without = picks(balancer, [a, c] as BalancedTarget[], 4);

    expect(before).toBe("ab");
    // It was the turn of c, which is made up for.
    expect(countsOf(without)).toEqual({ a: 1, c: 3 });
  });

  it("gives in every round exactly the weights", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const all = targets(...weights);

        const counts = countsOf(picks(create("round_robin"), all, total));

        expect(all.map(({ name }) => counts[name] ?? 0)).toEqual(weights);
      }),
    );
  });
});

describe("least connections", () => {
  it.each([
    [[1, 1], [0, 0], "abab"],
    [[1, 1], [3, 0], "bbb"],
    [[1, 1, 1], [2, 1, 1], "bcbc"],
    [[2, 1], [0, 0], "aaa"],
    [[2, 1], [1, 0], "aba"],
    [[4, 1], [3, 1], "aaa"],
  ])("with weights %j and %j under way gives %s", (weights, inFlight, expected) => {
    const all = targets(...weights);
    all.forEach((target, index) => (target.inFlight = inFlight[index] ?? 0));

    expect(countsOf(picks(create("least_conn"), all, expected.length))).toEqual(countsOf(expected));
  });

  it("never chooses one that has more under way for its weight than another", () => {
    const loads = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 5 }), inFlight: fc.nat(20) }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(loads, (given) => {
        const all = given.map((one, index) => ({ name: String(index), ...one }));

        const chosen = create("least_conn").pick(all, exchange);

        const load = ({ inFlight, weight }: BalancedTarget): number => (inFlight + 1) / weight;
        expect(load(chosen)).toBe(Math.min(...all.map(load)));
      }),
    );
  });
});

describe("random choice", () => {
  it("repeats with the same seed and differs with another", () => {
    const all = targets(1, 1, 1, 1);
    const [one, same, other] = [1, 1, 2].map((seed) => picks(create("random", seed), all, 50));

    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });

  it("takes the less loaded of two", () => {
    const all = targets(1, 1);
    all.forEach((target, index) => (target.inFlight = index === 0 ? 5 : 0));

    expect(picks(create("random"), all, 20)).toBe("b".repeat(20));
  });

  it("follows the weights within a few percent", () => {
    const counts = countsOf(picks(create("random"), targets(3, 1, 1, 1), 12_000));

    expect((counts["b"] ?? 0) / (counts["c"] ?? 1)).toBeCloseTo(1, 0);
    expect((counts["a"] ?? 0) / 12_000).toBeGreaterThan(0.45);
  });

  it("keeps loads near each other", () => {
    const all = targets(1, 1, 1, 1, 1, 1, 1, 1);
    const balancer = create("random");
    for (let request = 0; request < 8000; request += 1) {
      // Of those that it may choose from, each is one of ours.
      (balancer.pick(all, exchange) as TestTarget).inFlight += 1;
    }

    const loads = all.map(({ inFlight }) => inFlight);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThan(10);
  });
});
