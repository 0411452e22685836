import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { orderPlugins } from "./order.ts";
import type { OrderNode } from "./order.ts";

function node(name: string, more: Partial<OrderNode> = {}): OrderNode {
  return { name, provides: [], after: [], before: [], ...more };
}

const names = ["a", "b", "c", "d", "e", "f"];

const nodes = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }).chain((present) =>
  fc.tuple(
    ...present.map((name) =>
      fc.record({
        name: fc.constant(name),
        provides: fc.subarray(["x", "y"]),
        after: fc.subarray([...names, "x"], { maxLength: 2 }),
        before: fc.subarray([...names, "y"], { maxLength: 2 }),
      }),
    ),
  ),
);

/** Every pair of names of which the first must come earlier, found without any graph. */
function pairs(list: readonly OrderNode[]): readonly (readonly [string, string])[] {
  const isMeant = (other: OrderNode, word: string): boolean => other.name === word || other.provides.includes(word);
  return list.flatMap((one) =>
    list.flatMap((other) => [
      ...(one.after.some((word) => isMeant(other, word)) ? [[other.name, one.name] as const] : []),
      ...(one.before.some((word) => isMeant(other, word)) ? [[one.name, other.name] as const] : []),
    ]),
  );
}

function permutations(list: readonly string[]): readonly (readonly string[])[] {
  if (list.length === 0) return [[]];
  return list.flatMap((name) => permutations(list.filter((other) => other !== name)).map((rest) => [name, ...rest]));
}

describe("orderPlugins", () => {
  it("puts plugins without wishes in the order of their names", () => {
    const order = orderPlugins([node("cache"), node("ai"), node("security")]);

    expect(order).toEqual({ kind: "order", names: ["ai", "cache", "security"] });
  });

  it("follows before and after", () => {
    const order = orderPlugins([node("a", { after: ["c"] }), node("b"), node("c"), node("z", { before: ["b"] })]);

    expect(order).toEqual({ kind: "order", names: ["c", "a", "z", "b"] });
  });

  it("takes what a plugin provides for its name", () => {
    const order = orderPlugins([node("a", { after: ["store"] }), node("redis", { provides: ["store"] })]);

    expect(order.names).toEqual(["redis", "a"]);
  });

  it("prints the circle, beginning with the first name", () => {
    const order = orderPlugins([node("c", { after: ["a"] }), node("a", { after: ["b"] }), node("b", { after: ["c"] })]);

    expect(order).toEqual({ kind: "circle", names: ["a", "b", "c", "a"] });
  });

  it("calls a plugin that waits for itself a circle", () => {
    expect(orderPlugins([node("a", { after: ["a"] })])).toEqual({ kind: "circle", names: ["a", "a"] });
  });

  it("does not depend on the order plugins come in", () => {
    fc.assert(
      fc.property(nodes, fc.infiniteStream(fc.nat()), (list, keys) => {
        const shuffled = list.map((one) => ({ one, key: keys.next().value ?? 0 })).sort((l, r) => l.key - r.key);

        expect(orderPlugins(shuffled.map(({ one }) => one))).toEqual(orderPlugins(list));
      }),
    );
  });

  it("finds an order exactly when there is one, and respects every wish in it", () => {
    fc.assert(
      fc.property(nodes, (list) => {
        const wishes = pairs(list);
        const respects = (order: readonly string[]): boolean =>
          wishes.every(([earlier, later]) => order.indexOf(earlier) < order.indexOf(later));

        const found = orderPlugins(list);

        const possible = permutations(list.map(({ name }) => name)).some(respects);
        expect(found.kind).toBe(possible ? "order" : "circle");
        expect(found.kind === "circle" || respects(found.names)).toBe(true);
      }),
    );
  });

  it("prints only circles that are there", () => {
    fc.assert(
      fc.property(nodes, (list) => {
        const wishes = pairs(list);
        const found = orderPlugins(list);
        fc.pre(found.kind === "circle");

        const steps = found.names.slice(1).map((name, index) => [name, found.names[index]]);

        expect(found.names[0]).toBe(found.names.at(-1));
        for (const step of steps) expect(wishes).toContainEqual(step);
      }),
    );
  });
});
