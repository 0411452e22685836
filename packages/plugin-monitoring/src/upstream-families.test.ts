import { describe, expect, it } from "@jest/globals";
import { valueOf } from "../test/exposition-reader.ts";
import { writeExposition } from "./exposition.ts";
import { SeriesBudget } from "./families/budget.ts";
import { UpstreamFamilies } from "./upstream-families.ts";

describe("attempts to reach upstreams", () => {
  it("are counted by target and status, or by what went wrong", async () => {
    const families = new UpstreamFamilies(new SeriesBudget(1000));
    const attempt = { upstream: "users", target: "one", method: "GET" };
    families.attempted({ ...attempt, outcome: { kind: "answered", status: 200, ms: 20 } });
    families.attempted({ ...attempt, outcome: { kind: "answered", status: 200, ms: 2000 } });
    families.attempted({ ...attempt, target: "two", outcome: { kind: "answered", status: 503, ms: 1 } });
    families.attempted({ ...attempt, outcome: { kind: "failed", failure: "timeout" } });
    families.attempted({ ...attempt, outcome: { kind: "cancelled" } });

    const text = await writeExposition([families.durations, families.failures], "text");

    const name = "http_client_request_duration_seconds";
    const one = { backworks_upstream: "users", server_address: "one" };
    expect(valueOf(text, `${name}_count`, { ...one, http_response_status_code: "200" })).toBe(2);
    expect(valueOf(text, `${name}_sum`, one)).toBe(2.02);
    expect(valueOf(text, `${name}_bucket`, { ...one, le: "0.025" })).toBe(1);
    expect(valueOf(text, `${name}_count`, { server_address: "two", http_response_status_code: "503" })).toBe(1);
    expect(valueOf(text, "backworks_upstream_failures_total", { ...one, error_type: "timeout" })).toBe(1);
  });
});
