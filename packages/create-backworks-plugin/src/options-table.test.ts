import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { z } from "zod";

const { optionsTable } = (await import(join(import.meta.dirname, "../templates/shared/scripts/options-table.js"))) as {
  optionsTable(plugin: object): string;
};

const head = "| option | type | default | meaning |\n| --- | --- | --- | --- |\n";

describe("the table of options of a plugin", () => {
  it.each([
    ["a default", z.int().default(3).describe("How many"), "| `a` | integer | `3` | How many |"],
    ["none", z.string().describe("Which"), "| `a` | string | required | Which |"],
    ["none and may be left out", z.string().optional().describe("Which"), "| `a` | string | none | Which |"],
    ["words", z.enum(["x", "y"]).describe("x | y"), '| `a` | "x" or "y" | required | x \\| y |'],
    [
      "two forms",
      z.union([z.string(), z.boolean()]).describe("Either"),
      "| `a` | string or boolean | required | Either |",
    ],
    [
      "options inside",
      z.strictObject({ b: z.string().describe("Inside") }).describe("Outside"),
      "| `a` | object | required | Outside |\n| `a.b` | string | required | Inside |",
    ],
    [
      "options by name",
      z.record(z.string(), z.strictObject({ b: z.string().describe("Inside") })).describe("All"),
      "| `a` | object | required | All |\n| `a.<name>.b` | string | required | Inside |",
    ],
    ["a list", z.array(z.int()).default([]).describe("All"), "| `a` | list of integer | `[]` | All |"],
  ])("tells of one that has %s", (_what, option, rows) => {
    expect(optionsTable({ name: "x", options: z.strictObject({ a: option }) })).toBe(head + rows);
  });

  it("tells of those of an endpoint, also where the plugin has none", () => {
    const endpointOptions = z.strictObject({ cost: z.int().default(1).describe("Cost") });

    expect(optionsTable({ name: "x", endpointOptions })).toBe(
      `It has none.\n\nOf one endpoint, below \`endpoints.<name>.x\`:\n\n${head}| \`cost\` | integer | \`1\` | Cost |`,
    );
  });
});
