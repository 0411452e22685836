import { describe, expect, it } from "@jest/globals";
import { defineMode } from "@backworks/core";
import type { Mode } from "@backworks/core";
import { z } from "zod";
import { badManners, left } from "../../test/bad-manners.ts";
import { tidyUp } from "../../test/expect-one-failure.ts";
import { registerChecks, runChecks } from "../check.ts";
import { modeContract } from "./contract.ts";

const block = z.strictObject({ text: z.string().describe("What to answer") });
const endpoint = { upper: { text: "hello" } };

interface Open {
  closed: boolean;
}

/** A mode that has everything, and does nothing wrong. */
const good: Mode = defineMode({
  name: "upper",
  description: "Answers in capitals",
  endpointKeys: { upper: block },
  open: (): Open => ({ closed: false }),
  compile(source, resources) {
    const { text } = source.values["upper"] as { readonly text: string };
    return () => ({ status: resources.closed ? 500 : 200, body: text.toUpperCase() });
  },
  start() {},
  ready() {},
  release() {},
  reset() {},
  health: () => ({ status: "healthy" }),
  close(resources) {
    resources.closed = true;
  },
});

const boom = (): never => {
  throw new Error("boom");
};
const on = (change: Partial<Mode>): Mode => defineMode({ ...good, ...change });
let made = 0;

const broken: Readonly<Record<string, Mode>> = {
  "definition: describes itself": on({ description: "upper" }),
  "definition: owns the key of its name": on({ name: "lower" }),
  "keys: describes every one": on({ endpointKeys: { upper: z.strictObject({ text: z.string() }) } }),
  "keys: refuses what is wrong without throwing": on({
    endpointKeys: {
      upper: {
        "~standard": {
          ...block["~standard"],
          validate: (value: unknown) => (value === 42 ? boom() : block["~standard"].validate(value)),
        },
      },
    },
  }),
  "served: is accepted by Backworks": on({ compile: boom }),
  "request: is answered, before and after a reload": on({ compile: () => () => ({ status: 500 }) }),
  "close: goes through": on({ close: boom }),
  "close: comes as often as open": on({
    // Another one, for itself.
    start() {
      void this.open?.(undefined as never);
    },
  }),
  "reset: goes through": on({ reset: boom }),
  "release: goes through": on({ release: boom }),
  "health: goes through": on({ health: boom }),
  "refused: leaves nothing of a configuration that is refused": on({
    open: () => ({ timer: setInterval(() => {}, 1000).unref(), started: false }),
    start: (resources) => Object.assign(resources as object, { started: true }) && undefined,
    close(resources) {
      const { timer, started } = resources as { timer: NodeJS.Timeout; started: boolean };
      if (started) clearInterval(timer);
      else left.push(() => clearInterval(timer));
    },
  }),
  "instances: two servers answer side by side": on({
    open: () => ({ mine: (made += 1) }),
    compile: (_source, resources) => () => ({ status: (resources as { mine: number }).mine === made ? 200 : 500 }),
  }),
  ...Object.fromEntries(Object.entries(badManners).map(([name, behave]) => [name, on({ start: behave })])),
};

tidyUp();

describe("a mode that has everything", () => {
  registerChecks(modeContract(good, { endpoint }), it);

  it("is judged by every check", async () => {
    const outcomes = await runChecks(modeContract(good, { endpoint }));

    expect(outcomes.filter(({ kind }) => kind !== "passed")).toEqual([]);
  });
});

describe("a mode with one mistake", () => {
  it("is there for every check", () => {
    const names = modeContract(good, { endpoint }).map(({ name }) => name);

    expect(Object.keys(broken).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(broken))("fails %s, and nothing else", async (name, mode) => {
    const outcomes = await runChecks(modeContract(mode, { endpoint }));

    const failed = outcomes.filter(({ kind }) => kind === "failed").map(({ check }) => check);
    expect(failed).toEqual([name]);
  });
});

describe("except", () => {
  it("refuses a check that there is not", () => {
    const except = { "definition: shines": "no" };

    expect(() => modeContract(good, { endpoint, except })).toThrow(/no such check/);
  });
});
