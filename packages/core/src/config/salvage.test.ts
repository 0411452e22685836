import { describe, expect, it } from "@jest/globals";
import * as z from "zod/mini";
import { salvage } from "./salvage.ts";

const schema = z.strictObject({
  name: z.optional(z.string()),
  size: z.optional(z.number()),
  rules: z.optional(z.array(z.strictObject({ on: z.optional(z.boolean()) }))),
  must: z.optional(z.strictObject({ be: z.number() })),
});

function salvaged(value: unknown): Promise<unknown> {
  return salvage(schema, structuredClone(value));
}

describe("salvage", () => {
  it.each([
    [{ name: "a", sise: 1 }, { name: "a" }],
    [{ name: 1, size: 2 }, { size: 2 }],
    [{ rules: [{ on: true }, { on: 1, of: 2 }] }, { rules: [{ on: true }, {}] }],
    [{ name: "a", rules: [{ on: true }, "on"] }, { name: "a" }],
    [{ name: "a", must: { be: "x" } }, undefined],
    ["text", undefined],
  ])("leaves of %j what is sound", async (value, expected) => {
    expect(await salvaged(value)).toEqual(expected);
  });

  it("looks into the kind of value that was meant", async () => {
    const several = z.strictObject({
      size: z.union([z.number(), z.strictObject({ least: z.optional(z.number()) }), z.array(z.number())]),
    });

    expect(await salvage(several, { size: { least: 1, mots: 2 } })).toEqual({ size: { least: 1 } });
  });
});
