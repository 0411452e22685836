import { describe, expect, it } from "@jest/globals";
import { readCondition } from "./condition.ts";
import { toPromql } from "./export-rules.ts";

const read = (text: string) => readCondition(text, ["queue_length"]);

describe("a condition", () => {
  it.each([
    ["error_rate > 0.05", { kind: "error_rate", windowMs: 300_000 }, ">", 0.05],
    ["error_rate[1h] >= 5%", { kind: "error_rate", windowMs: 3_600_000 }, ">=", 0.05],
    ["p99[90s] > 250ms", { kind: "p99", windowMs: 90_000 }, ">", 0.25],
    ["p95>2", { kind: "p95", windowMs: 300_000 }, ">", 2],
    ["request_rate [ 1m ] < 1e-2", { kind: "request_rate", windowMs: 60_000 }, "<", 0.01],
    ["active_requests != 0", { kind: "active_requests", windowMs: 0 }, "!=", 0],
    ["queue_length == -3", { kind: "metric", name: "queue_length" }, "==", -3],
  ] as const)("reads %s", (...[text, signal, operator, value]) => {
    expect(read(text).comparisons).toMatchObject([{ signal, operator, value }]);
  });

  it.each([
    ["", "must be comparisons"],
    ["error_rate", "must be comparisons"],
    ["error_rte > 1", "did you mean error_rate?"],
    ["queue > 1", "unknown signal queue"],
    ["error_rate > much", "a number from 0 to 1 or a percentage"],
    ["error_rate > 5", "a number from 0 to 1 or a percentage"],
    ["error_rate > 101%", "a number from 0 to 1 or a percentage"],
    ["p95 > 5%", "a number of seconds or a duration"],
    ["request_rate > 5s", "must be a number"],
    ["error_rate[5] > 1 and", "must be comparisons"],
    ["error_rate[0s] > 1", "from 1s to 7d"],
    ["active_requests[5m] > 1", "a value of the moment"],
    ["upstream_down > 0 and check_down > 0", "two signals of several series"],
  ])("refuses %s", (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });

  it("is the same in PromQL, the comparison that brings labels first", () => {
    const condition = read("request_rate[1m] > 1 and plugin_unhealthy > 0");

    expect(toPromql(condition)).toBe(
      "(1 - backworks_plugin_healthy) > 0 and on() " +
        "(sum(rate(http_server_request_duration_seconds_count[60s]))) > 1",
    );
  });
});
