import { describe, expect, it } from "@jest/globals";
import { createRandom } from "@backworks/core";
import { describeWithPrometheus, promtool, temporaryFolder } from "../../test/prometheus.ts";
import { RuleState } from "./rule-state.ts";
import type { RuleTimes } from "./rule-state.ts";

const stepMs = 15_000;
const held = [{ labels: { id: "1" }, value: 2 }];

function statesOf(pattern: string, times: Partial<RuleTimes>): string {
  const rule = new RuleState();
  return Array.from(pattern)
    .map((sign, index) => {
      rule.evaluate(index * stepMs, sign === "x" ? held : [], { forMs: 0, keepFiringForMs: 0, ...times });
      return rule.alerts[0]?.state.charAt(0) ?? "-";
    })
    .join("");
}

describe("the state of a rule", () => {
  it.each([
    ["fires at once without a time", "-xx--", {}, "-ffrr"],
    ["is pending first", "xxxx", { forMs: 30_000 }, "ppff"],
    ["forgets what was pending", "xx-xxx", { forMs: 30_000 }, "pp-ppf"],
    ["goes on firing for a time", "x----x-", { keepFiringForMs: 30_000 }, "fffrrff"],
    ["begins the time anew when the condition holds again", "x-x---", { keepFiringForMs: 30_000 }, "fffffr"],
    ["is pending again after it ended", "xxx-xxx", { forMs: 30_000 }, "ppfrppf"],
  ])("%s", (...[, pattern, times, states]) => {
    expect(statesOf(pattern, times)).toBe(states);
  });

  it("remembers an end for a quarter of an hour", () => {
    const pattern = `x${"-".repeat(62)}`;

    expect(statesOf(pattern, {})).toBe(`f${"r".repeat(61)}-`);
  });
});

const steps = 120;
const rules: readonly RuleTimes[] = [0, 15_000, 60_000, 100_000].flatMap((forMs) =>
  [0, 15_000, 50_000, 120_000].map((keepFiringForMs) => ({ forMs, keepFiringForMs })),
);

/** Runs of values above and below 0.5, and of no value. */
function randomSeries(seed: number): readonly (number | undefined)[] {
  const random = createRandom(seed);
  const values: (number | undefined)[] = [];
  while (values.length < steps) {
    const length = 1 + Math.floor(random() * (random() < 0.5 ? 3 : 14));
    const kind = random();
    for (let step = 0; step < length; step += 1) {
      const value = kind < 0.55 ? 0.6 + random() : random() * 0.4;
      values.push(kind > 0.9 ? undefined : Number(value.toFixed(3)));
    }
  }
  return values.slice(0, steps);
}

describeWithPrometheus("rules and Prometheus", () => {
  it("have the same states at every step, for 320 random series", () => {
    using folder = temporaryFolder();
    const series = Array.from({ length: 20 * rules.length }, (_, index) => randomSeries(index + 1));
    const expected: string[][] = Array.from({ length: steps }, () => []);
    const seen = { pending: 0, firing: 0 };
    for (const [index, values] of series.entries()) {
      const rule = index % rules.length;
      const state = new RuleState();
      for (const [step, value] of values.entries()) {
        const isHeld = value !== undefined && value > 0.5;
        const labels = { s: String(index) };
        state.evaluate(step * stepMs, isHeld ? [{ labels, value }] : [], rules[rule] as RuleTimes);
        const present = state.alerts[0]?.state;
        if (present !== "pending" && present !== "firing") continue;
        seen[present] += 1;
        expected[step]?.push(`ALERTS{alertname="r${rule}",alertstate="${present}",rule="${rule}",s="${index}"}`);
      }
    }
    folder.write("rules.yml", JSON.stringify(toRules()));
    const tests = folder.write("tests.yml", JSON.stringify(toTests(series, expected)));

    const { status, output } = promtool(["test", "rules", tests]);

    expect({ status, output: output.slice(0, 2000) }).toMatchObject({ status: 0 });
    expect(Math.min(seen.pending, seen.firing)).toBeGreaterThan(1000);
  }, 180_000);
});

function toRules(): object {
  const seconds = (milliseconds: number) => `${milliseconds / 1000}s`;
  return {
    groups: [
      {
        name: "random",
        rules: rules.map(({ forMs, keepFiringForMs }, rule) => ({
          alert: `r${rule}`,
          expr: `x{rule="${rule}"} > 0.5`,
          for: seconds(forMs),
          ...(keepFiringForMs > 0 && { keep_firing_for: seconds(keepFiringForMs) }),
        })),
      },
    ],
  };
}

function toTests(
  series: readonly (readonly (number | undefined)[])[],
  expected: readonly (readonly string[])[],
): object {
  return {
    rule_files: ["rules.yml"],
    evaluation_interval: "15s",
    tests: [
      {
        interval: "15s",
        input_series: series.map((values, index) => ({
          series: `x{rule="${index % rules.length}",s="${index}"}`,
          values: values.map((value) => value ?? "stale").join(" "),
        })),
        promql_expr_test: expected.map((labels, step) => ({
          expr: "ALERTS",
          eval_time: `${(step * stepMs) / 1000}s`,
          exp_samples: labels.map((text) => ({ labels: text, value: 1 })),
        })),
      },
    ],
  };
}
