import { describe, expect, it } from "@jest/globals";
import { definePlugin } from "@backworks/core";
import { brokenPlugins, brokenSchemas } from "../../test/broken-plugins.ts";
import { expectOneFailure, given, tidyUp } from "../../test/expect-one-failure.ts";
import { good } from "../../test/good-plugin.ts";
import { registerChecks, runChecks } from "../check.ts";
import { pluginContract } from "./contract.ts";

tidyUp();

describe("a plugin that has everything", () => {
  registerChecks(pluginContract(good, given), it);

  it("is judged by every check", async () => {
    const outcomes = await runChecks(pluginContract(good, given));

    expect(outcomes.filter(({ kind }) => kind !== "passed")).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(60);
  });
});

describe("a plugin whose numbers move by themselves", () => {
  it("shares no state for that: a connection that is tried fails in its own time", async () => {
    const plugin = definePlugin({
      name: "tries",
      version: "1.0.0",
      initialize() {
        let failed = 0;
        const timer = setTimeout(() => (failed += 1), 15);
        return { stop: () => clearTimeout(timer), getMetrics: () => ({ failed }) };
      },
    });
    const checks = pluginContract(plugin).filter(({ name }) => name === "instances: share no state");

    expect(await runChecks(checks)).toMatchObject([{ kind: "passed" }]);
  });
});

describe("broken plugins", () => {
  it("are there for every check", () => {
    const names = pluginContract(good).map(({ name }) => name);

    expect(Object.keys(brokenPlugins).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(brokenSchemas))("fail %s, and nothing else", async (name, broken) => {
    await expectOneFailure(name, broken);
  });
});

describe("except", () => {
  const broken = brokenPlugins["definition: describes itself"]!.plugin;

  it("leaves a check out", async () => {
    const except = { "definition: describes itself": "nobody reads it" };

    const outcomes = await runChecks(pluginContract(broken, { ...given, except }));

    expect(outcomes.filter(({ kind }) => kind === "failed")).toEqual([]);
  });

  it("refuses a check that there is not", () => {
    expect(() => pluginContract(broken, { except: { "definition: shines": "no" } })).toThrow(/no such check/);
  });
});
