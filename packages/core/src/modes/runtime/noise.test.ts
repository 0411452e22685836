import { describe, expect, it } from "@jest/globals";
import { systemClock, systemScheduler } from "../../clock.ts";
import { startApp } from "../../server/start-app.ts";

describe("a process that answers over its standard output", () => {
  it.each([
    ["itself", "require('node:fs').writeSync(1, 'noise');"],
    [
      "a child",
      "require('node:child_process').spawnSync('printf', ['noise'], { stdio: ['ignore', 'inherit', 'ignore'] });",
    ],
  ])("loses no answer to what %s writes there without an end", async (_who, code) => {
    const runtime = { isolation: "process", handler: "./h.cjs", timeout: 5 };
    await using app = await startApp({
      yaml: JSON.stringify({ name: "noise", endpoints: { one: { path: "/", runtime } } }),
      files: { "h.cjs": `module.exports = () => { ${code} return "x"; };` },
      clock: systemClock,
      scheduler: systemScheduler,
    });

    const texts = [await (await app.fetch("/")).text(), await (await app.fetch("/")).text()];

    expect(texts).toEqual(["x", "x"]);
  });
});
