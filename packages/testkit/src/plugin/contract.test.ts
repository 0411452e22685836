import { describe, expect, it } from "@jest/globals";
import { BackworksError, definePlugin } from "@backworks/core";
import { z } from "zod";
import { brokenPlugins, brokenSchemas } from "../../test/broken-plugins.ts";
import { expectOneFailure, given, tidyUp } from "../../test/expect-one-failure.ts";
import { defining, good, returning } from "../../test/good-plugin.ts";
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

describe("options of an endpoint that have a short form", () => {
  const withForms = (form: z.ZodType) =>
    // The good plugin reads what the long form gives.
    defining({ endpointOptions: z.union([z.literal(false), form]) as never });

  it("may be no mapping", async () => {
    const form = z.strictObject({ mark: z.string().default("own").describe("What the header says here") });

    const outcomes = await runChecks(pluginContract(withForms(form), given));

    expect(outcomes.filter(({ kind }) => kind === "failed")).toEqual([]);
  });

  it("are looked at in each form", async () => {
    const form = z.strictObject({ mark: z.string().default("own") });

    await expectOneFailure("options of an endpoint: describes every one", { plugin: withForms(form) });
  });
});

describe("requests that are given", () => {
  const plugin = returning(() => ({
    beforeRequest({ request }) {
      if (request.path === "/special") throw new Error("boom");
    },
  }));

  it("are tried besides the others", async () => {
    const requests = [{ path: "/special" }];

    await expectOneFailure("beforeRequest: does not throw", { plugin, given: { requests } });
  });
});

describe("around", () => {
  it("may answer with an error that has a code", async () => {
    const plugin = returning(() => ({
      async around(exchange, next) {
        if (exchange.request.search !== "") throw new BackworksError("BW_CACHE_ONLY", {});
        return next(exchange);
      },
    }));

    const outcomes = await runChecks(pluginContract(plugin, given));

    expect(outcomes.filter(({ kind }) => kind === "failed")).toEqual([]);
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
