import { describe, expect, it } from "@jest/globals";
import { isBackworksError } from "../../errors.ts";
import { partsOf } from "../../invalid-config.ts";
import { startApp } from "../../server/start-app.ts";

const endpoint = (path: string, file: string): object => ({ path, runtime: `./${file}` });

/** Loads when the other one of two is being loaded. */
const meeting = (own: string, other: string): string => `
import { existsSync, writeFileSync } from "node:fs";
writeFileSync(new URL("./${own}.there", import.meta.url), "");
while (!existsSync(new URL("./${other}.there", import.meta.url))) await new Promise((resolve) => setTimeout(resolve, 2));
export default () => "${own}";
`;

describe("handlers", () => {
  it("are started together", async () => {
    const endpoints = { a: endpoint("/a", "a.mjs"), b: endpoint("/b", "b.mjs") };
    await using app = await startApp({
      yaml: JSON.stringify({ name: "meet", endpoints }),
      files: { "a.mjs": meeting("a", "b"), "b.mjs": meeting("b", "a") },
    });

    expect([await (await app.fetch("/a")).text(), await (await app.fetch("/b")).text()]).toEqual(["a", "b"]);
  });

  it("that cannot be loaded are told together, in the order of the file, with other mistakes", async () => {
    const endpoints = {
      a: endpoint("/a", "slow.mjs"),
      b: endpoint("/b", "good.cjs"),
      c: endpoint("/c", "gone.cjs"),
      d: { path: "/d", mode: "hybrid", hybrid: { handle: { GET: "runtime" } }, runtime: "./quick.cjs" },
    };
    const failed: unknown = await startApp({
      yaml: JSON.stringify({ name: "bad", endpoints }, undefined, 1),
      files: {
        "slow.mjs": "await new Promise((resolve) => setTimeout(resolve, 100));\nthrow new Error('slow');",
        "good.cjs": "module.exports = () => 'x';",
        "quick.cjs": "throw new Error('quick');",
      },
    }).catch((error: unknown) => error);

    const mistakes = isBackworksError(failed) ? partsOf(failed) : [];
    expect(mistakes.map(({ code, message }) => [code, /slow|gone|quick/.exec(message)?.[0]])).toEqual([
      ["BW_FILE_MISSING", "gone"],
      ["BW_RUNTIME_LOAD", "slow"],
      ["BW_RUNTIME_LOAD", "quick"],
    ]);
  });
});
