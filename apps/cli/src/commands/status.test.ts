import { expect, it } from "@jest/globals";
import { createPaint } from "../paint.ts";
import { formatStatus } from "./status.ts";

const plugin = { name: "guard", version: "1.0.0", state: "started", status: "healthy" };
const server = {
  url: "http://127.0.0.1:8080",
  pid: 1,
  uptimeSeconds: 5,
  memoryBytes: 50_000_000,
  name: "shop",
  generation: 1,
  hash: "0123456789abcdef",
  requestsUnderWay: 0,
  endpoints: [],
};
const lastError = { step: "beforeRequest", message: "no disk" };

it.each([
  [plugin, "1.0.0 started"],
  [{ ...plugin, lastError }, "1.0.0 started (beforeRequest: no disk)"],
  [
    {
      ...plugin,
      state: "quarantined",
      status: "unhealthy",
      message: "its hooks are left out for a while, last error in beforeRequest",
      lastError,
    },
    "1.0.0 quarantined, unhealthy: its hooks are left out for a while, last error in beforeRequest: no disk",
  ],
])("says the step of a plugin's last error once", (report, line) => {
  expect(formatStatus({ ...server, plugins: [report] }, createPaint(false))).toContain(`Plugin guard   ${line}`);
});

it("says what goes on: generations, the loop, workers and the last refusal", () => {
  const text = formatStatus(
    {
      ...server,
      generation: 4,
      ageSeconds: 61,
      requestsUnderWay: 3,
      draining: [{ generation: 3, requestsUnderWay: 2 }],
      overload: { utilizationRatio: 0.974, delayMs: 211.4, refusing: true, refused: 12 },
      workersReplaced: 1,
      workers: [
        {
          pid: 11,
          state: "ready",
          owner: true,
          generation: 4,
          requestsUnderWay: 1,
          memoryBytes: 6e7,
          utilization: 0.5,
        },
        { pid: 12, state: "starting", owner: false },
      ],
      lastError: { text: "backworks.yaml:2:1  unknown key nme" },
      plugins: [],
    },
    createPaint(false),
  );

  expect(text).toBe(`shop
  Serving        http://127.0.0.1:8080
  Process        1, up 5 s, 50 MB
  Configuration  0 endpoints, 3 reloads, serves for 1 min, 01234567
  Requests       3 under way, among them 2 of generation 3
  Event loop     97 % busy, timers late by up to 211 ms, refusing requests (12 so far)
  Worker 11      ready, holds what needs one place, generation 4, 1 under way, 50 % busy, 60 MB
  Worker 12      starting
  Workers        1 replaced

the last reload was refused:
backworks.yaml:2:1  unknown key nme`);
});
